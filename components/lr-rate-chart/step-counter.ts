/** When the schedulers of an entry are stepped: what its counter is at a step of the run, and when it comes to a count. */
import type { PolicyEntry } from '../../src/policy/index.js';

/** The counter of an entry's schedulers; it is 0 where the entry began to act. */
export interface StepCounter {
  /** The count in the update of a step. */
  countAt: (step: number) => number;
  /** The first step of which the update sees this count; Infinity where that never comes. */
  stepOf: (count: number) => number;
}

/** The counter of an entry that acts since the step `start`. */
export function stepCounterOf(
  { interval, frequency }: Pick<PolicyEntry, 'interval' | 'frequency'>,
  start: number,
  stepsPerEpoch: number,
): StepCounter {
  const perEpoch = Math.floor(stepsPerEpoch / frequency);
  const total = (step: number): number => {
    const epochs = Math.floor(step / stepsPerEpoch);
    if (interval === 'epoch') return Math.floor(epochs / frequency);
    return epochs * perEpoch + Math.floor((step % stepsPerEpoch) / frequency);
  };
  const before = total(start);
  const stepOf = (count: number): number => {
    const wanted = count + before;
    if (interval === 'epoch') return wanted * frequency * stepsPerEpoch;
    if (perEpoch === 0) return Infinity;
    const epochs = Math.floor((wanted - 1) / perEpoch);
    return epochs * stepsPerEpoch + (wanted - epochs * perEpoch) * frequency;
  };
  return { countAt: (step) => total(step) - before, stepOf: (count) => stepOf(Math.ceil(count)) };
}
