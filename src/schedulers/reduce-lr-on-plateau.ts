import {
  checkChoice,
  checkEpoch,
  checkGroupCount,
  checkNumber,
  checkOptions,
  checkOptimizer,
  checkPerGroup,
} from './checks.js';
import {
  checkMetric,
  isBetter,
  plateauModes,
  thresholdModes,
  worstMetric,
  type PlateauMode,
  type ThresholdMode,
} from './plateau-metric.js';
import type { ComposableScheduler, SchedulerOptimizer, StateDict } from './scheduler.js';
import { invalidOption } from './scheduler-error.js';
import {
  aNumber,
  aNumberList,
  field,
  oneOf,
  planFields,
  property,
  saveFields,
  type StateFields,
} from './state-fields.js';
import { warn } from './warnings.js';

/** Options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions {
  /** Whether lower metrics are better, or higher ones; `'min'` by default. */
  mode?: PlateauMode;
  /** What the learning rate is multiplied by, below 1; 0.1 by default. */
  factor?: number;
  /** The number of bad metrics in a row that is tolerated; 10 by default. */
  patience?: number;
  /** How much better a metric must be to count as better; 1e-4 by default. */
  threshold?: number;
  /** Whether the threshold is a share of the best metric or a distance from it; `'rel'` by default. */
  thresholdMode?: ThresholdMode;
  /** Steps after a reduction for which bad metrics are not counted; 0 by default. */
  cooldown?: number;
  /** The lowest learning rate, one for all groups or a list with one for each; 0 by default. */
  minLr?: number | readonly number[];
  /** A reduction by no more than this is skipped; 1e-8 by default. */
  eps?: number;
}

/**
 * Multiplies the learning rate by `factor` once a metric has stopped improving for more than `patience` steps.
 *
 * A metric is better if it is below `best * (1 - threshold)` (`'min'`, `'rel'`), `best - threshold` (`'min'`, `'abs'`),
 * or above `best * (1 + threshold)`, `best + threshold` (`'max'`); a bad count above `patience` sets each group's rate
 * to `max(lr * factor, minLr)`. It works on the present learning rate, does nothing at construction and sets no
 * `initialLr`. NaN is a bad metric.
 *
 * Follows `torch/optim/lr_scheduler.py, class ReduceLROnPlateau`.
 */
export class ReduceLROnPlateau implements ComposableScheduler {
  readonly type: string = 'ReduceLROnPlateau';
  readonly takesMetric: boolean = true;
  readonly optimizer: SchedulerOptimizer;
  mode: PlateauMode;
  factor: number;
  patience: number;
  threshold: number;
  thresholdMode: ThresholdMode;
  cooldown: number;
  minLrs: number[];
  eps: number;
  /** The number of calls of `step`. */
  lastEpoch = 0;
  /** The best metric so far. */
  best: number;
  /** Bad metrics since the last good one. */
  numBadEpochs = 0;
  /** Steps left until bad metrics are counted again. */
  cooldownCounter = 0;
  private defaultMinLr: number | null;
  private lastLr: number[];

  constructor(optimizer: SchedulerOptimizer, options?: ReduceLROnPlateauOptions) {
    this.optimizer = checkOptimizer(optimizer);
    const known = checkOptions(this.type, options);
    const { mode = 'min', factor = 0.1, patience = 10, threshold = 1e-4 } = known;
    const { thresholdMode = 'rel', cooldown = 0, minLr = 0, eps = 1e-8 } = known;
    this.factor = checkNumber(this.type, 'factor', factor);
    if (factor >= 1) throw invalidOption(this.type, 'factor', factor, 'below 1');
    this.mode = checkChoice(this.type, 'mode', mode, plateauModes);
    this.thresholdMode = checkChoice(this.type, 'thresholdMode', thresholdMode, thresholdModes);
    this.minLrs = checkPerGroup(this.type, 'minLr', minLr, optimizer);
    this.defaultMinLr = typeof minLr === 'number' ? minLr : null;
    this.patience = checkNumber(this.type, 'patience', patience);
    this.threshold = checkNumber(this.type, 'threshold', threshold);
    this.cooldown = checkNumber(this.type, 'cooldown', cooldown);
    this.eps = checkNumber(this.type, 'eps', eps);
    this.best = worstMetric(this.mode);
    this.lastLr = this.readLr();
  }

  /** Records a metric; `epoch`, which PyTorch deprecates, only renumbers the steps. */
  step(metric?: number | null, epoch?: number | null): void {
    checkMetric(this.type, metric);
    if (epoch === undefined || epoch === null) this.lastEpoch += 1;
    else {
      checkEpoch(this.type, epoch);
      warn('epoch-argument', this.type);
      this.lastEpoch = epoch;
    }

    if (isBetter(metric, this.best, this)) {
      this.best = metric;
      this.numBadEpochs = 0;
    } else this.numBadEpochs += 1;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter -= 1;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.patience) {
      this.reduceLr();
      this.cooldownCounter = this.cooldown;
      this.numBadEpochs = 0;
    }
    this.lastLr = this.readLr();
  }

  initialStep(): void {
    this.lastLr = this.readLr();
  }

  undoStep(): void {
    // Construction took no step.
  }

  restart(): void {
    this.lastLr = this.readLr();
  }

  getLastLr(): number[] {
    return [...this.lastLr];
  }

  stateDict(): StateDict {
    return saveFields(this.stateFields());
  }

  loadStateDict(state: StateDict): void {
    this.planState(state, '')();
  }

  planState(state: unknown, path: string): () => void {
    return planFields(this.stateFields(), state, path);
  }

  private stateFields(): StateFields {
    return {
      factor: property(aNumber, this, 'factor'),
      default_min_lr: field(
        { accepted: 'a number or null', test: isNumberOrNull },
        () => this.defaultMinLr,
        (value) => (this.defaultMinLr = value),
      ),
      min_lrs: property(aNumberList, this, 'minLrs'),
      patience: property(aNumber, this, 'patience'),
      cooldown: property(aNumber, this, 'cooldown'),
      eps: property(aNumber, this, 'eps'),
      last_epoch: property(aNumber, this, 'lastEpoch'),
      _last_lr: field(
        aNumberList,
        () => this.lastLr,
        (value) => (this.lastLr = value),
      ),
      // PyTorch's initial `best`; it follows from the mode, and PyTorch also recomputes it after loading.
      mode_worse: field(
        aNumber,
        () => worstMetric(this.mode),
        () => undefined,
      ),
      mode: property(oneOf(plateauModes), this, 'mode'),
      threshold: property(aNumber, this, 'threshold'),
      threshold_mode: property(oneOf(thresholdModes), this, 'thresholdMode'),
      best: property(aNumber, this, 'best'),
      cooldown_counter: property(aNumber, this, 'cooldownCounter'),
      num_bad_epochs: property(aNumber, this, 'numBadEpochs'),
    };
  }

  private readLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  private reduceLr(): void {
    const groups = this.optimizer.paramGroups;
    if (groups.length !== this.minLrs.length) {
      if (this.defaultMinLr === null) {
        checkGroupCount(this.type, 'minLr, a list,', this.minLrs.length, groups.length, 'RuntimeError');
      } else this.minLrs = groups.map(() => this.defaultMinLr ?? 0);
    }
    groups.forEach((group, index) => {
      const reduced = Math.max(group.lr * this.factor, this.minLrs[index]);
      if (group.lr - reduced > this.eps) group.lr = reduced;
    });
  }
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}
