/**
 * Notices whether `optimizer.step()` was called, for the warning about the wrong order of calls.
 *
 * PyTorch replaces the optimizer's `step` by a wrapper that sets a mark on the optimizer; so do we, but the marks are kept
 * here and not on the caller's objects. An optimizer without a `step` method is never watched.
 */
import type { SchedulerOptimizer } from './scheduler.js';

type Step = NonNullable<SchedulerOptimizer['step']>;

const steppedOptimizers = new WeakSet<SchedulerOptimizer>();
const wrappers = new WeakSet<Step>();
const unwatched = new WeakSet<SchedulerOptimizer>();

/** Wraps the optimizer's `step`, unless it is wrapped already, has none or cannot be changed. */
export function watchOptimizerStep(optimizer: SchedulerOptimizer): void {
  const original = optimizer.step;
  if (typeof original !== 'function' || wrappers.has(original)) return;
  const wrapper: Step = function (this: unknown, ...parameters: never[]) {
    steppedOptimizers.add(optimizer);
    return original.apply(this, parameters);
  };
  if (Reflect.set(optimizer, 'step', wrapper)) wrappers.add(wrapper);
  else unwatched.add(optimizer);
}

/** The order of calls so far: fine, `step` never called, or unknown because `step` was replaced. */
export function optimizerStepOrder(optimizer: SchedulerOptimizer): 'fine' | 'never-stepped' | 'overridden' {
  if (typeof optimizer.step !== 'function' || unwatched.has(optimizer)) return 'fine';
  if (!wrappers.has(optimizer.step)) return 'overridden';
  return steppedOptimizers.has(optimizer) ? 'fine' : 'never-stepped';
}
