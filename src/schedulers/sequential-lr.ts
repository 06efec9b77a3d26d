import { bisectRight } from './arithmetic.js';
import { checkGroupKey, checkNumber, checkNumbers, checkOptions } from './checks.js';
import { CompositeScheduler } from './composite-scheduler.js';
import type { ComposableScheduler, SchedulerOptimizer } from './scheduler.js';
import { invalidOption } from './scheduler-error.js';
import { aNumberList, property, type StateFields } from './state-fields.js';

/** Options of `SequentialLR`. */
export interface SequentialLROptions {
  /** The schedulers to use one after another, all on the same optimizer. */
  schedulers: readonly ComposableScheduler[];
  /** The epochs at which the second, third, … scheduler takes over; one fewer than there are schedulers. */
  milestones: readonly number[];
  /** The epoch from which it counts on; -1, a fresh start, by default. */
  lastEpoch?: number;
  /** Accepts ReduceLROnPlateau as a child, so that `step` takes a metric; false, as in PyTorch, by default. */
  passMetrics?: boolean;
}

/**
 * Uses several schedulers one after another, each from its milestone to the next: a warm-up, then a decay.
 *
 * It has no formula of its own: epoch t belongs to the scheduler number `bisect_right(milestones, t)`, which starts
 * again at its own epoch 0, from the base learning rate if it has a closed form. Construction resets all learning rates to
 * `initialLr` and starts the scheduler of epoch 0; counting starts at `lastEpoch`, but the schedulers do not advance to
 * it. With `passMetrics`, ReduceLROnPlateau continues from the learning rate of its predecessor, and reads the first
 * metric at the step after its milestone.
 *
 * Follows `torch/optim/lr_scheduler.py, class SequentialLR`.
 */
export class SequentialLR extends CompositeScheduler {
  override readonly type: string = 'SequentialLR';
  declare lastEpoch: number;
  milestones: number[];

  constructor(optimizer: SchedulerOptimizer, options: SequentialLROptions) {
    const {
      schedulers,
      milestones,
      lastEpoch = -1,
      passMetrics = false,
    } = checkOptions('SequentialLR', options);
    super('SequentialLR', optimizer, schedulers, passMetrics);
    this.milestones = checkNumbers(this.type, 'milestones', milestones);
    if (milestones.length !== schedulers.length - 1) {
      const accepted = `${schedulers.length - 1} epochs, one fewer than the ${schedulers.length} schedulers`;
      throw invalidOption(this.type, 'milestones', milestones, accepted);
    }
    this.lastEpoch = checkNumber(this.type, 'lastEpoch', lastEpoch) + 1;

    const groups = this.optimizer.paramGroups;
    // ReduceLROnPlateau, which only passMetrics lets in, is the one scheduler that leaves no initialLr behind.
    if (passMetrics) for (const group of groups) group.initialLr ??= group.lr;
    const initialLrs = groups.map((group, index) =>
      checkGroupKey(this.type, 'initialLr', group.initialLr, index),
    );
    groups.forEach((group, index) => (group.lr = initialLrs[index]));

    this.undoStep();
    const first = this.schedulers[bisectRight(this.milestones, 0)];
    first.initialStep();
    this.lastLr = first.getLastLr();
  }

  override step(metric?: number | null): void {
    this.checkMetric(metric);
    this.lastEpoch += 1;
    const index = bisectRight(this.milestones, this.lastEpoch);
    const scheduler = this.schedulers[index];
    if (index > 0 && this.milestones[index - 1] === this.lastEpoch) scheduler.restart();
    else this.stepChild(scheduler, metric);
    this.lastLr = scheduler.getLastLr();
  }

  protected override stateFields(): StateFields {
    return {
      _milestones: property(aNumberList, this, 'milestones'),
      ...super.stateFields(),
    };
  }
}
