/** Takes a batch out of a data set that lives on the device. */
import type { Program } from '../webgpu-backend.js';
import { bindings, main, workgroupsFor } from './wgsl.js';

/**
 * The program that gathers images and labels by index. Bindings: the batch's pixels; its labels; the data set's pixels,
 * four bytes to a word; its labels; the indices; the value of each pixel byte, a table of 256 (division in a shader may
 * be off by a bit).
 *
 * @param pixels pixels times channels of one image
 */
export function gatherBatchProgram(batch: number, pixels: number): Program {
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
