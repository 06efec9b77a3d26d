/** The range test: what it reads in a curve, and that it does not change the tested run. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/errors.js';
import { rangeTest, Trainer } from '../../../src/training/index.js';
import type { RangeTestOptions } from '../../../src/training/index.js';
import { readRateCurve } from '../../../src/training/range-test/rate-curve.js';
import { smallOptimizers, smallRun } from './small-runs.js';

const steps = 100;

/** Rates from 1e-6 to 10. */
const lr = Float64Array.from({ length: steps }, (_, index) => 1e-6 * 1e7 ** (index / (steps - 1)));

/** A loss that falls from 2.3 to 0.5, steepest at 1e-2, and rises from 1 on. */
const typical = (rate: number): number =>
  0.5 + 1.8 / (1 + (rate / 1e-2) ** 1.5) + (rate > 1 ? 30 * (rate - 1) ** 2 : 0);

/** A curve with noise of a standard deviation, the same for the same seed. */
function curveOf(lossAt: (rate: number, index: number) => number, deviation = 0, seed = 1): Float32Array {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return Float32Array.from(lr, (rate, index) => {
    const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0.001, lossAt(rate, index) + deviation * normal);
  });
}

const seeds = Array.from({ length: 50 }, (_, index) => index + 1);

describe('the reading of a curve', () => {
  it('suggests the steepest descent and a tenth of the rate at which it diverges', () => {
    const { suggestions, divergesFrom, smoothed } = readRateCurve(lr, curveOf(typical), false);
    expect(suggestions.steepest).toBeGreaterThan(4e-3);
    expect(suggestions.steepest).toBeLessThan(2e-2);
    expect(divergesFrom).toBeGreaterThan(1);
    expect(divergesFrom).toBeLessThan(2);
    expect(suggestions.tenthOfDivergence).toBe(divergesFrom! / 10);
    expect(smoothed).toHaveLength(steps);
  });

  it('changes by at most a few steps with noise', () => {
    for (const seed of seeds) {
      const { suggestions, divergesFrom } = readRateCurve(lr, curveOf(typical, 0.25, seed), false);
      expect(suggestions.steepest, `seed ${seed}`).toBeGreaterThan(1e-3);
      expect(suggestions.steepest, `seed ${seed}`).toBeLessThan(6e-2);
      expect(divergesFrom, `seed ${seed}`).toBeGreaterThan(0.9);
      expect(divergesFrom, `seed ${seed}`).toBeLessThan(2.2);
    }
  });

  it.each([
    ['at the first step', 0, 1],
    ['of two steps', 3, 2],
    ['of three steps', 2, 3],
  ])('does not change with an early spike %s', (_, at, length) => {
    const spiked = (rate: number, index: number) => (index >= at && index < at + length ? 40 : typical(rate));
    const plain = readRateCurve(lr, curveOf(typical), false);
    const { suggestions } = readRateCurve(lr, curveOf(spiked), false);
    expect(suggestions.tenthOfDivergence).toBe(plain.suggestions.tenthOfDivergence);
    expect(suggestions.steepest).toBe(plain.suggestions.steepest);
    for (const seed of seeds) {
      const noisy = readRateCurve(lr, curveOf(spiked, 0.25, seed), false);
      expect(noisy.suggestions.steepest, `seed ${seed}`).toBeGreaterThan(1e-3);
      expect(noisy.suggestions.steepest, `seed ${seed}`).toBeLessThan(6e-2);
    }
  });

  it('that only falls finds a steepest descent and no divergence', () => {
    const falling = curveOf((rate) => 0.5 + 1.8 / (1 + rate / 0.1), 0.05);
    const { suggestions, divergesFrom } = readRateCurve(lr, falling, false);
    expect(suggestions.steepest).toBeGreaterThan(0.01);
    expect(suggestions.steepest).toBeLessThan(1);
    expect(divergesFrom).toBeUndefined();
    expect(suggestions.tenthOfDivergence).toBeUndefined();
  });

  it('that is flat suggests nothing, with or without noise', () => {
    const nothing = { steepest: undefined, tenthOfDivergence: undefined };
    for (const deviation of [0, 0.05, 0.3]) {
      for (const seed of seeds) {
        const flat = curveOf(() => 2.3, deviation, seed);
        const message = `deviation ${deviation}, seed ${seed}`;
        expect(readRateCurve(lr, flat, false).suggestions, message).toEqual(nothing);
      }
    }
  });

  it('that ends in NaN finds the divergence at the last number', () => {
    const ended = curveOf((rate, index) => (index >= 70 ? NaN : Math.min(typical(rate), 2.3)));
    ended.fill(NaN, 70);
    const { suggestions, divergesFrom, smoothed } = readRateCurve(
      lr.subarray(0, 71),
      ended.subarray(0, 71),
      true,
    );
    expect(divergesFrom).toBe(lr[70]);
    expect(suggestions.steepest).toBeGreaterThan(4e-3);
    expect(suggestions.steepest).toBeLessThan(2e-2);
    expect([smoothed[69], smoothed[70]].map(Number.isNaN)).toEqual([false, true]);
  });

  it('that ends in huge numbers is not changed by them far back', () => {
    const ended = curveOf((rate, index) => (index > 80 ? 10 ** (index - 78) : Math.min(typical(rate), 2.3)));
    const { suggestions, divergesFrom } = readRateCurve(lr.subarray(0, 90), ended.subarray(0, 90), true);
    expect(divergesFrom).toBe(lr[81]);
    expect(suggestions.steepest).toBeLessThan(2e-2);
  });

  it('with two minima does not take the rise between them for a divergence', () => {
    const valleys = (rate: number) => {
      const place = Math.log10(rate);
      const dip = (at: number, depth: number) => depth * Math.exp(-(((place - at) / 0.5) ** 2));
      return 2.3 - dip(-4, 0.9) - dip(-1.5, 1.6) + (rate > 1 ? 20 * (rate - 1) : 0);
    };
    for (const seed of seeds) {
      const { suggestions, divergesFrom } = readRateCurve(lr, curveOf(valleys, 0.05, seed), false);
      // On the descent to the deeper one.
      expect(suggestions.steepest, `seed ${seed}`).toBeGreaterThan(10 ** -2.6);
      expect(suggestions.steepest, `seed ${seed}`).toBeLessThan(10 ** -1.5);
      expect(divergesFrom, `seed ${seed}`).toBeGreaterThan(10 ** -1.5);
    }
  });

  it('of a trained run, which can only get worse, finds a divergence and no descent', () => {
    const trained = (rate: number) => 0.05 + 2.5 / (1 + (0.3 / rate) ** 3);
    const { suggestions, divergesFrom } = readRateCurve(lr, curveOf(trained, 0.02), false);
    expect(suggestions.steepest).toBeUndefined();
    expect(divergesFrom).toBeGreaterThan(0.03);
    expect(divergesFrom).toBeLessThan(0.3);
  });

  it.each([0, 1, 2, 5])('of only %i losses does not fail', (length) => {
    const { smoothed } = readRateCurve(lr.subarray(0, length), curveOf(typical).subarray(0, length), true);
    expect(smoothed).toHaveLength(length);
  });
});

