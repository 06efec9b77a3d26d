/** How fast a Lab trains: at a pace that can be watched, four times that, or as fast as it can. */
import { effect, signal, type Signal } from '@preact/signals-core';
import type { Lab } from '../../../src/lab/index.js';
import { refusalOf } from './refusal.js';

/** The speeds: `real` takes about 40 seconds a run. */
export type Speed = 'real' | 'fast' | 'most';

/** The speeds, slowest first. */
export const speeds: readonly Speed[] = ['real', 'fast', 'most'];

const secondsPerRun = 40;
const factors = { real: 1, fast: 4 } as const;

const choices = new WeakMap<Lab, Signal<Speed | undefined>>();

/**
 * The speed of a Lab, shared by its elements; undefined while a limit of another kind is set. While it is not `most`,
 * the limit follows the runs that train: each of them takes the same time.
 */
export function speedOf(lab: Lab): Signal<Speed | undefined> {
  const known = choices.get(lab);
  if (known !== undefined) return known;
  const choice = signal<Speed | undefined>('most');
  choices.set(lab, choice);
  let set: number | undefined;
  effect(() => {
    const speed = choice.value;
    if (speed === undefined) return;
    const runs = lab.runs.value;
    const going = runs.filter((run) => run.state.value === 'running');
    const steps = (going.length > 0 ? going : runs.slice(0, 1)).reduce(
      (sum, run) => sum + run.plan.value.steps,
      0,
    );
    const limit = speed === 'most' ? undefined : (steps * factors[speed]) / secondsPerRun;
    if (limit === set) return;
    set = limit;
    void refusalOf(lab.limitSpeed(limit));
  });
  effect(() => {
    // A limit that a page sets is its own.
    const limit = lab.speedLimit.value;
    if (limit === set) return;
    set = limit;
    choice.value = limit === undefined ? 'most' : undefined;
  });
  return choice;
}
