/** Training without threads: a Trainer, the range test, and GPU steps that are recorded once and replayed. */
export type { Config } from '../config/index.js';
export type {
  At,
  Change,
  Handoff,
  Intervention,
  Plan,
  RateCheckpoint,
  RatePreview,
} from '../timeline/index.js';
export { CaptureError, captureStep, ReadbackRing, registerKernels } from '../gpu/index.js';
export type {
  BackendReport,
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
} from '../gpu/index.js';
export type { Checkpoint } from './checkpoint.js';
export { DivergenceDetector, divergenceWindow } from './divergence.js';
export type { DivergenceState } from './divergence.js';
export type { MemoryReport } from './memory.js';
export type { SavedWeight, Weight } from './network.js';
export type { TrainerConfig } from './preparation.js';
export { rangeTest } from './range-test/range-test.js';
export type { RangeTest, RangeTestHooks, RangeTestOptions } from './range-test/range-test.js';
export type { RateCurve, RateSuggestions } from './range-test/rate-curve.js';
export type { StepReport, WeightReport } from './step-report.js';
export { Trainer } from './trainer.js';
export type { Evaluation, Samples, StepRow, TrainerHooks } from './trainer.js';
export type { CapturedCounts, Execution } from './step/train-step.js';
export { DatasetCache } from './dataset-cache.js';
export type { LoadProgress } from './dataset-cache.js';
export { memoryReport } from './memory.js';
export type { PreparationHooks } from './preparation.js';
