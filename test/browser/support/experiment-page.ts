/** A page with the experiments and without any element: `window.experiments`. */
import type { Page } from '@playwright/test';

import type { Outcome } from '../../../src/experiment/index.js';
import { expect, test as base } from './console-watch.js';

/** What a run of an experiment showed, as plain data. */
export type ShownOutcome = Pick<Outcome, 'holds' | 'says'> & Partial<Pick<Outcome, 'answer' | 'stop'>>;

/**
 * Runs a built-in experiment.
 *
 * @param variant `constant` gives all of its runs one constant rate; `shuffled` gives its digits labels at random
 */
export function runExperiment(
  page: Page,
  name: string,
  { seed, variant }: { seed?: number; variant?: 'constant' | 'shuffled' } = {},
): Promise<ShownOutcome> {
  return page.evaluate(
    async ({ name, seed, variant }) => {
      const { builtInExperiment, Experiment, makeDigits } = window.experiments;
      let experiment = builtInExperiment(name)!;
      const { spec } = experiment;
      if (variant === 'constant') {
        const runs = spec.runs.map((run) => ({
          name: run.name,
          config: { ...spec.runs[0].config, policy: [] },
          changes: [],
        }));
        experiment = new Experiment({ ...spec, runs, rangeTest: undefined });
      }
      if (variant === 'shuffled') {
        const digits = await makeDigits({ seed: seed ?? experiment.seed });
        // Hashed from the place of the image, so without any relation to what it shows.
        const labels = digits.labels.map((_, index) => (Math.imul(index + 1, 2654435761) >>> 13) % 10);
        const dataset = { ...digits, labels };
        const runs = spec.runs.map((run) => ({ ...run, config: { ...run.config, dataset } }));
        experiment = new Experiment({ ...spec, runs });
      }
      try {
        const { holds, says, answer, stop } = await experiment.run({ seed });
        return { holds, says, answer, stop };
      } catch (error) {
        // A range test that suggests nothing shows nothing.
        if ((error as { code?: string }).code !== 'no-suggestion') throw error;
        return { holds: false, says: [], answer: undefined, stop: undefined };
      }
    },
    { name, seed, variant },
  );
}

/** `experimentPage` is a page of the experiments, on WebGPU. */
export const test = base.extend<{ experimentPage: Page }>({
  experimentPage: async ({ page }, use) => {
    await page.goto('test/browser/support/pages/experiments.html');
    await page.waitForFunction(() => 'experiments' in window);
    await use(page);
  },
});

export { expect };
