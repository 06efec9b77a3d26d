/**
 * A run inside the worker: it repeats the run's past from where it starts, then trains by itself until it is paused or
 * held, makes the interventions that are due, and reports what happened.
 */
import { nextTask, noop, Queue } from '../async.js';
import { aborted, badValue, InputError, runFinished, runHeld, toProblem } from '../errors.js';
import type { ModelArtifacts } from '../models/index.js';
import type { At, Change, ChangeRequest, Intervention, RatePreview } from '../timeline/index.js';
import { readsMetric } from '../policy/index.js';
import {
  checkChange,
  checkFree,
  fittedChange,
  inOrder,
  previewRates,
  replanned,
  stepOf,
} from '../timeline/index.js';
import type {
  Checkpoint,
  PreparationHooks,
  Samples,
  StepReport,
  TrainerConfig,
  TrainerHooks,
  Weight,
} from '../training/index.js';
import type { Engine, Steps } from './engine.js';
import type { FairTurns, Participant } from './fair-turns.js';
import { Outbox } from './outbox.js';
import type { Held, Report, Start } from './protocol.js';

/** Steps between two reported checkpoints by default. */
const defaultCheckpointEvery = 50;

/** What a run loop takes from its surroundings. */
export interface RunLoopOptions extends PreparationHooks {
  engine: Pick<Engine, 'create' | 'later'>;
  /** The turns of the runs on this device. */
  turns: FairTurns;
}

/** What is asked of a run between two steps. */
interface Request {
  readonly serve: () => Promise<void>;
  /** Whether nothing may be in flight. */
  readonly needsRest: boolean;
}

/** A run that trains by itself. */
export class RunLoop {
  readonly run: Steps;
  private readonly outbox: Outbox;
  private readonly turns: FairTurns;
  private readonly checkpointEvery: number;
  /** What acts later, by step. */
  private planned: readonly Intervention[] = [];
  /** What has acted, by id. */
  private readonly acted = new Map<string, Intervention>();
  /** The state at the present step before anything acted at it, once something has. */
  private before?: Checkpoint;
  /** The step whose state was reported last. */
  private reportedAt = -1;
  /** What waits for the present step to end. */
  private requests: Request[] = [];
  /** The rates ahead that were reported last. */
  private reportedPreview?: RatePreview;
  /** The requests that are served, one after the other. */
  private readonly served = new Queue();
  private training?: Promise<void>;
  private participant?: Participant;
  private paused = true;
  private disposal?: Promise<void>;

  private constructor(run: Steps, outbox: Outbox, start: Start, turns: FairTurns) {
    this.run = run;
    this.outbox = outbox;
    this.turns = turns;
    this.checkpointEvery = start.checkpointEvery ?? defaultCheckpointEvery;
  }

  /**
   * Prepares a run, and trains it in silence up to where its history continues.
   *
   * @throws InputError for a config or a start that is not possible
   */
  static async create(
    config: TrainerConfig,
    start: Start,
    report: (report: Report) => void | Promise<void>,
    { engine, turns, ...surroundings }: RunLoopOptions,
  ): Promise<RunLoop> {
    const { replayTo } = start;
    const outbox = new Outbox(report, engine.later, () => run.rates.lr, replayTo);
    const onEvaluation: TrainerHooks['onEvaluation'] = (evaluation) => outbox.evaluation(evaluation);
    const hooks: TrainerHooks = {
      ...surroundings,
      onRow: (row) => outbox.row(row),
      onDiverged: (step) => outbox.hold({ step, reason: 'diverged' }),
      // Asked for at each epoch's end: what is known already is not computed again.
      get onEvaluation() {
        return run.steps > replayTo ? onEvaluation : undefined;
      },
    };
    const run: Steps = await engine.create(config, hooks);
    const loop = new RunLoop(run, outbox, start, turns);
    try {
      await loop.begin(start, surroundings);
      return loop;
    } catch (error) {
      await loop.dispose();
      throw error;
    }
  }

  /** Where the run is held, if it is: it then trains no further. */
  get held(): Held | undefined {
    return this.outbox.held;
  }

