/** Compares the optimizers with weights and states recorded from PyTorch, on tf.js's cpu backend. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import adagradCases from '../../golden/optim/Adagrad.json' with { type: 'json' };
import adamCases from '../../golden/optim/Adam.json' with { type: 'json' };
import adamwCases from '../../golden/optim/AdamW.json' with { type: 'json' };
import rmspropCases from '../../golden/optim/RMSprop.json' with { type: 'json' };
import sgdCases from '../../golden/optim/SGD.json' with { type: 'json' };
import type { GoldenCase } from './replay.js';
import { replay } from './replay.js';

const cases = [
  ...sgdCases,
  ...adamCases,
  ...adamwCases,
  ...rmspropCases,
  ...adagradCases,
] as unknown as GoldenCase[];

const named = (some: readonly GoldenCase[]) => some.map((golden) => [golden.id, golden] as const);

/** The largest difference of float32 on any device from PyTorch's float64. */
const tolerance = 1e-5;

describe('an optimizer', () => {
  it.each(named(cases))('has PyTorch’s weights and state: %s', async (_, golden) => {
    const before = tf.memory().numTensors;
    const { weights, state, differences } = await replay(golden);
    expect(differences).toEqual([]);
    expect(weights).toBeLessThan(tolerance);
    expect(state).toBeLessThan(tolerance);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(named(cases.filter(({ checkpoint }) => checkpoint)))(
    'continues from PyTorch’s checkpoint: %s',
    async (_, golden) => {
      const { weights, state, differences } = await replay(golden, 'checkpoint');
      expect(differences).toEqual([]);
      expect(weights).toBeLessThan(tolerance);
      expect(state).toBeLessThan(tolerance);
    },
  );
});
