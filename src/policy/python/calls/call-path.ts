/** Calls of what a path names: PyTorch, Python and other libraries. */
import { closestWord } from '../../../closest-word.js';
import { schedulerTypes } from '../../schema/scheduler-parameters.js';
import type { ExpressionOf } from '../../syntax/expression.js';
import { lastOf } from '../names/name-words.js';
import {
  isHuggingFace,
  isHuggingFaceSchedule,
  isOptimizerAt,
  mathMember,
  schedulerAt,
} from '../names/paths.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { Interpreter } from '../state/interpreter.js';
import type { State } from '../state/state.js';
import { entitiesIn } from '../values/entities.js';
import { callOnFormulas } from '../values/formula-arithmetic.js';
import { none, perhaps } from '../values/make-values.js';
import { callMath } from '../values/math-functions.js';
import type { CallArgument, Value } from '../values/value.js';
import { callPythonFunction } from './built-ins/call-python-function.js';
import { rangeOf } from './built-ins/range-and-enumerate.js';
import { argumentParser } from './classes/argument-parser.js';
import { isLightningTrainer, lightningTrainer } from './classes/lightning-trainer.js';
import { namespaceOf } from './classes/pseudo-objects.js';
import { callElsewhere } from './elsewhere/call-elsewhere.js';
import { buildOptimizer } from './optimizers/build-optimizer.js';
import { buildScheduler } from './schedulers/build-scheduler.js';
import { buildHuggingFace } from './schedulers/hugging-face.js';

/** What pass through their first argument, around loops. */
const passing =
  /(?:^|\.)(?:t?qdm|tqdm_notebook|trange|master_bar|progress_bar|progressbar|track|alive_it|track_progress|notebook|auto)$/;

const namespaces = /^(?:SimpleNamespace|Namespace|EasyDict|AttrDict|Munch|DotDict|Box|ConfigDict|edict)$/;

/** A call of something that a path names: of PyTorch, Python or another library. */
export function callPath(
  interpreter: Interpreter,
  path: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { line } = call;
  const { state } = interpreter;
  const scheduler = schedulerAt(path);
  if (scheduler) return buildScheduler(interpreter, scheduler, given, line);
  if (isOptimizerAt(path)) return buildOptimizer(state, path, given, line);
  const name = lastOf(path);
  const values = given.map(({ value }) => value);
  if (isHuggingFace(path) && isHuggingFaceSchedule(name))
    return buildHuggingFace(interpreter, name, given, call);
  if (path.startsWith('builtins.')) return callPythonFunction(interpreter, name, given, call);
  if (passing.test(path)) return passThrough(state, name, given, call);
  if (path === 'functools.partial') return partialOf(state, values, given, call);
  const member = mathMember(path);
  if (member !== undefined && entitiesIn(values).size === 0) {
    if (member === 'arange' && given.every(({ name: key }) => key === undefined))
      return rangeOf(state, values, call);
    if ((member === 'array' || member === 'asarray') && values[0]?.type === 'sequence') return values[0];
    const known = values.some(({ type }) => type === 'formula')
      ? callOnFormulas(member, values)
      : callMath(member, values);
    return known ?? state.derived(state.textOf(call), line, values);
  }
  if (isLightningTrainer(path) && entitiesIn(values).size === 0) return lightningTrainer(given, call);
  if (/^torch\.(?:as_)?tensor$/.test(path) && values.at(0)?.type === 'number' && state.formulas === 0)
    return values[0];
  if (name === 'ArgumentParser') return argumentParser(call);
  if (namespaces.test(name) || path === 'omegaconf.OmegaConf.create') return namespaceOf(state, given, call);
  if (name === 'field' && path.startsWith('dataclasses')) {
    const value = given.find(({ name: key }) => key === 'default')?.value;
    const factory = given.find(({ name: key }) => key === 'default_factory');
    return (
      value ??
      (factory
        ? interpreter.call(factory.value, [], call)
        : state.unknown(state.textOf(call), line, 'it has no default'))
    );
  }
  if (/^(?:os\._exit|sys\.exit)$/.test(path)) return none;
  const torch = /^torch\.optim\.lr_scheduler\.(\w+)$/.exec(path);
  if (torch) {
    const suggestion = closestWord(torch[1], schedulerTypes);
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    throw new PythonRefusal(
      'python-call',
      line,
      `torch.optim.lr_scheduler has no ${torch[1]} that a policy knows${hint}`,
      {
        received: torch[1],
        accepted: schedulerTypes.join(' | '),
        suggestion,
      },
    );
  }
  return callElsewhere(interpreter, path, given, call, undefined);
}

/** A progress bar around something that is gone through. */
function passThrough(
  state: State,
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const values = given.flatMap(({ name: key, value }) =>
    key === undefined || key === 'iterable' ? [value] : [],
  );
  if (name === 'trange') return rangeOf(state, values, call);
  return values.at(0) ?? state.unknown(state.textOf(call), call.line, 'it is a progress bar');
}

/** `functools.partial(…)`. */
function partialOf(
  state: State,
  values: readonly Value[],
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const [first] = perhaps(values);
  if (first?.type === 'function') return { ...first, bound: [...first.bound, ...given.slice(1)] };
  if (entitiesIn(values, { intoObjects: true }).size > 0 || first?.type === 'path') {
    if (first?.type === 'path' && (schedulerAt(first.path) ?? isOptimizerAt(first.path)))
      throw new PythonRefusal(
        'python-unsupported',
        call.line,
        'partial of a class of PyTorch cannot be followed; call it where it is used',
      );
  }
  return state.derived(state.textOf(call), call.line, values);
}
