/**
 * Drives one run through the worker: makes it ready, lets it train, stops it, and brings it back when the worker or its
 * device was lost. What is in the worker can go at any moment; what the page knows of the run is enough to make it again.
 */
import type { CompleteConfig } from '../../config/index.js';
import type { At, Change, Intervention } from '../../timeline/index.js';
import { InputError, toProblem, type Problem } from '../../errors.js';
import { modelArtifacts } from '../../models/names.js';
import type { BackendReport, TrainerConfig } from '../../training/index.js';
import type { Held, Ready, Report, Result } from '../../worker/index.js';
import type { LoadProgress } from '../../training/index.js';
import { withoutFirst } from '../../timeline/index.js';
import { startOf } from '../run/past.js';
import { endOf, runGone } from '../problems.js';
import type { Run, RunState } from '../run/run.js';
import { deferred, isAborted, noop, Queue, wait, type Deferred } from '../../async.js';
import { isLoss, listener, type WorkerCalls, type WorkerClient } from './worker-client.js';

/** What the drivers of a Lab's runs share, and whom they tell. */
export interface Crew {
  readonly client: WorkerClient;
  /** Milliseconds from a loss to each attempt to go on, as long as no step has been made since. */
  readonly retryDelays: readonly number[];
  /** Steps between two kept checkpoints; the worker's own choice where it is left out. */
  readonly checkpointEvery?: number;
  /** Sees to it that the worker has the data that a page must give it. */
  bringData(run: Run): Promise<void>;
  /** How far a preparation is; undefined at its end. */
  handleProgress(run: Run, progress: LoadProgress | undefined): void;
  handleBackend(backend: BackendReport): void;
  handleReady(run: Run, ready: Ready): void;
  /** After the run has taken a report in; `acted` is what it told of for the first time. */
  handleReport(run: Run, report: Report, acted: readonly Intervention[]): void;
  /** The worker or its device was lost, and the run is brought back. */
  handleLoss(run: Run, problem: Problem): void;
  /** Training has stopped. */
  handleRest(run: Run): void;
  tell(problem: Problem): void;
}

/** A run in a worker, under an id that no other ever has there. */
interface Session {
  readonly id: string;
  /** The worker's number, by {@link WorkerClient.losses}. */
  readonly worker: number;
}

let sessions = 0;

/** One run's way through the worker. */
export class RunDriver {
  readonly run: Run;
  private readonly crew: Crew;
  private readonly queue = new Queue();
  private session?: Session;
  /** The session whose reports count. */
  private heard?: string;
  private preparation?: { cancel: AbortController; done: Promise<Session> };
  private training?: Promise<void>;
  /** Settles when training has begun, or has failed to. */
  private begun: Deferred<void> = deferred();
  /** The number of updates up to which it trains, while it does. */
  private until?: number;
  /** Aborted, and replaced, whenever the run is stopped. */
  private halt = new AbortController();
  /** Rejects once it has been released. */
  private readonly gone: Deferred<never> = deferred();
  /** Whether it has been released. */
  private isGone = false;
  /** Work to be done between two steps, with the run at rest. */
  private interlude?: () => Promise<void>;

  constructor(run: Run, crew: Crew) {
    this.run = run;
    this.crew = crew;
  }

  /** Whether the worker holds the run. */
  get isReady(): boolean {
    return this.session?.worker === this.crew.client.losses;
  }

  /** Whether it trains, or is made ready to. */
  get isTraining(): boolean {
    return this.training !== undefined;
  }

  /** Whether it trains to the end. */
  get goesOn(): boolean {
    return this.until === Infinity;
  }

  /** Whether a stop is under way. */
  private get isStopping(): boolean {
    return this.training !== undefined && this.until === undefined;
  }

  /**
   * Makes the run ready in the worker, unless it is; a second call while it is made ready waits for the first.
   *
   * @throws InputError why it cannot be made ready; `aborted` after {@link stop}
   */
  async ready(signal?: AbortSignal): Promise<void> {
    await this.persist(() => this.prepared(signal));
  }

