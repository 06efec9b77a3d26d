/** Makes runs out of other runs. */
import { noop } from '../async.js';
import type { CompleteConfig, Config } from '../config/index.js';
import { completeConfig } from '../config/index.js';
import { badValue, refusal, runGone } from '../errors.js';
import { normalisePolicy } from '../policy/index.js';
import type { At, Change, ChangeRequest, Handoff, Intervention } from '../timeline/index.js';
import { checkChange, entriesAfter, fittedPolicy } from '../timeline/index.js';
import { makeChange } from './changes.js';
import type { RunDriver } from './drive/run-driver.js';
import type { CommandOptions, ForkOptions, RaceEntry, RaceOptions } from './options.js';
import { lastGoodStep, lowerRate, safeRate, withoutGroupRates } from './rates.js';
import type { RunList } from './run-list.js';
import { pastUntil } from './run/past.js';
import type { Run } from './run/run.js';

/** The name of a new run, and what aborts the making of it. */
type NewRunOptions = CommandOptions & { readonly name?: string };

/** How a fork differs from its parent. */
interface ForkDifference extends NewRunOptions {
  /** The parent's by default. */
  readonly config?: CompleteConfig;
  /** Made in this order; a swap replaces one that the parent made at the fork's first step. */
  readonly changes?: readonly ChangeRequest[];
  /** When the changes are made; at the fork's first step by default. */
  readonly at?: At;
  /** An intervention of the parent at that step that the fork does not make. */
  readonly without?: Intervention;
}

/** Forks, races and rewinds runs, and continues the old policy of a counterfactual swap as a fork. */
export class Forks {
  private readonly runs: RunList;

  constructor(runs: RunList) {
    this.runs = runs;
  }

  /** Carries out `lab.fork`. */
  async fork(
    run: Run,
    { at = 'now', policy, handoff = 'continue', lr, without: id, name, signal }: ForkOptions,
  ): Promise<Run> {
    if (policy !== undefined && lr !== undefined)
      throw badValue('lr', String(lr), 'undefined, where a policy is given');
    const changes = changesOf({ policy, lr }, handoff);
    const step = await this.stepOf(run, at);
    const without = run.interventions.peek().find((each) => each.id === id && each.step === step);
    if (id !== undefined && without === undefined)
      throw badValue('without', id, `the id of a change at step ${step}`);
    return this.adopted(run, await this.make(run, step, { name, signal, changes, without }), signal);
  }

  /** A new run that makes a swap, while its parent keeps its policy. */
  async withSwap(
    run: Run,
    swap: ChangeRequest & { kind: 'swap' },
    at: At,
    { name, signal }: NewRunOptions,
  ): Promise<Run> {
    checkChange(swap);
    if (!this.runs.driverOf(run).hasBegun) {
      const policy = fittedPolicy(swap.policy, 0, run.plan.peek());
      return this.adopted(run, this.racer(run, { policy, name }), signal);
    }
    const step = await this.stepOf(run, 'now');
    return this.adopted(run, await this.make(run, step, { name, signal, changes: [swap], at }), signal);
  }

  /** Carries out `lab.race`. */
  async race(
    run: Run,
    entries: readonly RaceEntry[],
    { at = 0, handoff = 'restart', signal }: RaceOptions,
  ): Promise<readonly Run[]> {
    if (![0, 'now'].includes(at)) throw badValue('at', String(at), '0 | "now"');
    if (entries.length === 0) throw badValue('entries', '[]', '[{ policy?, lr?, optimizer?, name? }, …]');
    this.runs.driverOf(run);
    this.runs.checkCapacity(entries.length);
    const isFromStart = at === 0 || run.history.length === 0;
    const racers = isFromStart
      ? entries.map((entry) => this.racer(run, entry))
      : await this.lineUp(run, entries, handoff, signal);
    await this.adopt(run, racers, signal);
    return racers.map((racer) => racer.run);
  }

  /** Carries out `lab.rewind`. */
  async rewind(run: Run, { lr, name, signal }: NewRunOptions & { readonly lr?: number }): Promise<Run> {
    this.runs.driverOf(run);
    const held = run.held.peek();
    if (!held) throw refusal('not-held', `run ${run.id} is not held, so there is nothing to rewind.`);
    const step = lastGoodStep(run);
    const log = run.interventions.peek().filter((intervention) => intervention.step <= step);
    const used = run.history.lr[0][held.step];
    const changes = lowerRate(entriesAfter(run.config.policy, log), lr ?? safeRate(run), used);
    // A rate that is set at step 0 is that of the config's groups without a rate of their own.
    const config = step === 0 ? withoutGroupRates(run.config) : run.config;
    return this.adopted(run, await this.make(run, step, { name, signal, config, changes }), signal);
  }

  /**
   * Continues, as a fork, the policy before each counterfactual swap that has just acted: sessions of earlier versions
   * plan such swaps.
   *
   * @throws InputError saying why one cannot be made
   */
  async follow(run: Run, acted: readonly Intervention[]): Promise<void> {
    for (const swap of acted) {
      if (swap.kind !== 'swap' || !swap.counterfactual) continue;
      await this.adopt(run, [await this.make(run, swap.step, { without: swap })]);
    }
  }

