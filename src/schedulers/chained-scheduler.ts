import { checkOptions } from './checks.js';
import { CompositeScheduler } from './composite-scheduler.js';
import type { ComposableScheduler, SchedulerOptimizer } from './scheduler.js';

/** Options of `ChainedScheduler`. */
export interface ChainedSchedulerOptions {
  /** The schedulers to step one after another, all on the same optimizer. */
  schedulers: readonly ComposableScheduler[];
  /** Their optimizer; the first scheduler's by default. */
  optimizer?: SchedulerOptimizer;
  /** Accepts ReduceLROnPlateau as a child, so that `step` takes a metric; false, as in PyTorch, by default. */
  passMetrics?: boolean;
}

/**
 * Steps several schedulers one after another, each on the learning rate that the previous one left.
 *
 * It has no formula of its own: factors of several children multiply, and a child that computes from the base (LambdaLR,
 * CyclicLR, OneCycleLR, CosineAnnealingWarmRestarts) discards the results of those before it.
 *
 * Follows `torch/optim/lr_scheduler.py, class ChainedScheduler`.
 */
export class ChainedScheduler extends CompositeScheduler {
  override readonly type: string = 'ChainedScheduler';

  constructor(options: ChainedSchedulerOptions) {
    const { schedulers, optimizer, passMetrics = false } = checkOptions('ChainedScheduler', options);
    super('ChainedScheduler', optimizer, schedulers, passMetrics);
    this.lastLr = this.optimizer.paramGroups.map((group) => group.lr);
  }

  override step(metric?: number | null): void {
    this.checkMetric(metric);
    for (const scheduler of this.schedulers) this.stepChild(scheduler, metric);
    this.lastLr = this.optimizer.paramGroups.map((group) => group.lr);
  }
}