  /**
   * Trains until paused, held, or until `until` updates have been made; everything has been reported when it settles.
   *
   * @throws InputError `held` for a run that was held before
   */
  async train(until: number): Promise<void> {
    // How it ended before has been reported to the caller of then.
    await this.training?.catch(noop);
    this.checkHeld();
    this.checkDisposed();
    this.paused = false;
    this.training = this.trainNow(Math.min(until, this.run.plan.steps));
    await this.training;
  }

  /** Stops after the present step. */
  pause(): void {
    this.paused = true;
    // It need not wait for the others.
    this.participant?.leave();
  }

  /**
   * Makes a change now, or plans it. An id that has been sent before changes nothing more.
   *
   * @returns the change with the step before whose update it acts
   * @throws InputError when the change cannot be made, its step is not ahead, or is another's (`step-taken`)
   */
  intervene(id: string, request: ChangeRequest, at: At): Promise<Intervention> {
    return this.betweenSteps(async () => {
      const known = this.acted.get(id) ?? this.planned.find((planned) => planned.id === id);
      if (known) return known;
      const step = this.freeStep(request, at);
      const change = fittedChange(request, step, this.run.plan);
      const intervention = { ...change, id, step };
      if (intervention.step === this.run.steps) {
        await this.keepState();
        this.act(intervention);
      } else {
        this.run.rates.fork().change(change);
        this.planned = inOrder([...this.planned, intervention]);
      }
      await this.reportRates();
      return intervention;
    });
  }

  /**
   * Moves what is planned under an id to another step, or removes it.
   *
   * @param step where it acts from now on; undefined removes it
   * @throws InputError `already-acted` where nothing is planned under the id, `step-out-of-range`, `step-taken`
   */
  replan(id: string, step: number | undefined): Promise<void> {
    return this.betweenSteps(async () => {
      this.checkHeld();
      const { steps: now, plan } = this.run;
      this.planned = replanned(this.planned, id, step, { now, plan, acted: this.acted.values() });
      await this.reportRates();
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
      this.checkHeld();
      const state = await this.state();
      await this.outbox.flush();
      return state;
    });
  }

  /**
   * The rates that a change would lead to, with what is planned.
   *
   * @throws InputError as {@link intervene} does, or when the change could not act once its step has come
   */
  preview(change: Change, at: At): Promise<RatePreview> {
    return this.betweenSteps(
      async () => {
        const { rates, plan, steps } = this.run;
        const placed = { ...change, step: this.freeStep(change, at) };
        return Promise.resolve(
          previewRates(rates, { plan, now: steps, planned: this.planned, change: placed }),
        );
      },
      { needsRest: false },
    );
  }

  /** The weights by name, at the present step. */
  weights(): Promise<Record<string, Weight>> {
    return this.betweenSteps(() => this.run.weights());
  }

  /** The network with its weights at the present step. */
  artifacts(): Promise<ModelArtifacts> {
    return this.betweenSteps(() => this.run.artifacts());
  }

  /** Validation images with the network's answers at the present step; the steps in flight continue. */
  samples(count: number): Promise<Samples> {
    return this.betweenSteps(() => this.run.samples(count), { needsRest: false });
  }

  /**
   * A report of the next update.
   *
   * @throws InputError `held` or `run-finished` for a run that makes no more, at once or as soon as that is known
   */
  async report(): Promise<StepReport> {
    this.checkDisposed();
    if (this.end) throw this.end;
    const report = await this.run.report();
    // Updates that were in flight when the run was held are not reported.
    if (this.held && report.step > this.held.step) throw runHeld(this.held.step);
    return report;
  }

  /** Stops, reports nothing more, serves what was asked for before, and frees everything. */
  dispose(): Promise<void> {
    return (this.disposal ??= this.disposeNow());
  }

  private async disposeNow(): Promise<void> {
    this.outbox.close();
    this.pause();
    // A failure of the run has been reported to the caller of train().
    await this.training?.catch(noop);
    await this.served.idle();
    await this.run.dispose();
  }

