/**
 * The learning rate of one run: the optimizer's param groups, the policy that moves them, and what a reader may do to
 * both while the run goes. Numbers only; no tf.js.
 */
import type {
  Change,
  Configured,
  Intervention,
  Outlook,
  Plan,
  RunGhost,
  Steering,
} from '../timeline/index.js';
import { foresee, ghostOf, makeChange, steer, tryChange } from '../timeline/index.js';
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
import { copyGroups, restorePolicy } from '../policy/index.js';
import type { ParamGroup, SchedulerOptimizer } from '../schedulers/index.js';

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
    ({ live: this.live, configured: this.configured } = steer(policy, optimizer));
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
    tryChange(change, this.steering);
  }

  /**
   * Makes a change, or leaves everything as it is.
   *
   * @throws InputError saying why the change cannot be made
   */
  apply(change: Change): void {
    this.live = makeChange(change, this.steering);
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

  /** What the rates will be from the update `now` on, with what is planned. */
  ghost(now: number, planned: readonly Intervention[] = []): RunGhost {
    return ghostOf(this.steering, this.outlook(now, planned));
  }

  /**
   * What a change would do from its step on, if it were made at the update `now` or later.
   *
   * @throws InputError saying why the change cannot be made there, or why the run does not come there
   */
  foresee(change: Intervention, now: number, planned: readonly Intervention[] = []): RunGhost {
    return foresee(this.steering, change, this.outlook(now, planned));
  }

  private get steering(): Steering {
    return { optimizer: this.optimizer, live: this.live, configured: this.configured };
  }

  private outlook(now: number, planned: readonly Intervention[]): Outlook {
    return { plan: this.plan, now, planned };
  }
}
