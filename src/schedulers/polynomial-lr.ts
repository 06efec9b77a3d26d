import { divide, power } from './arithmetic.js';
import { checkNumber, checkOptions } from './checks.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { aNumber, property, type StateFields } from './state-fields.js';

/** Options of `PolynomialLR`. */
export interface PolynomialLROptions {
  /** Steps until the learning rate is 0; 5 by default. */
  totalIters?: number;
  /** The power of the polynomial; 1, a straight line, by default. */
  power?: number;
  /** The epoch to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Lowers the learning rate to 0 in `totalIters` steps along a polynomial, where it stays.
 *
 * At epoch t: `base * (1 - min(t, total) / total) ** power`. The step is the ratio of two such values, applied to the
 * present learning rate, so changes by hand and by other schedulers persist. With a `totalIters` of 0 the rate never
 * changes, and throws where the closed form is used.
 *
 * Follows `torch/optim/lr_scheduler.py, class PolynomialLR`.
 */
export class PolynomialLR extends LRScheduler {
  override readonly type: string = 'PolynomialLR';
  totalIters: number;
  power: number;

  constructor(optimizer: SchedulerOptimizer, options?: PolynomialLROptions) {
    super(optimizer);
    const { totalIters = 5, power = 1, lastEpoch } = checkOptions(this.type, options);
    this.totalIters = checkNumber(this.type, 'totalIters', totalIters);
    this.power = checkNumber(this.type, 'power', power);
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    const { totalIters, lastEpoch } = this;
    if (this.isInitial || lastEpoch > totalIters) return this.mapLr((lr) => lr);
    const ratio = divide(1 - divide(lastEpoch, totalIters), 1 - divide(lastEpoch - 1, totalIters));
    const factor = power(ratio, this.power);
    return this.mapLr((lr) => lr * factor);
  }

  protected override closedFormLr(): number[] {
    const { totalIters } = this;
    const factor = power(1 - divide(Math.min(totalIters, this.lastEpoch), totalIters), this.power);
    return this.baseLrs.map((base) => base * factor);
  }

  protected override stateFields(): StateFields {
    return {
      total_iters: property(aNumber, this, 'totalIters'),
      power: property(aNumber, this, 'power'),
      ...super.stateFields(),
    };
  }
}