  /** Repeats the run's past, and what acts where it ends. */
  private async begin(start: Start, hooks: PreparationHooks): Promise<void> {
    const { run } = this;
    const { checkpoint, replayTo } = start;
    const { steps } = run.plan;
    if (!Number.isInteger(replayTo) || replayTo < (checkpoint?.step ?? 0) || replayTo > steps)
      throw badValue('replayTo', String(replayTo), `integer, ${checkpoint?.step ?? 0} … ${steps}`);
    if (checkpoint) await run.restore(checkpoint);
    for (const intervention of start.log) this.acted.set(intervention.id, intervention);
    const problem = await this.replay(start, hooks);

    this.planned = inOrder(start.planned.filter(({ step }) => step < steps));
    // They were planned before the data was known, and with it the length of the run.
    for (const { step } of start.planned) if (step >= steps) this.attempt(() => stepOf(step, 0, run.plan));
    const hasActed = await this.actOnDue();
    if (problem && !hasActed) this.outbox.problem(toProblem(problem));
    this.sendRates();
  }

  /**
   * Trains in silence from where the run is, with the log acting at its steps.
   *
   * @returns what the schedule failed with at the very end, if it did
   */
  private async replay(
    { log, replayTo }: Start,
    { signal, onProgress }: PreparationHooks,
  ): Promise<InputError | undefined> {
    const { run } = this;
    const from = run.steps;
    const ahead = log.filter(({ step }) => step >= from && step < replayTo);
    let next = 0;
    let failure: InputError | undefined;
    while (run.steps < replayTo && !this.held) {
      signal?.throwIfAborted();
      if (ahead.at(next)?.step === run.steps) await run.drain();
      for (; ahead.at(next)?.step === run.steps; next += 1) run.rates.change(ahead[next]);
      const before = run.steps;
      try {
        failure = undefined;
        await run.advance(Math.min(replayTo, ahead.at(next)?.step ?? replayTo) - before);
      } catch (error) {
        // A schedule that failed after a step failed the first time too, and the run continued.
        if (!(error instanceof InputError) || run.steps === before) throw error;
        failure = error;
      }
      onProgress?.({ stage: 'replay', done: run.steps - from, total: replayTo - from, unit: 'steps' });
      await nextTask();
    }
    await run.drain();
    return failure;
  }

  private async trainNow(until: number): Promise<void> {
    const { run } = this;
    const participant = (this.participant = this.turns.join());
    let failure: InputError | undefined;
    try {
      while (!this.isStopped() && run.steps < until) {
        await this.serveWhileTraining();
        const hasActed = await this.actOnDue();
        if (failure && !hasActed && !this.held) throw failure;
        failure = undefined;
        if (this.isStopped()) break;
        const most = await participant.turn();
        if (this.isStopped()) break;
        const before = run.steps;
        this.before = undefined;
        try {
          await run.advance(Math.min(most, this.nextStop(until) - before));
        } catch (error) {
          // Where a schedule fails and is changed at that step, the run continues: replay() does the same.
          if (!(error instanceof InputError) || run.steps === before || !this.isDue) throw error;
          failure = error;
        }
        participant.add(run.steps - before);
        this.correctPreview();
        await nextTask();
        if (this.checkpointEvery > 0 && run.steps % this.checkpointEvery === 0) await this.reportState();
      }
      // The others need not wait for what is left to do.
      participant.leave();
      await run.drain();
      if (this.checkpointEvery > 0) await this.reportState();
    } finally {
      participant.leave();
      this.participant = undefined;
      // After a failure too: what was in flight is reported, and what was asked for is served.
      await run.drain().catch(noop);
      this.paused = true;
      await this.serve();
      if (this.end) run.refuseReport(this.end);
      await nextTask();
      await this.outbox.flush();
    }
  }

  private isStopped(): boolean {
    return this.paused || this.held !== undefined;
  }

  /** The step before which the run must stop: to act, to be saved, or for good. */
  private nextStop(until: number): number {
    const { steps } = this.run;
    const { checkpointEvery } = this;
    const checkpoint =
      checkpointEvery > 0 ? (Math.floor(steps / checkpointEvery) + 1) * checkpointEvery : Infinity;
    return Math.min(until, checkpoint, this.planned.at(0)?.step ?? Infinity);
  }

  /** Reports the state at this step, once. */
  private async reportState(): Promise<void> {
    const { steps } = this.run;
    if (this.reportedAt === steps) return;
    await this.run.drain();
    if (this.held) return;
    this.outbox.checkpoint(await this.state());
    this.reportedAt = steps;
  }

