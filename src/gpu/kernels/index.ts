import { registerFusedOperations } from './fused-operations.js';
import { registerTfjsKernels } from './tfjs-kernels.js';

export type { ConvolutionAttributes } from './convolution-shape.js';
export {
  coversConvolution,
  deviceDropoutMask,
  fusedConvolution,
  fusedDense,
  gatherBatch,
  softmaxCrossEntropy,
} from './fused-operations.js';
export { ResidentImages } from './resident-images.js';
export type { ImageShape } from './resident-images.js';

let registered = false;

/** Gives tf.js's WebGPU backend our kernels; further calls do nothing. */
export function registerKernels(): void {
  if (registered) return;
  registered = true;
  registerTfjsKernels();
  registerFusedOperations();
}
