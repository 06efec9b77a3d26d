/** Counts the steps of an entry's schedulers: the count at a step of the run, and the step of a count. */
import type { PolicyEntry } from '../../src/policy/index.js';

/** The counter of an entry's schedulers; it is 0 where the entry started. */
export interface StepCounter {
  /** The count in the update of a step. */
  countAt: (step: number) => number;
  /** The first step whose update sees this count; Infinity if none does. */
  stepOf: (count: number) => number;
}

/** The counter of an entry that started at the step `start`. */
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
