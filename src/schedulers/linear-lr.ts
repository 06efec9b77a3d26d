import { divide } from './arithmetic.js';
import { checkNumber, checkOptions } from './checks.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { invalidOption } from './scheduler-error.js';
import { aNumber, property, type StateFields } from './state-fields.js';

/** Options of `LinearLR`. */
export interface LinearLROptions {
  /** The factor at the start, above 0 and at most 1; a third by default. */
  startFactor?: number;
  /** The factor at the end, from 0 to 1; 1 by default. */
  endFactor?: number;
  /** Steps from the first factor to the last; 5 by default. */
  totalIters?: number;
  /** The epoch to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Multiplies the learning rate by a factor that goes in a straight line from `startFactor` to `endFactor` over
 * `totalIters` steps and stays there: the usual warm-up.
 *
 * At epoch t: `base * (start + (end - start) * min(t, total) / total)`. It works on the present learning rate, so
 * changes by hand and by other schedulers persist. With a `totalIters` of 0 the rate stays at `startFactor`, and
 * throws where the closed form is used: at a given epoch and at a milestone of SequentialLR.
 *
 * Follows `torch/optim/lr_scheduler.py, class LinearLR`.
 */
export class LinearLR extends LRScheduler {
  override readonly type: string = 'LinearLR';
  startFactor: number;
  endFactor: number;
  totalIters: number;

  constructor(optimizer: SchedulerOptimizer, options?: LinearLROptions) {
    super(optimizer);
    const {
      startFactor = 1 / 3,
      endFactor = 1,
      totalIters = 5,
      lastEpoch,
    } = checkOptions(this.type, options);
    this.startFactor = checkNumber(this.type, 'startFactor', startFactor);
    this.endFactor = checkNumber(this.type, 'endFactor', endFactor);
    this.totalIters = checkNumber(this.type, 'totalIters', totalIters);
    if (startFactor <= 0 || startFactor > 1) {
      throw invalidOption(this.type, 'startFactor', startFactor, 'greater than 0 and at most 1');
    }
    if (endFactor < 0 || endFactor > 1)
      throw invalidOption(this.type, 'endFactor', endFactor, 'between 0 and 1');
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    const { startFactor, totalIters, lastEpoch } = this;
    if (lastEpoch === 0) return this.mapLr((lr) => lr * startFactor);
    if (this.isInitial || lastEpoch > totalIters) return this.mapLr((lr) => lr);
    const rise = this.endFactor - startFactor;
    const factor = 1 + divide(rise, totalIters * startFactor + (lastEpoch - 1) * rise);
    return this.mapLr((lr) => lr * factor);
  }

  protected override closedFormLr(): number[] {
    const { startFactor, endFactor, totalIters, lastEpoch } = this;
    const factor =
      startFactor + divide((endFactor - startFactor) * Math.min(totalIters, lastEpoch), totalIters);
    return this.baseLrs.map((base) => base * factor);
  }

  protected override stateFields(): StateFields {
    return {
      start_factor: property(aNumber, this, 'startFactor'),
      end_factor: property(aNumber, this, 'endFactor'),
      total_iters: property(aNumber, this, 'totalIters'),
      ...super.stateFields(),
    };
  }
}
