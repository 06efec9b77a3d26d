/**
 * Reads out of what a program does how often each scheduler is stepped: once an update, once an epoch, or every few.
 *
 * The update loop is the one that contains the update; an epoch is a pass of the loop around it.
 */
import type { Monitor } from '../../policy.js';
import type { State } from '../state/state.js';
import type { TraceNode } from '../state/trace.js';
import type { OptimizerValue, SchedulerValue } from '../values/value.js';
import { askInterval } from './ask-interval.js';
import { findUpdate } from './find-update.js';
import { frequencyOf } from './frequency.js';
import { kindOfPass } from './kind-of-pass.js';
import { simplifiedTrace } from './simplified-trace.js';
import { requireAfter } from './step-order.js';
import { stepWithoutUpdate } from './step-without-update.js';
import { steppingRefusal } from './stepping-refusal.js';
import { loopsAround, placeAll } from './training.js';
import type { LoopNode, Placed, StepNode, Training } from './training.js';

/** How one scheduler is stepped. */
interface ReadStep {
  readonly scheduler: SchedulerValue;
  readonly line: number;
  readonly interval: 'epoch' | 'step';
  readonly frequency: number;
  readonly metric: Monitor | undefined;
  /** The list out of which it was taken by its index. */
  readonly list: readonly SchedulerValue[] | undefined;
  /** Where it comes among all that happens. */
  readonly order: number;
}

/** How each scheduler of one optimizer is stepped. @throws PythonRefusal, Question */
export function readSteps(state: State, optimizer: OptimizerValue, trace: readonly TraceNode[]): ReadStep[] {
  const placed = placeAll(simplifiedTrace(trace, optimizer));
  const training: Training = { state, optimizer, placed };
  const steps = placed.filter((each): each is Placed<StepNode> => each.node.type === 'step');
  const update = findUpdate(training);
  return steps.map((step) => readStep(training, step, update));
}

/** How one step of a scheduler is repeated. */
function readStep(training: Training, step: Placed<StepNode>, update: Placed | undefined): ReadStep {
  const { node, order } = step;
  const { scheduler, line, metric, list } = node;
  const result = (interval: 'epoch' | 'step', frequency: number): ReadStep => ({
    scheduler,
    line,
    interval,
    frequency,
    metric,
    list,
    order,
  });
  const loops = loopsAround(step);
  if (!update) return result(...stepWithoutUpdate(training, step, loops));
  const updateLoops = loopsAround(update);
  const inner = loops.at(-1);
  const home = updateLoops.at(-1);
  if (!inner) {
    if (home) {
      if (step.order > update.order)
        throw steppingRefusal(
          line,
          'this step stands after the loop, when the training is over',
          'in the loop, after optimizer.step()',
        );
      throw steppingRefusal(
        line,
        'this step stands outside of every loop, so it belongs to no epoch and no update',
      );
    }
    requireAfter(step, update);
    return result(askInterval(training.state, step, 'step'), 1);
  }
  if (!home) throw steppingRefusal(line, 'the update stands outside of the loop that steps the scheduler');
  if (loops[0].loop !== updateLoops[0].loop) {
    throw steppingRefusal(
      loops[0].line,
      `the schedulers are stepped in this loop, and the loop of line ${updateLoops[0].line} is another training`,
      '',
      'two-trainings',
    );
  }
  const depth = loops.length - 1;
  if (inner !== updateLoops.at(depth)) {
    throw steppingRefusal(
      line,
      'this step stands in a loop of its own, which makes no updates',
      'in the loop that holds optimizer.step()',
    );
  }
  const kind = kindOfPass(training.state, updateLoops, depth, update);
  const frequency = frequencyOf(training, step, update, inner, kind, updateLoops);
  if (frequency === 1) noteTooMany(training.state, scheduler, loops);
  return result(kind, frequency);
}

/** OneCycleLR has so many steps and no more. */
function noteTooMany(
  state: State,
  { class: type, parameters, line }: SchedulerValue,
  loops: readonly LoopNode[],
): void {
  if (type !== 'OneCycleLR') return;
  const { totalSteps, epochs, stepsPerEpoch } = parameters;
  const total = Number(totalSteps ?? Number(epochs) * Number(stepsPerEpoch));
  const count = loops.reduce((product, { loop }) => product * (loop.passes ?? NaN), 1);
  if (!(count > total)) return;
  state.note(
    'too-many-steps',
    line,
    type,
    `PyTorch ends with an error: ${type} has ${total} steps and is stepped ${count} times`,
  );
}
