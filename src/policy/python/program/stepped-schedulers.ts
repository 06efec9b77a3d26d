/** How each scheduler is stepped: as the code says, as Lightning is configured, or as PyTorch usually does. */
import type { Monitor } from '../../policy.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { State } from '../state/state.js';
import { refuseOtherOptimizer } from '../training/other-optimizer.js';
import { readSteps } from '../training/read-steps.js';
import { concerns, hasSteps, trains } from '../training/trace-questions.js';
import type { OptimizerValue, SchedulerValue } from '../values/value.js';
import { readsMetric } from './lightning-configuration.js';
import type { Configuration } from './lightning-configuration.js';

/** How one scheduler is stepped; without a line where nothing steps it. */
export interface SteppedScheduler {
  readonly scheduler: SchedulerValue;
  readonly interval: 'epoch' | 'step';
  readonly frequency: number;
  readonly metric: Monitor | undefined;
  readonly list: readonly SchedulerValue[] | undefined;
  readonly line: number | undefined;
  readonly order: number;
}

/** How Lightning steps the schedulers of a configuration. */
export function configuredSchedulers(
  { optimizers, schedulers }: Configuration,
  top: readonly SchedulerValue[],
): SteppedScheduler[] {
  const foreign = top.find(({ optimizer }) => !optimizers.includes(optimizer));
  if (foreign)
    throw new PythonRefusal(
      'python-stepping',
      foreign.line,
      `configure_optimizers does not return the optimizer of this ${foreign.class}`,
      { detail: 'other-optimizer' },
    );
  const idle = top.find((scheduler) => !schedulers.some((each) => each.scheduler === scheduler));
  if (idle)
    throw new PythonRefusal(
      'python-stepping',
      idle.line,
      `configure_optimizers does not return this ${idle.class}, so it is never stepped`,
      { detail: 'not-returned' },
    );
  return schedulers
    .filter(({ scheduler }) => top.includes(scheduler))
    .map(({ scheduler, interval, frequency, monitor }, order) => ({
      scheduler,
      interval,
      frequency,
      metric: monitor,
      list: undefined,
      line: undefined,
      order,
    }));
}

/** How the code steps the schedulers of an optimizer. */
export function steppedSchedulers(
  state: State,
  optimizer: OptimizerValue,
  top: readonly SchedulerValue[],
): SteppedScheduler[] {
  const { trace } = state;
  const trained = trace.some((node) => node.type === 'loop' && trains(node.body));
  if (hasSteps(trace, optimizer) || (trained && concerns(trace, optimizer))) {
    const steps = readSteps(state, optimizer, trace);
    if (top.length > 0) refuseOtherOptimizer(state, optimizer, top);
    const idle = top.find((scheduler) => !steps.some((step) => step.scheduler === scheduler));
    if (idle)
      throw new PythonRefusal('python-stepping', idle.line, `this ${idle.class} is built but never stepped`, {
        accepted: 'scheduler.step()',
        detail: 'never-stepped',
      });
    return steps;
  }
  if (trained && top.length > 0) {
    throw new PythonRefusal(
      'python-stepping',
      top[0].line,
      `this ${top[0].class} is built but never stepped`,
      { accepted: 'scheduler.step()', detail: 'never-stepped' },
    );
  }
  return top.map((scheduler, order): SteppedScheduler => {
    const isHanded = state.handedToTrainer.content.includes(scheduler);
    const isPerUpdate = isHanded || (scheduler.isPerUpdate && !readsMetric(scheduler));
    const code = isPerUpdate ? 'per-update' : 'per-epoch';
    const often = isPerUpdate ? 'batch' : 'epoch';
    state.note(
      code,
      scheduler.line,
      scheduler.class,
      `no loop steps this ${scheduler.class}: it is stepped once per ${often}, as PyTorch's documentation does`,
    );
    return {
      scheduler,
      interval: isPerUpdate ? 'step' : 'epoch',
      frequency: 1,
      metric: undefined,
      list: undefined,
      line: undefined,
      order,
    };
  });
}