describe('a range test', () => {
  const config = smallRun({
    optimizer: smallOptimizers[1],
    policy: [{ scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 300 }, interval: 'step' }],
  });

  it('does not change the run, and leaks no tensor', async () => {
    const trainer = await Trainer.create(config);
    await trainer.step(17);
    const checkpoint = await trainer.checkpoint();
    const { numTensors } = tf.memory();
    await rangeTest(config, checkpoint, { steps: 40 });
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(await trainer.checkpoint()).toEqual(checkpoint);
    const rows = await trainer.step(10);
    await trainer.dispose();

    const undisturbed = await Trainer.create(config);
    expect((await undisturbed.step(27)).slice(17)).toEqual(rows);
    await undisturbed.dispose();
  });

  it('tries rates that rise by a constant factor from the first to the last requested one', async () => {
    const trainer = await Trainer.create(config);
    await trainer.step(5);
    const { lr, loss, diverged } = await rangeTest(config, await trainer.checkpoint(), {
      from: 1e-5,
      to: 1e-2,
      steps: 31,
    });
    await trainer.dispose();
    expect(diverged).toBe(false);
    expect(lr).toHaveLength(31);
    expect(loss).toHaveLength(31);
    for (const [index, rate] of lr.entries()) expect(rate / (1e-5 * 10 ** (index / 10))).toBeCloseTo(1, 12);
  });

  it('uses the next batches of the run', async () => {
    const trainer = await Trainer.create(config);
    await trainer.step(5);
    // At a tiny rate the losses are those of the present weights.
    const { loss } = await rangeTest(config, await trainer.checkpoint(), {
      from: 1e-12,
      to: 1e-11,
      steps: 10,
    });
    trainer.swap([]);
    trainer.setLr(1e-12);
    const rows = await trainer.step(10);
    await trainer.dispose();
    expect(loss[0]).toBe(Math.fround(rows[0].loss));
    for (const [index, row] of rows.entries()) expect(loss[index]).toBeCloseTo(row.loss, 5);
  });

  it('uses the configured ratio of the param groups, not the scheduled one', async () => {
    const trainer = await Trainer.create(config);
    const rates: number[][] = [];
    await trainer.step(3);
    trainer.setLr(0.5);
    const checkpoint = await trainer.checkpoint();
    const spied = await Trainer.create({ ...config, policy: [] }, { onRow: ({ lr }) => rates.push(lr) });
    await spied.restore(checkpoint);
    const lrLambda = '0.001 * 10 ** (step / 9)';
    spied.swap({ scheduler: { type: 'LambdaLR', lrLambda }, interval: 'step' }, { handoff: 'restart' });
    const expected = (await spied.step(10)).map(({ loss }) => Math.fround(loss));
    const { loss } = await rangeTest(config, checkpoint, { from: 2e-5, to: 2e-4, steps: 10 });
    await Promise.all([trainer.dispose(), spied.dispose()]);
    // The configured rates are 0.02 for the first group and 0.1 for the other.
    for (const [first, second] of rates) expect(second / first).toBeCloseTo(5, 12);
    for (const [index, value] of loss.entries()) expect(value).toBeCloseTo(expected[index], 5);
  });

  it('stops where the run diverges, and returns that rate', async () => {
    const trainer = await Trainer.create(smallRun());
    await trainer.step(2);
    const result = await rangeTest(smallRun(), await trainer.checkpoint(), { to: 1e6, steps: 60 });
    await trainer.dispose();
    expect(result.diverged).toBe(true);
    expect(result.loss.length).toBeLessThan(60);
    expect(result.lr).toHaveLength(result.loss.length);
    expect(result.divergesFrom).toBeLessThanOrEqual(result.lr.at(-1)!);
    expect(result.divergesFrom).toBeGreaterThan(0.1);
    expect(result.suggestions.tenthOfDivergence).toBe(result.divergesFrom! / 10);
  });

  it('returns the same curve each time, and reports its progress', async () => {
    const trainer = await Trainer.create(config);
    const checkpoint = await trainer.checkpoint();
    await trainer.dispose();
    const reported: number[] = [];
    const first = await rangeTest(
      config,
      checkpoint,
      { steps: 12 },
      { onStep: ({ done }) => reported.push(done) },
    );
    expect(await rangeTest(config, checkpoint, { steps: 12 })).toEqual(first);
    expect(reported).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });

  it('ends when it is aborted, and leaks no tensor', async () => {
    const trainer = await Trainer.create(config);
    const checkpoint = await trainer.checkpoint();
    const { numTensors } = tf.memory();
    const controller = new AbortController();
    const onStep = ({ done }: { done: number }) => done === 5 && controller.abort();
    const { signal } = controller;
    await expect(rangeTest(config, checkpoint, { steps: 50 }, { onStep, signal })).rejects.toThrow(/abort/i);
    expect(tf.memory().numTensors).toBe(numTensors);
    await trainer.dispose();
  });

  it.each([
    ['from', { from: 0 }],
    ['to', { from: 1, to: 1 }],
    ['to', { to: Infinity }],
    ['steps', { steps: 9 }],
    ['steps', { steps: 20.5 }],
  ] satisfies [string, RangeTestOptions][])('refuses a bad "%s": %o', async (path, options) => {
    const trainer = await Trainer.create(config);
    const checkpoint = await trainer.checkpoint();
    await trainer.dispose();
    const refusal = await rangeTest(config, checkpoint, options).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InputError);
    expect(refusal).toMatchObject({ code: 'config-value', path });
  });
});
