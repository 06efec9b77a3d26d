import { bisectRight, power } from './arithmetic.js';
import { checkNumber, checkNumbers, checkOptions } from './checks.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { aNumber, field, property, type Kind, type StateFields } from './state-fields.js';

/** Options of `MultiStepLR`. */
export interface MultiStepLROptions {
  /** The epochs at which the learning rate falls, in any order; one that is listed n times decays n times. */
  milestones: readonly number[];
  /** What the learning rate is multiplied by; 0.1 by default. */
  gamma?: number;
  /** The epoch to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Multiplies the learning rate by `gamma` at each of the epochs listed.
 *
 * At epoch t: `base * gamma ** (number of milestones <= t)`. It works on the present learning rate, so changes by hand
 * and by other schedulers persist. A milestone of 0 acts at construction.
 *
 * Follows `torch/optim/lr_scheduler.py, class MultiStepLR`.
 */
export class MultiStepLR extends LRScheduler {
  override readonly type: string = 'MultiStepLR';
  /** The milestones in ascending order. */
  milestones: number[];
  gamma: number;

  constructor(optimizer: SchedulerOptimizer, options: MultiStepLROptions) {
    super(optimizer);
    const { milestones, gamma = 0.1, lastEpoch } = checkOptions(this.type, options);
    this.milestones = ascending(checkNumbers(this.type, 'milestones', milestones));
    this.gamma = checkNumber(this.type, 'gamma', gamma);
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    const end = bisectRight(this.milestones, this.lastEpoch);
    let start = end;
    while (start > 0 && this.milestones[start - 1] === this.lastEpoch) start -= 1;
    const count = end - start;
    const factor = count === 0 ? 1 : power(this.gamma, count);
    return this.mapLr((lr) => lr * factor);
  }

  protected override closedFormLr(): number[] {
    const factor = power(this.gamma, bisectRight(this.milestones, this.lastEpoch));
    return this.baseLrs.map((base) => base * factor);
  }

  protected override stateFields(): StateFields {
    return {
      milestones: field(
        milestoneCounts,
        () => countsOf(this.milestones),
        (counts) => (this.milestones = milestonesOf(counts)),
      ),
      gamma: property(aNumber, this, 'gamma'),
      ...super.stateFields(),
    };
  }
}

// PyTorch keeps the milestones as a Counter, epoch to count; JSON turns its keys into text.
type Counts = Record<string, number>;

const milestoneCounts: Kind<Counts> = {
  accepted: 'an object with the number of decays at each epoch',
  test: (value): value is Counts =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(([epoch, count]) => !Number.isNaN(Number(epoch)) && Number.isInteger(count)),
};

function countsOf(milestones: readonly number[]): Counts {
  const counts = new Map<number, number>();
  for (const milestone of milestones) counts.set(milestone, (counts.get(milestone) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function milestonesOf(counts: Counts): number[] {
  const milestones = Object.entries(counts).flatMap(([epoch, count]) =>
    new Array<number>(Math.max(0, count)).fill(Number(epoch)),
  );
  return ascending(milestones);
}

function ascending(values: readonly number[]): number[] {
  return values.toSorted((left, right) => left - right);
}
