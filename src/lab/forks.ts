/** Makes runs out of other runs. */
import type { Change, Intervention } from '../timeline/index.js';
import { badValue } from '../errors.js';
import type { Fleet } from './fleet.js';
import { pastUntil } from './run/past.js';
import { noop } from '../async.js';
import { refusedCommand, runGone } from './problems.js';
import type { RunDriver } from './drive/run-driver.js';
import type { Run } from './run/run.js';

/** What a fork does from its first own step on. */
export interface OwnWay {
  readonly name?: string;
  readonly signal?: AbortSignal;
  /** Done at its first own step, in this order; a swap takes the place of one that its parent made there. */
  readonly changes?: readonly Change[];
  /** What its parent did at that step and it does not. */
  readonly without?: Intervention;
}

/** Forks runs, and lets the old policy go on where a swap asks for it. */
export class Forks {
  private readonly fleet: Fleet;
  /** Counterfactuals on their way, by the run that they are of. */
  private readonly coming = new WeakMap<Run, Promise<void>>();

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
  async make(parent: Run, step: number, { name, signal, changes = [], without }: OwnWay): Promise<RunDriver> {
    const past = pastUntil(
      parent,
      step,
      (intervention) =>
        intervention === without ||
        (intervention.kind === 'swap' && changes.some(({ kind }) => kind === 'swap')),
    );
    const driver = this.fleet.create(parent.config, { name, parent: { run: parent.id, step }, past });
    try {
      await driver.ready(signal);
      for (const change of changes) await driver.intervene(change, 'now', () => ({ ...change, step }));
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

  /**
   * Lets the policy before each counterfactual swap among what has just acted go on as a fork.
   *
   * @throws InputError why one cannot be made
   */
  async follow(run: Run, acted: readonly Intervention[]): Promise<void> {
    for (const swap of acted) {
      if (swap.kind !== 'swap' || !swap.counterfactual) continue;
      const made = this.make(run, swap.step, { without: swap }).then((fork) => this.adopt(run, [fork]));
      this.coming.set(run, made);
      await made;
    }
  }

  /** Settles when the counterfactual of a run's last swap is there, if it asked for one, or has come to nothing. */
  async followed(run: Run): Promise<void> {
    await this.coming.get(run)?.catch(noop);
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
