/**
 * Convolution, bias, ReLU and max pool as one operation with a gradient. tf.js does not fuse while gradients are
 * recorded; this does. It runs on the WebGPU backend only.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { Epilogue } from './convolution.js';
import { convolutionProgram } from './convolution.js';
import type { ConvolutionAttributes, ConvolutionShape } from './convolution-shape.js';
import { coveredConvolution } from './convolution-shape.js';
import { reluGradientProgram, unpoolProgram } from './max-pool.js';
import { float, integer, registerKernel, run, runKernel, runProgram } from './run-program.js';
import { filterGradient, inputGradient } from './tfjs-kernels.js';

const name = 'LabConvolution';
const filterGradientName = 'LabConvolutionFilterGradient';
const inputGradientName = 'LabConvolutionInputGradient';

interface Attributes {
  shape: ConvolutionShape;
  epilogue: Epilogue;
}

/** Whether {@link fusedConvolution} can take this convolution. */
export const coversConvolution = (
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: ConvolutionAttributes,
): boolean => coveredConvolution(inputShape, filterShape, attributes) !== undefined;

/**
 * Convolution, bias and, if wanted, ReLU and a 2×2 max pool of stride 2 in one dispatch.
 *
 * @param x [batch, height, width, channels]
 * @param filter [height, width, in, out]
 * @param bias [out]
 * @throws Error if the convolution is not covered
 */
export function fusedConvolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  attributes: ConvolutionAttributes,
  { relu, pool }: Pick<Epilogue, 'relu' | 'pool'>,
): tf.Tensor4D {
  const shape = coveredConvolution(x.shape, filter.shape, attributes);
  if (!shape)
    throw new Error(
      `a convolution of [${x.shape.join(', ')}] with [${filter.shape.join(', ')}] is not covered.`,
    );
  const [result] = runKernel(name, { x, filter, bias }, { shape, epilogue: { bias: true, relu, pool } });
  return result as tf.Tensor4D;
}

/** Registers the kernels of {@link fusedConvolution} and its gradient. */
export function registerFusedConvolution(): void {
  registerKernel<Attributes>(name, ({ inputs: { x, filter, bias }, attributes, backend }) => {
    const { shape, epilogue } = attributes;
    const { batch, outHeight, outWidth, outChannels } = shape;
    const size = (side: number) => (epilogue.pool ? Math.floor(side / 2) : side);
    const result = [batch, size(outHeight), size(outWidth), outChannels];
    const results = epilogue.pool ? [float(...result), integer(...result)] : [float(...result)];
    return run(backend, convolutionProgram(shape, epilogue), results, [x, filter, bias]);
  });
  registerKernel<Attributes>(filterGradientName, ({ inputs: { x, dy }, attributes: { shape }, backend }) =>
    filterGradient(backend, shape, { x, dy }, true),
  );
  registerKernel<Attributes>(
    inputGradientName,
    ({ inputs: { dy, filter }, attributes: { shape }, backend }) => [
      inputGradient(backend, shape, { dy, filter }),
    ],
  );
  tf.registerGradient({
    kernelName: name,
    inputsToSave: ['x', 'filter'],
    outputsToSave: [true, true],
    gradFunc: (dy, saved, attributes) => {
      const { shape, epilogue } = attributes as unknown as Attributes;
      const { batch, outHeight, outWidth, outChannels } = shape;
      const [x, filter, result, choices] = saved;
      // The choices are a second result, which has no gradient.
      const [outer] = Array.isArray(dy) ? dy : [dy];
      const before = [float(batch, outHeight, outWidth, outChannels)];
      const slopeOf = () => {
        if (epilogue.pool) return runProgram(unpoolProgram(shape, outChannels), before, [outer, choices])[0];
        if (epilogue.relu) return runProgram(reluGradientProgram(result.size), before, [outer, result])[0];
        return outer;
      };
      const slope = slopeOf();
      const [filterSlope, biasSlope] = runKernel(filterGradientName, { x, dy: slope }, { shape });
      return {
        x: () => runKernel(inputGradientName, { dy: slope, filter }, { shape })[0],
        filter: () => filterSlope,
        bias: () => biasSlope,
      };
    },
  });
}
