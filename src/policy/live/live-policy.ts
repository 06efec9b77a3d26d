/**
 * A running policy: its schedulers on an optimizer, each stepped when it is due.
 *
 * It changes only the optimizer's param groups. The Trainer reports each loss, update and end of an epoch; Lightning's
 * rule decides which entries act then: the interval matches, and the index, counted from 1 within the epoch or the run,
 * is a multiple of the frequency.
 */
import { InputError } from '../../errors.js';
import { checkArgument, checkOptimizer, isObject } from '../check-argument.js';
import { SchedulerError } from '../../schedulers/index.js';
import type { ComposableScheduler, SchedulerOptimizer, StateDict } from '../../schedulers/index.js';
import { adjustedState, checkAdjustment } from './adjust-policy.js';
import { buildScheduler } from './build-scheduler.js';
import { copyGroups, writeGroups } from './group-values.js';
import { normalisePolicy } from '../schema/parse-policy.js';
import type { Interval, Monitor, Policy, PolicyEntry, PolicyInput } from '../policy.js';
import { readsMetric } from '../schema/policy-rules.js';

/** The results of a validation, without the training loss; see `recordLoss`. */
export interface ValidationMetrics {
  readonly valLoss?: number;
  readonly valAccuracy?: number;
}

/** An entry and its scheduler. */
export interface LiveEntry {
  readonly entry: PolicyEntry;
  readonly scheduler: ComposableScheduler;
}

/** The state to continue from on another optimizer whose groups have the same values; plain data. */
export interface LivePolicyState {
  readonly entries: readonly {
    readonly entry: PolicyEntry;
    /** The scheduler's state dict, with PyTorch's keys; it may hold infinities, which JSON does not. */
    readonly scheduler: StateDict;
    /** The training losses since the entry was last stepped. */
    readonly losses: { readonly sum: number; readonly count: number };
  }[];
}

interface RunningEntry extends LiveEntry {
  /** Whether stepping its scheduler takes a metric. */
  readonly readsMetric: boolean;
  lossSum: number;
  lossCount: number;
}

/** Schedulers on one optimizer, stepped in order; made by `buildPolicy` and `restorePolicy`. */
export class LivePolicy {
  private readonly optimizer: SchedulerOptimizer;
  private running: RunningEntry[] = [];

  /** Use `buildPolicy`, which checks its input. */
  constructor(policy: Policy, optimizer: SchedulerOptimizer) {
    checkOptimizer(optimizer);
    checkArgument('policy', policy, Array.isArray(policy), 'a list of entries');
    this.optimizer = optimizer;
    this.running = start(policy, optimizer, 0);
  }

  /** The entries in the order in which they are stepped, each with its scheduler. */
  get entries(): readonly LiveEntry[] {
    return this.running;
  }

  /** The present policy as data, after everything that was added and removed. */
  get policy(): Policy {
    return structuredClone(this.running.map(({ entry }) => entry));
  }

  /**
   * The metrics that the entries need that act after this update or epoch: for `trainLoss` every loss so far must have been
   * recorded, for the others the validation must have run. Empty for most.
   */
  awaits(interval: Interval, index: number): ReadonlySet<Monitor> {
    const needed = new Set<Monitor>();
    for (const running of this.running) {
      if (running.readsMetric && isDue(running.entry, interval, index))
        needed.add(running.entry.monitor ?? 'valLoss');
    }
    return needed;
  }

  /** Records the loss of one update, in order and once each; an entry that monitors `trainLoss` gets the mean since its last step. */
  recordLoss(loss: number): void {
    for (const running of this.running) {
      if (!running.readsMetric) continue;
      running.lossSum += loss;
      running.lossCount += 1;
    }
  }

  /**
   * Steps the entries of interval `step`, after the update of batch `batch` (counted from 0 within its epoch).
   *
   * @throws InputError `policy-refused` when a scheduler refuses to step (OneCycleLR beyond its end), and
   * `missing-metric` when an entry monitors a metric that is not available; the entries before it have been stepped.
   */
  afterStep({ batch }: { batch: number }): void {
    this.stepDue('step', batch, {});
  }

  /**
   * Steps the entries of interval `epoch`, at the end of epoch `epoch` (counted from 0), after `afterStep` of its last batch.
   *
   * @throws InputError as `afterStep` does.
   */
  afterEpoch({ epoch, metrics = {} }: { epoch: number; metrics?: ValidationMetrics }): void {
    this.stepDue('epoch', epoch, metrics);
  }

  /**
   * Chains a policy, as PyTorch does on a used optimizer: its schedulers are built now, on the present learning rates and
   * with the groups' `initialLr` kept, and are stepped after the present ones.
   *
   * @throws InputError `policy` or `policy-refused`; nothing has changed then.
   */
  add(input: PolicyInput): void {
    this.running.push(...start(normalisePolicy(input), this.optimizer, this.running.length));
  }

