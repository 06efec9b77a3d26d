import { registerFusedDense } from './dense.js';
import { registerFusedConvolution } from './fused-convolution.js';
import { setSoftware } from './occupancy.js';
import { registerPrograms } from './run-program.js';
import { registerSoftmaxCrossEntropy } from './softmax-cross-entropy.js';
import { registerTfjsKernels } from './tfjs-kernels.js';

export { coversDense, fusedDense } from './dense.js';
export { deviceDropoutMask } from './dropout-mask.js';
export { coversConvolution, fusedConvolution } from './fused-convolution.js';
export { gatherBatch } from './gather-batch.js';
export { pixelIntensity, ResidentImages } from './resident-images.js';
export type { ImageShape } from './resident-images.js';
export { softmaxCrossEntropy } from './softmax-cross-entropy.js';

let registered = false;

/**
 * Registers our kernels with tf.js's WebGPU backend.
 *
 * @param options `software` if the adapter is not a GPU: then each thread does more
 */
export function registerKernels({ software = false }: { software?: boolean } = {}): void {
  setSoftware(software);
  if (registered) return;
  registered = true;
  registerTfjsKernels();
  registerPrograms();
  registerFusedConvolution();
  registerFusedDense();
  registerSoftmaxCrossEntropy();
}