  /** The state at this step before anything acted at it; its arrays are the caller's. */
  private async state(): Promise<Checkpoint> {
    return this.before?.step === this.run.steps ? structuredClone(this.before) : this.run.checkpoint();
  }

  /** Keeps the state at this step; called before anything acts. */
  private async keepState(): Promise<void> {
    if (this.before?.step !== this.run.steps) this.before = await this.run.checkpoint();
  }

  /** Does something between two steps and, unless it needs no rest, nothing is in flight. */
  private betweenSteps<Value>(
    work: () => Promise<Value>,
    { needsRest } = { needsRest: true },
  ): Promise<Value> {
    if (this.disposal) return Promise.reject(aborted());
    const done = new Promise<Value>((resolve, reject) => {
      this.requests.push({ serve: () => work().then(resolve, reject), needsRest });
    });
    if (!this.participant) void this.serve();
    return done;
  }

  /** Serves what has been asked for while the run trains. */
  private async serveWhileTraining(): Promise<void> {
    if (this.requests.length === 0) return;
    // What fails of the steps is the run's failure.
    if (this.requests.some(({ needsRest }) => needsRest)) await this.run.drain();
    await this.serve();
  }

  /** Serves what has been asked for; settles when it is done, and what was begun before. */
  private serve(): Promise<void> {
    for (const { serve } of this.requests.splice(0)) void this.served.add(serve);
    return this.served.idle();
  }

  /** Whether something is planned for the present step. */
  private get isDue(): boolean {
    return this.planned.at(0)?.step === this.run.steps;
  }

  /** Does what is planned for the present step; says whether anything has acted. */
  private async actOnDue(): Promise<boolean> {
    if (!this.isDue) return false;
    await this.run.drain();
    if (this.held) return false;
    await this.keepState();
    const { steps } = this.run;
    const due = this.planned.filter(({ step }) => step === steps);
    this.planned = this.planned.filter(({ step }) => step !== steps);
    // What was possible when it was planned may have become impossible since.
    const acted = due.filter((intervention) => this.attempt(() => this.act(intervention)));
    this.sendRates();
    return acted.length > 0;
  }

  /** Does something whose failure leaves the run as it is, and reports that; says whether it was done. */
  private attempt(work: () => unknown): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.outbox.problem(toProblem(error));
      return false;
    }
  }

  private act(intervention: Intervention): void {
    this.run.rates.change(intervention);
    this.acted.set(intervention.id, intervention);
    this.outbox.intervention(intervention);
  }

  private sendRates(): void {
    const { rates, plan, steps } = this.run;
    this.reportedPreview = previewRates(rates, { plan, now: steps, planned: this.planned });
    this.outbox.rateState({
      entries: rates.entries,
      preview: this.reportedPreview,
      planned: [...this.planned],
    });
  }

  /** Reports the rates ahead again where the run has left them: no preview foresees a plateau. */
  private correctPreview(): void {
    const { reportedPreview: preview } = this;
    const { rates, steps } = this.run;
    if (preview === undefined || !rates.entries.some(({ scheduler }) => readsMetric(scheduler))) return;
    const row = steps - preview.from;
    if (rates.lr.some((rate, group) => !Object.is(rate, preview.lr[group].at(row) ?? rate))) this.sendRates();
  }

  private async reportRates(): Promise<void> {
    this.sendRates();
    await this.outbox.flush();
  }

  private checkHeld(): void {
    if (this.held) throw runHeld(this.held.step);
  }

  private checkDisposed(): void {
    if (this.disposal) throw aborted();
  }

  /** Why the run makes no further update, if it makes none. */
  private get end(): InputError | undefined {
    const { steps, plan } = this.run;
    if (this.held) return runHeld(this.held.step);
    return steps >= plan.steps ? runFinished(plan.steps) : undefined;
  }

  /**
   * The step at which a change acts.
   *
   * @throws InputError when it is not ahead, or is another's
   */
  private freeStep(change: ChangeRequest, at: At): number {
    this.checkHeld();
    checkChange(change);
    const step = stepOf(at, this.run.steps, this.run.plan);
    checkFree({ kind: change.kind, step }, this.planned, this.acted.values());
    return step;
  }
}
