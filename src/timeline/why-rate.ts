/**
 * Why a run used a rate: where it starts from, and a factor for each scheduler that multiplied it since. The run's policy
 * and changes are played again, with the losses and scores that the run had, and every write of a scheduler is recorded as
 * its own. A scheduler that computes from the base rate, or sets a rate of its own, discards the factors before it.
 */
import { InputError } from '../errors.js';
import type { Monitor, Policy, PolicyEntry } from '../policy/index.js';
import { childrenOf, stepWork, WorkBudget } from '../policy/index.js';
import type { ComposableScheduler, ParamGroup } from '../schedulers/index.js';
import { ReduceLROnPlateau } from '../schedulers/index.js';
import type { ChangeAtStep, Handoff } from './intervention.js';
import { RateDriver } from './rate-driver.js';

/** A scheduler of the live policy: the index of its entry, then its place in each composite around it. */
export type SchedulerPath = readonly number[];

/** What a scheduler multiplies the rate by. */
export interface RateFactor {
  readonly path: SchedulerPath;
  /** PyTorch's class name. */
  readonly scheduler: string;
  readonly factor: number;
}

/** Where a rate starts from: the config, the base rate of a scheduler, a change, or a scheduler that sets it. */
export interface RateStart {
  readonly lr: number;
  readonly from: 'config' | 'base' | 'setLr' | 'swap' | 'scheduler';
  /** The scheduler that set it, where one did. */
  readonly path?: SchedulerPath;
  readonly scheduler?: string;
  /** The step from which on it holds. */
  readonly step: number;
}

/** The swap from which the live policy comes, and the base rate that it gave the schedulers. */
export interface RateSwap {
  readonly step: number;
  readonly policy: Policy;
  readonly handoff: Handoff;
  /** Undefined where the schedulers set their own, as OneCycleLR and CyclicLR do. */
  readonly base: number | undefined;
}

/** The rate of one param group: `start.lr` times all factors. */
export interface RateReasons {
  readonly lr: number;
  readonly start: RateStart;
  readonly factors: readonly RateFactor[];
  /** Undefined where the live policy is the configured one. */
  readonly swap: RateSwap | undefined;
}

/** The counter of a ReduceLROnPlateau. */
export interface PlateauCounter {
  readonly path: SchedulerPath;
  /** Bad metrics in a row, and how many are tolerated. */
  readonly bad: number;
  readonly patience: number;
  /** The metric must be below this to count as better, or above it where higher is better; infinite at first. */
  readonly needs: number;
  readonly isHigherBetter: boolean;
  /** Steps left in which bad metrics are not counted. */
  readonly cooldown: number;
  readonly monitor: Monitor;
}

/** Why a step used its rates: a row for each param group, and the counters that wait for a plateau. */
export interface WhyRate {
  readonly groups: readonly RateReasons[];
  readonly plateaus: readonly PlateauCounter[];
}

/** What a run has been through, as far as its rates depend on it. */
export interface RatePast {
  readonly policy: Policy;
  /** The param groups as configured. */
  readonly groups: readonly ParamGroup[];
  readonly stepsPerEpoch: number;
  /** The interventions that have acted, in order. */
  readonly log: readonly ChangeAtStep[];
  readonly loss: ArrayLike<number>;
  readonly evaluations: readonly {
    readonly step: number;
    readonly loss: number;
    readonly accuracy: number;
  }[];
}

/** Schedulers whose next rate does not depend on the present one. */
const setting = ['LambdaLR', 'CosineAnnealingWarmRestarts', 'CyclicLR', 'OneCycleLR', 'SWALR'];

/** Schedulers that start again from the base rate, at a milestone of SequentialLR. */
const restarting = [
  'StepLR',
  'MultiStepLR',
  'ConstantLR',
  'LinearLR',
  'ExponentialLR',
  'PolynomialLR',
  'CosineAnnealingLR',
];

interface Leaf {
  readonly path: SchedulerPath;
  readonly scheduler: ComposableScheduler;
}

