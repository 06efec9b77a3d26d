import type { PolicyPlan } from '../plan.js';
import type { Interval, PolicyEntry } from '../policy.js';

type When = Pick<PolicyEntry, 'interval' | 'frequency'>;

/** The times at which an entry is stepped in the rest of a run, in closed form: a plan may have a thousand million steps. */
export interface EntryClock {
  readonly unit: Interval;
  /** How often the entry is stepped from its start to the end of the run. */
  readonly count: number;
  /** The time of its `number`th step: the epoch, counted from 1, or the number of steps of the run made by then. */
  momentOf(number: number): number;
}

/** The clock of an entry that takes over at step `from`. */
export function entryClock(when: When, plan: PolicyPlan, from: number): EntryClock {
  const { stepsPerEpoch } = plan;
  const { interval, frequency } = when;
  const before = timesStepped(when, stepsPerEpoch, from);
  const perEpoch = Math.floor(stepsPerEpoch / frequency);
  return {
    unit: interval,
    count: Math.max(0, timesStepped(when, stepsPerEpoch, plan.steps) - before),
    momentOf(number) {
      const inRun = before + number;
      if (interval === 'epoch') return inRun * frequency;
      const wholeEpochs = Math.floor((inRun - 1) / perEpoch);
      return wholeEpochs * stepsPerEpoch + (inRun - wholeEpochs * perEpoch) * frequency;
    },
  };
}

/** How often an entry is stepped in the first `steps` updates of a run, by Lightning's rule. */
function timesStepped({ interval, frequency }: When, stepsPerEpoch: number, steps: number): number {
  const epochs = Math.floor(steps / stepsPerEpoch);
  if (interval === 'epoch') return Math.floor(epochs / frequency);
  const rest = steps - epochs * stepsPerEpoch;
  return epochs * Math.floor(stepsPerEpoch / frequency) + Math.floor(rest / frequency);
}
