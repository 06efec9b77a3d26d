/** Methods of what is not known: something that is stepped may be a scheduler. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { lastOf, wordsOf } from '../../names/name-words.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import { entitiesIn } from '../../values/entities.js';
import { isUnknown, none } from '../../values/make-values.js';
import type { CallArgument, Value } from '../../values/value.js';
import { callElsewhere } from '../elsewhere/call-elsewhere.js';
import { callOptimizer, updateWith } from '../optimizers/call-optimizer.js';
import { optimizerOf } from '../optimizers/optimizer-of.js';
import { refuseChangedPart } from '../schedulers/scheduler-parts.js';
import { callSuper } from './call-super.js';

/** A call of a method of something that is not known. */
export function callUnknownMethod(
  interpreter: Interpreter,
  object: Value,
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const { line } = call;
  const text = state.textOf(call.callee);
  const owner = call.callee.type === 'attribute' ? state.textOf(call.callee.object) : text;
  const optimizer = isUnknown(object) ? object.optimizer?.content : undefined;
  if (optimizer) return callOptimizer(interpreter, optimizer, name, given, call);
  if (object.type === 'method' && object.name === 'super') return callSuper(interpreter, name, given, call);
  if (
    /^(?:append|extend|insert|pop|popitem|remove|clear|sort|reverse|update|subtract|setdefault|__(?:set|del|i)\w+)$/.test(
      name,
    )
  )
    refuseChangedPart(state, object, call);
  const values = given.map(({ value }) => value);
  const given_ = entitiesIn(values);
  const words = wordsOf(owner);
  const isSchedulerLike =
    words.some((word) => /^(?:lr|sched\w*|warm\w*|annealing|onecycle)$/.test(word)) ||
    /sched/i.test(lastOf(owner));
  if (name === 'step' || name === 'step_update' || name === 'optimizer_step') {
    const target = [...given_].find((entity) => entity.type === 'optimizer');
    if (target) return updateWith(state, target, owner, call);
    if (isSchedulerLike) throw foreignScheduler(owner, object, line);
    if (/opt/i.test(lastOf(owner)) && isUnknown(object)) {
      const found = optimizerOf(state, object, line);
      if (found) return callOptimizer(interpreter, found, 'step', given, call);
    }
    const isOther =
      given.length > 0 ||
      words.some((word) =>
        /^(?:prof\w*|env|bar|pbar|timer|world|sim\w*|game|progress|meter|logger|accelerator|xm)$/.test(word),
      );
    if (!isOther && !(isUnknown(object) && object.holds.size > 0)) {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `the code does not tell what ${owner} is, and it is stepped; paste the line that builds it, or remove this one`,
        {
          received: state.textOf(call),
          accepted: 'optimizer.step() | scheduler.step()',
          detail: 'not-built',
        },
      );
    }
  } else if (
    isSchedulerLike &&
    isUnknown(object) &&
    !/^(?:get|state|print|log)/.test(name) &&
    object.holds.size === 0
  ) {
    if (/step|update|dampen|damp|warm/.test(name)) throw foreignScheduler(owner, object, line);
  }
  if (name === 'backward') {
    state.emit({ type: 'backward', line });
    return none;
  }
  return callElsewhere(interpreter, text, given, call, object, name);
}

function foreignScheduler(name: string, object: Value, line: number): PythonRefusal {
  const isForeign = isUnknown(object) && object.holds.size > 0;
  return new PythonRefusal(
    'python-unsupported',
    line,
    isForeign
      ? `${name} is not a scheduler of torch.optim.lr_scheduler`
      : `${name} is stepped, and the code does not build it; paste the line that does`,
    { received: name, accepted: 'scheduler = StepLR(optimizer, …)', detail: 'not-built' },
  );
}