  /** Begins to train until `until` updates have been made; settles when it trains. */
  async begin(until: number, signal?: AbortSignal): Promise<void> {
    // Nothing is awaited in vain, so that a stop that follows at once finds the preparation under way.
    if (this.isStopping) await this.stopped();
    // What stops it later is told by the run's state and the lab's problem.
    this.go(until).catch(noop);
    await this.cancellable(this.begun.promise, signal);
  }

  /**
   * Trains until `until` updates have been made; settles when it has come to rest, rejects when it broke off.
   *
   * @throws InputError `held` or `run-finished` for a run that makes no further update
   */
  async train(until: number, signal?: AbortSignal): Promise<void> {
    if (this.isStopping) await this.stopped();
    await this.cancellable(this.go(until), signal);
  }

  /** Stops training, or the preparation of it; resolves once every row is known. */
  async stop(): Promise<void> {
    this.until = undefined;
    this.halt.abort(new DOMException('the run was stopped.', 'AbortError'));
    this.halt = new AbortController();
    this.preparation?.cancel.abort();
    if (this.training) await this.askToPause();
    // How it ended is told by the run's state and the lab's problem.
    await this.training?.catch(noop);
    await this.preparation?.done.catch(noop);
  }

  /** Settles when a stop under way has taken effect. */
  async stopped(): Promise<void> {
    while (this.isStopping) await this.training?.catch(noop);
  }

  /** Stops the run for good and frees what the worker holds of it. */
  async release(): Promise<void> {
    this.isGone = true;
    this.gone.reject(runGone(this.run));
    await this.stop();
    await this.letGo();
  }

  /** Calls the worker for this run; once more in the next worker if this one is lost meanwhile. */
  call<Value>(method: (worker: WorkerCalls, id: string) => Promise<Result<Value>>): Promise<Value> {
    return this.persist(async () => {
      const { id } = await this.prepared();
      return this.crew.client.call((worker) => method(worker, id));
    });
  }

  /**
   * Makes a change now, or plans it. Before the run has begun, and while no worker knows it, that needs none: `planned`
   * says what is done at which step, or refuses.
   */
  intervene(change: Change, at: At, planned: () => Intervention): Promise<Intervention> {
    return this.queue.add(async () => {
      // A run that is being made ready knows the interventions of before; this one waits until it can be told.
      await this.preparation?.done.catch(noop);
      const ahead = planned();
      if (!this.isReady && this.run.history.length === 0) {
        this.run.planAhead([...this.run.planned.peek(), ahead]);
        return ahead;
      }
      const before = this.everything;
      return this.call(async (worker, id) => {
        // A worker may have been lost after it told of the change and before it answered.
        const done = withoutFirst(this.everything, before).at(0);
        return done ? { ok: true, value: done } : worker.intervene(id, change, at);
      });
    });
  }

  /** Replaces what is planned; `replace` is given what is planned at that moment, between two steps. */
  replan(replace: (planned: readonly Intervention[]) => readonly Intervention[]): Promise<void> {
    return this.queue.add(async () => {
      await this.preparation?.done.catch(noop);
      await this.atRest(async () => {
        const planned = replace(this.run.planned.peek());
        // A worker tells what is planned, and the rates that come of it.
        if (this.isReady) await this.call((worker, id) => worker.plan(id, planned));
        else this.run.planAhead(planned);
      });
    });
  }

  /** Takes a checkpoint between two steps and keeps it; resolves with its step once all rows before it are known. */
  checkpoint(): Promise<number> {
    return this.queue.add(async () => {
      const checkpoint = await this.call((worker, id) => worker.checkpoint(id));
      await this.untilKnown(checkpoint.step);
      this.run.checkpoints.keep(checkpoint);
      return checkpoint.step;
    });
  }

  /** What has been done and is still to be done. */
  private get everything(): readonly Intervention[] {
    return [...this.run.interventions.peek(), ...this.run.planned.peek()];
  }