/**
 * Why a step of a run used its rates; undefined if playing so many steps again would take too long.
 *
 * @param step from 0 to the number of known losses
 * @throws RangeError for another step
 */
export function whyRate(past: RatePast, step: number, budget = new WorkBudget()): WhyRate | undefined {
  return new RateReplay().why(past, step, budget);
}

/**
 * Says why the steps of one run used their rates, while it trains and afterwards. It remembers the step that it has come
 * to: a later one costs only the steps between, an earlier one the steps from the start.
 */
export class RateReplay {
  private player: Player | undefined;

  /**
   * Why a step used its rates; undefined where the budget is spent, and then the next call continues.
   *
   * @param past of the same run, which may have grown
   * @param step from 0 to the number of known losses
   * @throws RangeError for another step
   */
  why(past: RatePast, step: number, budget = new WorkBudget()): WhyRate | undefined {
    if (!Number.isInteger(step) || step < 0 || step > past.loss.length)
      throw new RangeError(`step is ${step}; accepted: an integer from 0 to ${past.loss.length}.`);
    if (this.player?.continues(past, step) !== true) this.player = new Player(past);
    const { player } = this;
    while (player.position < step) {
      if (!budget.spend(stepWork(player.entries, past.groups.length))) return undefined;
      player.changeAt(player.position);
      player.step(player.position);
    }
    player.changeAt(step);
    return player.reasons();
  }
}

/** Plays a run again and attributes each change of a rate. */
class Player {
  private past: RatePast;
  private readonly groups: ParamGroup[];
  private readonly driver: RateDriver;
  private readonly start: RateStart[];
  /** The factors by the scheduler's path, a list per group. */
  private readonly factors = new Map<string, number[]>();
  private leaves: readonly Leaf[] = [];
  /** The last swap, for each group. */
  private swaps: readonly RateSwap[] = [];
  private now = 0;
  private nextChange = 0;
  /** How many evaluations are known at the present step. */
  private scored = 0;

  constructor(past: RatePast) {
    this.past = past;
    this.groups = past.groups.map((group) => structuredClone(group));
    this.start = this.groups.map(({ lr }) => ({ lr, from: 'config', step: 0 }));
    this.driver = new RateDriver({ paramGroups: this.groups }, []);
    for (const entry of past.policy) this.add(entry);
  }

  get entries(): readonly PolicyEntry[] {
    return this.driver.entries;
  }

  /** The step before whose update it stands. */
  get position(): number {
    return this.now;
  }

  /** Takes over a past that has grown since, if nothing in it differs from what has been played. */
  continues(past: RatePast, step: number): boolean {
    const { log } = past;
    const isSame =
      past.policy === this.past.policy &&
      step >= this.now &&
      (log.at(this.nextChange)?.step ?? Infinity) >= this.now &&
      this.past.log.slice(0, this.nextChange).every((change, index) => change === log[index]);
    if (isSame) this.past = past;
    return isSame;
  }

  /** Makes the changes that acted before the update of a step. */
  changeAt(step: number): void {
    const { log } = this.past;
    this.now = step;
    for (; this.nextChange < log.length && log[this.nextChange].step <= step; this.nextChange += 1)
      this.change(log[this.nextChange]);
  }

  /** Takes the steps of the schedulers that follow an update. */
  step(step: number): void {
    const { stepsPerEpoch, loss, evaluations } = this.past;
    const batch = step % stepsPerEpoch;
    this.now = step + 1;
    try {
      this.driver.recordLoss(loss[step]);
      this.driver.afterStep({ batch });
      if (batch < stepsPerEpoch - 1) return;
      while (this.scored < evaluations.length && evaluations[this.scored].step <= step + 1) this.scored += 1;
      const score = this.scored === 0 ? undefined : evaluations[this.scored - 1];
      const metrics = score && { valLoss: score.loss, valAccuracy: score.accuracy };
      this.driver.afterEpoch({ epoch: Math.floor(step / stepsPerEpoch), metrics });
    } catch (error) {
      // The run reported it, and continued with the rate that it had.
      if (!(error instanceof InputError)) throw error;
    }
  }

