/** What can be waited for in a Lab. Waiting starts nothing and stops nothing. */
import { effect } from '@preact/signals-core';

import { deferred } from '../async.js';
import { InputError, runFinished, runHeld } from '../errors.js';
import type { Run } from './run/run.js';

/** Something that is waited for, until it is given up. */
export interface Watch {
  readonly reached: Promise<void>;
  readonly stop: () => void;
}

/** Watches the signals that `look` reads: settles once it returns true, or rejects with what it throws. */
export function watch(look: () => boolean): Watch {
  const { promise, resolve, reject } = deferred();
  const stop = effect(() => {
    try {
      if (look()) resolve();
    } catch (error) {
      reject(error);
    }
  });
  return { reached: promise, stop };
}

/**
 * Whether a run trains no further: it has made all its updates, or it is held.
 *
 * @throws InputError why it stopped by itself
 */
export function isDone({ failure, state }: Run): boolean {
  if (failure.value) throw new InputError(failure.value);
  return state.value === 'finished' || state.value === 'held';
}

/**
 * Whether `step` updates of a run are known.
 *
 * @throws InputError `run-finished` or `held` for a run that makes fewer, or why it stopped by itself
 */
export function isAt(run: Run, step: number): boolean {
  if (run.step.value >= step) return true;
  if (!isDone(run)) return false;
  throw run.held.value ? runHeld(run.held.value.step) : runFinished(run.step.value);
}
