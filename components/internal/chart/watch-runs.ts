import { effect, type ReadonlySignal } from '@preact/signals-core';
import type { Lab } from '../../../src/lab/index.js';

/**
 * Calls `onNews` whenever something has happened that a chart draws: new rows, a new plan, an intervention. It may be
 * called with every batch, so it must do no work of its own. Returns the function that ends it.
 */
export function watchRuns(lab: Lab, onNews: () => void): () => void {
  return effect(() => {
    for (const run of lab.runs.value) {
      const watched: readonly ReadonlySignal<unknown>[] = [
        run.history.version,
        run.step,
        run.ghost,
        run.plan,
        run.interventions,
        run.planned,
      ];
      // Reading a signal is what asks for its news.
      watched.map((signal) => signal.value);
    }
    onNews();
  });
}
