import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { buildModel } from '../../../src/models/index.js';

const large = { height: 28, width: 28, channels: 1, classes: 10, seed: 7 };
const small = { ...large, height: 12, width: 12 };

let models: tf.LayersModel[] = [];

const build = (...parameters: Parameters<typeof buildModel>) => {
  const model = buildModel(...parameters);
  models.push(model);
  return model;
};

const weightsOf = (model: tf.LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);

beforeEach(() => {
  models = [];
});

afterEach(() => {
  for (const model of models) model.dispose();
});

describe('a network of the zoo', () => {
  it.each([
    ['tiny', small, ['conv1/kernel 3,3,1,4', 'conv2/kernel 3,3,4,8', 'dense/kernel 72,10']],
    ['lenet', large, ['conv1/kernel 5,5,1,8', 'conv2/kernel 5,5,8,16', 'dense/kernel 256,10']],
    ['mlp', large, ['dense1/kernel 784,64', 'dense2/kernel 64,10']],
  ] as const)('%s has the layers it promises', (name, shape, kernels) => {
    const weights = build(name, shape).trainableWeights;
    const printed = weights.map(({ originalName, shape }) => `${originalName} ${shape.join()}`);
    expect(printed.filter((text) => text.includes('kernel'))).toEqual(kernels);
  });

  it('alexnet has five convolutions, three dense layers, two dropouts, and the requested classes', () => {
    const model = build('alexnet', { ...large, classes: 2 });
    const names = model.layers.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('conv'))).toHaveLength(5);
    expect(names.filter((name) => name.startsWith('dense'))).toHaveLength(3);
    expect(names.filter((name) => name.startsWith('dropout'))).toHaveLength(2);
    expect(model.outputShape).toEqual([null, 2]);
  });

  it('has the weights of its seed, and others for another seed', () => {
    const first = weightsOf(build('tiny', small));
    expect(weightsOf(build('tiny', small))).toEqual(first);
    expect(weightsOf(build('tiny', { ...small, seed: 8 }))).not.toEqual(first);
  });

  it("starts within PyTorch's bounds, ±1/√(fan-in), kernels and biases alike", () => {
    const [kernel, bias] = weightsOf(build('lenet', large)).slice(2, 4);
    const bound = 1 / Math.sqrt(5 * 5 * 8);
    for (const values of [kernel, bias]) {
      const largest = Math.max(...values.map(Math.abs));
      expect(largest).toBeLessThanOrEqual(bound);
      expect(largest).toBeGreaterThan(bound * 0.7);
    }
  });

  it('is refused for images that are too small for it', () => {
    expect(() => buildModel('lenet', small)).toThrow('"lenet" got images of 12×12; it needs at least 16×16');
  });
});
