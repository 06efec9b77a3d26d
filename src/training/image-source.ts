/** The source of batches: images on the device, or uploaded as they are needed. */
import * as tf from '@tensorflow/tfjs-core';

import type { LabelledImages } from '../data/index.js';
import type { ImageShape } from '../gpu/index.js';
import { pixelIntensity, ResidentImages } from '../gpu/index.js';

/** Images in NHWC, 0 to 1, with a label each, int32. */
export interface Batch {
  images: tf.Tensor4D;
  labels: tf.Tensor1D;
}

/** Returns batches by the indices of their images. */
export interface ImageSource {
  /** How many images there are. */
  readonly count: number;
  /** A batch of these images; it belongs to the `tf.tidy` around the call. */
  take(indices: Int32Array): Batch;
  dispose(): void;
}

/** Uploads every batch: for the backends without a device of their own, and for more images than a buffer takes. */
class UploadedImages implements ImageSource {
  private readonly data: LabelledImages;
  private readonly shape: ImageShape;

  constructor(data: LabelledImages, shape: ImageShape) {
    this.data = data;
    this.shape = shape;
  }

  get count(): number {
    return this.data.labels.length;
  }

  take(indices: Int32Array): Batch {
    const { height, width, channels } = this.shape;
    const size = height * width * channels;
    const pixels = new Float32Array(indices.length * size);
    for (const [row, index] of indices.entries()) {
      for (let offset = 0; offset < size; offset++)
        pixels[row * size + offset] = pixelIntensity[this.data.images[index * size + offset]];
    }
    return {
      images: tf.tensor4d(pixels, [indices.length, height, width, channels]),
      labels: tf.tensor1d(
        indices.map((index) => this.data.labels[index]),
        'int32',
      ),
    };
  }

  dispose(): void {
    // Nothing is kept on the device.
  }
}

/** Gathers every batch on the device. */
export class DeviceImages implements ImageSource {
  readonly count: number;
  private readonly resident: ResidentImages;

  constructor(data: LabelledImages, shape: ImageShape) {
    this.count = data.labels.length;
    this.resident = new ResidentImages(data, shape);
  }

  take(indices: Int32Array): Batch {
    return this.resident.gather(tf.tensor1d(indices, 'int32'));
  }

  /** The batch whose indices are on the device already. */
  gather(indices: tf.Tensor1D): Batch {
    return this.resident.gather(indices);
  }

  dispose(): void {
    this.resident.dispose();
  }
}

/** Images on the device where there is one and they fit, else uploaded. */
export function imageSource(data: LabelledImages, shape: ImageShape): ImageSource {
  return tf.getBackend() === 'webgpu' && ResidentImages.fits(data)
    ? new DeviceImages(data, shape)
    : new UploadedImages(data, shape);
}