  reasons(): WhyRate {
    const groups = this.groups.map(({ lr }, group) => ({
      lr,
      start: this.start[group],
      factors: this.factorsOf(group),
      swap: this.swaps.at(group),
    }));
    return { groups, plateaus: this.leaves.flatMap((leaf) => this.counterOf(leaf)) };
  }

  private factorsOf(group: number): RateFactor[] {
    const { path: setter = [] } = this.start[group];
    const all = this.leaves.map(({ path, scheduler }) => {
      const factor = this.factors.get(keyOf(path))?.[group] ?? 1;
      return { path, scheduler: scheduler.type, factor };
    });
    // One that has done nothing says so only if it stands by itself, and did not set the rate.
    const shown = all.filter(
      ({ path, factor }) => factor !== 1 || (path.length === 1 && keyOf(setter) !== keyOf(path)),
    );
    if (shown.length > 0 || setter.length > 0) return shown;
    // Where no other is named, the one of a composite that has acted is, though it has left the rate as it was.
    return all.filter(({ path }) => this.factors.has(keyOf(path)));
  }

  private counterOf({ path, scheduler }: Leaf): PlateauCounter[] {
    if (!(scheduler instanceof ReduceLROnPlateau)) return [];
    const { best, threshold, thresholdMode, mode, numBadEpochs, patience, cooldownCounter } = scheduler;
    const sign = mode === 'min' ? -1 : 1;
    const needs = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return [
      {
        path,
        bad: numBadEpochs,
        patience,
        needs,
        isHigherBetter: mode === 'max',
        cooldown: cooldownCounter,
        monitor: this.entries[path[0]].monitor ?? 'valLoss',
      },
    ];
  }

  /** Adds an entry and attributes what its construction writes. */
  private add(entry: PolicyEntry): void {
    const before = this.rates;
    const known = this.leaves.length;
    this.driver.change({ kind: 'chain', policy: [entry] });
    this.watch();
    const first = this.leaves.at(known);
    if (!first) return;
    if (isSequence(entry.scheduler))
      this.begin('base', (group) => this.groups[group].initialLr ?? before[group]);
    this.attribute(first, isSequence(entry.scheduler) ? undefined : before);
  }

  private change(change: ChangeAtStep): void {
    if (change.kind === 'swap') {
      this.driver.change({ kind: 'swap', policy: [], handoff: change.handoff });
      this.factors.clear();
      this.leaves = [];
      this.begin('swap', (group) => this.groups[group].lr);
      const given = this.baseRates;
      for (const entry of change.policy) this.add(entry);
      const { step, policy, handoff } = change;
      this.swaps = this.baseRates.map((base, group) => {
        return { step, policy, handoff, base: base === given[group] ? base : undefined };
      });
    } else if (change.kind === 'chain') {
      for (const entry of change.policy) this.add(entry);
    } else {
      if (change.kind === 'unchain') this.forget(change.index);
      this.driver.change(change);
      this.watch();
      if (change.kind === 'setLr') {
        this.factors.clear();
        this.begin('setLr', () => change.lr);
      }
    }
  }

  /** An entry that is removed leaves the rate as it is: its factors become part of the start. */
  private forget(index: number): void {
    const kept = [...this.factors].map(([key, factors]) => ({ path: pathOf(key), factors }));
    this.factors.clear();
    for (const { path, factors } of kept) {
      if (path[0] === index)
        for (const [group, factor] of factors.entries())
          this.start[group] = { ...this.start[group], lr: this.start[group].lr * factor };
      else this.factors.set(keyOf([path[0] > index ? path[0] - 1 : path[0], ...path.slice(1)]), factors);
    }
    for (const [group, start] of this.start.entries()) {
      const { lr, step, path = [] } = start;
      if (path.length === 0 || path[0] < index) continue;
      this.start[group] =
        path[0] === index ? { lr, from: 'base', step } : { ...start, path: [path[0] - 1, ...path.slice(1)] };
    }
  }

