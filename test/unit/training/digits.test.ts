/**
 * The drawn digits are a useful task: a convolution learns them better than a linear model, and the rate matters. That it
 * learns them is for the soak here; `npm test` shows it in the browser, on WebGPU.
 */
import { existsSync, readFileSync } from 'node:fs';

import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Dataset } from '../../../src/data/index.js';
import { datasetFromIdx, makeDigits, shrinkToTwelve } from '../../../src/data/index.js';
import { Trainer } from '../../../src/training/index.js';
import type { TrainerConfig } from '../../../src/training/index.js';
import { isSoak } from '../../property-runs.js';

const patience = 240_000;

/** Trains for 300 steps and returns the best of the validation scores. */
async function bestAccuracy(trainer: Trainer): Promise<number> {
  let best = 0;
  for (let epoch = 0; epoch < 4; epoch++) {
    await trainer.step(75);
    best = Math.max(best, (await trainer.evaluate()).accuracy);
  }
  return best;
}

let digits: Dataset;

const create = (config: TrainerConfig) =>
  Trainer.create({ backend: 'cpu', dataset: digits, stepsPerEpoch: 75, ...config });

beforeAll(async () => {
  digits = shrinkToTwelve(await makeDigits());
});

describe.runIf(isSoak)('the drawn digits, at 12×12', () => {
  let network: Trainer;
  let accuracy: number;

  beforeAll(async () => {
    network = await create({ model: 'tiny' });
    accuracy = await bestAccuracy(network);
  }, patience);

  afterAll(() => network.dispose());

  it('are learnt by the smallest network within 300 steps, past 85 %', () => {
    expect(accuracy).toBeGreaterThan(0.85);
  });

  it(
    'are beyond a softmax regression by at least five points',
    async () => {
      const regression = tf.sequential({
        layers: [tf.layers.flatten({ inputShape: [12, 12, 1] }), tf.layers.dense({ units: 10 })],
      });
      let best = 0;
      for (const lr of [0.1, 0.02]) {
        const trainer = await create({ model: regression, optimizer: { type: 'SGD', lr, momentum: 0.9 } });
        best = Math.max(best, await bestAccuracy(trainer));
        await trainer.dispose();
      }
      console.log(`digits: network ${accuracy}, softmax regression ${best}`);
      expect(best).toBeLessThan(accuracy - 0.05);
    },
    patience,
  );

  const shared = new URL('../../../../shared/data/mnist/', import.meta.url);

  it.runIf(existsSync(shared))('teach something about real MNIST', async () => {
    const files = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map((name) => ({
      name,
      bytes: new Uint8Array(readFileSync(new URL(name, shared))),
    }));
    const real = shrinkToTwelve(await datasetFromIdx(files));
    const reader = await create({ model: 'tiny', dataset: real, initialWeights: await network.weights() });
    const score = await reader.evaluate();
    await reader.dispose();
    console.log(`trained on digits, shown real MNIST: accuracy ${score.accuracy}`);
    expect(score.accuracy).toBeGreaterThan(0.5);
  });
});

it.each([
  ['the loss of the drawn digits hardly moves at too small a rate', 1e-4],
  ['the loss of the drawn digits does not come down at too large a rate', 10],
])(
  '%s',
  async (_, lr) => {
    const trainer = await create({ model: 'tiny', optimizer: { type: 'SGD', lr, momentum: 0.9 } });
    const losses = (await trainer.step(30)).map(({ loss }) => loss);
    await trainer.dispose();
    const last = losses.slice(-10).reduce((sum, loss) => sum + loss, 0) / 10;
    // A NaN also fails.
    expect(last < losses[0] * 0.9).toBe(false);
  },
  patience,
);
