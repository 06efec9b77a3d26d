/** A run that falls apart is noticed, soon and always at the same step; one that only stumbles is let go on. */
import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { makeDigits, shrinkToTwelve } from '../../../src/data/index.js';
import { DivergenceDetector, divergenceWindow, Trainer } from '../../../src/training/index.js';
import type { TrainerConfig } from '../../../src/training/index.js';
import { timeLimit } from '../../property-runs.js';
import { smallRun } from './small-runs.js';

/** The steps at which a detector speaks up. */
function noticedAt(
  losses: readonly number[],
  classes = 10,
  detector = new DivergenceDetector(classes),
): number[] {
  return losses.flatMap((loss, step) => (detector.observe(step, loss) ? [step] : []));
}

const healthy = Array.from({ length: 40 }, (_, step) => 2.3 * 0.95 ** step);

/** Numbers in [0, 1), always the same. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the detector', () => {
  it.each([NaN, Infinity, -Infinity])('notices a loss of %d at its step, whenever it comes', (bad) => {
    expect(noticedAt([bad])).toEqual([0]);
    expect(noticedAt([...healthy, bad, 1, bad])).toEqual([healthy.length]);
  });

  it('notices a loss that has become huge within five steps of the first that was', () => {
    const [step] = noticedAt([...healthy, 30, 300, 3000, 3000, 3000, 3000]);
    expect(step).toBe(healthy.length + 2);
    expect(step - healthy.length).toBeLessThan(divergenceWindow);
  });

  it('notices a blow-up in the very first update', () => {
    expect(noticedAt([2.3, 4e5, 2e3, 5e3, 4e3, 1e4])).toEqual([3]);
  });

  it('notices a blow-up during the first steps, before they say what is usual', () => {
    expect(noticedAt([2.3, 2.4, 2.2, 4e5, 2e3, 5e3, 4e3, 1e4])).toEqual([5]);
    expect(noticedAt([2.3, 5, 12, 30, 80, 200, 500, 2000])).toEqual([4]);
  });

  it('notices a loss that swings up every other step', () => {
    expect(noticedAt([...healthy, ...[900, 2, 900, 2, 900, 2]])).toEqual([healthy.length + 4]);
  });

  it('speaks up once', () => {
    expect(noticedAt([...healthy, ...Array<number>(50).fill(1e4), NaN])).toHaveLength(1);
  });

  it('lets one or two bad batches pass', () => {
    expect(noticedAt([...healthy, 60, 1, 0.5, 80, 1, 0.5, 0.4, 70, 90, 0.5, 0.5, 0.4, 1])).toEqual([]);
  });

  it('lets a run fall back to a guess that had got far below it', () => {
    expect(noticedAt([...healthy, ...Array<number>(20).fill(2.3)])).toEqual([]);
    expect(noticedAt([0.01, 0.02, 0.01, 0.01, 0.02, ...Array<number>(20).fill(2.3)])).toEqual([]);
  });

  it('lets a run begin high, and measures it by where it began', () => {
    const losses = Array.from({ length: 60 }, (_, step) => 90 * 0.9 ** step);
    expect(noticedAt(losses)).toEqual([]);
    expect(noticedAt([...losses, ...Array<number>(9).fill(250)])).toEqual([]);
    expect(noticedAt([...losses, ...Array<number>(9).fill(400)])).toHaveLength(1);
  });

  it('lets noisy small batches pass, whatever the seed', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = noise(seed);
      // Exponentially distributed: single losses of five times the mean.
      const losses = Array.from(
        { length: 500 },
        (_, step) => -Math.log(1 - random()) * (0.3 + 2 * 0.99 ** step),
      );
      expect(noticedAt(losses), `seed ${seed}`).toEqual([]);
    }
  });

  it('goes on from a saved state as if it had seen everything', () => {
    const losses = [2.3, 2.4, 2.2, 2.3, 9, 5e2, 2e3, 5e3, 4e3, 1e4, NaN];
    for (let stop = 0; stop < losses.length; stop++) {
      const first = new DivergenceDetector(10);
      const before = noticedAt(losses.slice(0, stop), 10, first);
      const second = new DivergenceDetector(10);
      second.restore(structuredClone(first.state()));
      losses.slice(stop).forEach((loss, index) => {
        if (second.observe(stop + index, loss)) before.push(stop + index);
      });
      expect(before).toEqual(noticedAt(losses));
      expect(second.at).toBe(before[0]);
    }
  });

  const folder = new URL('../../golden/training/', import.meta.url);
  const recordings = readdirSync(folder).filter((file) => file.endsWith('.json'));

  it.each(recordings)('lets the run %s of PyTorch pass', (file) => {
    const { loss } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { loss?: number[] };
    expect(noticedAt(loss ?? [])).toEqual([]);
  });
});

describe('a run', () => {
  async function trainUntilDiverged(config: TrainerConfig, steps: number) {
    const told: { step: number; rows: number }[] = [];
    const losses: number[] = [];
    const trainer = await Trainer.create(config, {
      onRow: ({ loss }) => losses.push(loss),
      onDiverged: (step) => told.push({ step, rows: losses.length }),
    });
    await trainer.step(steps);
    const { divergedAt } = trainer;
    await trainer.dispose();
    return { told, losses, divergedAt };
  }

  it('with SGD at 1e4 is noticed within ten steps, once, at the same step each time, after its row', async () => {
    const config = smallRun({ optimizer: { type: 'SGD', lr: 1e4 } });
    const { told, divergedAt } = await trainUntilDiverged(config, 30);
    expect(told).toHaveLength(1);
    expect(told[0].step).toBeLessThanOrEqual(10);
    expect(told[0].rows).toBe(told[0].step + 1);
    expect(divergedAt).toBe(told[0].step);
    expect((await trainUntilDiverged(config, 30)).told).toEqual(told);
  });

  it('that has diverged goes on as one from its checkpoint, and does not say so again', async () => {
    const config = smallRun({ optimizer: { type: 'SGD', lr: 1e4, momentum: 0.9 } });
    const first = await Trainer.create(config);
    await first.step(12);
    const told: number[] = [];
    const second = await Trainer.create(config, { onDiverged: (step) => told.push(step) });
    await second.restore(structuredClone(await first.checkpoint()));
    expect(second.divergedAt).toBe(first.divergedAt);
    expect(second.divergedAt).toBeDefined();
    expect(await second.step(5)).toEqual(await first.step(5));
    expect(told).toEqual([]);
    await Promise.all([first.dispose(), second.dispose()]);
  });

  it(
    'of the digits is noticed at 1e4, and let go on at 0.1, also in batches of one',
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
      const blownUp = await run(1e4, 16, 12);
      expect(blownUp.told).toHaveLength(1);
      expect(blownUp.told[0].step).toBeLessThanOrEqual(10);
      expect((await run(0.1, 16, 60)).told).toEqual([]);
      expect((await run(0.1, 1, 200)).told).toEqual([]);
    },
    timeLimit,
  );
});
