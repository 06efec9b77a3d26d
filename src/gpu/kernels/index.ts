import { registerFusedOperations } from './fused-operations.js';
import { setSoftware } from './occupancy.js';
import { registerTfjsKernels } from './tfjs-kernels.js';

export type { ConvolutionAttributes } from './convolution-shape.js';
export { coversDense } from './dense.js';
export {
  coversConvolution,
  deviceDropoutMask,
  fusedConvolution,
  fusedDense,
  gatherBatch,
  softmaxCrossEntropy,
} from './fused-operations.js';
export { pixelIntensity, ResidentImages } from './resident-images.js';
export type { ImageShape } from './resident-images.js';

let registered = false;

/**
 * Gives tf.js's WebGPU backend our kernels.
 *
 * @param options `software` when the adapter is no GPU: its threads then do more each
 */
export function registerKernels({ software = false }: { software?: boolean } = {}): void {
  setSoftware(software);
  if (registered) return;
  registered = true;
  registerTfjsKernels();
  registerFusedOperations();
}
