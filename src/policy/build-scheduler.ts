import { InputError } from '../errors.js';
import {
  ChainedScheduler,
  CosineAnnealingLR,
  ExponentialLR,
  LinearLR,
  MultiStepLR,
  SequentialLR,
  StepLR,
} from '../schedulers/index.js';
import type { ComposableScheduler, SchedulerOptimizer } from '../schedulers/index.js';
import type { SchedulerSpec } from './policy.js';

/**
 * Constructs a scheduler on an optimizer, the way PyTorch would: a composite's children first, in their order.
 *
 * @throws SchedulerError where the scheduler refuses the optimizer (see `src/schedulers`).
 */
export function buildScheduler(spec: SchedulerSpec, optimizer: SchedulerOptimizer): ComposableScheduler {
  switch (spec.type) {
    case 'StepLR':
      return new StepLR(optimizer, spec);
    case 'MultiStepLR':
      return new MultiStepLR(optimizer, spec);
    case 'LinearLR':
      return new LinearLR(optimizer, spec);
    case 'ExponentialLR':
      return new ExponentialLR(optimizer, spec);
    case 'CosineAnnealingLR':
      return new CosineAnnealingLR(optimizer, spec);
    case 'SequentialLR':
      return new SequentialLR(optimizer, { ...spec, schedulers: buildChildren(spec.schedulers, optimizer) });
    case 'ChainedScheduler':
      return new ChainedScheduler({
        ...spec,
        schedulers: buildChildren(spec.schedulers, optimizer),
        optimizer,
      });
    default:
      throw new InputError({
        code: 'unavailable-scheduler',
        message: `${spec.type} cannot be built yet.`,
        received: spec.type,
        accepted:
          'StepLR | MultiStepLR | LinearLR | ExponentialLR | CosineAnnealingLR | SequentialLR | ChainedScheduler',
      });
  }
}

function buildChildren(
  specs: readonly SchedulerSpec[],
  optimizer: SchedulerOptimizer,
): ComposableScheduler[] {
  return specs.map((spec) => buildScheduler(spec, optimizer));
}
