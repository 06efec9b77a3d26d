/** Calls of schedulers' methods: `step()` above all. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { adapterName } from '../../adapter-name.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import type { State } from '../../state/state.js';
import { itemsOf, none } from '../../values/make-values.js';
import type { CallArgument, SchedulerValue, Value } from '../../values/value.js';
import { requireSameFormula } from './formula-text.js';
import { metricOf } from './step-metric.js';

/** What may be called on a scheduler without changing it. */
const readingMethods = new Set([
  ...['get_last_lr', 'get_lr', 'state_dict', 'print_lr', '_get_closed_form_lr', 'is_better', 'in_cooldown'],
  ...['anneal_func', 'scale_fn', '__repr__', '__str__', '__getstate__'],
]);

/** A call of a scheduler's method. */
export function callScheduler(
  interpreter: Interpreter,
  built: SchedulerValue,
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const { line } = call;
  if (name === 'get_lr')
    state.note(
      'get-lr',
      line,
      'get_lr',
      'get_lr() gives wrong numbers outside of step(); get_last_lr() is meant',
    );
  if (name !== 'step') {
    if (readingMethods.has(name))
      return state.unknown(state.textOf(call), line, 'it is read from a scheduler');
    throw new PythonRefusal('python-change', line, `what ${name} does to a scheduler cannot be taken over`, {
      received: name,
      accepted: 'step',
    });
  }
  const parent = built.parent.content;
  if (parent) {
    throw new PythonRefusal(
      'python-stepping',
      line,
      `this ${built.class} is stepped by the ${parent.class} that holds it`,
    );
  }
  for (const each of allFunctions(built)) requireSameFormula(interpreter, each, line, each.value.line);
  const argument = given.at(0);
  let metric;
  if (built.class === 'ReduceLROnPlateau') {
    if (!argument) {
      throw new PythonRefusal('python-metric', line, `${built.class} needs a metric`, {
        accepted: 'step(val_loss)',
      });
    }
    metric = metricOf(state, argument, line);
  } else if (argument && argument.value.type !== 'none') {
    throw new PythonRefusal(
      'python-stepping',
      line,
      `${built.class} is stepped to an epoch given by hand; a policy steps without one`,
      { received: state.textOf(call), accepted: 'step()' },
    );
  } else if (built.passMetrics) {
    const handed = state.handed.content;
    if (handed?.type !== 'string') {
      throw new PythonRefusal(
        'python-metric',
        line,
        `no metric is handed to the ReduceLROnPlateau in this ${built.class}`,
        {
          accepted: `${adapterName}.metric = val_loss`,
        },
      );
    }
    metric = handed.value as 'valLoss';
    state.write(state.handed, undefined);
  }
  state.emit({ type: 'step', line, scheduler: built, metric, list: listAround(state, call) });
  return none;
}

/** The list that `schedulers[0].step()` takes its scheduler from. */
function listAround(state: State, { callee }: ExpressionOf<'call'>): readonly SchedulerValue[] | undefined {
  const list = callee.type === 'attribute' ? state.lists.get(callee.object) : undefined;
  const items = list && itemsOf(list);
  return items?.every((item) => item.type === 'scheduler') ? items : undefined;
}

/** The functions of a scheduler and of those in it. */
function allFunctions(built: SchedulerValue): SchedulerValue['functions'] {
  return [...built.functions, ...built.children.flatMap(allFunctions)];
}
