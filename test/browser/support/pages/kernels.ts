/** Runs one tf.js operation on WebGPU with our kernels and on the cpu backend. */
import * as tf from '@tensorflow/tfjs';

import {
  deviceDropoutMask,
  fusedConvolution,
  fusedDense,
  gatherBatch,
  softmaxCrossEntropy,
} from '../../../../src/gpu/kernels/index.js';
import { dropoutMask, dropoutStepKey } from '../../../../src/models/index.js';

/** Repeatable numbers in ±1 for a tensor; multiples of 1/64, so that equal values occur. */
function fill(shape: number[], seed: number): tf.Tensor {
  let state = seed;
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 16) % 129) / 64 - 1;
  });
  return tf.tensor(values, shape);
}

type Result = Record<string, tf.Tensor>;

/** Runs the same operation on both backends and returns the largest difference, relative to 1 + the cpu's value. */
async function compare(operation: (fill: (shape: number[], seed: number) => tf.Tensor) => Result) {
  const run = async (backend: 'cpu' | 'webgpu') => {
    await tf.setBackend(backend);
    const results = tf.tidy(() => operation(fill));
    const values: Record<string, { shape: number[]; data: tf.TypedArray }> = {};
    for (const [name, tensor] of Object.entries(results)) {
      values[name] = { shape: tensor.shape, data: await tensor.data() };
      tensor.dispose();
    }
    return values;
  };
  const expected = await run('cpu');
  const actual = await run('webgpu');
  let worst = 0;
  for (const [name, { shape, data }] of Object.entries(expected)) {
    if (actual[name].shape.join() !== shape.join()) {
      throw new Error(`${name}: got shape [${actual[name].shape.join()}], expected [${shape.join()}].`);
    }
    for (const [index, value] of data.entries()) {
      const error = Math.abs(actual[name].data[index] - value) / (1 + Math.abs(value));
      // A NaN is the worst of errors.
      worst = error <= worst ? worst : error;
      if (Number.isNaN(error)) return Infinity;
    }
  }
  return worst;
}

/** `window.engine.kernels`. */
export const kernels = {
  compare,
  fusedConvolution,
  fusedDense,
  gatherBatch,
  softmaxCrossEntropy,
  deviceDropoutMask,
  dropoutMask,
  dropoutStepKey,
};
