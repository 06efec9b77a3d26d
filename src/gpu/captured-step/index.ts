export { CaptureError } from './capture-error.js';
export { captureStep } from './capture-step.js';
export type { CaptureOptions } from './capture-step.js';
export type { CaptureCounts, CapturedStep, ReplayOptions } from './captured-step.js';
export { ReadbackRing } from './readback-ring.js';
export type { ReadbackOptions, ReadbackSource } from './readback-ring.js';
export type { Constant } from './recording.js';
export type { InputTensors, InputValue, InputValues } from './step-inputs.js';
