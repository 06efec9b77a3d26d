export { chooseBackend, deviceLost } from './backend.js';
export type { BackendReport } from './backend.js';
export type { Refusal, RequiredBackend } from './names.js';
export { CaptureError, captureStep, ReadbackRing } from './captured-step/index.js';
export type {
  CaptureCounts,
  CapturedStep,
  CaptureOptions,
  Constant,
  InputTensors,
  InputValue,
  InputValues,
  ReadbackOptions,
  ReadbackSource,
  ReplayOptions,
} from './captured-step/index.js';
export {
  coversConvolution,
  coversDense,
  deviceDropoutMask,
  fusedConvolution,
  fusedDense,
  pixelIntensity,
  registerKernels,
  ResidentImages,
  softmaxCrossEntropy,
} from './kernels/index.js';
export type { ImageShape } from './kernels/index.js';
export {
  bufferOf,
  copy,
  dispatch,
  mostWorkgroups,
  readFresh,
  submitPending,
  webGpuBackend,
  write,
} from './webgpu-backend.js';
export type { Program, TensorData, WebGpuBackend } from './webgpu-backend.js';
