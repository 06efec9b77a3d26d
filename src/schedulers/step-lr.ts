import { floorDivide, modulo, power } from './arithmetic.js';
import { checkNumber, checkOptions } from './checks.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { aNumber, property, type StateFields } from './state-fields.js';

/** Options of `StepLR`. */
export interface StepLROptions {
  /** Epochs between two decays. */
  stepSize: number;
  /** What the learning rate is multiplied by; 0.1 by default. */
  gamma?: number;
  /** The epoch to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Multiplies the learning rate by `gamma` once every `stepSize` epochs: a staircase.
 *
 * At epoch t: `base * gamma ** floor(t / stepSize)`. It works on the present learning rate, so changes by hand and by
 * other schedulers persist. A `stepSize` of 0 throws at the first step.
 *
 * Follows `torch/optim/lr_scheduler.py, class StepLR`.
 */
export class StepLR extends LRScheduler {
  override readonly type: string = 'StepLR';
  stepSize: number;
  gamma: number;

  constructor(optimizer: SchedulerOptimizer, options: StepLROptions) {
    super(optimizer);
    const { stepSize, gamma = 0.1, lastEpoch } = checkOptions(this.type, options);
    this.stepSize = checkNumber(this.type, 'stepSize', stepSize);
    this.gamma = checkNumber(this.type, 'gamma', gamma);
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    const decays = this.lastEpoch !== 0 && modulo(this.lastEpoch, this.stepSize) === 0;
    return this.mapLr((lr) => (decays ? lr * this.gamma : lr));
  }

  protected override closedFormLr(): number[] {
    const factor = power(this.gamma, floorDivide(this.lastEpoch, this.stepSize));
    return this.baseLrs.map((base) => base * factor);
  }

  protected override stateFields(): StateFields {
    return {
      step_size: property(aNumber, this, 'stepSize'),
      gamma: property(aNumber, this, 'gamma'),
      ...super.stateFields(),
    };
  }
}
