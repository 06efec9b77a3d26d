/**
 * Our programs under tf.js's own kernel names, so that every tf.js model runs faster. Cases that they do not cover go to
 * the kernel that was registered before.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { WebGpuBackend } from '../webgpu-backend.js';
import { dispatch } from '../webgpu-backend.js';
import type { Epilogue } from './convolution.js';
import { convolutionProgram } from './convolution.js';
import { filterGradientPlan } from './convolution-filter-gradient.js';
import { inputGradientProgram } from './convolution-input-gradient.js';
import type { ConvolutionAttributes, ConvolutionShape } from './convolution-shape.js';
import { coveredConvolution } from './convolution-shape.js';
import type { PoolShape } from './max-pool.js';
import { maxPoolGradientProgram, maxPoolProgram } from './max-pool.js';

type Inputs = Record<string, tf.TensorInfo>;

/** The form of a tf.js kernel: named tensors and attributes in, a tensor out. */
interface Call {
  inputs: Inputs;
  attributes: Record<string, unknown>;
  backend: WebGpuBackend;
}

const plain: Epilogue = { bias: false, relu: false, pool: false };

const areFloats = (...tensors: tf.TensorInfo[]) => tensors.every(({ dtype }) => dtype === 'float32');

/** Runs a convolution with its bias and activation, without the pool. */
function convolve(
  backend: WebGpuBackend,
  shape: ConvolutionShape,
  epilogue: Epilogue,
  tensors: tf.TensorInfo[],
): tf.TensorInfo {
  const { batch, outHeight, outWidth, outChannels } = shape;
  const result = backend.makeTensorInfo([batch, outHeight, outWidth, outChannels], 'float32');
  dispatch(backend, convolutionProgram(shape, epilogue), [result, ...tensors]);
  return result;
}

function convolution({ inputs: { x, filter }, attributes, backend }: Call): tf.TensorInfo | undefined {
  const shape = coveredConvolution(x.shape, filter.shape, attributes as unknown as ConvolutionAttributes);
  if (!shape || !areFloats(x, filter)) return undefined;
  return convolve(backend, shape, plain, [x, filter]);
}

function fusedConvolution({ inputs, attributes, backend }: Call): tf.TensorInfo | undefined {
  const { x, filter, bias, preluActivationWeights } = inputs as Partial<Inputs> & Inputs;
  const shape = coveredConvolution(x.shape, filter.shape, attributes as unknown as ConvolutionAttributes);
  const { activation } = attributes;
  const isKnown = activation === undefined || activation === 'linear' || activation === 'relu';
  const fits = isKnown && (preluActivationWeights as unknown) === undefined;
  if (!shape || !fits || !areFloats(x, filter)) return undefined;
  if ((bias as unknown) === undefined) {
    return convolve(backend, shape, { ...plain, relu: activation === 'relu' }, [x, filter]);
  }
  if (!areFloats(bias) || bias.shape.length !== 1) return undefined;
  return convolve(backend, shape, { bias: true, relu: activation === 'relu', pool: false }, [
    x,
    filter,
    bias,
  ]);
}

/** The gradients of a convolution's kernel and, if wanted, its bias. */
export function filterGradient(
  backend: WebGpuBackend,
  shape: ConvolutionShape,
  { x, dy }: { x: tf.TensorInfo; dy: tf.TensorInfo },
  withBias: boolean,
): tf.TensorInfo[] {
  const { kernelHeight, kernelWidth, inChannels, outChannels } = shape;
  const plan = filterGradientPlan(shape);
  const parts = backend.makeTensorInfo([plan.parts, plan.partSize], 'float32');
  const results = [
    backend.makeTensorInfo([kernelHeight, kernelWidth, inChannels, outChannels], 'float32'),
    ...(withBias ? [backend.makeTensorInfo([outChannels], 'float32')] : []),
  ];
  dispatch(backend, plan.partial, [parts, dy, x]);
  dispatch(backend, plan.total(withBias), [...results, parts]);
  backend.disposeData(parts.dataId);
  return results;
}

