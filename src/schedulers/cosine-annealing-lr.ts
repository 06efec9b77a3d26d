import { divide, modulo } from './arithmetic.js';
import { checkGroupCount, checkNumber, checkOptions } from './checks.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { aNumber, property, type StateFields } from './state-fields.js';

/** Options of `CosineAnnealingLR`. */
export interface CosineAnnealingLROptions {
  /** Steps from the highest learning rate to the lowest. */
  tMax: number;
  /** The lowest learning rate; 0 by default. */
  etaMin?: number;
  /** The epoch to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Lowers the learning rate to `etaMin` along half a cosine wave in `tMax` steps; further steps raise it again.
 *
 * At epoch t: `etaMin + (base - etaMin) * (1 + cos(pi * t / tMax)) / 2`. The step is the ratio of two such values,
 * applied to the present learning rate, so changes by hand and by other schedulers persist; only at the turn after
 * `tMax`, where the ratio would divide by zero, it computes from the base.
 *
 * Follows `torch/optim/lr_scheduler.py, class CosineAnnealingLR`.
 */
export class CosineAnnealingLR extends LRScheduler {
  override readonly type: string = 'CosineAnnealingLR';
  tMax: number;
  etaMin: number;

  constructor(optimizer: SchedulerOptimizer, options: CosineAnnealingLROptions) {
    super(optimizer);
    const { tMax, etaMin = 0, lastEpoch } = checkOptions(this.type, options);
    this.tMax = checkNumber(this.type, 'tMax', tMax);
    this.etaMin = checkNumber(this.type, 'etaMin', etaMin);
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    const { tMax, etaMin, lastEpoch } = this;
    if (this.isInitial) return this.mapLr((lr) => lr);
    // Only a loaded state has one step here: then there is no previous step for the ratio.
    if (this.stepCount === 1 && lastEpoch > 0) return this.closedFormLr();
    if (modulo(lastEpoch - 1 - tMax, 2 * tMax) === 0) {
      const rise = (1 - Math.cos(Math.PI / tMax)) / 2;
      checkGroupCount(this.type, 'baseLrs', this.baseLrs.length, this.optimizer.paramGroups.length);
      return this.optimizer.paramGroups.map(({ lr }, index) => lr + (this.baseLrs[index] - etaMin) * rise);
    }
    const ratio = divide(this.height(lastEpoch), this.height(lastEpoch - 1));
    return this.mapLr((lr) => ratio * (lr - etaMin) + etaMin);
  }

  protected override closedFormLr(): number[] {
    const { etaMin } = this;
    const height = this.height(this.lastEpoch);
    return this.baseLrs.map((base) => etaMin + ((base - etaMin) * height) / 2);
  }

  protected override stateFields(): StateFields {
    return {
      T_max: property(aNumber, this, 'tMax'),
      eta_min: property(aNumber, this, 'etaMin'),
      ...super.stateFields(),
    };
  }

  /** The wave above its foot at an epoch, from 2 down to 0. */
  private height(epoch: number): number {
    return 1 + Math.cos(divide(Math.PI * epoch, this.tMax));
  }
}
