import { divide } from './arithmetic.js';
import {
  checkChoice,
  checkGroupCount,
  checkNumber,
  checkOptions,
  checkPerGroup,
  checkResult,
} from './checks.js';
import {
  checkCycledMomentum,
  cycledMomentumFields,
  startMomentum,
  writeMomentums,
  type CycledMomentum,
  type CycledMomentumOptions,
} from './cycled-momentum.js';
import {
  cyclicModes,
  scaleModeOf,
  scaleModes,
  scaleOfMode,
  type CyclicMode,
  type ScaleMode,
} from './cyclic-scale.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer, StateValue } from './scheduler.js';
import { invalidOption } from './scheduler-error.js';
import {
  aNumber,
  aNumberList,
  anyValue,
  field,
  nullField,
  oneOf,
  property,
  type StateFields,
} from './state-fields.js';

/** Options of `CyclicLR`. */
export interface CyclicLROptions extends CycledMomentumOptions {
  /** The lowest learning rate, one for all groups or a list with one for each. */
  baseLr: number | readonly number[];
  /** The highest learning rate, one for all groups or a list with one for each. */
  maxLr: number | readonly number[];
  /** Steps from the lowest to the highest; 2000 by default. */
  stepSizeUp?: number;
  /** Steps back down; as many as up by default. */
  stepSizeDown?: number;
  /** How the height changes: never, by half at each cycle, or by `gamma` at each step; `'triangular'` by default. */
  mode?: CyclicMode;
  /** The factor of `'exp_range'`; 1 by default. */
  gamma?: number;
  /** The height of a cycle as a function, instead of `mode`. */
  scaleFn?: (x: number) => number;
  /** The argument of `scaleFn`: the number of the cycle, from 1, or of the step; `'cycle'` by default. */
  scaleMode?: ScaleMode;
  /** The step to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Moves the learning rate up and down in straight lines between two bounds, and momentum the other way.
 *
 * With x the share of the way up (1 at the peak) and h the height that `mode` or `scaleFn` gives:
 * `baseLr + (maxLr - baseLr) * x * h`, and the momentum `maxMomentum - (maxMomentum - baseMomentum) * x * h` (0.9 and
 * 0.8 by default). Meant to step once a batch. It overwrites changes of the learning rate by others. As in PyTorch, the
 * first learning rate is computed from an old `initialLr` if the group has one.
 *
 * Follows `torch/optim/lr_scheduler.py, class CyclicLR`.
 */
export class CyclicLR extends LRScheduler {
  override readonly type: string = 'CyclicLR';
  maxLrs: number[];
  /** Steps of a whole cycle. */
  totalSize: number;
  /** The share of a cycle that goes up. */
  stepRatio: number;
  mode: CyclicMode;
  gamma: number;
  scaleMode: ScaleMode;
  private readonly scaleFn?: (x: number) => number;
  private readonly momentum: CycledMomentum;

