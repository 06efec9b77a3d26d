import { backend_util } from '@tensorflow/tfjs-core';

/** The sizes of a convolution, images in NHWC and the kernel in HWIO. */
export interface ConvolutionShape {
  batch: number;
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  kernelHeight: number;
  kernelWidth: number;
  strideHeight: number;
  strideWidth: number;
  padTop: number;
  padLeft: number;
}

/** The attributes that tf.js's convolution kernels share. */
export interface ConvolutionAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];
  dataFormat?: string;
  dilations?: [number, number] | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Kernels with longer sides would unroll into too much code. */
const longestSide = 7;

/** Above this many channels tf.js's matrix products, tiled in workgroup memory, are faster. */
const mostChannels = 64;

/** The sizes of a convolution that our kernels cover, or undefined for one that is left to tf.js. */
export function coveredConvolution(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode }: ConvolutionAttributes,
): ConvolutionShape | undefined {
  if (dataFormat !== 'NHWC' && dataFormat !== 'channelsLast') return undefined;
  const info = backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const covered =
    info.dilationHeight === 1 &&
    info.dilationWidth === 1 &&
    Math.max(info.filterHeight, info.filterWidth) <= longestSide &&
    Math.max(info.inChannels, info.outChannels) <= mostChannels &&
    Math.min(info.batchSize, info.inChannels, info.outChannels, info.outHeight, info.outWidth) > 0;
  if (!covered) return undefined;
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
}
