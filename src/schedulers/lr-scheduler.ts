import { checkEpoch, checkGroupCount, checkInitialLrs, checkNumber, checkOptimizer } from './checks.js';
import type { ComposableScheduler, SchedulerOptimizer, StateDict } from './scheduler.js';
import {
  aBoolean,
  aNumber,
  aNumberList,
  field,
  planFields,
  property,
  saveFields,
  type StateFields,
} from './state-fields.js';
import { optimizerStepOrder, watchOptimizerStep } from './step-order.js';
import { warn } from './warnings.js';

/**
 * The base of all schedulers that compute a learning rate for each param group: it counts epochs, gets the learning rates
 * from the subclass and writes them into the groups.
 *
 * A subclass sets its own properties first and calls `begin` as the last line of its constructor. It implements
 * `computeLr`, the next learning rates from the present ones, and, if there is one, `closedFormLr`, those of `lastEpoch`
 * from `baseLrs`.
 *
 * Follows `torch/optim/lr_scheduler.py, class LRScheduler`.
 */
export abstract class LRScheduler implements ComposableScheduler {
  abstract readonly type: string;
  readonly takesMetric: boolean = false;
  readonly optimizer: SchedulerOptimizer;
  /** The number of calls of `step` since the start of the schedule, or the epoch last given to it. */
  lastEpoch = -1;
  /** The learning rates from which the schedule computes, one per group. */
  baseLrs: number[] = [];
  protected stepCount = 0;
  protected isInitial = false;
  private lastLr: number[] = [];

  constructor(optimizer: SchedulerOptimizer) {
    this.optimizer = checkOptimizer(optimizer);
  }

  /** The next learning rates, one per group, from the state after `lastEpoch` was incremented. */
  protected abstract computeLr(): number[];

  /** The learning rates at `lastEpoch`, from `baseLrs` alone; `undefined` where there is no such formula. */
  protected closedFormLr(): number[] | undefined {
    return undefined;
  }

  /**
   * Ends construction: reads the base learning rates from the groups' `initialLr` and takes the first step.
   *
   * With `lastEpoch` -1 a group's present rate becomes its `initialLr` unless it has one; with any other a missing
   * `initialLr` is an error, because a resumed schedule must compute from its original start.
   */
  protected begin(lastEpoch = -1): void {
    checkNumber(this.type, 'lastEpoch', lastEpoch);
    const groups = this.optimizer.paramGroups;
    if (lastEpoch !== -1) checkInitialLrs(this.type, groups, lastEpoch);
    this.baseLrs = groups.map((group) => (group.initialLr ??= group.lr));
    this.lastEpoch = lastEpoch;
    watchOptimizerStep(this.optimizer);
    this.initialStep();
  }

  initialStep(): void {
    this.stepCount = 0;
    this.isInitial = true;
    try {
      this.step();
    } finally {
      this.isInitial = false;
    }
  }

  undoStep(): void {
    this.lastEpoch -= 1;
  }

  restart(): void {
    this.updateLr(0);
  }

  step(epoch?: number | null): void {
    const jumpsTo = epoch ?? undefined;
    if (jumpsTo !== undefined) checkEpoch(this.type, jumpsTo);
    if (this.stepCount === 1) this.warnAboutOrder();
    this.stepCount += 1;
    if (jumpsTo !== undefined) warn('epoch-argument', this.type);
    this.updateLr(jumpsTo);
  }

  /** The learning rates that `step` would compute now; PyTorch's `get_lr`, not meant for callers. */
  getLr(): number[] {
    warn('get-lr-outside-step', this.type);
    return this.computeLr();
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

  /** The fields of the state dict; a subclass adds its own. */
  protected stateFields(): StateFields {
    return {
      base_lrs: property(aNumberList, this, 'baseLrs'),
      last_epoch: property(aNumber, this, 'lastEpoch'),
      _step_count: field(
        aNumber,
        () => this.stepCount,
        (value) => (this.stepCount = value),
      ),
      _is_initial: field(
        aBoolean,
        () => this.isInitial,
        (value) => (this.isInitial = value),
      ),
      // True in PyTorch only while a step runs, for get_lr; computeLr does not need it.
      _get_lr_called_within_step: field(
        aBoolean,
        () => false,
        () => undefined,
      ),
      _last_lr: field(
        aNumberList,
        () => this.lastLr,
        (value) => (this.lastLr = value),
      ),
    };
  }

  /** Writes the learning rates into the groups, all of them or none. */
  protected writeLr(values: readonly number[]): void {
    const groups = this.optimizer.paramGroups;
    checkGroupCount(this.type, 'the list of its learning rates', values.length, groups.length);
    groups.forEach((group, index) => (group.lr = values[index]));
    this.lastLr = groups.map((group) => group.lr);
  }

  /** The groups' present learning rates, each changed by `change`. */
  protected mapLr(change: (lr: number) => number): number[] {
    return this.optimizer.paramGroups.map((group) => change(group.lr));
  }

  private updateLr(epoch?: number): void {
    this.lastEpoch = epoch ?? this.lastEpoch + 1;
    const closedForm = epoch === undefined ? undefined : this.closedFormLr();
    this.writeLr(closedForm ?? this.computeLr());
  }

  private warnAboutOrder(): void {
    const order = optimizerStepOrder(this.optimizer);
    if (order === 'overridden') warn('step-overridden', this.type);
    if (order === 'never-stepped') warn('step-order', this.type);
  }
}
