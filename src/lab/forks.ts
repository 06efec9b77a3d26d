/** Makes runs out of other runs. */
import type { Change, Intervention } from '../config/index.js';
import { badValue } from '../errors.js';
import type { Fleet } from './fleet.js';
import { isSameChange } from './log.js';
import { pastUntil } from './past.js';
import { noop, refusedCommand, runGone } from './problems.js';
import type { RunDriver } from './run-driver.js';
import type { Run } from './run.js';

/** What a fork does from its first own step on. */
export interface OwnWay {
  readonly name?: string;
  readonly signal?: AbortSignal;
  /** Done at its first own step; a swap takes the place of one that its parent made there. */
  readonly change?: Change;
  /** What its parent did at that step and it does not. */
  readonly without?: Intervention;
}

/** A swap whose run is to go on without it as well. */
interface Awaited {
  readonly run: Run;
  readonly intervention: Intervention;
}

/** Forks runs, and lets the old policy go on where a swap asks for it. */
export class Forks {
  private readonly fleet: Fleet;
  /** Swaps whose run is to go on unswapped, too, once they have acted. */
  private awaited: readonly Awaited[] = [];

  constructor(fleet: Fleet) {
    this.fleet = fleet;
  }

  /**
   * The step at which a run is forked; a running one is asked for its state there and then.
   *
   * @throws InputError `nothing-trained` before the first update, `run-finished` at the end, `step-out-of-range` for a
   * step that has not been trained
   */
  async stepOf(run: Run, at: number | 'now'): Promise<number> {
    const driver = this.fleet.driverOf(run);
    const made = run.history.length;
    const { steps } = run.plan.peek();
    if (made === 0)
      throw refusedCommand(
        'nothing-trained',
        `run ${run.id} has not been trained, so it has no past to share.`,
      );
    if (at === 'now') {
      if (made >= steps)
        throw refusedCommand(
          'run-finished',
          `run ${run.id} has come to its end; fork it at an earlier step.`,
        );
      return driver.isReady && run.state.peek() !== 'held' ? this.presentStep(driver) : made;
    }
    if (Number.isInteger(at) && at >= 0 && at <= Math.min(made, steps - 1)) return at;
    const problem = badValue('at', String(at), `"now" | 0 … ${Math.min(made, steps - 1)}`);
    throw refusedCommand('step-out-of-range', problem.message);
  }

  /**
   * Makes a fork ready, outside of the lab: whoever made it adds it, or releases it.
   *
   * @throws InputError where it cannot be made ready, or the change not be made; nothing is left of it then
   */
  async make(parent: Run, step: number, { name, signal, change, without }: OwnWay): Promise<RunDriver> {
    const past = pastUntil(
      parent,
      step,
      (intervention) => intervention === without || (intervention.kind === 'swap' && change?.kind === 'swap'),
    );
    const driver = this.fleet.create(parent.config, { name, parent: { run: parent.id, step }, past });
    try {
      await driver.ready(signal);
      if (change) await driver.intervene(change, 'now', () => ({ ...change, step }));
      return driver;
    } catch (error) {
      await driver.release();
      throw error;
    }
  }

  /**
   * Takes forks into the lab; they train if their parent does.
   *
   * @throws InputError `run-gone` when the parent has been taken out meanwhile; the forks are released then
   */
  async adopt(parent: Run, forks: readonly RunDriver[]): Promise<void> {
    if (!this.fleet.runs.peek().includes(parent)) {
      await Promise.all(forks.map((fork) => fork.release()));
      throw runGone(parent);
    }
    const { goesOn } = this.fleet.driverOf(parent);
    this.fleet.add(forks);
    if (!goesOn) return;
    // What stops them is told by their states and the lab's problem.
    for (const fork of forks) fork.train(Infinity).catch(noop);
  }

  /** Lets the policy before a swap go on as a fork, once the swap has acted. */
  awaitSwap(run: Run, intervention: Intervention): void {
    this.awaited = [...this.awaited, { run, intervention }];
  }

  /** Follows an awaited swap to another step; without one it is no longer awaited. */
  moved(run: Run, intervention: Intervention, to?: Intervention): void {
    this.awaited = this.awaited.flatMap((each) => {
      if (each.run !== run || !isSameChange(each.intervention, intervention)) return [each];
      return to ? [{ run, intervention: to }] : [];
    });
  }

  /** Makes the forks of the awaited swaps of a run that have acted. */
  async keepUp(run: Run): Promise<void> {
    const log = run.interventions.peek();
    const acted = new Map<Awaited, Intervention>();
    for (const each of this.awaited) {
      const { step } = each.intervention;
      const found = log.find((other) => other.step === step && isSameChange(other, each.intervention));
      if (found && each.run === run) acted.set(each, found);
    }
    if (acted.size === 0) return;
    this.awaited = this.awaited.filter((each) => !acted.has(each));
    for (const swap of acted.values()) {
      const fork = await this.make(run, swap.step, { without: swap });
      await this.adopt(run, [fork]);
    }
  }

  private async presentStep(driver: RunDriver): Promise<number> {
    const step = await driver.checkpoint();
    if (step < driver.run.plan.peek().steps) return step;
    throw refusedCommand(
      'run-finished',
      `run ${driver.run.id} has come to its end; fork it at an earlier step.`,
    );
  }
}
