/** A run that diverges is detected, soon and always at the same step; a run with a few bad losses continues. */
import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { makeDigits, shrinkToTwelve } from '../../../src/data/index.js';
import { DivergenceDetector, divergenceWindow, Trainer } from '../../../src/training/index.js';
import type { TrainerConfig } from '../../../src/training/index.js';
import { timeLimit } from '../../property-runs.js';
import { smallRun } from './small-runs.js';

/** The steps at which a detector reports a divergence. */
function detectedAt(
  losses: readonly number[],
  classes = 10,
  detector = new DivergenceDetector(classes),
): number[] {
  return losses.flatMap((loss, step) => (detector.observe(step, loss) ? [step] : []));
}

const healthy = Array.from({ length: 40 }, (_, step) => 2.3 * 0.95 ** step);

/** Pseudorandom numbers in [0, 1), the same for the same seed. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the detector', () => {
  it.each([NaN, Infinity, -Infinity])('detects a loss of %d at its step, early or late', (bad) => {
    expect(detectedAt([bad])).toEqual([0]);
    expect(detectedAt([...healthy, bad, 1, bad])).toEqual([healthy.length]);
  });

  it('detects huge losses within five steps of the first', () => {
    const [step] = detectedAt([...healthy, 30, 300, 3000, 3000, 3000, 3000]);
    expect(step).toBe(healthy.length + 2);
    expect(step - healthy.length).toBeLessThan(divergenceWindow);
  });

  it('detects a divergence in the very first update', () => {
    expect(detectedAt([2.3, 4e5, 2e3, 5e3, 4e3, 1e4])).toEqual([3]);
  });

  it('detects a divergence during the first steps, before they define the usual level', () => {
    expect(detectedAt([2.3, 2.4, 2.2, 4e5, 2e3, 5e3, 4e3, 1e4])).toEqual([5]);
    expect(detectedAt([2.3, 5, 12, 30, 80, 200, 500, 2000])).toEqual([4]);
  });

  it('detects a loss that is huge at every other step', () => {
    expect(detectedAt([...healthy, ...[900, 2, 900, 2, 900, 2]])).toEqual([healthy.length + 4]);
  });

  it('reports a divergence once', () => {
    expect(detectedAt([...healthy, ...Array<number>(50).fill(1e4), NaN])).toHaveLength(1);
  });

  it('accepts one or two bad batches', () => {
    expect(detectedAt([...healthy, 60, 1, 0.5, 80, 1, 0.5, 0.4, 70, 90, 0.5, 0.5, 0.4, 1])).toEqual([]);
  });

  it('accepts a run that returns from low losses to the loss of a guess', () => {
    expect(detectedAt([...healthy, ...Array<number>(20).fill(2.3)])).toEqual([]);
    expect(detectedAt([0.01, 0.02, 0.01, 0.01, 0.02, ...Array<number>(20).fill(2.3)])).toEqual([]);
  });

  it('accepts high first losses, and compares later ones with them', () => {
    const losses = Array.from({ length: 60 }, (_, step) => 90 * 0.9 ** step);
    expect(detectedAt(losses)).toEqual([]);
    expect(detectedAt([...losses, ...Array<number>(9).fill(250)])).toEqual([]);
    expect(detectedAt([...losses, ...Array<number>(9).fill(400)])).toHaveLength(1);
  });

  it('accepts noisy small batches, for any seed', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = noise(seed);
      // Exponentially distributed: single losses of five times the mean.
      const losses = Array.from(
        { length: 500 },
        (_, step) => -Math.log(1 - random()) * (0.3 + 2 * 0.99 ** step),
      );
      expect(detectedAt(losses), `seed ${seed}`).toEqual([]);
    }
  });

  it('continues from a saved state as if it had seen all losses', () => {
    const losses = [2.3, 2.4, 2.2, 2.3, 9, 5e2, 2e3, 5e3, 4e3, 1e4, NaN];
    for (let stop = 0; stop < losses.length; stop++) {
      const first = new DivergenceDetector(10);
      const before = detectedAt(losses.slice(0, stop), 10, first);
      const second = new DivergenceDetector(10);
      second.restore(structuredClone(first.state()));
      losses.slice(stop).forEach((loss, index) => {
        if (second.observe(stop + index, loss)) before.push(stop + index);
      });
      expect(before).toEqual(detectedAt(losses));
      expect(second.at).toBe(before[0]);
    }
  });

  const folder = new URL('../../golden/training/', import.meta.url);
  const recordings = readdirSync(folder).filter((file) => file.endsWith('.json'));

  it.each(recordings)('accepts the run %s of PyTorch', (file) => {
    const { loss } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { loss?: number[] };
    expect(detectedAt(loss ?? [])).toEqual([]);
  });
});

describe('a run', () => {
  async function trainUntilDiverged(config: TrainerConfig, steps: number) {
    const reported: { step: number; rows: number }[] = [];
    const losses: number[] = [];
    const trainer = await Trainer.create(config, {
      onRow: ({ loss }) => losses.push(loss),
      onDiverged: (step) => reported.push({ step, rows: losses.length }),
    });
    await trainer.step(steps);
    const { divergedAt } = trainer;
    await trainer.dispose();
    return { reported, losses, divergedAt };
  }

  it('with SGD at 1e4 diverges within ten steps, reported once, at the same step each time, after its row', async () => {
    const config = smallRun({ optimizer: { type: 'SGD', lr: 1e4 } });
    const { reported, divergedAt } = await trainUntilDiverged(config, 30);
    expect(reported).toHaveLength(1);
    expect(reported[0].step).toBeLessThanOrEqual(10);
    expect(reported[0].rows).toBe(reported[0].step + 1);
    expect(divergedAt).toBe(reported[0].step);
    expect((await trainUntilDiverged(config, 30)).reported).toEqual(reported);
  });

  it('that has diverged continues from its checkpoint without reporting it again', async () => {
    const config = smallRun({ optimizer: { type: 'SGD', lr: 1e4, momentum: 0.9 } });
    const first = await Trainer.create(config);
    await first.step(12);
    const reported: number[] = [];
    const second = await Trainer.create(config, { onDiverged: (step) => reported.push(step) });
    await second.restore(structuredClone(await first.checkpoint()));
    expect(second.divergedAt).toBe(first.divergedAt);
    expect(second.divergedAt).toBeDefined();
    expect(await second.step(5)).toEqual(await first.step(5));
    expect(reported).toEqual([]);
    await Promise.all([first.dispose(), second.dispose()]);
  });

  it(
    'of the digits diverges at 1e4, and not at 0.1, also in batches of one',
    async () => {
      const dataset = shrinkToTwelve(await makeDigits());
      const run = (lr: number, batchSize: number, steps: number) =>
        trainUntilDiverged(
          {
            backend: 'cpu',
            dataset,
            model: 'tiny',
            optimizer: { type: 'SGD', lr, momentum: 0.9 },
            policy: [],
            batchSize,
          },
          steps,
        );
      const diverged = await run(1e4, 16, 12);
      expect(diverged.reported).toHaveLength(1);
      expect(diverged.reported[0].step).toBeLessThanOrEqual(10);
      expect((await run(0.1, 16, 60)).reported).toEqual([]);
      expect((await run(0.1, 1, 200)).reported).toEqual([]);
    },
    timeLimit,
  );
});
