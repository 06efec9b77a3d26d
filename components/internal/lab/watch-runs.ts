import { effect, type ReadonlySignal } from '@preact/signals-core';
import type { Lab } from '../../../src/lab/index.js';
import { viewOf } from './lab-view.js';

/**
 * Calls `onNews` when something changes that a chart draws: new rows, a new plan, an intervention, another window.
 * This can happen with every batch, so `onNews` must return at once. Returns a function that stops watching.
 */
export function watchRuns(lab: Lab, onNews: () => void): () => void {
  const { hidden, draft, selected, window } = viewOf(lab);
  return effect(() => {
    // Reading a signal subscribes to it.
    const watched: readonly ReadonlySignal<unknown>[] = [
      window,
      hidden,
      draft,
      selected,
      ...lab.runs.value.flatMap((run): ReadonlySignal<unknown>[] => [
        run.history.version,
        run.step,
        run.state,
        run.preview,
        run.plan,
        run.entries,
        run.interventions,
        run.planned,
      ]),
    ];
    watched.map((signal) => signal.value);
    onNews();
  });
}