function convolutionFilterGradient({ inputs, attributes, backend }: Call): tf.TensorInfo | undefined {
  const { x, dy } = inputs;
  const shape = coveredConvolution(
    x.shape,
    attributes.filterShape as number[],
    attributes as unknown as ConvolutionAttributes,
  );
  if (!shape || !areFloats(x, dy)) return undefined;
  return filterGradient(backend, shape, { x, dy }, false)[0];
}

/** The gradient of a convolution's input. */
export function inputGradient(
  backend: WebGpuBackend,
  shape: ConvolutionShape,
  { dy, filter }: { dy: tf.TensorInfo; filter: tf.TensorInfo },
): tf.TensorInfo {
  const { batch, inHeight, inWidth, inChannels } = shape;
  const result = backend.makeTensorInfo([batch, inHeight, inWidth, inChannels], 'float32');
  dispatch(backend, inputGradientProgram(shape), [result, dy, filter]);
  return result;
}

function convolutionInputGradient({ inputs, attributes, backend }: Call): tf.TensorInfo | undefined {
  const { dy, filter } = inputs;
  const shape = coveredConvolution(
    attributes.inputShape as number[],
    filter.shape,
    attributes as unknown as ConvolutionAttributes,
  );
  if (!shape || !areFloats(dy, filter)) return undefined;
  return inputGradient(backend, shape, { dy, filter });
}

/** Longer windows would unroll into too much code. */
const longestWindow = 4;

function coveredPool(x: tf.TensorInfo, attributes: Record<string, unknown>): PoolShape | undefined {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as {
    filterSize: [number, number] | number;
    strides: [number, number] | number;
    pad: 'valid' | 'same' | number;
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
  };
  const info = tf.backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { batchSize, inChannels, filterHeight, filterWidth, outHeight, outWidth } = info;
  const isSmall = Math.max(filterHeight, filterWidth) <= longestWindow;
  if (!isSmall || Math.min(batchSize, inChannels, outHeight, outWidth) < 1 || !areFloats(x)) return undefined;
  return {
    ...info,
    batch: info.batchSize,
    channels: info.inChannels,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
}

function maxPool({ inputs: { x }, attributes, backend }: Call): tf.TensorInfo | undefined {
  const shape = coveredPool(x, attributes);
  if (!shape) return undefined;
  const { batch, outHeight, outWidth, channels } = shape;
  const result = backend.makeTensorInfo([batch, outHeight, outWidth, channels], 'float32');
  dispatch(backend, maxPoolProgram(shape), [result, x]);
  return result;
}

function maxPoolGradient({ inputs: { dy, input }, attributes, backend }: Call): tf.TensorInfo | undefined {
  const shape = coveredPool(input, attributes);
  if (!shape || !areFloats(dy)) return undefined;
  const result = backend.makeTensorInfo(input.shape, 'float32');
  dispatch(backend, maxPoolGradientProgram(shape), [result, dy, input]);
  return result;
}

const ours: Record<string, (call: Call) => tf.TensorInfo | undefined> = {
  Conv2D: convolution,
  FusedConv2D: fusedConvolution,
  Conv2DBackpropFilter: convolutionFilterGradient,
  Conv2DBackpropInput: convolutionInputGradient,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGradient,
};

/** Registers our kernels over tf.js's on the WebGPU backend, once. */
export function registerTfjsKernels(): void {
  for (const [kernelName, attempt] of Object.entries(ours)) {
    const before = tf.getKernel(kernelName, 'webgpu');
    tf.unregisterKernel(kernelName, 'webgpu');
    tf.registerKernel({
      ...before,
      kernelFunc: (call) =>
        attempt({
          inputs: call.inputs as unknown as Inputs,
          attributes: call.attrs ?? {},
          backend: call.backend as WebGpuBackend,
        }) ?? before.kernelFunc(call),
    });
  }
}
