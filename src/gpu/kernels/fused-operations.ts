/**
 * Operations that tf.js has no kernel for, with their gradients: a convolution with all that follows it, a dense layer,
 * the loss, a batch out of a resident data set, a dropout mask. tf.js does not fuse while gradients are recorded; these
 * do. They run on the WebGPU backend only.
 */
import * as tf from '@tensorflow/tfjs';

import type { Program, WebGpuBackend } from '../webgpu-backend.js';
import { dispatch } from '../webgpu-backend.js';
import type { Epilogue } from './convolution.js';
import { convolutionProgram } from './convolution.js';
import type { ConvolutionAttributes, ConvolutionShape } from './convolution-shape.js';
import { coveredConvolution } from './convolution-shape.js';
import type { DenseShape } from './dense.js';
import { denseInputGradientProgram, denseKernelGradientProgram, denseProgram } from './dense.js';
import { dropoutMaskProgram } from './dropout-mask.js';
import { gatherBatchProgram } from './gather-batch.js';
import { reluGradientProgram, unpoolProgram } from './max-pool.js';
import { scaleProgram, softmaxCrossEntropyProgram } from './softmax-cross-entropy.js';
import { filterGradient, inputGradient } from './tfjs-kernels.js';

/** One kernel for all: it makes the results and runs a program over results and inputs. */
const kernelName = 'LabProgram';

interface ProgramAttributes {
  program: Program;
  results: readonly { shape: number[]; dtype: 'float32' | 'int32' }[];
}

/** Names of the kernels with a gradient. */
const convolutionName = 'LabConvolution';
const denseName = 'LabDense';
const lossName = 'LabSoftmaxCrossEntropy';

const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const integer = (...shape: number[]) => ({ shape, dtype: 'int32' as const });

/** Runs a program as a kernel of tf.js. */
function run(
  backend: WebGpuBackend,
  program: Program,
  results: ProgramAttributes['results'],
  tensors: readonly tf.TensorInfo[],
): tf.TensorInfo[] {
  const made = results.map(({ shape, dtype }) => backend.makeTensorInfo([...shape], dtype));
  dispatch(backend, program, [...made, ...tensors]);
  return made;
}

/** The same from outside of a kernel: the results are tensors of tf.js's, which `tf.tidy` frees. */
function runProgram(
  program: Program,
  results: ProgramAttributes['results'],
  tensors: readonly tf.Tensor[],
): tf.Tensor[] {
  return tf
    .engine()
    .runKernel<tf.Tensor[]>(
      kernelName,
      Object.fromEntries(tensors.map((tensor, index) => [`input${index}`, tensor])),
      { program, results } as unknown as tf.NamedAttrMap,
    );
}

interface ConvolutionCall {
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
 * @throws Error when the convolution is not covered
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
  const call: ConvolutionCall = { shape, epilogue: { bias: true, relu, pool } };
  const [result] = tf
    .engine()
    .runKernel<tf.Tensor[]>(convolutionName, { x, filter, bias }, call as unknown as tf.NamedAttrMap);
  return result as tf.Tensor4D;
}

/** A dense layer: x · kernel + bias, with a ReLU if wanted, in one dispatch. `x` is [batch, inputs]. */
export function fusedDense(
  x: tf.Tensor2D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D,
  relu: boolean,
): tf.Tensor2D {
  const [batch, inputs] = x.shape;
  const shape: DenseShape = { batch, inputs, outputs: kernel.shape[1] };
  return tf
    .engine()
    .runKernel<tf.Tensor2D>(denseName, { x, kernel, bias }, { shape, relu } as unknown as tf.NamedAttrMap);
}

/** The mean softmax cross-entropy of logits [batch, classes] with labels [batch], int32 from 0; natural logarithm. */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  const [loss] = tf.engine().runKernel<tf.Tensor[]>(lossName, { logits, labels });
  return loss as tf.Scalar;
}

/**
 * A batch out of a resident data set.
 *
 * @param images int32, four pixel bytes to a word
 * @param intensity the value of each pixel byte, [256]
 * @param indices int32 [batch]
 * @param shape rows, columns and channels of an image
 */
export function gatherBatch(
  { images, labels, intensity }: { images: tf.Tensor; labels: tf.Tensor; intensity: tf.Tensor },
  indices: tf.Tensor1D,
  [height, width, channels]: readonly [number, number, number],
): { images: tf.Tensor4D; labels: tf.Tensor1D } {
  const batch = indices.size;
  const [batchImages, batchLabels] = runProgram(
    gatherBatchProgram(batch, height * width * channels),
    [float(batch, height, width, channels), integer(batch)],
    [images, labels, indices, intensity],
  );
  return { images: batchImages as tf.Tensor4D, labels: batchLabels as tf.Tensor1D };
}

/** The dropout multipliers of a layer, as {@link dropoutMaskProgram} makes them; `stepKey` is one int32 word. */
export function deviceDropoutMask(
  shape: number[],
  { layer, rate, stepKey }: { layer: number; rate: number; stepKey: tf.Tensor },
): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return runProgram(dropoutMaskProgram(size, layer, rate), [float(...shape)], [stepKey])[0];
}

