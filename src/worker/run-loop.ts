/**
 * A run inside the worker: its past is made again from where it starts, then it goes on by itself until it is paused or
 * held, makes the interventions that are due, and reports what happened.
 */
import type { At, Change, Intervention, RunGhost } from '../timeline/index.js';
import { checkChange, stepOf } from '../timeline/index.js';
import { badValue, InputError, toProblem } from '../errors.js';
import type { ModelArtifacts } from '../models/index.js';
import type { Checkpoint } from '../training/index.js';
import type { Held, RateState, Report, Start } from './protocol.js';
import { nextTask } from './next-task.js';
import { Outbox } from './outbox.js';
import type { PreparationHooks, TrainerConfig } from '../training/index.js';
import type { StepReport } from '../training/index.js';
import type { TrainerHooks } from '../training/index.js';
import { Trainer } from '../training/index.js';
import type { Place, Turns } from './fair-turns.js';

/** Steps from one reported checkpoint to the next. */
const usualCheckpointEvery = 50;

/** What a session takes from its surroundings. */
export interface SessionHooks extends PreparationHooks {
  /** The turns of the runs on this device. */
  turns: Turns;
}

/** What is asked of a run that is between two steps. */
interface Errand {
  serve: () => Promise<void>;
  /** Whether nothing may be in flight. */
  needsRest: boolean;
}

/** A run that goes by itself. */
export class Session {
  readonly trainer: Trainer;
  private readonly outbox: Outbox;
  private readonly turns: Turns;
  private readonly checkpointEvery: number;
  private planned: readonly Intervention[] = [];
  /** The state at the present step before anything acted at it, once something has. */
  private before?: Checkpoint;
  /** The step whose state was reported last. */
  private reportedAt = -1;
  /** The step at which a policy was swapped in last. */
  private lastSwap = -1;
  /** What waits for the step under way to end. */
  private requests: Errand[] = [];
  /** Settles when the last of them is done that has been let in. */
  private served: Promise<void> = Promise.resolve();
  private going?: Promise<void>;
  private place?: Place;
  private paused = true;
  private disposal?: Promise<void>;

  private constructor(trainer: Trainer, outbox: Outbox, start: Start, turns: Turns) {
    this.trainer = trainer;
    this.outbox = outbox;
    this.turns = turns;
    this.checkpointEvery = start.checkpointEvery ?? usualCheckpointEvery;
  }

