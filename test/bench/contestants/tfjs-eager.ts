/** tf.js in its users' best form: layers, `tf.train.adam`, one tidy step, losses read late. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';

import type { Enter } from '../contestant.js';
import { makeContestant } from '../contestant.js';
import type { NetworkShape } from '../networks.js';
import { batchesOf, classes, learningRate, networks, startOf } from '../networks.js';

function buildModel({ side, convolutions }: NetworkShape): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.inputLayer({ inputShape: [side, side, 1] }));
  for (const { kernelSize, filters, pool } of convolutions) {
    model.add(tf.layers.conv2d({ kernelSize, filters, activation: 'relu' }));
    if (pool) model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  }
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: classes }));
  return model;
}

export const enterTfjsEager: Enter = async (benchCase) => {
  tf.enableProdMode();
  if (!(await tf.setBackend('webgpu'))) throw new Error('tf.js could not start its WebGPU backend.');
  const network = networks[benchCase.network];
  const start = startOf(benchCase);
  const model = buildModel(network);
  model.setWeights(start.weights.map(({ shape, values }) => tf.tensor(values, shape)));
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  const batches = batchesOf(start, benchCase).map(({ images, labels }) => ({
    // A tensor is uploaded when it is first used; the result of an operation is already on the device.
    images: tf.tidy(() =>
      tf.tensor4d(images, [benchCase.batchSize, network.side, network.side, 1]).mul<tf.Tensor4D>(1),
    ),
    targets: tf.oneHot(tf.tensor1d(labels, 'int32'), classes),
  }));

  const step = (index: number): tf.Scalar =>
    tf.tidy(() => {
      const { images, targets } = batches[index % batches.length];
      const { value, grads } = tf.variableGrads(() =>
        tf.losses.softmaxCrossEntropy(targets, model.apply(images, { training: true }) as tf.Tensor2D),
      );
      optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      return value;
    });
  const read = async (losses: readonly tf.Scalar[]): Promise<ArrayLike<number>> => {
    const stacked = tf.stack([...losses]);
    tf.dispose([...losses]);
    const values = await stacked.data();
    stacked.dispose();
    return values;
  };
  return makeContestant(step, read, () => {
    optimizer.dispose();
    model.dispose();
    tf.dispose(batches);
  });
};