  /**
   * Removes the entry at a position of `entries`; the others keep their state and the learning rates do not change.
   *
   * @throws InputError `no-such-entry` for a position that does not exist.
   */
  remove(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.running.length) {
      const accepted = this.running.length === 0 ? '∅' : `0 ≤ integer ≤ ${this.running.length - 1}`;
      throw new InputError({
        code: 'no-such-entry',
        message: `The policy has no entry ${index}: it has ${this.running.length}, counted from 0.`,
        received: String(index),
        accepted,
      });
    }
    this.running.splice(index, 1);
  }

  /**
   * Gives the schedulers other times; they keep their counters, and the learning rates do not change until they are next
   * stepped.
   *
   * @param input the same policy with other times
   * @throws InputError `policy`, `other-policy` or `policy-refused`; nothing has changed then.
   */
  adjust(input: PolicyInput): void {
    const policy = normalisePolicy(input);
    checkAdjustment(this.policy, policy);
    const fresh = new LivePolicy(policy, { paramGroups: copyGroups(this.optimizer.paramGroups) }).stateDict();
    const entries = this.stateDict().entries.map(({ scheduler, losses }, index) => ({
      entry: policy[index],
      scheduler: adjustedState(policy[index].scheduler, scheduler, fresh.entries[index].scheduler),
      losses,
    }));
    this.running = restorePolicy({ entries }, this.optimizer).running;
  }

  /** The state of all entries; it is complete together with the values of the optimizer's groups. */
  stateDict(): LivePolicyState {
    return structuredClone({
      entries: this.running.map(({ entry, scheduler, lossSum, lossCount }) => ({
        entry,
        scheduler: scheduler.stateDict(),
        losses: { sum: lossSum, count: lossCount },
      })),
    });
  }

  /**
   * Loads a state that a policy with the same entries has saved; the optimizer's groups do not change. If the entries may
   * differ, use `restorePolicy`.
   *
   * @throws InputError `other-policy` if the state was saved by a policy with other entries; nothing has changed then.
   */
  loadStateDict(state: LivePolicyState): void {
    const saved = JSON.stringify(state.entries.map(({ entry }) => entry));
    const present = JSON.stringify(this.running.map(({ entry }) => entry));
    if (saved !== present) {
      throw new InputError({
        code: 'other-policy',
        message: `The state belongs to another policy: ${saved} instead of ${present}.`,
        received: saved,
        accepted: present,
      });
    }
    const load = this.running.map(({ scheduler }, index) =>
      scheduler.planState(state.entries[index].scheduler, `entries[${index}].scheduler`),
    );
    this.running.forEach((running, index) => {
      load[index]();
      running.lossSum = state.entries[index].losses.sum;
      running.lossCount = state.entries[index].losses.count;
    });
  }

  /**
   * An independent copy on another optimizer, whose groups hold copies of this one's values and keep them; from here on
   * both do the same.
   */
  fork(optimizer: SchedulerOptimizer): LivePolicy {
    return restorePolicy(this.stateDict(), optimizer);
  }

  private stepDue(interval: Interval, index: number, metrics: ValidationMetrics): void {
    // An indexed loop, because the preview of a million steps runs it.
    for (let position = 0; position < this.running.length; position += 1) {
      const running = this.running[position];
      if (!isDue(running.entry, interval, index)) continue;
      try {
        if (running.readsMetric) running.scheduler.step(metricFor(running, position, metrics));
        else running.scheduler.step();
      } catch (error) {
        throw refusal(error, running.entry, position);
      }
      running.lossSum = 0;
      running.lossCount = 0;
    }
  }
}

/**
 * Restores a policy from its saved state, on an optimizer whose groups already hold their saved values and keep them.
 *
 * PyTorch's order is: construct, then load the optimizer, then load the schedulers; construction writes learning rates,
 * so the groups are restored after it.
 */
export function restorePolicy(state: LivePolicyState, optimizer: SchedulerOptimizer): LivePolicy {
  checkOptimizer(optimizer);
  checkArgument('state', state, isObject(state) && Array.isArray(state.entries), '{ entries: […] }');
  const groups = copyGroups(optimizer.paramGroups);
  const live = new LivePolicy(structuredClone(state.entries.map(({ entry }) => entry)), optimizer);
  writeGroups(optimizer.paramGroups, groups);
  live.loadStateDict(state);
  return live;
}

function start(policy: Policy, optimizer: SchedulerOptimizer, offset: number): RunningEntry[] {
  const groups = copyGroups(optimizer.paramGroups);
  return policy.map((entry, index) => {
    try {
      const scheduler = buildScheduler(entry.scheduler, optimizer);
      return { entry, scheduler, readsMetric: readsMetric(entry.scheduler), lossSum: 0, lossCount: 0 };
    } catch (error) {
      writeGroups(optimizer.paramGroups, groups);
      throw refusal(error, entry, offset + index);
    }
  });
}

function isDue(entry: PolicyEntry, interval: Interval, index: number): boolean {
  return entry.interval === interval && (index + 1) % entry.frequency === 0;
}

function metricFor(running: RunningEntry, position: number, metrics: ValidationMetrics): number {
  const monitor = running.entry.monitor ?? 'valLoss';
  if (monitor === 'trainLoss' && running.lossCount > 0) return running.lossSum / running.lossCount;
  const value = monitor === 'trainLoss' ? undefined : metrics[monitor];
  if (value !== undefined) return value;
  throw new InputError({
    code: 'missing-metric',
    message: `policy[${position}] (${running.entry.scheduler.type}) watches ${monitor}, which is not known at this point.`,
    received: 'undefined',
    accepted: monitor,
  });
}

/** Turns a scheduler's own error into an InputError that names its entry; any other error is a defect and is returned. */
function refusal(error: unknown, entry: PolicyEntry, position: number): unknown {
  if (!(error instanceof SchedulerError)) return error;
  return new InputError({
    code: 'policy-refused',
    message: `policy[${position}] (${entry.scheduler.type}): ${error.message}`,
    path: `policy[${position}].scheduler`,
    received: error.received,
    accepted: error.accepted,
  });
}
