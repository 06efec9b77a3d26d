export type { At, Change, Config, Handoff, Intervention, Plan } from '../config/index.js';
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
export type { MemoryReport } from './memory.js';
export type { Weight } from './network.js';
export type { TrainerConfig } from './preparation.js';
export type { Ghost } from './rate-control.js';
export type { StepReport, WeightReport } from './step-report.js';
export { Trainer } from './trainer.js';
export type { Evaluation, StepRow, TrainerHooks } from './trainer.js';
export type { CapturedCounts, Execution } from './updates.js';
