import { divide, modulo } from './arithmetic.js';
import { checkEpoch, checkInteger, checkNumber, checkOptions } from './checks.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { invalidOption, SchedulerError } from './scheduler-error.js';
import { aNumber, property, type StateFields } from './state-fields.js';

/** Options of `CosineAnnealingWarmRestarts`. */
export interface CosineAnnealingWarmRestartsOptions {
  /** Steps until the first restart, a positive integer. */
  t0: number;
  /** What the length of a cycle is multiplied by at each restart, a positive integer; 1 by default. */
  tMult?: number;
  /** The learning rate just before a restart; 0 by default. */
  etaMin?: number;
  /** The epoch to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Lowers the learning rate along half a cosine wave and returns it to the base at each restart.
 *
 * `tCur` epochs into a cycle of `tI`: `etaMin + (base - etaMin) * (1 + cos(pi * tCur / tI)) / 2`; the first cycle has
 * `t0` epochs, each next one `tMult` times as many. `step(epoch)` accepts fractions, such as `epoch + batch / batches`,
 * without a warning. It computes from the base, so it overwrites changes of the learning rate by others.
 *
 * Follows `torch/optim/lr_scheduler.py, class CosineAnnealingWarmRestarts`, except that the cycle of a given epoch
 * is found exactly: PyTorch's logarithm rounds 3^5 and 3^10 down, a step before their restart.
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  override readonly type: string = 'CosineAnnealingWarmRestarts';
  t0: number;
  tMult: number;
  etaMin: number;
  /** The length of the present cycle in epochs. */
  tI: number;
  /** Epochs since the last restart; a fraction after a step to a fractional epoch. */
  tCur: number;

  constructor(optimizer: SchedulerOptimizer, options: CosineAnnealingWarmRestartsOptions) {
    super(optimizer);
    const { t0, tMult = 1, etaMin = 0, lastEpoch = -1 } = checkOptions(this.type, options);
    this.t0 = checkInteger(this.type, 't0', t0, 1);
    this.tMult = checkInteger(this.type, 'tMult', tMult, 1);
    if (typeof etaMin !== 'number') throw invalidOption(this.type, 'etaMin', etaMin, 'a number');
    this.etaMin = checkNumber(this.type, 'etaMin', etaMin);
    this.tI = t0;
    this.tCur = lastEpoch;
    this.begin(lastEpoch);
  }

  override step(epoch?: number | null): void {
    if (epoch !== undefined && epoch !== null) this.moveTo(epoch);
    else if (this.lastEpoch < 0) this.moveTo(0);
    else this.moveOn();
    this.writeLr(this.computeLr());
  }

  protected override computeLr(): number[] {
    const { etaMin } = this;
    const height = 1 + Math.cos(divide(Math.PI * this.tCur, this.tI));
    return this.baseLrs.map((base) => etaMin + ((base - etaMin) * height) / 2);
  }

  protected override stateFields(): StateFields {
    return {
      T_0: property(aNumber, this, 't0'),
      T_i: property(aNumber, this, 'tI'),
      T_mult: property(aNumber, this, 'tMult'),
      eta_min: property(aNumber, this, 'etaMin'),
      T_cur: property(aNumber, this, 'tCur'),
      ...super.stateFields(),
    };
  }

  private moveOn(): void {
    this.lastEpoch += 1;
    this.tCur += 1;
    if (this.tCur >= this.tI) {
      this.tCur = modulo(this.tCur, this.tI);
      this.tI *= this.tMult;
    }
  }

  private moveTo(epoch: number): void {
    checkEpoch(this.type, epoch);
    if (epoch < 0) throw negativeEpoch(this.type, epoch);
    if (epoch < this.t0) {
      this.tI = this.t0;
      this.tCur = epoch;
    } else if (this.tMult === 1) {
      this.tCur = modulo(epoch, this.t0);
    } else {
      const cycle = this.cycleAt(epoch);
      this.tCur = epoch - this.startOfCycle(cycle);
      this.tI = this.t0 * this.tMult ** cycle;
    }
    this.lastEpoch = Math.floor(epoch);
  }

  /** The number of restarts up to and including `epoch`, for cycles that grow. */
  private cycleAt(epoch: number): number {
    const estimate = Math.log((epoch / this.t0) * (this.tMult - 1) + 1) / Math.log(this.tMult);
    let cycle = Math.floor(estimate);
    // The logarithm may round to the wrong side of a restart, and engines differ.
    if (this.startOfCycle(cycle) > epoch) cycle -= 1;
    else if (this.startOfCycle(cycle + 1) <= epoch) cycle += 1;
    return cycle;
  }

  private startOfCycle(cycle: number): number {
    return (this.t0 * (this.tMult ** cycle - 1)) / (this.tMult - 1);
  }
}

function negativeEpoch(type: string, epoch: number): SchedulerError {
  return new SchedulerError({
    code: 'invalid-epoch',
    pythonError: 'ValueError',
    message: `${type}: step() takes an epoch of at least 0, but got ${epoch}.`,
    received: String(epoch),
    accepted: 'a number of at least 0',
  });
}
