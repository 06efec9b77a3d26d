/** What a composite scheduler requires of its children. */
import type { ComposableScheduler, SchedulerOptimizer } from './scheduler.js';
import { print, SchedulerError } from './scheduler-error.js';

/**
 * Returns a copy of the children if there is at least one, all have an optimizer, and none needs a metric that it would
 * not receive; else throws.
 */
export function checkChildren(
  type: string,
  schedulers: readonly ComposableScheduler[],
  passMetrics: boolean,
): readonly ComposableScheduler[] {
  if (!Array.isArray(schedulers) || schedulers.length === 0) {
    throw unsupportedChild(type, 'ValueError', print(schedulers), 'a list of at least one scheduler');
  }
  schedulers.forEach((scheduler: Partial<ComposableScheduler> | null | undefined, index) => {
    if (scheduler?.optimizer === undefined) {
      throw unsupportedChild(
        type,
        'TypeError',
        `${print(scheduler)} at index ${index}`,
        'schedulers with an optimizer',
      );
    }
    if (scheduler.takesMetric && !passMetrics) {
      const child = `${scheduler.type ?? 'a scheduler'} at index ${index}, which needs a metric`;
      throw unsupportedChild(type, 'ValueError', child, 'such a scheduler only with passMetrics: true');
    }
  });
  return [...(schedulers as readonly ComposableScheduler[])];
}

function unsupportedChild(
  type: string,
  pythonError: 'ValueError' | 'TypeError',
  received: string,
  accepted: string,
): SchedulerError {
  const message = `${type}: expected ${accepted}, but got ${received}.`;
  return new SchedulerError({ code: 'unsupported-child', pythonError, message, received, accepted });
}

/** Throws unless all children are on the composite's optimizer. */
export function checkSameOptimizer(
  type: string,
  schedulers: readonly ComposableScheduler[],
  optimizer: SchedulerOptimizer,
): void {
  const index = schedulers.findIndex((scheduler) => scheduler.optimizer !== optimizer);
  if (index >= 0) throw otherOptimizer(type, schedulers[index], index);
}

function otherOptimizer(type: string, scheduler: ComposableScheduler, index: number): SchedulerError {
  return new SchedulerError({
    code: 'other-optimizer',
    pythonError: 'ValueError',
    message: `${type}: all schedulers must belong to one optimizer, but ${scheduler.type} at index ${index} has another.`,
    received: `${scheduler.type} at index ${index} with another optimizer`,
    accepted: 'schedulers on one optimizer',
  });
}
