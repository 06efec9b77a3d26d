/** Constructs the schedulers of PyTorch. */
import type { SchedulerType } from '../../../schema/scheduler-parameters.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import type { State } from '../../state/state.js';
import { Cell } from '../../values/cell.js';
import { describeValue } from '../../values/describe-value.js';
import type { CallArgument, OptimizerValue, SchedulerValue, Value } from '../../values/value.js';
import { optimizerOf } from '../optimizers/optimizer-of.js';
import { bindArguments } from './bind-arguments.js';
import { formulaText } from './formula-text.js';
import { parametersFrom } from './scheduler-parameters.js';

/** A scheduler of PyTorch is constructed. */
export function buildScheduler(
  interpreter: Interpreter,
  type: SchedulerType,
  given: readonly CallArgument[],
  line: number,
): Value {
  const { state } = interpreter;
  refuseInLoop(state, line);
  const bound = bindArguments(state, type, given, line);
  const argument = bound.get('optimizer');
  let optimizer: OptimizerValue | undefined;
  if (argument && !(type === 'ChainedScheduler' && argument.value.type === 'none')) {
    optimizer = optimizerOf(state, argument.value, argument.expression.line);
    if (!optimizer) {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `${type} is given ${describeValue(argument.value)} for an optimizer`,
        { received: state.textOf(argument.expression), accepted: 'optimizer' },
      );
    }
  }
  const { parameters, functions, children } = parametersFrom(state, type, bound, (value, name, at) =>
    formulaText(interpreter, value, name, at),
  );
  optimizer ??= children.at(0)?.optimizer;
  if (!optimizer) {
    throw new PythonRefusal('python-call', line, `${type} is not given an optimizer`, {
      accepted: 'optimizer',
    });
  }
  const stranger = children.find((child) => child.optimizer !== optimizer);
  if (stranger) {
    throw new PythonRefusal(
      'python-unsupported',
      line,
      `${type} holds a ${stranger.class} of another optimizer`,
    );
  }
  const built: SchedulerValue = {
    type: 'scheduler',
    class: type,
    line,
    optimizer,
    parameters,
    functions,
    children,
    passMetrics: children.some(({ isAdapter, passMetrics }) => isAdapter || passMetrics),
    isPerUpdate: state.isInLibrary || type === 'OneCycleLR' || type === 'CyclicLR',
    isAdapter: false,
    parent: new Cell<SchedulerValue | undefined>(undefined),
  };
  for (const child of children) {
    if (child.parent.content !== undefined) {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `${child.class} of line ${child.line} is in two composites`,
        {
          received: child.class,
        },
      );
    }
    state.write(child.parent, built);
  }
  state.write(state.schedulers, [...state.schedulers.content, built]);
  return built;
}

function refuseInLoop(state: State, line: number): void {
  const loop = state.symbolicLoops.at(0);
  if (!loop) return;
  throw new PythonRefusal(
    'python-unsupported',
    line,
    `a scheduler that is built inside the loop of line ${loop.line} cannot be taken over; build it before the loop`,
  );
}
