import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { dropoutMask, SeededDropout } from '../../../src/models/index.js';

const clock = { seed: 7, step: 3 };
const count = 20_000;

describe('a dropout mask', () => {
  it('keeps the right share, scaled so that the mean does not change', () => {
    for (const rate of [0.1, 0.5, 0.9]) {
      const mask = dropoutMask(clock, 0, count, rate);
      expect([...new Set(mask)].sort((one, other) => one - other)).toEqual([0, Math.fround(1 / (1 - rate))]);
      const mean = mask.reduce((sum, value) => sum + value, 0) / count;
      expect(mean).toBeGreaterThan(0.93);
      expect(mean).toBeLessThan(1.07);
    }
  });

  it('is the same for the same seed, step and layer', () => {
    expect(dropoutMask(clock, 1, count, 0.5)).toEqual(dropoutMask(clock, 1, count, 0.5));
  });

  it.each([
    ['seed', { seed: 8, step: 3 }, 0],
    ['step', { seed: 7, step: 4 }, 0],
    ['layer', clock, 1],
  ] as const)('is independent of the one of another %s', (_, other, layer) => {
    const first = dropoutMask(clock, 0, count, 0.5);
    const second = dropoutMask(other, layer, count, 0.5);
    const agreeing = first.filter((value, index) => value === second[index]).length / count;
    expect(agreeing).toBeGreaterThan(0.48);
    expect(agreeing).toBeLessThan(0.52);
  });
});

describe('the dropout layer', () => {
  it('drops only during training', () => {
    const layer = new SeededDropout({ rate: 0.5, layer: 0 });
    layer.follow(clock);
    const input = tf.ones([4, 50]);
    const trained = layer.apply(input, { training: true }) as tf.Tensor;
    const scored = layer.apply(input, { training: false }) as tf.Tensor;
    expect([...trained.dataSync()]).toEqual([...dropoutMask(clock, 0, 200, 0.5)]);
    expect([...scored.dataSync()]).toEqual([...input.dataSync()]);
  });
});