  /**
   * Prepares a run, and trains it in silence up to where its story goes on.
   *
   * @throws InputError for a config or a start that cannot be had
   */
  static async create(
    config: TrainerConfig,
    start: Start,
    report: (report: Report) => void | Promise<void>,
    { turns, ...surroundings }: SessionHooks,
  ): Promise<Session> {
    const { replayTo } = start;
    const outbox = new Outbox(report, () => trainer.lr, replayTo);
    const hooks: TrainerHooks = {
      ...surroundings,
      onRow: (row) => outbox.row(row),
      onDiverged: (step) => outbox.hold({ step, reason: 'diverged' }),
      // Asked for at each epoch's end: what is known already need not be reckoned.
      get onEvaluation() {
        return trainer.steps > replayTo ? tellEvaluation : undefined;
      },
    };
    const tellEvaluation: TrainerHooks['onEvaluation'] = (evaluation) => outbox.evaluation(evaluation);
    const trainer: Trainer = await Trainer.create(config, hooks);
    const session = new Session(trainer, outbox, start, turns);
    try {
      await session.begin(start, surroundings);
      return session;
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }

  /** Where the run is held, if it is: it then goes no further. */
  get held(): Held | undefined {
    return this.outbox.held;
  }

  /**
   * Trains until paused, held, or until `until` updates have been made; everything has been reported when it settles.
   *
   * @throws InputError `held` for a run that was held before
   */
  async run(until: number): Promise<void> {
    // How it ended before has been told to whoever called run().
    await this.going?.catch(() => undefined);
    this.checkGoing();
    this.paused = false;
    this.going = this.train(Math.min(until, this.trainer.plan.steps));
    await this.going;
  }

  /** Stops after the present step. */
  pause(): void {
    this.paused = true;
    // It need not wait for the others.
    this.place?.leave();
  }

  /**
   * Makes a change now, or plans it.
   *
   * @returns the change with the step before whose update it acts
   * @throws InputError when the change cannot be made, its step is not ahead, or is another's (`step-taken`)
   */
  intervene(change: Change, at: At): Promise<Intervention> {
    return this.betweenSteps(async () => {
      const intervention = this.placed(change, at);
      if (intervention.step === this.trainer.steps) {
        await this.keepState();
        this.act(intervention);
      } else {
        this.planned = [...this.planned, intervention];
      }
      this.tellRates();
      await this.outbox.flush();
      return intervention;
    });
  }

  /**
   * Puts this in the place of all that is planned.
   *
   * @throws InputError for a change that no run can make, a step that is not ahead, and more at one step than is planned
   * there already (`step-taken`): what was done to a run at one step, while it was paused, a link of it plans there
   */
  plan(planned: readonly Intervention[]): Promise<void> {
    return this.betweenSteps(async () => {
      this.checkGoing();
      const { plan, steps } = this.trainer;
      for (const intervention of planned) {
        checkChange(intervention);
        const step = stepOf(intervention.step, steps, plan);
        if (countAt(planned, step) > Math.max(1, countAt(this.planned, step))) throw stepTaken(step);
      }
      this.planned = [...planned];
      this.tellRates();
      await this.outbox.flush();
    });
  }

  /**
   * The state at the present step, before anything acted at it; the rows before it have been reported when it settles.
   * Its arrays are the caller's.
   *
   * @throws InputError `held` for a run whose state is of no use
   */
  checkpoint(): Promise<Checkpoint> {
    return this.betweenSteps(async () => {
      this.checkGoing();
      const state = await this.state();
      await this.outbox.flush();
      return state;
    });
  }

  /**
   * What a change would do to the rates from its step on, with what is planned.
   *
   * @throws InputError as {@link intervene} does, or when the change could not act once its step has come
   */
  foresee(change: Change, at: At): Promise<RunGhost> {
    const work = () => Promise.resolve(this.trainer.foresee(this.placed(change, at), this.planned));
    return this.betweenSteps(work, { needsRest: false });
  }

  /** The network with its weights at the present step. */
  artifacts(): Promise<ModelArtifacts> {
    return this.betweenSteps(() => this.trainer.artifacts());
  }

  /**
   * A report of the next update.
   *
   * @throws InputError `held` or `run-finished` for a run that makes no more, at once or as soon as that is known
   */
  async report(): Promise<StepReport> {
    if (this.over) throw this.over;
    const report = await this.trainer.report();
    // Updates that were in flight when the run was held are not told of.
    if (this.held && report.step > this.held.step) throw refusal(this.held);
    return report;
  }

  /** Stops, reports nothing more, and frees everything. */
  dispose(): Promise<void> {
    return (this.disposal ??= this.end());
  }

  private async end(): Promise<void> {
    this.outbox.close();
    this.pause();
    // A failure of the run has been told to whoever called run().
    await this.going?.catch(() => undefined);
    await this.trainer.dispose();
  }

  /** Makes the run's past again, and what acts where it ends. */
  private async begin(start: Start, hooks: PreparationHooks): Promise<void> {
    const { trainer } = this;
    const { checkpoint, replayTo } = start;
    const { steps } = trainer.plan;
    if (!Number.isInteger(replayTo) || replayTo < (checkpoint?.step ?? 0) || replayTo > steps)
      throw badValue('replayTo', String(replayTo), `integer, ${checkpoint?.step ?? 0} … ${steps}`);
    if (checkpoint) await trainer.restore(checkpoint);
    const problem = await this.replay(start, hooks);

    this.planned = start.planned.filter(({ step }) => step < steps);
    // They were planned before the data was known, and with it the length of the run.
    for (const { step } of start.planned)
      if (step >= steps) this.tellFailure(() => stepOf(step, 0, trainer.plan));
    const hasActed = await this.actOnDue();
    if (problem && !hasActed) this.outbox.problem(toProblem(problem));
    this.tellRates();
  }

  /**
   * Trains in silence from where the trainer is, with the log acting at its steps.
   *
   * @returns what the schedule failed with at the very end, if it did
   */
  private async replay(
    { log, replayTo }: Start,
    { signal, onProgress }: PreparationHooks,
  ): Promise<InputError | undefined> {
    const { trainer } = this;
    const from = trainer.steps;
    const ahead = log.filter(({ step }) => step >= from && step < replayTo);
    let failure: InputError | undefined;
    while (trainer.steps < replayTo && !this.held) {
      signal?.throwIfAborted();
      if (ahead.at(0)?.step === trainer.steps) await trainer.drain();
      for (; ahead.at(0)?.step === trainer.steps; ahead.shift()) trainer.apply(ahead[0]);
      const before = trainer.steps;
      try {
        failure = undefined;
        await trainer.advance(Math.min(replayTo, ahead.at(0)?.step ?? replayTo) - before);
      } catch (error) {
        // A schedule that gave out after a step did so the first time too, and the run went on.
        if (!(error instanceof InputError) || trainer.steps === before) throw error;
        failure = error;
      }
      onProgress?.({
        stage: 'replay',
        done: trainer.steps - from,
        total: replayTo - from,
        unit: 'steps',
      });
      await nextTask();
    }
    await trainer.drain();
    return failure;
  }

  private async train(until: number): Promise<void> {
    const place = (this.place = this.turns.join());
    let failure: InputError | undefined;
    try {
      while (!this.isStopped() && this.trainer.steps < until) {
        await this.admitRequests();
        const hasActed = await this.actOnDue();
        if (failure && !hasActed && !this.held) throw failure;
        failure = undefined;
        if (this.isStopped()) break;
        const most = await place.turn();
        if (this.isStopped()) break;
        const before = this.trainer.steps;
        this.before = undefined;
        try {
          await this.trainer.advance(Math.min(most, this.nextStop(until) - before));
        } catch (error) {
          // Where a schedule gave out and something was done about it there, the run goes on: replay() does the same.
          if (!(error instanceof InputError) || this.trainer.steps === before || !this.isDue) throw error;
          failure = error;
        }
        place.add(this.trainer.steps - before);
        await nextTask();
        if (this.checkpointEvery > 0 && this.trainer.steps % this.checkpointEvery === 0)
          await this.reportState();
      }
      // The others need not wait for what is left to do.
      place.leave();
      await this.trainer.drain();
      if (this.checkpointEvery > 0) await this.reportState();
    } finally {
      place.leave();
      this.place = undefined;
      // After a failure too: what was in flight is told, and whoever waits is let in.
      await this.trainer.drain().catch(() => undefined);
      this.paused = true;
      await this.serve();
      if (this.over) this.trainer.refuseReport(this.over);
      await nextTask();
      await this.outbox.flush();
    }
  }

  private isStopped(): boolean {
    return this.paused || this.held !== undefined;
  }

  /** The step before which the run must stop: to act, to be saved, or for good. */
  private nextStop(until: number): number {
    const { steps } = this.trainer;
    const { checkpointEvery } = this;
    const checkpoint =
      checkpointEvery > 0 ? (Math.floor(steps / checkpointEvery) + 1) * checkpointEvery : Infinity;
    return Math.min(until, checkpoint, ...this.planned.map(({ step }) => step));
  }

  /** Reports the state at this step, once. */
  private async reportState(): Promise<void> {
    const { steps } = this.trainer;
    if (this.reportedAt === steps) return;
    await this.trainer.drain();
    if (this.held) return;
    this.outbox.checkpoint(await this.state());
    this.reportedAt = steps;
  }

  /** The state at this step before anything acted at it, for whoever takes it away. */
  private async state(): Promise<Checkpoint> {
    return this.before?.step === this.trainer.steps
      ? structuredClone(this.before)
      : this.trainer.checkpoint();
  }

  /** Keeps the state at this step; called before anything acts. */
  private async keepState(): Promise<void> {
    if (this.before?.step !== this.trainer.steps) this.before = await this.trainer.checkpoint();
  }

  /** Does something while no step is under way, and unless it needs no rest nothing is in flight. */
  private betweenSteps<Value>(
    work: () => Promise<Value>,
    { needsRest } = { needsRest: true },
  ): Promise<Value> {
    const done = new Promise<Value>((resolve, reject) => {
      const serve = async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.requests.push({ serve, needsRest });
    });
    if (!this.place) void this.serve();
    return done;
  }

  /** Lets in what has been asked for while the run goes. */
  private async admitRequests(): Promise<void> {
    // What fails of the steps is the run's failure.
    if (this.requests.some(({ needsRest }) => needsRest)) await this.trainer.drain();
    await this.serve();
  }

  /** Does what has been asked for, one after the other; settles when it is done, and what was begun before. */
  private serve(): Promise<void> {
    for (const { serve } of this.requests.splice(0)) this.served = this.served.then(serve);
    return this.served;
  }

  /** Whether something is planned for the present step. */
  private get isDue(): boolean {
    return this.planned.some(({ step }) => step === this.trainer.steps);
  }

  /** Does what is planned for the present step; says whether anything has acted. */
  private async actOnDue(): Promise<boolean> {
    if (!this.isDue) return false;
    await this.trainer.drain();
    if (this.held) return false;
    await this.keepState();
    const due = this.planned.filter(({ step }) => step === this.trainer.steps);
    this.planned = this.planned.filter((intervention) => !due.includes(intervention));
    // What was possible when it was planned may have become impossible since.
    const acted = due.filter((intervention) => this.tellFailure(() => this.act(intervention)));
    this.tellRates();
    return acted.length > 0;
  }

  /** Does something whose failure leaves the run as it is, and tells of it; says whether it was done. */
  private tellFailure(attempt: () => unknown): boolean {
    try {
      attempt();
      return true;
    } catch (error) {
      this.outbox.problem(toProblem(error));
      return false;
    }
  }

  private act(intervention: Intervention): void {
    this.trainer.apply(intervention);
    if (intervention.kind === 'swap') this.lastSwap = intervention.step;
    this.outbox.intervention(intervention);
  }

  private tellRates(): void {
    const rates: RateState = {
      entries: this.trainer.entries,
      ghost: this.trainer.ghost(this.planned),
      planned: [...this.planned],
    };
    this.outbox.rateState(rates);
  }

  private checkGoing(): void {
    if (this.held) throw refusal(this.held);
  }

  /** Why the run makes no further update, if it makes none. */
  private get over(): InputError | undefined {
    const { steps, plan } = this.trainer;
    if (this.held) return refusal(this.held);
    return steps >= plan.steps ? finished(plan.steps) : undefined;
  }

  /**
   * A change with the step at which it acts.
   *
   * @throws InputError when it cannot be made, its step is not ahead, or is another's
   */
  private placed(change: Change, at: At): Intervention {
    this.checkGoing();
    const { plan, steps } = this.trainer;
    const intervention = { ...change, step: stepOf(at, steps, plan) };
    this.checkFree(intervention);
    this.trainer.check(change);
    return intervention;
  }

  /** One thing is planned for a step, and of two policies swapped in at one step the first would never act. */
  private checkFree({ kind, step }: Intervention): void {
    const isPlanned = this.planned.some((other) => other.step === step);
    if (isPlanned || (kind === 'swap' && this.lastSwap === step)) throw stepTaken(step);
  }
}

function refusal({ step }: Held): InputError {
  return new InputError({
    code: 'held',
    message: `the run is held at step ${step}, where its loss blew up; only a fork of an earlier step goes on.`,
    received: String(step),
  });
}

function finished(steps: number): InputError {
  return new InputError({
    code: 'run-finished',
    message: `the run has made its last update, number ${steps}.`,
    received: String(steps),
  });
}

const countAt = (planned: readonly Intervention[], at: number): number =>
  planned.filter(({ step }) => step === at).length;

function stepTaken(step: number): InputError {
  return new InputError({
    code: 'step-taken',
    message: `something else acts at step ${step} already; choose another step, or take that one back.`,
    path: 'at',
    received: String(step),
  });
}
