/** Makes runs out of other runs. */
import { noop } from '../async.js';
import type { CompleteConfig } from '../config/index.js';
import { badValue, refusal, runGone } from '../errors.js';
import type { At, ChangeRequest, Intervention } from '../timeline/index.js';
import { makeChange } from './changes.js';
import type { RunDriver } from './drive/run-driver.js';
import type { RunList } from './run-list.js';
import { pastUntil } from './run/past.js';
import type { Run } from './run/run.js';

/** How a fork differs from its parent. */
export interface ForkDifference {
  readonly name?: string;
  readonly signal?: AbortSignal;
  /** The parent's by default. */
  readonly config?: CompleteConfig;
  /** Made in this order; a swap replaces one that the parent made at the fork's first step. */
  readonly changes?: readonly ChangeRequest[];
  /** When the changes are made; at the fork's first step by default. */
  readonly at?: At;
  /** An intervention of the parent at that step that the fork does not make. */
  readonly without?: Intervention;
}

/** Forks runs, and continues the old policy of a counterfactual swap as a fork. */
export class Forks {
  private readonly runs: RunList;

  constructor(runs: RunList) {
    this.runs = runs;
  }

  /**
   * The step at which a run is forked; a running one takes a checkpoint for it.
   *
   * @throws InputError `nothing-trained` before the first update, `run-finished` at the end, `step-out-of-range` for a
   * step that has not been trained
   */
  async stepOf(run: Run, at: number | 'now'): Promise<number> {
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
  async make(
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
  async adopt(parent: Run, forks: readonly RunDriver[], signal?: AbortSignal): Promise<void> {
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

  private async presentStep(driver: RunDriver): Promise<number> {
    const step = await driver.checkpoint();
    if (step < driver.run.plan.peek().steps) return step;
    throw atEnd(driver.run);
  }
}

const atEnd = (run: Run) =>
  refusal('run-finished', `run ${run.id} has made its last update; fork it at an earlier step.`);
