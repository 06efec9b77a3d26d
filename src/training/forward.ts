/**
 * A network's logits. On WebGPU a plain stack of layers runs through the fused operations, as far as they cover it;
 * tf.js runs everything else.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import { coversConvolution, coversDense, fusedConvolution, fusedDense } from '../gpu/index.js';

/** The part of a layer's config that is read here. */
interface LayerConfig {
  activation?: string;
  useBias?: boolean;
  dataFormat?: string;
  strides?: number[];
  dilationRate?: number[] | number;
  padding?: string;
  poolSize?: number[];
}

type Layer = tfl.layers.Layer;

/** Runs the layers from `index` on, as many as it covers; returns undefined when it does not cover the first. */
type Fusion = (
  layers: readonly Layer[],
  index: number,
  input: tf.Tensor,
) => { output: tf.Tensor; covered: number } | undefined;

const configOf = (layer: Layer): LayerConfig => layer.getConfig();

const areAll = (values: number[] | number | undefined, wanted: number): boolean =>
  [values ?? []].flat().every((value) => value === wanted);

const isReluOrLinear = ({ activation }: LayerConfig): boolean =>
  activation === 'relu' || activation === 'linear';

/** A 2×2 max pool of stride 2 without padding. */
function isFusedPool(layer: Layer | undefined): boolean {
  if (layer?.getClassName() !== 'MaxPooling2D') return false;
  const { poolSize, strides, padding, dataFormat } = configOf(layer);
  return areAll(poolSize, 2) && areAll(strides, 2) && padding === 'valid' && dataFormat !== 'channelsFirst';
}

const convolution: Fusion = (layers, index, input) => {
  const layer = layers[index];
  const config = configOf(layer);
  const { strides = [1, 1], padding, useBias, dataFormat, dilationRate } = config;
  if (!useBias || !isReluOrLinear(config) || dataFormat === 'channelsFirst' || !areAll(dilationRate, 1))
    return undefined;
  const [kernel, bias] = layer.weights.map((weight) => weight.read());
  const attributes = { strides: strides as [number, number], pad: padding as 'valid' | 'same' };
  if (!coversConvolution(input.shape, kernel.shape, attributes)) return undefined;
  const relu = config.activation === 'relu';
  const pool = relu && isFusedPool(layers[index + 1]);
  const output = fusedConvolution(
    input as tf.Tensor4D,
    kernel as tf.Tensor4D,
    bias as tf.Tensor1D,
    attributes,
    { relu, pool },
  );
  return { output, covered: pool ? 2 : 1 };
};

const dense: Fusion = (layers, index, input) => {
  const config = configOf(layers[index]);
  if (!config.useBias || !isReluOrLinear(config) || input.rank !== 2) return undefined;
  const [kernel, bias] = layers[index].weights.map((weight) => weight.read());
  if (!coversDense(kernel.shape)) return undefined;
  const output = fusedDense(
    input as tf.Tensor2D,
    kernel as tf.Tensor2D,
    bias as tf.Tensor1D,
    config.activation === 'relu',
  );
  return { output, covered: 1 };
};

/** A model's input layer only names the shape. */
const inputLayer: Fusion = (_, __, input) => ({ output: input, covered: 1 });

const fusions: Partial<Record<string, Fusion>> = {
  InputLayer: inputLayer,
  Conv2D: convolution,
  Dense: dense,
};

/** Layers that may run one after the other: none makes or needs a mask, which a model passes along with the values. */
const maskFree = new Set([
  ...Object.keys(fusions),
  'MaxPooling2D',
  'AveragePooling2D',
  'GlobalAveragePooling2D',
  'GlobalMaxPooling2D',
  'DepthwiseConv2D',
  'SeparableConv2D',
  'ZeroPadding2D',
  'BatchNormalization',
  'LayerNormalization',
  'Activation',
  'ReLU',
  'LeakyReLU',
  'ELU',
  'Softmax',
  'Flatten',
  'Reshape',
  'SeededDropout',
]);

const isStack = (model: tfl.LayersModel): boolean =>
  model instanceof tfl.Sequential && model.layers.every((layer) => maskFree.has(layer.getClassName()));

/** The logits of images, [batch, classes]. */
export function logitsOf(model: tfl.LayersModel, images: tf.Tensor4D, training: boolean): tf.Tensor2D {
  if (tf.getBackend() !== 'webgpu' || !isStack(model))
    return model.apply(images, { training }) as tf.Tensor2D;
  let value: tf.Tensor = images;
  for (let index = 0; index < model.layers.length;) {
    const layer = model.layers[index];
    const fused = fusions[layer.getClassName()]?.(model.layers, index, value);
    value = fused?.output ?? (layer.apply(value, { training }) as tf.Tensor);
    index += fused?.covered ?? 1;
  }
  return value as tf.Tensor2D;
}