  constructor(optimizer: SchedulerOptimizer, options: CyclicLROptions) {
    super(optimizer);
    const known = checkOptions(this.type, options);
    const { stepSizeUp = 2000, stepSizeDown = stepSizeUp, mode = 'triangular', gamma = 1, scaleFn } = known;
    const {
      cycleMomentum = true,
      baseMomentum = 0.8,
      maxMomentum = 0.9,
      scaleMode = 'cycle',
      lastEpoch,
    } = known;
    const baseLrs = checkPerGroup(this.type, 'baseLr', known.baseLr, optimizer);
    this.maxLrs = checkPerGroup(this.type, 'maxLr', known.maxLr, optimizer);
    this.totalSize =
      checkNumber(this.type, 'stepSizeUp', stepSizeUp) + checkNumber(this.type, 'stepSizeDown', stepSizeDown);
    this.stepRatio = divide(stepSizeUp, this.totalSize);
    if (scaleFn !== undefined && typeof scaleFn !== 'function') {
      throw invalidOption(this.type, 'scaleFn', scaleFn, 'a function', 'TypeError');
    }
    this.scaleFn = scaleFn;
    // With a function of the caller's, PyTorch ignores the mode and accepts any value.
    this.mode = scaleFn ? mode : checkChoice(this.type, 'mode', mode, cyclicModes);
    this.gamma = checkNumber(this.type, 'gamma', gamma);
    this.scaleMode = scaleFn
      ? checkChoice(this.type, 'scaleMode', scaleMode, scaleModes)
      : scaleModeOf[this.mode];
    this.momentum = checkCycledMomentum(this.type, { cycleMomentum, baseMomentum, maxMomentum }, optimizer);

    if (lastEpoch === undefined || lastEpoch === -1) {
      optimizer.paramGroups.forEach((group, index) => (group.lr = baseLrs[index]));
      startMomentum(optimizer.paramGroups, this.momentum);
    }
    this.begin(lastEpoch);
    // Only now, as in PyTorch: the first step used initialLr, which may come from an earlier schedule.
    this.baseLrs = baseLrs;
  }

  protected override computeLr(): number[] {
    checkGroupCount(this.type, 'maxLr', this.maxLrs.length, this.baseLrs.length);
    const { rise, scale } = this.height();
    return this.baseLrs.map((base, index) => base + (this.maxLrs[index] - base) * rise * scale);
  }

  protected override writeLr(values: readonly number[]): void {
    const momentums = this.momentum.cycles ? this.computeMomentum() : undefined;
    super.writeLr(values);
    if (momentums) writeMomentums(this.optimizer.paramGroups, this.momentum, momentums);
  }

  protected override stateFields(): StateFields {
    const { cycle_momentum, use_beta1, base_momentums, max_momentums } = cycledMomentumFields(this.momentum);
    return {
      max_lrs: property(aNumberList, this, 'maxLrs'),
      total_size: property(aNumber, this, 'totalSize'),
      step_ratio: property(aNumber, this, 'stepRatio'),
      // With a function of the caller's, PyTorch ignores the mode and loads any value.
      mode: field<StateValue>(
        this.scaleFn ? anyValue : oneOf(cyclicModes),
        () => this.mode,
        (value) => (this.mode = value as CyclicMode),
      ),
      gamma: property(aNumber, this, 'gamma'),
      scale_mode: property(oneOf(scaleModes), this, 'scaleMode'),
      cycle_momentum,
      use_beta1,
      base_momentums,
      max_momentums,
      ...super.stateFields(),
      // A function cannot be saved, but PyTorch's loading still fails without the key.
      _scale_fn_custom: nullField(),
    };
  }

  private computeMomentum(): number[] {
    const { maxMomentums = [], baseMomentums = [] } = this.momentum;
    const groupCount = this.optimizer.paramGroups.length;
    checkGroupCount(this.type, 'maxMomentum', maxMomentums.length, groupCount);
    checkGroupCount(this.type, 'baseMomentum', baseMomentums.length, groupCount);
    const { rise, scale } = this.height();
    return maxMomentums.map((highest, index) => highest - (highest - baseMomentums[index]) * rise * scale);
  }

  /** The position of the present step on its cycle's slope, and the height of the cycle, both as shares. */
  private height(): { rise: number; scale: number } {
    const turns = divide(this.lastEpoch, this.totalSize);
    const cycle = Math.floor(1 + turns);
    const x = 1 + turns - cycle;
    const rise = x <= this.stepRatio ? divide(x, this.stepRatio) : divide(x - 1, this.stepRatio - 1);
    return { rise, scale: this.scaleAt(this.scaleMode === 'cycle' ? cycle : this.lastEpoch) };
  }

  private scaleAt(x: number): number {
    if (this.scaleFn) return checkResult(this.type, 'scaleFn', x, this.scaleFn(x));
    return scaleOfMode(this.mode, this.gamma, x);
  }
}
