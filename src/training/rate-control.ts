/**
 * The learning rate of one run: the optimizer's param groups, the policy that moves them, and what a reader may do to
 * both while the run goes. Numbers only; no tf.js.
 */
import type {
  Interval,
  LivePolicy,
  LivePolicyState,
  Monitor,
  Policy,
  PolicyEntry,
  ValidationMetrics,
} from '../policy/index.js';
import { buildPolicy, copyGroups, previewLive, restorePolicy } from '../policy/index.js';
import type { ParamGroup, SchedulerOptimizer } from '../schedulers/index.js';
import type { Change, Handoff, Plan } from '../config/index.js';
import { checkChange } from '../config/index.js';
import { badValue } from '../errors.js';

/** What the present policy will do: `lr[group][i]` is the rate of update `from + i`. */
export interface Ghost {
  from: number;
  lr: readonly Float64Array[];
}

/** The policy that would be live after a change, and what it would do. */
export interface Foresight {
  entries: readonly PolicyEntry[];
  ghost: Ghost;
}

/** The hyper-parameters that schedulers move, as they were configured. */
type Configured = Pick<ParamGroup, 'lr' | 'momentum' | 'betas'>;

/** Everything that is needed to go on with the same param groups; plain data. */
export interface RateCheckpoint {
  /** The live policy: its entries as data, their schedulers' states, the losses that they wait with. */
  live: LivePolicyState;
  /** For each param group what a restart goes back to. */
  configured: Configured[];
}

/** Holds the live policy of a run and lets it be changed. */
export class RateControl {
  private readonly optimizer: SchedulerOptimizer;
  private readonly plan: Plan;
  private configured: readonly Configured[];
  private live: LivePolicy;

  /** @throws InputError `policy-refused` when a scheduler refuses this optimizer, as PyTorch's would */
  constructor(optimizer: SchedulerOptimizer, policy: Policy, plan: Plan) {
    this.optimizer = optimizer;
    this.plan = plan;
    this.configured = optimizer.paramGroups.map(({ lr, momentum, betas }) =>
      structuredClone({ lr, momentum, betas }),
    );
    this.live = buildPolicy(policy, optimizer);
  }

  /** What runs now: the policy that was swapped in last, then what was chained on top. */
  get entries(): readonly PolicyEntry[] {
    return this.live.entries.map(({ entry }) => entry);
  }

  /** The rate of the next update, for each param group. */
  get lr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  /**
   * Tries a change without making it.
   *
   * @throws InputError saying why the change cannot be made
   */
  check(change: Change): void {
    checkChange(change);
    const optimizer = { paramGroups: copyGroups(this.optimizer.paramGroups) };
    this.change(change, optimizer, this.live.fork(optimizer));
  }

  /**
   * Makes a change, or leaves everything as it is.
   *
   * @throws InputError saying why the change cannot be made
   */
  apply(change: Change): void {
    this.check(change);
    this.live = this.change(change, this.optimizer, this.live);
  }

  /**
   * What must be known before {@link afterStep} (`index`: the batch within its epoch) or {@link afterEpoch} (`index`: the
   * epoch): all losses so far for `trainLoss`, a validation for the others. Empty for most policies.
   */
  awaits(interval: Interval, index: number): ReadonlySet<Monitor> {
    return this.live.awaits(interval, index);
  }

  /** Takes in the loss of one update, in order and once each. */
  recordLoss(loss: number): void {
    this.live.recordLoss(loss);
  }

  /** Steps what is to be stepped after a batch; `batch` is its index within the epoch, from 0. */
  afterStep(batch: number): void {
    this.live.afterStep({ batch });
  }

  /** Steps what is to be stepped at an epoch's end; `epoch` counts from 0. */
  afterEpoch(epoch: number, metrics?: ValidationMetrics): void {
    this.live.afterEpoch({ epoch, metrics });
  }

  /** What to go on from; the param groups' own values are the optimizer's to save. */
  checkpoint(): RateCheckpoint {
    return { live: this.live.stateDict(), configured: structuredClone([...this.configured]) };
  }

  /**
   * Checks a checkpoint.
   *
   * @param groups the values that the param groups will have
   * @returns what puts it in place, once they have them
   * @throws InputError or SchedulerError where it is for other groups, or its policy cannot be built or brought back
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

  /** What the present policy will do from the update `from` to the end of the run. */
  ghost(from: number): Ghost {
    return this.ghostOf(this.live, this.optimizer, from);
  }

  /**
   * What a change made now would do, from the update `from` to the end of the run.
   *
   * @throws InputError saying why the change cannot be made
   */
  foresee(change: Change, from: number): Foresight {
    checkChange(change);
    const optimizer = { paramGroups: copyGroups(this.optimizer.paramGroups) };
    const live = this.change(change, optimizer, this.live.fork(optimizer));
    return { ghost: this.ghostOf(live, optimizer, from), entries: live.policy };
  }

  private ghostOf(live: LivePolicy, { paramGroups }: SchedulerOptimizer, from: number): Ghost {
    const { steps, stepsPerEpoch } = this.plan;
    return {
      from,
      lr: previewLive(live, { paramGroups }, { from, steps: Math.max(0, steps - from), stepsPerEpoch }).lr,
    };
  }

  /** Makes a change to an optimizer's groups and returns the policy that runs from then on. */
  private change(change: Change, optimizer: SchedulerOptimizer, live: LivePolicy): LivePolicy {
    switch (change.kind) {
      case 'swap':
        this.handOver(optimizer.paramGroups, change.handoff);
        return buildPolicy(change.policy, optimizer);
      case 'chain':
        live.add(change.policy);
        return live;
      case 'unchain':
        live.remove(change.index);
        return live;
      case 'adjust':
        live.adjust(change.policy);
        return live;
      case 'setLr':
        for (const group of optimizer.paramGroups) group.lr = change.lr;
        return live;
    }
  }

  private handOver(groups: ParamGroup[], handoff: Handoff): void {
    if (handoff === 'torch') return;
    for (const [index, group] of groups.entries()) {
      const { lr, momentum, betas } = this.configured[index];
      delete group.initialLr;
      // What was cycled comes back; what was never there stays away.
      if (momentum !== undefined) group.momentum = momentum;
      if (betas !== undefined) group.betas = [...betas];
      if (handoff === 'restart') group.lr = lr;
    }
  }
}
