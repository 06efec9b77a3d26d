/** PyTorch's `torch.optim.lr_scheduler` in TypeScript: pure numbers, with no dependency at all. */
export type {
  ComposableScheduler,
  ParamGroup,
  Scheduler,
  SchedulerOptimizer,
  StateDict,
  StateValue,
} from './scheduler.js';
export { SchedulerError } from './scheduler-error.js';
export type { PythonError, SchedulerErrorCode, SchedulerProblem } from './scheduler-error.js';
export { setWarningHandler } from './warnings.js';
export type { SchedulerWarning, SchedulerWarningCode, WarningHandler } from './warnings.js';
export { formatStateDict, parseStateDict } from './state-dict.js';
export { LRScheduler } from './lr-scheduler.js';
export type { AnnealStrategy } from './anneal.js';
export type { CyclicMode, ScaleMode } from './cyclic-scale.js';
export type { LrLambda } from './lr-lambda.js';
export type { PlateauMode, ThresholdMode } from './plateau-metric.js';
export { ChainedScheduler, type ChainedSchedulerOptions } from './chained-scheduler.js';
export { ConstantLR, type ConstantLROptions } from './constant-lr.js';
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './cosine-annealing-lr.js';
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './cosine-annealing-warm-restarts.js';
export { CyclicLR, type CyclicLROptions } from './cyclic-lr.js';
export { ExponentialLR, type ExponentialLROptions } from './exponential-lr.js';
export { LambdaLR, type LambdaLROptions } from './lambda-lr.js';
export { LinearLR, type LinearLROptions } from './linear-lr.js';
export { MultiplicativeLR, type MultiplicativeLROptions } from './multiplicative-lr.js';
export { MultiStepLR, type MultiStepLROptions } from './multi-step-lr.js';
export { schedulePhases } from './one-cycle-phases.js';
export { OneCycleLR, type OneCycleLROptions } from './one-cycle-lr.js';
export { PolynomialLR, type PolynomialLROptions } from './polynomial-lr.js';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduce-lr-on-plateau.js';
export { SequentialLR, type SequentialLROptions } from './sequential-lr.js';
export { StepLR, type StepLROptions } from './step-lr.js';
export { SWALR, type SWALROptions } from './swa-lr.js';
