import { divide } from './arithmetic.js';
import { checkNumber, checkOptions } from './checks.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { invalidOption } from './scheduler-error.js';
import { aNumber, property, type StateFields } from './state-fields.js';

/** Options of `ConstantLR`. */
export interface ConstantLROptions {
  /** What the learning rate is multiplied by until `totalIters`, from 0 to 1; a third by default. */
  factor?: number;
  /** Steps for which the factor holds; 5 by default. */
  totalIters?: number;
  /** The epoch to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Holds the learning rate at `factor` times the base for `totalIters` steps, then returns it to the base.
 *
 * At epoch t: `base * factor` while `t < totalIters`, then `base`. It multiplies by `factor` at epoch 0 and by
 * `1 / factor` at `totalIters`, so changes by hand and by other schedulers persist; with a `factor` of 0 the second
 * throws, and with a `totalIters` of 0 it never happens, except where the closed form is used.
 *
 * Follows `torch/optim/lr_scheduler.py, class ConstantLR`.
 */
export class ConstantLR extends LRScheduler {
  override readonly type: string = 'ConstantLR';
  factor: number;
  totalIters: number;

  constructor(optimizer: SchedulerOptimizer, options?: ConstantLROptions) {
    super(optimizer);
    const { factor = 1 / 3, totalIters = 5, lastEpoch } = checkOptions(this.type, options);
    this.factor = checkNumber(this.type, 'factor', factor);
    this.totalIters = checkNumber(this.type, 'totalIters', totalIters);
    if (factor < 0 || factor > 1) throw invalidOption(this.type, 'factor', factor, 'between 0 and 1');
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    if (this.lastEpoch === 0) return this.mapLr((lr) => lr * this.factor);
    if (this.lastEpoch !== this.totalIters) return this.mapLr((lr) => lr);
    const back = divide(1, this.factor);
    return this.mapLr((lr) => lr * back);
  }

  protected override closedFormLr(): number[] {
    const { factor } = this;
    const present = this.lastEpoch >= this.totalIters ? factor + (1 - factor) : factor;
    return this.baseLrs.map((base) => base * present);
  }

  protected override stateFields(): StateFields {
    return {
      factor: property(aNumber, this, 'factor'),
      total_iters: property(aNumber, this, 'totalIters'),
      ...super.stateFields(),
    };
  }
}
