/** Images and labels on the device, so that a step uploads nothing but the indices of its images. */
import * as tf from '@tensorflow/tfjs-core';

import { webGpuBackend, write } from '../webgpu-backend.js';
import { gatherBatch } from './gather-batch.js';

/** Rows, columns and channels of an image. */
export interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/** The value of each pixel byte: 0 to 1. */
export const pixelIntensity = Float32Array.from({ length: 256 }, (_, pixel) => pixel / 255);

/** A part of a data set on the device: training or validation. */
export class ResidentImages {
  private readonly shape: readonly [number, number, number];
  private readonly tensors: { images: tf.Tensor; labels: tf.Tensor; intensity: tf.Tensor };

  /**
   * @param images pixel bytes, NHWC, one image after the other; a shader sees pixel/255
   * @param labels a class for each image
   */
  constructor(
    { images, labels }: { images: Uint8Array; labels: Uint8Array },
    { height, width, channels }: ImageShape,
  ) {
    this.shape = [height, width, channels];
    const words = new Int32Array(Math.ceil(images.length / 4));
    new Uint8Array(words.buffer).set(images);
    this.tensors = {
      images: tf.keep(tf.tensor1d(words, 'int32')),
      labels: tf.keep(tf.tensor1d(Int32Array.from(labels), 'int32')),
      intensity: tf.keep(tf.tensor1d(pixelIntensity)),
    };
    for (const tensor of Object.values(this.tensors)) webGpuBackend().uploadToGPU(tensor.dataId);
  }

  /** Whether one buffer of the device holds images of this size. */
  static fits({ images }: { images: Uint8Array }): boolean {
    return images.length + 4 <= webGpuBackend().device.limits.maxStorageBufferBindingSize;
  }

  /** The images and labels at these indices, int32 [batch]. */
  gather(indices: tf.Tensor1D): { images: tf.Tensor4D; labels: tf.Tensor1D } {
    return gatherBatch(this.tensors, indices, this.shape);
  }

  /** Replaces the bytes of the images from one on; their length is a multiple of four. */
  replace(index: number, bytes: Uint8Array<ArrayBuffer>): void {
    const [height, width, channels] = this.shape;
    write(webGpuBackend(), this.tensors.images, bytes, index * height * width * channels);
  }

  /** Frees the memory. */
  dispose(): void {
    tf.dispose(this.tensors);
  }
}
