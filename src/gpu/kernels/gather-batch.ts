/** Gathers a batch from a data set on the device. */
import type * as tf from '@tensorflow/tfjs-core';

import type { Program } from '../webgpu-backend.js';
import { float, integer, runProgram } from './run-program.js';
import { bindings, main, workgroupsFor } from './wgsl.js';

/**
 * The program that gathers images and labels by index. Bindings: the batch's pixels; its labels; the data set's pixels,
 * four bytes to a word; its labels; the indices; the value of each pixel byte, a table of 256 (division in a shader may
 * be off by a bit).
 *
 * @param pixels pixels times channels of one image
 */
function gatherBatchProgram(batch: number, pixels: number): Program {
  return {
    label: 'gather batch',
    code:
      bindings(
        { images: 'f32', labels: 'i32' },
        { allImages: 'u32', allLabels: 'i32', indices: 'i32', intensity: 'f32' },
      ) +
      main(`
  let row = thread / ${pixels}u;
  if (row >= ${batch}u) { return; }
  let pixel = thread % ${pixels}u;
  let source = u32(indices[row]) * ${pixels}u + pixel;
  images[thread] = intensity[(allImages[source / 4u] >> (8u * (source % 4u))) & 255u];
  if (pixel == 0u) { labels[row] = allLabels[indices[row]]; }`),
    workgroups: workgroupsFor(batch * pixels),
  };
}

/**
 * A batch of a data set on the device.
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
