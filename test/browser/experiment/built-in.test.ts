/** The built-in experiments on real training: each shows what it claims, and no longer does without its cause. */
import { builtInNames } from '../../../src/experiment/index.js';
import { expect, runExperiment, test } from '../support/experiment-page.js';
import { isSoak } from '../support/seeded-pick.js';

/** Losses are recorded with six decimals. */
const allowedDrift = 1e-5;

/** Of the experiments without their cause, `npm test` trains this one alone. */
const quick: readonly string[] = ['plateau'];

for (const name of builtInNames) {
  test(`${name} shows what was recorded`, async ({ experimentPage }) => {
    const { drift, lengths, holds, recorded } = await experimentPage.evaluate(async (name) => {
      const { builtInExperiment, recordedOutcome } = window.experiments;
      const experiment = builtInExperiment(name)!;
      const recorded = (await recordedOutcome(experiment))!;
      const outcome = await experiment.run({ seed: recorded.seed });
      const rowsOf = ({ loss, lr }: { loss: ArrayLike<number>; lr: ArrayLike<number> }) => [
        ...Array.from(loss),
        ...Array.from(lr),
      ];
      const now = outcome.runs.flatMap(rowsOf);
      const then = recorded.runs.flatMap(rowsOf);
      const differences = now.map((value, index) =>
        Number.isFinite(value) || Number.isFinite(then[index]) ? Math.abs(value - then[index]) : 0,
      );
      return {
        drift: Math.max(...differences),
        lengths: [now.length, then.length],
        holds: outcome.holds,
        recorded: recorded.holds,
      };
    }, name);
    expect(lengths[0]).toBe(lengths[1]);
    expect(drift).toBeLessThanOrEqual(allowedDrift);
    expect([holds, recorded]).toEqual([true, true]);
  });

  if (!isSoak && !quick.includes(name)) continue;
  test(`${name} shows nothing where all its runs have one constant rate`, async ({ experimentPage }) => {
    const { holds } = await runExperiment(experimentPage, name, { variant: 'constant' });
    expect(holds).toBe(false);
  });
}

/** The experiments of which every claim is about rates or repeats: they hold on any labels. */
const aboutRates: readonly string[] = ['three-programs', 'resume'];

for (const name of isSoak ? builtInNames : []) {
  test(`${name} holds for at least eight of ten seeds`, async ({ experimentPage }) => {
    const held: number[] = [];
    for (let seed = 1; seed <= 10; seed += 1)
      if ((await runExperiment(experimentPage, name, { seed })).holds) held.push(seed);
    console.log(`${name}: holds for ${held.length} of 10 seeds (${held.join(', ')})`);
    expect(held.length).toBeGreaterThanOrEqual(8);
  });

  if (aboutRates.includes(name)) continue;
  test(`${name} shows nothing where the labels are shuffled`, async ({ experimentPage }) => {
    const { holds } = await runExperiment(experimentPage, name, { variant: 'shuffled' });
    expect(holds).toBe(false);
  });
}
