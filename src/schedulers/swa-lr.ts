import { annealStrategies, type AnnealStrategy } from './anneal.js';
import { checkChoice, checkGroupKey, checkInteger, checkOptions, checkPerGroup } from './checks.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { aNumber, oneOf, property, type StateFields } from './state-fields.js';

/** Options of `SWALR`. */
export interface SWALROptions {
  /** The final learning rate, one for all groups or a list with one for each. */
  swaLr: number | readonly number[];
  /** Steps until it is reached, an integer of at least 0; 10 by default. */
  annealEpochs?: number;
  /** Along half a cosine wave or a straight line; `'cos'` by default. */
  annealStrategy?: AnnealStrategy;
  /** The epoch to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Moves the learning rate from its present value to a fixed one and holds it there, for stochastic weight averaging.
 *
 * With a the share that is done at step t, `t / annealEpochs` or `(1 - cos(pi * t / annealEpochs)) / 2`:
 * `(1 - a) * start + a * swaLr`. The start is computed back from the present learning rate, so changes by hand and by
 * other schedulers persist until the end. It counts its own steps and not `lastEpoch`, so resuming by `lastEpoch` is not
 * exact.
 *
 * Follows `torch/optim/swa_utils.py, class SWALR`.
 */
export class SWALR extends LRScheduler {
  override readonly type: string = 'SWALR';
  annealEpochs: number;
  annealStrategy: AnnealStrategy;

  constructor(optimizer: SchedulerOptimizer, options: SWALROptions) {
    super(optimizer);
    const { swaLr, annealEpochs = 10, annealStrategy = 'cos', lastEpoch } = checkOptions(this.type, options);
    const swaLrs = checkPerGroup(this.type, 'swaLr', swaLr, optimizer);
    this.annealStrategy = checkChoice(this.type, 'annealStrategy', annealStrategy, annealStrategies);
    this.annealEpochs = checkInteger(this.type, 'annealEpochs', annealEpochs, 0);
    optimizer.paramGroups.forEach((group, index) => (group.swaLr = swaLrs[index]));
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    const step = this.annealEpochs === 0 ? Math.max(1, this.stepCount - 1) : this.stepCount - 1;
    const before = this.shareDone(step - 1);
    const now = this.shareDone(step);
    return this.optimizer.paramGroups.map((group, index) => {
      const end = checkGroupKey(this.type, 'swaLr', group.swaLr, index);
      const start = before === 1 ? end : (group.lr - before * end) / (1 - before);
      return end * now + start * (1 - now);
    });
  }

  protected override stateFields(): StateFields {
    return {
      _anneal_strategy: property(oneOf(annealStrategies), this, 'annealStrategy'),
      anneal_epochs: property(aNumber, this, 'annealEpochs'),
      ...super.stateFields(),
    };
  }

  private shareDone(step: number): number {
    const share = Math.max(0, Math.min(1, step / Math.max(1, this.annealEpochs)));
    return this.annealStrategy === 'linear' ? share : (1 - Math.cos(Math.PI * share)) / 2;
  }
}
