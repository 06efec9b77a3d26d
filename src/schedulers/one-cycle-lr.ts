import { annealStrategies, type AnnealStrategy } from './anneal.js';
import { divide } from './arithmetic.js';
import {
  checkChoice,
  checkGroupKey,
  checkInteger,
  checkNumber,
  checkOptions,
  checkPerGroup,
} from './checks.js';
import {
  checkCycledMomentum,
  cycledMomentumFields,
  startMomentum,
  writeMomentums,
  type CycledMomentum,
  type CycledMomentumOptions,
} from './cycled-momentum.js';
import { LRScheduler } from './lr-scheduler.js';
import {
  groupEntry,
  phaseList,
  schedulePhases,
  type GroupKey,
  type SchedulePhase,
} from './one-cycle-phases.js';
import type { SchedulerOptimizer } from './scheduler.js';
import { invalidOption, SchedulerError } from './scheduler-error.js';
import { aNumber, field, oneOf, property, type StateFields } from './state-fields.js';

/** Options of `OneCycleLR`. */
export interface OneCycleLROptions extends CycledMomentumOptions {
  /** The peak, one for all groups or a list with one for each. */
  maxLr: number | readonly number[];
  /** Steps of the whole schedule, a positive integer. */
  totalSteps?: number;
  /** Instead of `totalSteps`, together with `stepsPerEpoch`: their product. */
  epochs?: number;
  stepsPerEpoch?: number;
  /** The share of the steps that goes up, from 0 to 1; 0.3 by default. */
  pctStart?: number;
  /** Along half a cosine wave or a straight line; `'cos'` by default. */
  annealStrategy?: AnnealStrategy;
  /** The first learning rate is `maxLr / divFactor`; 25 by default. */
  divFactor?: number;
  /** The last learning rate is the first one `/ finalDivFactor`; 1e4 by default. */
  finalDivFactor?: number;
  /** Falls to the first learning rate in as many steps as it rose, and then to the last; false by default. */
  threePhase?: boolean;
  /** The step to resume after; -1, a fresh start, by default. */
  lastEpoch?: number;
}

/**
 * Raises the learning rate to a peak and lowers it to almost nothing, once, and momentum the other way (from 0.95 to
 * 0.85 and back by default).
 *
 * In a phase from a to b, with a share p of it done (from 0 to 1): `b + (a - b) * (1 + cos(pi * p)) / 2`, or `a + (b - a) * p`. The
 * bounds are kept in the param groups, and overwrite those of earlier schedules. Meant to step once a batch, and it
 * overwrites changes of the learning rate by others. Step number `totalSteps` overshoots the end, the next one throws.
 *
 * Follows `torch/optim/lr_scheduler.py, class OneCycleLR`.
 */
export class OneCycleLR extends LRScheduler {
  override readonly type: string = 'OneCycleLR';
  totalSteps: number;
  private phases: SchedulePhase[];
  private annealStrategy: AnnealStrategy;
  private readonly momentum: CycledMomentum;

  constructor(optimizer: SchedulerOptimizer, options: OneCycleLROptions) {
    super(optimizer);
    const known = checkOptions(this.type, options);
    const {
      pctStart = 0.3,
      annealStrategy = 'cos',
      divFactor = 25,
      finalDivFactor = 1e4,
      threePhase = false,
    } = known;
    const { cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95, lastEpoch = -1 } = known;
    this.totalSteps = countSteps(this.type, known);
    if (checkNumber(this.type, 'pctStart', pctStart) < 0 || pctStart > 1) {
      throw invalidOption(this.type, 'pctStart', pctStart, 'between 0 and 1');
    }
    this.phases = schedulePhases(this.totalSteps, pctStart, threePhase);
    this.annealStrategy = checkChoice(this.type, 'annealStrategy', annealStrategy, annealStrategies);
    checkNumber(this.type, 'divFactor', divFactor);
    checkNumber(this.type, 'finalDivFactor', finalDivFactor);
    const bounds = checkPerGroup(this.type, 'maxLr', known.maxLr, optimizer).map((maxLr) => {
      const initialLr = divide(maxLr, divFactor);
      return { initialLr, maxLr, minLr: divide(initialLr, finalDivFactor) };
    });
    this.momentum = checkCycledMomentum(this.type, { cycleMomentum, baseMomentum, maxMomentum }, optimizer);

    if (lastEpoch === -1) {
      optimizer.paramGroups.forEach((group, index) => Object.assign(group, bounds[index]));
      startMomentum(optimizer.paramGroups, this.momentum);
    }
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    if (this.lastEpoch > this.totalSteps) throw pastTotalSteps(this.type, this.lastEpoch, this.totalSteps);
    const { phase, progress } = this.position();
    return this.between(phase.start_lr, phase.end_lr, progress);
  }

  protected override writeLr(values: readonly number[]): void {
    const momentums = this.momentum.cycles ? this.computeMomentum() : undefined;
    super.writeLr(values);
    if (momentums) writeMomentums(this.optimizer.paramGroups, this.momentum, momentums);
  }

  protected override stateFields(): StateFields {
    const { cycle_momentum, use_beta1 } = cycledMomentumFields(this.momentum);
    return {
      total_steps: property(aNumber, this, 'totalSteps'),
      _schedule_phases: field(
        phaseList,
        () => this.phases,
        (value) => (this.phases = value),
      ),
      _anneal_func_type: field(
        oneOf(annealStrategies),
        () => this.annealStrategy,
        (value) => (this.annealStrategy = value),
      ),
      cycle_momentum,
      use_beta1,
      ...super.stateFields(),
    };
  }

  private computeMomentum(): number[] {
    const { phase, progress } = this.position();
    return this.between(phase.start_momentum, phase.end_momentum, progress);
  }

  /** The phase of the present step, and the share of it that is done; above 1 at the step after the last. */
  private position(): { phase: SchedulePhase; progress: number } {
    const found = this.phases.findIndex((phase) => this.lastEpoch <= phase.end_step);
    const index = found < 0 ? this.phases.length - 1 : found;
    const phase = this.phases[index];
    const start = index === 0 ? 0 : this.phases[index - 1].end_step;
    return { phase, progress: divide(this.lastEpoch - start, phase.end_step - start) };
  }

  /** The value of each group between two of its keys. */
  private between(startKey: GroupKey, endKey: GroupKey, progress: number): number[] {
    return this.optimizer.paramGroups.map((group, index) => {
      const start = checkGroupKey(this.type, ...groupEntry(group, startKey), index);
      const end = checkGroupKey(this.type, ...groupEntry(group, endKey), index);
      if (this.annealStrategy === 'linear') return (end - start) * progress + start;
      return end + ((start - end) / 2) * (Math.cos(Math.PI * progress) + 1);
    });
  }
}

function countSteps(type: string, { totalSteps, epochs, stepsPerEpoch }: OneCycleLROptions): number {
  if (totalSteps !== undefined) return checkInteger(type, 'totalSteps', totalSteps, 1);
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw invalidOption(type, 'totalSteps', totalSteps, 'given, or both epochs and stepsPerEpoch');
  }
  return checkInteger(type, 'epochs', epochs, 1) * checkInteger(type, 'stepsPerEpoch', stepsPerEpoch, 1);
}

function pastTotalSteps(type: string, step: number, totalSteps: number): SchedulerError {
  return new SchedulerError({
    code: 'past-total-steps',
    pythonError: 'ValueError',
    message: `${type}: the schedule has ${totalSteps} steps, but this was step number ${step}.`,
    received: String(step),
    accepted: `at most ${totalSteps} steps`,
  });
}
