/** jax-js in its fastest form: forward, backward and Adam of the whole network in one `jit`. */
import { defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';

import type { Enter } from '../contestant.js';
import { makeContestant } from '../contestant.js';
import type { NetworkShape, StartWeight } from '../networks.js';
import { batchesOf, classes, learningRate, networks, startOf } from '../networks.js';

type Parameters = Record<string, np.Array>;

/** A kernel [rows, columns, in, out] in jax-js's layout: [out, in, rows, columns]. */
const toOihw = ({ shape, values }: StartWeight): np.Array =>
  np.array(values).reshape(shape).transpose([3, 2, 0, 1]);

/** The dense rows follow the features, which are NHWC in tf.js and NCHW here. */
const toNchwRows = ({ shape: [rows, columns], values }: StartWeight, channels: number): np.Array =>
  np
    .array(values)
    .reshape([rows / channels, channels, columns])
    .transpose([1, 0, 2])
    .reshape([rows, columns]);

function parametersOf({ convolutions }: NetworkShape, weights: readonly StartWeight[]): Parameters {
  const named = new Map(weights.map((weight) => [weight.name, weight]));
  const parameters: Parameters = {};
  for (const { name, filters } of convolutions) {
    parameters[`${name}/kernel`] = toOihw(named.get(`${name}/kernel`)!);
    parameters[`${name}/bias`] = np.array(named.get(`${name}/bias`)!.values).reshape([filters, 1, 1]);
  }
  parameters['dense/kernel'] = toNchwRows(named.get('dense/kernel')!, convolutions.at(-1)!.filters);
  parameters['dense/bias'] = np.array(named.get('dense/bias')!.values);
  return parameters;
}

/** The mean cross-entropy of a batch. */
function lossOf({ convolutions, flat }: NetworkShape, batchSize: number) {
  return (parameters: Parameters, images: np.Array, labels: np.Array): np.Array => {
    let features = images;
    for (const { name, pool } of convolutions) {
      features = lax
        .convGeneralDilated(features, parameters[`${name}/kernel`], [1, 1], 'VALID')
        .add(parameters[`${name}/bias`]);
      // Equal to ReLU before the pool, on a quarter of the values.
      if (pool) features = lax.reduceWindow(features, np.max, [2, 2], [2, 2]);
      features = nn.relu(features);
    }
    const logits = np
      .dot(features.reshape([batchSize, flat]), parameters['dense/kernel'])
      .add(parameters['dense/bias']);
    return nn
      .logSoftmax(logits)
      .mul(nn.oneHot(labels, classes))
      .sum()
      .mul(-1 / batchSize);
  };
}

export const enterJaxJit: Enter = async (benchCase) => {
  if (!(await init('webgpu')).includes('webgpu')) throw new Error('jax-js found no WebGPU.');
  defaultDevice('webgpu');
  const network: NetworkShape = networks[benchCase.network];
  const { batchSize } = benchCase;
  const start = startOf(benchCase);
  const lossAndGradients = valueAndGrad(lossOf(network, batchSize));

  const update = jit(
    (
      weights: Parameters,
      averages: Parameters,
      squareAverages: Parameters,
      images: np.Array,
      labels: np.Array,
      rate: np.Array,
      correction: np.Array,
      squareCorrection: np.Array,
    ) => {
      const [loss, gradients] = lossAndGradients(tree.ref(weights), images, labels);
      const next: [Parameters, Parameters, Parameters] = [{}, {}, {}];
      for (const [name, gradient] of Object.entries(gradients)) {
        const average = averages[name].mul(0.9).add(gradient.ref.mul(0.1));
        const squareAverage = squareAverages[name].mul(0.999).add(gradient.ref.mul(gradient).mul(0.001));
        next[1][name] = average.ref;
        next[2][name] = squareAverage.ref;
        const spread = np.sqrt(squareAverage.mul(squareCorrection.ref)).add(1e-8);
        next[0][name] = weights[name].sub(rate.ref.mul(average.mul(correction.ref)).div(spread));
      }
      for (const scalar of [rate, correction, squareCorrection]) scalar.dispose();
      return [...next, loss] as const;
    },
  );

  let weights = parametersOf(network, start.weights);
  const zeros = () => tree.map((weight: np.Array) => np.zerosLike(weight.ref), weights);
  let [averages, squareAverages] = [zeros(), zeros()];
  const batches = batchesOf(start, benchCase).map(({ images, labels }) => ({
    images: np.array(images).reshape([batchSize, 1, network.side, network.side]),
    labels: np.array(labels),
  }));

  const step = (index: number): np.Array => {
    const { images, labels } = batches[index % batches.length];
    let loss: np.Array;
    [weights, averages, squareAverages, loss] = update(
      weights,
      averages,
      squareAverages,
      images.ref,
      labels.ref,
      np.array(learningRate),
      np.array(1 / (1 - 0.9 ** (index + 1))),
      np.array(1 / (1 - 0.999 ** (index + 1))),
    );
    return loss;
  };
  const read = (losses: readonly np.Array[]): Promise<number[]> =>
    Promise.all(losses.map((loss) => loss.jsAsync() as Promise<number>));
  return makeContestant(step, read, () => {
    tree.dispose([weights, averages, squareAverages, batches]);
    update.dispose();
  });
};
