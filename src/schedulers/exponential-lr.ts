import { power } from './arithmetic.js';
import { checkNumber, checkOptions } from './checks.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { aNumber, property, type StateFields } from './state-fields.js';

/** Options of `ExponentialLR`. */
export interface ExponentialLROptions {
  /** What the learning rate is multiplied by at every step. */
  gamma: number;
  /** The epoch to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Multiplies the learning rate by `gamma` at every step: a straight line on a logarithmic axis.
 *
 * At epoch t: `base * gamma ** t`. It works on the present learning rate, so changes by hand and by other schedulers
 * persist.
 *
 * Follows `torch/optim/lr_scheduler.py, class ExponentialLR`.
 */
export class ExponentialLR extends LRScheduler {
  override readonly type: string = 'ExponentialLR';
  gamma: number;

  constructor(optimizer: SchedulerOptimizer, options: ExponentialLROptions) {
    super(optimizer);
    const { gamma, lastEpoch } = checkOptions(this.type, options);
    this.gamma = checkNumber(this.type, 'gamma', gamma);
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    return this.mapLr((lr) => (this.isInitial ? lr : lr * this.gamma));
  }

  protected override closedFormLr(): number[] {
    const factor = power(this.gamma, this.lastEpoch);
    return this.baseLrs.map((base) => base * factor);
  }

  protected override stateFields(): StateFields {
    return {
      gamma: property(aNumber, this, 'gamma'),
      ...super.stateFields(),
    };
  }
}