  private get baseRates(): number[] {
    return this.groups.map(({ lr, initialLr = lr }) => initialLr);
  }

  private get rates(): number[] {
    return this.groups.map(({ lr }) => lr);
  }

  private begin(from: RateStart['from'], lrOf: (group: number) => number, leaf?: Leaf): void {
    this.factors.clear();
    for (const group of this.groups.keys())
      this.start[group] = {
        lr: lrOf(group),
        from,
        step: this.now,
        ...(leaf && { path: leaf.path, scheduler: leaf.scheduler.type }),
      };
  }

  /** Watches the schedulers of the live policy, which a change may have built again. */
  private watch(): void {
    this.leaves = this.driver.schedulers.flatMap((scheduler, index) => leavesOf(scheduler, [index]));
    for (const leaf of this.leaves) {
      const { scheduler } = leaf;
      const step = scheduler.step.bind(scheduler);
      const restart = scheduler.restart.bind(scheduler);
      // On the instance, so that a composite calls it too. The driver builds new instances on every change of an entry.
      if (watched.has(scheduler)) continue;
      watched.add(scheduler);
      scheduler.step = (argument) => {
        const before = this.rates;
        step(argument);
        this.attribute(this.present(scheduler), before);
      };
      scheduler.restart = () => {
        const before = this.rates;
        restart();
        const present = this.present(scheduler);
        if (restarting.includes(scheduler.type))
          this.begin('base', (group) => this.groups[group].initialLr ?? before[group]);
        this.attribute(present, before);
      };
    }
  }

  /** Where a scheduler is now: entries before it may have been removed. */
  private present(scheduler: ComposableScheduler): Leaf {
    return this.leaves.find((leaf) => leaf.scheduler === scheduler)!;
  }

  /** Makes the present rates the work of one scheduler. */
  private attribute(leaf: Leaf, before: readonly number[] | undefined): void {
    if (setting.includes(leaf.scheduler.type)) {
      this.begin('scheduler', (group) => this.groups[group].lr, leaf);
      return;
    }
    const key = keyOf(leaf.path);
    const own = this.factors.get(key) ?? this.groups.map(() => 1);
    this.factors.set(key, own);
    for (const [group, { lr }] of this.groups.entries()) {
      if (before?.[group] === lr) continue;
      const others = [...this.factors]
        .filter(([other]) => other !== key)
        .reduce((product, [, factors]) => product * factors[group], this.start[group].lr);
      const factor = lr / others;
      if (Number.isFinite(factor)) own[group] = factor;
      else this.restartGroup(group, leaf);
    }
  }

  /** From a rate of 0 no factor leads to another: the scheduler has set it. */
  private restartGroup(group: number, { path, scheduler }: Leaf): void {
    for (const factors of this.factors.values()) factors[group] = 1;
    const { lr } = this.groups[group];
    this.start[group] = { lr, from: 'scheduler', step: this.now, path, scheduler: scheduler.type };
  }
}

/** The schedulers that are watched already. */
const watched = new WeakSet<ComposableScheduler>();

const keyOf = (path: SchedulerPath): string => path.join('.');
const pathOf = (key: string): number[] => key.split('.').map(Number);

const isSequence = (spec: PolicyEntry['scheduler']): boolean =>
  spec.type === 'SequentialLR' || childrenOf(spec).some(isSequence);

/** The schedulers without children, in the order in which they are built. */
function leavesOf(scheduler: ComposableScheduler, path: SchedulerPath): Leaf[] {
  const { schedulers } = scheduler as Partial<{ schedulers: readonly ComposableScheduler[] }>;
  if (!schedulers) return [{ path, scheduler }];
  return schedulers.flatMap((child, index) => leavesOf(child, [...path, index]));
}
