import type { SchedulerType } from '../../../src/policy/index.js';

/** The schedulers that can be built so far. */
export const builtTypes: readonly SchedulerType[] = [
  'StepLR',
  'MultiStepLR',
  'ExponentialLR',
  'LinearLR',
  'CosineAnnealingLR',
  'ChainedScheduler',
  'SequentialLR',
];
