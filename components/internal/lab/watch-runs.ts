import { effect, type ReadonlySignal } from '@preact/signals-core';
import type { Lab } from '../../../src/lab/index.js';
import { viewOf } from './lab-view.js';

/**
 * Calls `onNews` whenever something has happened that a chart draws: new rows, a new plan, an intervention, another
 * window. It may be called with every batch, so it must do no work of its own. Returns the function that ends it.
 */
export function watchRuns(lab: Lab, onNews: () => void): () => void {
  const { hidden, draft, selected, window } = viewOf(lab);
  return effect(() => {
    // Reading a signal is what asks for its news.
    const watched: readonly ReadonlySignal<unknown>[] = [
      window,
      hidden,
      draft,
      selected,
      ...lab.runs.value.flatMap((run): ReadonlySignal<unknown>[] => [
        run.history.version,
        run.step,
        run.state,
        run.ghost,
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