/** Registers the kernels and gradients of these operations, once. */
export function registerFusedOperations(): void {
  tf.registerKernel({
    kernelName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { program, results } = attrs as unknown as ProgramAttributes;
      return run(backend as WebGpuBackend, program, results, Object.values(inputs) as tf.TensorInfo[]);
    },
  });

  tf.registerKernel({
    kernelName: convolutionName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, filter, bias } = inputs as Record<string, tf.TensorInfo>;
      const { shape, epilogue } = attrs as unknown as ConvolutionCall;
      const { batch, outHeight, outWidth, outChannels } = shape;
      const size = (side: number) => (epilogue.pool ? Math.floor(side / 2) : side);
      const result = [batch, size(outHeight), size(outWidth), outChannels];
      return run(
        backend as WebGpuBackend,
        convolutionProgram(shape, epilogue),
        epilogue.pool ? [float(...result), integer(...result)] : [float(...result)],
        [x, filter, bias],
      );
    },
  });
  tf.registerGradient({
    kernelName: convolutionName,
    inputsToSave: ['x', 'filter'],
    outputsToSave: [true, true],
    gradFunc: (dy, saved, attrs) => {
      const { shape, epilogue } = attrs as unknown as ConvolutionCall;
      const { batch, outHeight, outWidth, outChannels } = shape;
      const [x, filter, result, choices] = saved;
      // The choices are a second result, which nothing flows back from.
      const [outer] = Array.isArray(dy) ? dy : [dy];
      const before = float(batch, outHeight, outWidth, outChannels);
      // Both pass the ReLU's zero slope on; without ReLU nothing lies between.
      const slope = epilogue.pool
        ? runProgram(unpoolProgram(shape, outChannels), [before], [outer, choices])[0]
        : epilogue.relu
          ? runProgram(reluGradientProgram(result.size), [before], [outer, result])[0]
          : outer;
      const [filterSlope, biasSlope] = tf
        .engine()
        .runKernel<tf.Tensor[]>(`${convolutionName}FilterGradient`, { x, dy: slope }, {
          shape,
        } as unknown as tf.NamedAttrMap);
      return {
        x: () =>
          tf.engine().runKernel<tf.Tensor>(`${convolutionName}InputGradient`, { dy: slope, filter }, {
            shape,
          } as unknown as tf.NamedAttrMap),
        filter: () => filterSlope,
        bias: () => biasSlope,
      };
    },
  });
  tf.registerKernel({
    kernelName: `${convolutionName}FilterGradient`,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, dy } = inputs as Record<string, tf.TensorInfo>;
      return filterGradient(
        backend as WebGpuBackend,
        (attrs as unknown as ConvolutionCall).shape,
        { x, dy },
        true,
      );
    },
  });
  tf.registerKernel({
    kernelName: `${convolutionName}InputGradient`,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, filter } = inputs as Record<string, tf.TensorInfo>;
      return inputGradient(backend as WebGpuBackend, (attrs as unknown as ConvolutionCall).shape, {
        dy,
        filter,
      });
    },
  });

  tf.registerKernel({
    kernelName: denseName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, kernel, bias } = inputs as Record<string, tf.TensorInfo>;
      const { shape, relu } = attrs as unknown as { shape: DenseShape; relu: boolean };
      const [result] = run(
        backend as WebGpuBackend,
        denseProgram(shape, relu),
        [float(shape.batch, shape.outputs)],
        [x, kernel, bias],
      );
      return result;
    },
  });
  tf.registerGradient({
    kernelName: denseName,
    inputsToSave: ['x', 'kernel'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const { shape, relu } = attrs as unknown as { shape: DenseShape; relu: boolean };
      const [x, kernel, result] = saved;
      const outer = dy as tf.Tensor;
      const slope = relu
        ? runProgram(reluGradientProgram(result.size), [float(...result.shape)], [outer, result])[0]
        : outer;
      const [kernelSlope, biasSlope] = runProgram(
        denseKernelGradientProgram(shape),
        [float(shape.inputs, shape.outputs), float(shape.outputs)],
        [slope, x],
      );
      return {
        x: () => runProgram(denseInputGradientProgram(shape), [float(...x.shape)], [slope, kernel])[0],
        kernel: () => kernelSlope,
        bias: () => biasSlope,
      };
    },
  });

  tf.registerKernel({
    kernelName: lossName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, backend }) => {
      const { logits, labels } = inputs as Record<string, tf.TensorInfo>;
      const [batch, classes] = logits.shape;
      return run(
        backend as WebGpuBackend,
        softmaxCrossEntropyProgram(batch, classes),
        [float(), float(batch, classes)],
        [logits, labels],
      );
    },
  });
  tf.registerGradient({
    kernelName: lossName,
    outputsToSave: [false, true],
    gradFunc: (dy, saved) => {
      const [slope] = saved;
      const [outer] = dy as tf.Tensor[];
      return {
        logits: () => runProgram(scaleProgram(slope.size), [float(...slope.shape)], [slope, outer])[0],
      };
    },
  });
}
