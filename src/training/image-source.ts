/** The source of batches: images on the device, or uploaded as they are needed. */
import * as tf from '@tensorflow/tfjs-core';

import type { GrowingDataset, LabelledImages } from '../data/index.js';
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
  /** Takes the images again, once they have been made. */
  refresh(): void;
  dispose(): void;
}

/** Uploads every batch: for the backends without a device of their own, and for more images than a buffer takes. */
class UploadedImages implements ImageSource {
  private readonly data: LabelledImages;
  private readonly shape: ImageShape;
  private readonly growing?: GrowingDataset;

  constructor(data: LabelledImages, shape: ImageShape, growing?: GrowingDataset) {
    this.data = data;
    this.shape = shape;
    this.growing = growing;
  }

  get count(): number {
    return this.data.labels.length;
  }

  take(indices: Int32Array): Batch {
    if (this.growing) makeThese(this.growing, indices);
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

  refresh(): void {
    // They are read whenever they are taken.
  }

  dispose(): void {
    // Nothing is kept on the device.
  }
}

/** Gathers every batch on the device. */
export class DeviceImages implements ImageSource {
  readonly count: number;
  private readonly resident: ResidentImages;
  private readonly data: LabelledImages;
  private readonly size: number;
  /** As long as images are missing on the device. */
  private growing?: GrowingDataset;
  private readonly uploaded = new Set<number>();

  constructor(data: LabelledImages, shape: ImageShape, growing?: GrowingDataset) {
    this.count = data.labels.length;
    this.data = data;
    this.size = shape.height * shape.width * shape.channels;
    this.growing = growing;
    this.resident = new ResidentImages(data, shape);
  }

  /** Ensures that these images are on the device before commands read them that are submitted from now on. */
  need(indices: ArrayLike<number>): void {
    const { growing } = this;
    if (!growing) return;
    if (growing.isComplete) {
      this.refresh();
      this.growing = undefined;
      return;
    }
    const missing = new Set(Array.from(indices).filter((index) => !this.uploaded.has(index)));
    makeThese(growing, missing);
    for (const index of missing) {
      this.uploaded.add(index);
      const start = index * this.size;
      this.resident.replace(index, this.data.images.slice(start, start + this.size));
    }
  }

  take(indices: Int32Array): Batch {
    this.need(indices);
    return this.resident.gather(tf.tensor1d(indices, 'int32'));
  }

  /** The batch whose indices are on the device already. */
  gather(indices: tf.Tensor1D): Batch {
    return this.resident.gather(indices);
  }

  refresh(): void {
    this.resident.replace(0, Uint8Array.from(this.data.images));
  }

  dispose(): void {
    this.resident.dispose();
  }
}

function makeThese(growing: GrowingDataset, indices: Iterable<number>): void {
  if (growing.isComplete) return;
  for (const index of indices) growing.make(index);
}

/**
 * Images on the device where there is one and they fit, else uploaded.
 *
 * @param growing makes those that are missing
 */
export function imageSource(data: LabelledImages, shape: ImageShape, growing?: GrowingDataset): ImageSource {
  return tf.getBackend() === 'webgpu' && ResidentImages.fits(data)
    ? new DeviceImages(data, shape, growing)
    : new UploadedImages(data, shape, growing);
}