  /**
   * The step at which a run is forked; a running one takes a checkpoint for it.
   *
   * @throws InputError `nothing-trained` before the first update, `run-finished` at the end, `step-out-of-range` for a
   * step that has not been trained
   */
  private async stepOf(run: Run, at: number | 'now'): Promise<number> {
    const driver = this.runs.driverOf(run);
    const made = run.history.length;
    const { steps } = run.plan.peek();
    if (made === 0)
      throw refusal('nothing-trained', `run ${run.id} has not been trained, so it has no past to share.`);
    if (at === 'now') {
      if (made >= steps) throw atEnd(run);
      return driver.isReady && run.state.peek() !== 'held' ? this.presentStep(driver) : made;
    }
    if (Number.isInteger(at) && at >= 0 && at <= Math.min(made, steps - 1)) return at;
    const problem = badValue('at', String(at), `"now" | 0 … ${Math.min(made, steps - 1)}`);
    throw refusal('step-out-of-range', problem.message);
  }

  /**
   * Prepares a fork, outside of the lab: {@link adopt} adds it.
   *
   * @throws InputError when it cannot be prepared, or a change cannot be made; the fork is then released
   */
  private async make(
    parent: Run,
    step: number,
    { name, signal, config = parent.config, changes = [], at = 'now', without }: ForkDifference,
  ): Promise<RunDriver> {
    const past = pastUntil(
      parent,
      step,
      (intervention) =>
        intervention === without ||
        (intervention.kind === 'swap' && changes.some(({ kind }) => kind === 'swap')),
    );
    const driver = this.runs.create(config, { name, parent: { run: parent.id, step }, past });
    const change = async () => {
      for (const each of changes) await makeChange(driver, each, at);
    };
    try {
      // Before step 0 they edit the config, with which the worker then prepares the run.
      if (step === 0) await change();
      await driver.ready(signal);
      if (step > 0) await change();
      return driver;
    } catch (error) {
      await driver.release();
      throw error;
    }
  }

  /**
   * Adds forks to the lab; they train if their parent does.
   *
   * @throws InputError `run-gone` when the parent has been removed meanwhile, `disposed`, or the signal's reason; the
   * forks are released then
   */
  private async adopt(parent: Run, forks: readonly RunDriver[], signal?: AbortSignal): Promise<void> {
    try {
      signal?.throwIfAborted();
      if (!this.runs.runs.peek().includes(parent)) throw runGone(parent.id);
      this.runs.add(forks);
    } catch (error) {
      await Promise.all(forks.map((fork) => fork.release()));
      throw error;
    }
    if (!this.runs.driverOf(parent).trainsToEnd) return;
    // Their states and the lab's problem report how they stop.
    for (const fork of forks) fork.train(Infinity).catch(noop);
  }

  private async adopted(parent: Run, fork: RunDriver, signal: AbortSignal | undefined): Promise<Run> {
    await this.adopt(parent, [fork], signal);
    return fork.run;
  }

  /** A new run from step 0 that differs from another by a race's entry. */
  private racer(run: Run, { policy, lr, optimizer = run.config.optimizer, name }: RaceEntry): RunDriver {
    const changes: Partial<Config> = { optimizer: lr === undefined ? optimizer : { ...optimizer, lr } };
    if (policy !== undefined) changes.policy = policy;
    const parent = { run: run.id, step: 0 };
    return this.runs.create(completeConfig(changes, run.config), { name, parent });
  }

  /** The runs of a race from the present step, prepared. */
  private async lineUp(
    run: Run,
    entries: readonly RaceEntry[],
    handoff: Handoff,
    signal: AbortSignal | undefined,
  ): Promise<RunDriver[]> {
    const changes = entries.map((entry) => {
      const { optimizer } = entry;
      if (optimizer) throw badValue('optimizer', optimizer.type, 'undefined, where a race is from now on');
      return changesOf(entry, handoff);
    });
    const step = await this.stepOf(run, 'now');
    const forks: RunDriver[] = [];
    try {
      for (const [index, { name }] of entries.entries())
        forks.push(await this.make(run, step, { name, signal, changes: changes[index] }));
      return forks;
    } catch (error) {
      await Promise.all(forks.map((fork) => fork.release()));
      throw error;
    }
  }

  private async presentStep(driver: RunDriver): Promise<number> {
    const step = await driver.checkpoint();
    if (step < driver.run.plan.peek().steps) return step;
    throw atEnd(driver.run);
  }
}

const atEnd = (run: Run) =>
  refusal('run-finished', `run ${run.id} has made its last update; fork it at an earlier step.`);

/**
 * The changes that a fork makes at its first step.
 *
 * @throws InputError for one that is not valid
 */
function changesOf({ policy, lr }: Pick<RaceEntry, 'policy' | 'lr'>, handoff: Handoff): Change[] {
  const changes: Change[] = [];
  if (policy !== undefined) changes.push({ kind: 'swap', policy: normalisePolicy(policy), handoff });
  if (lr !== undefined) changes.push({ kind: 'setLr', lr });
  for (const change of changes) checkChange(change);
  return changes;
}
