import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { copyGivenModel, modelArtifacts, SeededDropout } from '../../../src/models/index.js';

const shape = { height: 6, width: 6, channels: 1, classes: 3 };

const copyOf = async (...layers: tf.layers.Layer[]) =>
  copyGivenModel(await modelArtifacts(tf.sequential({ layers })), shape);

const flatten = () => tf.layers.flatten({ inputShape: [6, 6, 1] });

describe("a reader's own model", () => {
  it('is copied with its weights, and the copy is independent', async () => {
    const given = tf.sequential({ layers: [flatten(), tf.layers.dense({ units: 3 })] });
    const copy = await copyGivenModel(await modelArtifacts(given), shape);
    const [kernel] = copy.getWeights();
    const before = given.getWeights()[0].dataSync();
    expect(kernel.dataSync()).toEqual(before);
    copy.setWeights(copy.getWeights().map((weight) => tf.zerosLike(weight)));
    expect(given.getWeights()[0].dataSync()).toEqual(before);
  });

  it('has its dropout replaced by the seeded one, in nested models too', async () => {
    const inner = tf.sequential({ layers: [tf.layers.dropout({ rate: 0.3, inputShape: [36] })] });
    const copy = await copyOf(
      flatten(),
      inner,
      tf.layers.dropout({ rate: 0.4 }),
      tf.layers.dense({ units: 3 }),
    );
    const nested = copy.layers[1];
    if (!(nested instanceof tf.LayersModel)) throw new Error('the nested model is gone');
    const configs = [nested.layers[0], copy.layers[2]].map((layer) => {
      expect(layer).toBeInstanceOf(SeededDropout);
      const { rate, layer: number } = layer.getConfig();
      return { rate, number };
    });
    expect(configs).toEqual([
      { rate: 0.3, number: 0 },
      { rate: 0.4, number: 1 },
    ]);
  });

  it.each([
    ['an activation', () => [tf.layers.dense({ units: 3, activation: 'softmax' })]],
    ['a layer', () => [tf.layers.dense({ units: 3 }), tf.layers.softmax()]],
  ])('loses a final softmax that is %s, because the loss has one', async (_, last) => {
    const copy = await copyOf(flatten(), ...last());
    const logits = copy.predict(tf.randomNormal([2, 6, 6, 1], 0, 5)) as tf.Tensor;
    const sums = logits.sum(-1).dataSync();
    expect(Math.abs(sums[0] - 1)).toBeGreaterThan(1e-3);
  });

  it.each([
    [
      'a layer whose noise has no seed',
      () => [flatten(), tf.layers.gaussianNoise({ stddev: 1 }), tf.layers.dense({ units: 3 })],
      'model-noise',
    ],
    [
      'dropout with a noise shape',
      () => [flatten(), tf.layers.dropout({ rate: 0.5, noiseShape: [1, 36] }), tf.layers.dense({ units: 3 })],
      'model-noise',
    ],
    [
      'a regularizer, which no step would apply',
      () => [flatten(), tf.layers.dense({ units: 3, kernelRegularizer: 'l1l2' })],
      'model-penalty',
    ],
    [
      'a constraint in a nested model',
      () => [
        flatten(),
        tf.sequential({
          layers: [tf.layers.dense({ units: 4, inputShape: [36], biasConstraint: 'nonNeg' })],
        }),
        tf.layers.dense({ units: 3 }),
      ],
      'model-penalty',
    ],
    [
      'dropout inside a cell',
      () => [
        tf.layers.reshape({ targetShape: [6, 6], inputShape: [6, 6, 1] }),
        tf.layers.rnn({ cell: tf.layers.lstmCell({ units: 4, dropout: 0.5 }) }),
        tf.layers.dense({ units: 3 }),
      ],
      'model-noise',
    ],
    [
      'an output of another number of classes',
      () => [flatten(), tf.layers.dense({ units: 4 })],
      'model-output',
    ],
    [
      'an input of another size',
      () => [tf.layers.flatten({ inputShape: [5, 6, 1] }), tf.layers.dense({ units: 3 })],
      'model-input',
    ],
  ])('is refused for %s', async (_, layers, code) => {
    await expect(copyOf(...layers())).rejects.toMatchObject({ code });
  });

  it('is refused for a layer that tf.js does not know, by its name', async () => {
    const artifacts = await modelArtifacts(
      tf.sequential({ layers: [flatten(), tf.layers.dense({ units: 3, name: 'last' })] }),
    );
    const topology = JSON.stringify(artifacts.modelTopology).replace(
      '"class_name":"Dense"',
      '"class_name":"Swirl"',
    );
    await expect(
      copyGivenModel({ ...artifacts, modelTopology: JSON.parse(topology) as object }, shape),
    ).rejects.toMatchObject({ code: 'model-layer', received: 'Swirl "last"' });
  });
});