  /** Begins to train, unless it does. */
  private go(until: number): Promise<void> {
    if (this.training) return this.training;
    const end = endOf(this.run);
    if (end) throw end;
    this.until = until;
    this.begun = deferred();
    this.training = this.trainToRest().finally(() => {
      this.training = undefined;
      this.until = undefined;
      this.crew.handleRest(this.run);
    });
    return this.training;
  }

  /** Cancels the preparation under way when `signal` is aborted before `promise` has settled. */
  private async cancellable(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    const cancel = () => this.preparation?.cancel.abort();
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  private async trainToRest(): Promise<void> {
    try {
      const { steps, held } = await this.persist(() => this.trainInWorker());
      if (held) this.hold(held);
      else this.run.enter(steps >= this.run.plan.peek().steps ? 'finished' : 'paused');
    } catch (error) {
      this.begun.reject(error);
      this.breakOff(error);
      throw error;
    } finally {
      await this.playInterlude();
    }
  }

  private async trainInWorker(): Promise<{ steps: number; held?: Held }> {
    for (;;) {
      const { id } = await this.prepared();
      await this.playInterlude();
      const { until } = this;
      if (until === undefined) throw new DOMException('the run was stopped.', 'AbortError');
      const training = this.crew.client.call((worker) => worker.run(id, until));
      // Only now: who hears of it may pause, and a pause must not come before what it is to end.
      this.run.enter('running');
      this.begun.resolve();
      const end = await training;
      // It came to rest for what is to be done between two steps, or it did so by itself.
      if (this.interlude === undefined || end.held || this.run.isOver) return end;
    }
  }

  private hold(held: Held): void {
    const { run } = this;
    run.hold(held);
    this.crew.tell({
      code: 'diverged',
      message: `the loss of run ${run.id} blew up and the run is held at step ${held.step}; recover it to go on from before, with a lower learning rate.`,
      path: run.id,
      received: String(run.history.loss[held.step]),
    });
  }

  private breakOff(error: unknown): void {
    const state = this.stateAfter(error);
    // What broke a session may have left it broken: the next start makes it anew.
    if (state === 'failed') void this.letGo();
    this.run.enter(state);
    if (!isAborted(error)) this.crew.tell(toProblem(error));
  }

  /** What stops by itself on bad input (a schedule at its end, say) can go on once that is mended. */
  private stateAfter(error: unknown): RunState {
    const { run } = this;
    if (run.held.peek()) return 'held';
    if (run.isOver) return 'finished';
    const isBegun = this.isReady || run.history.length > 0;
    if (isAborted(error)) return isBegun ? 'paused' : 'idle';
    const { code } = toProblem(error);
    return isBegun && code !== 'unexpected' && code !== 'worker' ? 'paused' : 'failed';
  }

  /** Repeats what a lost worker or device has broken off, in the next worker, until that has been in vain too often. */
  private async persist<Value>(work: () => Promise<Value>): Promise<Value> {
    const { retryDelays } = this.crew;
    const { signal } = this.halt;
    for (let attempt = 0; ; attempt += 1) {
      const rows = this.run.history.length;
      try {
        return await work();
      } catch (error) {
        if (this.run.history.length > rows) attempt = 0;
        if (!isLoss(error) || attempt >= retryDelays.length) throw error;
        this.crew.handleLoss(this.run, toProblem(error));
        signal.throwIfAborted();
        if (retryDelays[attempt] > 0) await wait(retryDelays[attempt], signal);
      }
    }
  }

  private async prepared(signal?: AbortSignal): Promise<Session> {
    signal?.throwIfAborted();
    if (this.isGone) throw runGone(this.run);
    if (this.session && this.isReady) return this.session;
    if (!this.preparation) {
      const cancel = new AbortController();
      const done = this.prepare(cancel.signal).finally(() => {
        this.preparation = undefined;
      });
      this.preparation = { cancel, done };
    }
    const { cancel, done } = this.preparation;
    const abort = () => cancel.abort();
    signal?.addEventListener('abort', abort);
    try {
      return await done;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  private async prepare(cancelled: AbortSignal): Promise<Session> {
    const { run, crew } = this;
    sessions += 1;
    const id = `${run.id}.${sessions}`;
    const release = () => void this.releaseSession(id);
    const before = run.state.peek();
    run.enter('loading');
    this.heard = id;
    cancelled.addEventListener('abort', release);
    try {
      const config = await transferable(run.config);
      await crew.bringData(run);
      cancelled.throwIfAborted();
      const ready = await this.prepareInWorker(id, config, cancelled);
      cancelled.throwIfAborted();
      this.session = { id, worker: crew.client.losses };
      crew.handleReady(run, ready);
      run.settle(ready);
      if (!this.training) run.enter(run.held.peek() ? 'held' : run.isOver ? 'finished' : 'paused');
      return this.session;
    } catch (error) {
      // Whoever trains says how that ended; here it was only to be made ready.
      if (!this.training) run.enter(isAborted(error) || run.history.length > 0 ? before : 'failed');
      throw error;
    } finally {
      cancelled.removeEventListener('abort', release);
      crew.handleProgress(run, undefined);
    }
  }

  /** Begins from the latest checkpoint that fits: one from a file may not. */
  private async prepareInWorker(id: string, config: TrainerConfig, cancelled: AbortSignal): Promise<Ready> {
    const { run, crew } = this;
    for (;;) {
      cancelled.throwIfAborted();
      const { start, repeats } = startOf(run);
      run.expectRepeats(repeats);
      try {
        return await crew.client.call((worker) =>
          worker.prepare(
            id,
            config,
            { ...start, checkpointEvery: crew.checkpointEvery },
            listener({ report: (report: Report) => this.handleReport(id, report) }),
            listener({
              progress: (progress: LoadProgress) => crew.handleProgress(run, progress),
              backend: (backend: BackendReport) => crew.handleBackend(backend),
            }),
          ),
        );
      } catch (error) {
        if (!start.checkpoint || !(error instanceof InputError) || error.code !== 'checkpoint') throw error;
        run.checkpoints.drop(start.checkpoint);
      }
    }
  }

  private handleReport(id: string, report: Report): void {
    if (this.heard !== id) return;
    const acted = this.run.append(report);
    if (report.checkpoint) this.run.checkpoints.keep(report.checkpoint);
    this.crew.handleReport(this.run, report, acted);
  }

  /** Forgets the session, and frees it where it still is. */
  private async letGo(): Promise<void> {
    const { session, isReady } = this;
    this.session = undefined;
    this.heard = undefined;
    if (session && isReady) await this.releaseSession(session.id);
  }

  private async releaseSession(id: string): Promise<void> {
    await this.crew.client.ask((worker) => worker.release(id));
  }

  private async askToPause(): Promise<void> {
    const { session } = this;
    if (session && this.isReady) await this.crew.client.ask((worker) => worker.pause(session.id));
  }

  /** Does `work` with the run at rest between two steps; training goes on after it. */
  private async atRest(work: () => Promise<void>): Promise<void> {
    if (!this.training) return work();
    const done = deferred();
    this.interlude = () => work().then(done.resolve, done.reject);
    await this.askToPause();
    await done.promise;
  }

  private async playInterlude(): Promise<void> {
    const { interlude } = this;
    this.interlude = undefined;
    await interlude?.();
  }

  private async untilKnown(step: number): Promise<void> {
    const { step: known } = this.run;
    if (known.peek() >= step) return;
    let stop = noop as () => void;
    const told = new Promise<void>((resolve) => {
      stop = known.subscribe((made) => {
        if (made >= step) resolve();
      });
    });
    await Promise.race([told, this.gone.promise]).finally(stop);
  }
}

/** A model of one's own crosses to the worker as its artifacts. */
async function transferable({ model, ...config }: CompleteConfig): Promise<TrainerConfig> {
  return { ...config, model: typeof model === 'object' ? await modelArtifacts(model) : model };
}
