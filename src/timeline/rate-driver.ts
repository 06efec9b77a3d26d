/**
 * Sets the learning rate of a run: a live policy and the param groups that it drives. A change that fails leaves
 * everything as it was; to try a change, make it on a fork. Numbers only, no tf.js, so that the page computes the same as
 * the worker.
 */
import { badValue } from '../errors.js';
import type {
  Interval,
  LivePolicy,
  LivePolicyState,
  Monitor,
  Policy,
  PolicyEntry,
  ValidationMetrics,
} from '../policy/index.js';
import { buildPolicy, copyGroups, neverPlateauFrom, restorePolicy, writeGroups } from '../policy/index.js';
import type { ComposableScheduler, ParamGroup, SchedulerOptimizer } from '../schedulers/index.js';
import type { Change, Handoff } from './intervention.js';
import { checkChange } from './intervention.js';

/** The hyper-parameters that schedulers change, as configured. */
export type Configured = Pick<ParamGroup, 'lr' | 'momentum' | 'betas'>;

/** The state to continue from with the same param groups; plain data. */
export interface RateCheckpoint {
  /** The live policy: its entries as data, the states of their schedulers, the losses since they were last stepped. */
  live: LivePolicyState;
  /** The values of each param group that a restart resets to. */
  configured: Configured[];
}

/** A live policy and the param groups that it drives. */
export class RateDriver {
  private readonly optimizer: SchedulerOptimizer;
  private configured: readonly Configured[];
  private live: LivePolicy;

  /**
   * Builds a policy on param groups; it writes its first rates into them.
   *
   * @throws InputError `policy-refused` when a scheduler refuses these groups, as PyTorch's would
   */
  constructor(optimizer: SchedulerOptimizer, policy: Policy) {
    this.optimizer = optimizer;
    this.configured = optimizer.paramGroups.map(({ lr, momentum, betas }) =>
      structuredClone({ lr, momentum, betas }),
    );
    this.live = buildPolicy(policy, optimizer);
  }

  /** The param groups, with the values of the next update. */
  get paramGroups(): readonly ParamGroup[] {
    return this.optimizer.paramGroups;
  }

  /** The live policy: the entries of the last swap, then those chained since. */
  get entries(): readonly PolicyEntry[] {
    return this.live.entries.map(({ entry }) => entry);
  }

  /** The schedulers of {@link entries}. */
  get schedulers(): readonly ComposableScheduler[] {
    return this.live.entries.map(({ scheduler }) => scheduler);
  }

  /** The rate of the next update, for each param group. */
  get lr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  /**
   * An independent copy, on copies of the groups.
   *
   * @param options.isPatient whether its schedulers see a metric that always improves, as future metrics are unknown
   */
  fork({ isPatient = false } = {}): RateDriver {
    const state = this.live.stateDict();
    const optimizer = { paramGroups: copyGroups(this.optimizer.paramGroups) };
    const fork = new RateDriver(optimizer, []);
    fork.configured = this.configured;
    fork.live = restorePolicy(isPatient ? neverPlateauFrom(state) : state, optimizer);
    return fork;
  }

  /**
   * Makes a change; one that fails leaves everything as it was.
   *
   * @throws InputError saying why the change cannot be made
   */
  change(change: Change): void {
    checkChange(change);
    const groups = copyGroups(this.optimizer.paramGroups);
    try {
      this.make(change);
    } catch (error) {
      writeGroups(this.optimizer.paramGroups, groups);
      throw error;
    }
  }

  /**
   * The metrics that must be known before {@link afterStep} (`index`: the batch within its epoch) or {@link afterEpoch}
   * (`index`: the epoch): all losses so far for `trainLoss`, a validation for the others. Empty for most policies.
   */
  awaits(interval: Interval, index: number): ReadonlySet<Monitor> {
    return this.live.awaits(interval, index);
  }

  /** Records the loss of one update, in order and once each. */
  recordLoss(loss: number): void {
    this.live.recordLoss(loss);
  }

  /** Steps the schedulers that are due after a batch; `batch` is its index within the epoch, from 0. */
  afterStep({ batch }: { batch: number }): void {
    this.live.afterStep({ batch });
  }

  /** Steps the schedulers that are due at an epoch's end; `epoch` counts from 0. */
  afterEpoch({ epoch, metrics }: { epoch: number; metrics?: ValidationMetrics }): void {
    this.live.afterEpoch({ epoch, metrics });
  }

  /** The state to continue from; the optimizer saves the values of the param groups. */
  checkpoint(): RateCheckpoint {
    return { live: this.live.stateDict(), configured: structuredClone([...this.configured]) };
  }

  /**
   * Checks a checkpoint.
   *
   * @param groups the values that the param groups will have
   * @returns a function that puts it in place, to be called once the groups have these values
   * @throws InputError or SchedulerError when it is for other groups, or its policy cannot be built or restored
   */
  planRestore({ live, configured }: RateCheckpoint, groups: readonly ParamGroup[]): () => void {
    const { length } = this.configured;
    if (configured.length !== length) throw badValue('configured', `[${configured.length}]`, `[${length}]`);
    restorePolicy(live, { paramGroups: copyGroups(groups) });
    return () => {
      this.configured = structuredClone(configured);
      this.live = restorePolicy(live, this.optimizer);
    };
  }

  private make(change: Change): void {
    switch (change.kind) {
      case 'swap':
        this.handOver(change.handoff);
        this.live = buildPolicy(change.policy, this.optimizer);
        break;
      case 'chain':
        this.live.add(change.policy);
        break;
      case 'unchain':
        this.live.remove(change.index);
        break;
      case 'adjust':
        this.live.adjust(change.policy);
        break;
      case 'setLr':
        for (const group of this.optimizer.paramGroups) group.lr = change.lr;
    }
  }

  private handOver(handoff: Handoff): void {
    if (handoff === 'torch') return;
    for (const [index, group] of this.optimizer.paramGroups.entries()) {
      const { lr, momentum, betas } = this.configured[index];
      delete group.initialLr;
      // Resets what a scheduler cycled; adds nothing that the group never had.
      if (momentum !== undefined) group.momentum = momentum;
      if (betas !== undefined) group.betas = [...betas];
      if (handoff === 'restart') group.lr = lr;
    }
  }
}
