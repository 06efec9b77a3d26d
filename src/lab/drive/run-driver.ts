/**
 * Drives one run through the worker: prepares it, trains it, stops it, and restores it when the worker or its device is
 * lost. What the worker holds can be lost at any moment; the page knows enough of the run to make it again.
 */
import { deferred, Ending, isAborted, noop, Queue, untilAborted, wait, type Deferred } from '../../async.js';
import type { CompleteConfig } from '../../config/index.js';
import type { BackendName, Refusal } from '../../gpu/names.js';
import { aborted, InputError, runFinished, runGone, runHeld, toProblem, type Problem } from '../../errors.js';
import { modelArtifacts } from '../../models/names.js';
import type { Intervention } from '../../timeline/index.js';
import type { BackendReport, LoadProgress, TrainerConfig } from '../../training/index.js';
import type { Held, LoadListener, Ready, Report, Result, RunListener } from '../../worker/index.js';
import { startOf } from '../run/past.js';
import type { Run, RunRecord, RunState } from '../run/run.js';
import { isLoss, listener, silence, type WorkerClient } from './worker-client.js';
import type { WorkerCalls } from './worker-line.js';

/** What the drivers of a Lab's runs share, and the handlers of what they report. */
export interface DriverOptions {
  readonly client: WorkerClient;
  /** Milliseconds from a loss to each attempt to continue, as long as no step has been made since. */
  readonly retryDelays: readonly number[];
  /** Steps between two kept checkpoints; the worker's default if it is left out. */
  readonly checkpointEvery?: number;
  /** Sends the worker the data that the page holds. */
  bringData(run: Run): Promise<void>;
  /** The progress of a preparation; undefined at its end. */
  handleProgress(run: Run, progress: LoadProgress | undefined): void;
  handleBackend(backend: BackendReport): void;
  handleReady(run: Run, ready: Ready): void;
  /** After the run has recorded a report; `acted` is what it reported for the first time. */
  handleReport(run: RunRecord, report: Report, acted: readonly Intervention[]): void;
  /** The worker or its device was lost, and the run is restored. */
  handleLoss(run: Run, problem: Problem): void;
  /** Training has stopped. */
  handleStop(run: Run): void;
  handleProblem(problem: Problem): void;
}

/** A run that a worker holds, under an id that is never used again there. */
interface PreparedRun {
  readonly id: string;
  /** The worker's number; see {@link WorkerClient.losses}. */
  readonly worker: number;
}

let preparations = 0;

/** The reason why a run makes no further update, if there is one. */
export function endOf(run: Pick<Run, 'held' | 'isOver' | 'plan'>): InputError | undefined {
  const held = run.held.peek();
  if (held) return runHeld(held.step);
  return run.isOver ? runFinished(run.plan.peek().steps) : undefined;
}

/**
 * Refuses what a held run cannot do.
 *
 * @throws InputError `held`
 */
export function checkNotHeld({ held }: Pick<Run, 'held'>): void {
  const found = held.peek();
  if (found) throw runHeld(found.step);
}

/** Drives one run. */
export class RunDriver {
  readonly run: RunRecord;
  /** Comes once the run has been removed, even while it trains. */
  readonly removal = new Ending();
  private readonly options: DriverOptions;
  private readonly changes = new Queue();
  private held?: PreparedRun;
  /** The listeners of the latest preparation, the only one whose reports count. */
  private listeners: readonly (LoadListener | RunListener)[] = [];
  private preparation?: { cancel: AbortController; done: Promise<PreparedRun> };
  private training?: Promise<void>;
  /** Settles when training has begun, or has failed to. */
  private begun: Deferred<void> = deferred();
  /** While it trains: the number of updates at which it stops. */
  private until?: number;
  /** Aborted, and replaced, whenever the run is stopped. */
  private halt = new AbortController();
  private isGone = false;
  /** The backend on which it was made ready last. */
  private backend?: BackendName;
  /** Backends that lost their device again and again before the run had made a step. */
  private readonly avoided: Refusal[] = [];

  constructor(run: RunRecord, options: DriverOptions) {
    this.run = run;
    this.options = options;
  }

  /** Whether the worker holds the run. */
  get isReady(): boolean {
    return this.held?.worker === this.options.client.losses;
  }

  /** Whether it trains, or is being prepared to train. */
  get isTraining(): boolean {
    return this.training !== undefined;
  }

  /** Whether it trains to the end. */
  get trainsToEnd(): boolean {
    return this.until === Infinity;
  }

  /** Whether it has been started: from then on a change is an intervention. */
  get hasBegun(): boolean {
    return this.isTraining || this.run.history.length > 0;
  }

  /** Whether it is stopping. */
  private get isStopping(): boolean {
    return this.training !== undefined && this.until === undefined;
  }

  /**
   * Prepares the run in the worker, unless it is ready; a second call meanwhile waits for the first.
   *
   * @throws InputError saying why it cannot be prepared; `aborted` after {@link stop}
   */
  async ready(signal?: AbortSignal): Promise<void> {
    await this.persist(() => this.prepared(signal));
  }

  /** Starts to train until `until` updates have been made; settles when it trains. */
  async begin(until: number, signal?: AbortSignal): Promise<void> {
    // Awaits nothing without need, so that a stop that follows at once finds the preparation in progress.
    if (this.isStopping) await this.stopped();
    // The run's state and the lab's problem report how it stops later.
    this.trainFrom(until).catch(noop);
    await this.cancellable(this.begun.promise, signal);
  }

  /**
   * Trains until `until` updates have been made; settles when it has stopped, rejects when it has failed.
   *
   * @throws InputError `held` or `run-finished` for a run that makes no further update
   */
  async train(until: number, signal?: AbortSignal): Promise<void> {
    if (this.isStopping) await this.stopped();
    await this.cancellable(this.trainFrom(until), signal);
  }

  /** Stops training, or the preparation of it; resolves once every row is known. */
  async stop(): Promise<void> {
    this.until = undefined;
    this.halt.abort(aborted());
    this.halt = new AbortController();
    this.preparation?.cancel.abort(aborted());
    const { held } = this;
    if (this.training && held && this.isReady)
      void this.options.client.ask((worker) => worker.pause(held.id));
    // The run's state and the lab's problem report how it ended.
    await this.training?.catch(noop);
    await this.preparation?.done.catch(noop);
  }

  /** Settles when a stop in progress has taken effect. */
  async stopped(): Promise<void> {
    while (this.isStopping) await this.training?.catch(noop);
  }

  /** Stops the run permanently and frees what the worker holds of it. */
  async release(): Promise<void> {
    this.isGone = true;
    this.removal.end(runGone(this.run.id));
    await this.stop();
    await this.free();
  }

  /** Forgets what the worker holds of the run, and frees it there. */
  async free(): Promise<void> {
    const { held, isReady } = this;
    this.held = undefined;
    this.stopListening();
    if (held && isReady) await this.releaseInWorker(held.id);
  }

  /**
   * Calls the worker for this run, and again in the next worker if this one is lost meanwhile.
   *
   * @param signal aborted when the run is stopped after the call was requested: it then prepares no run any more
   */
  call<Value>(
    method: (worker: WorkerCalls, id: string) => Promise<Result<Value>>,
    signal: AbortSignal = this.halt.signal,
  ): Promise<Value> {
    return this.persist(async () => {
      const { id } = await this.prepared(signal);
      return this.options.client.call((worker) => method(worker, id));
    }, signal);
  }

  /**
   * Runs work that changes the run after all earlier work of this kind, and not while the run is being prepared: a
   * preparation sends the worker what the page knew when it began.
   *
   * @param work gets a signal that is aborted when the run is stopped after this call; see {@link call}
   */
  inTurn<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const { signal } = this.halt;
    return this.changes.add(async () => {
      await this.preparation?.done.catch(noop);
      if (this.isGone) throw runGone(this.run.id);
      return work(signal);
    });
  }

  /** Takes a checkpoint between two steps and keeps it; resolves with its step once all rows before it are known. */
  checkpoint(): Promise<number> {
    return this.inTurn((signal) =>
      this.persist(async () => {
        const { id } = await this.prepared(signal);
        const checkpoint = await this.options.client.call((worker) => worker.checkpoint(id));
        await this.untilKnown(checkpoint.step);
        this.run.checkpoints.keep(checkpoint);
        return checkpoint.step;
      }, signal),
    );
  }

  /** Starts to train, unless it already does. */
  private trainFrom(until: number): Promise<void> {
    if (this.training) return this.training;
    const end = endOf(this.run);
    if (end) throw end;
    this.until = until;
    this.run.failure.value = undefined;
    this.begun = deferred();
    this.training = this.trainToStop().finally(() => {
      this.training = undefined;
      this.until = undefined;
      this.options.handleStop(this.run);
    });
    return this.training;
  }

  /** Cancels the preparation in progress when `signal` is aborted before `promise` has settled. */
  private async cancellable(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    const cancel = () => this.preparation?.cancel.abort(aborted());
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  private async trainToStop(): Promise<void> {
    try {
      const { steps, held } = await this.persist(() => this.trainInWorker());
      if (held) this.hold(held);
      else this.run.state.value = steps >= this.run.plan.peek().steps ? 'finished' : 'paused';
    } catch (error) {
      this.begun.reject(error);
      this.breakOff(error);
      throw error;
    }
  }

  private async trainInWorker(): Promise<{ steps: number; held?: Held }> {
    const { id } = await this.prepared();
    const { until } = this;
    if (until === undefined) throw aborted();
    const training = this.options.client.call((worker) => worker.run(id, until));
    // Only now: a pause that follows must reach the worker after the call that it ends.
    this.run.state.value = 'running';
    this.begun.resolve();
    return training;
  }

  private hold(held: Held): void {
    const { run } = this;
    run.hold(held);
    this.options.handleProblem({
      code: 'diverged',
      message: `the loss of run ${run.id} diverged and the run is held at step ${held.step}; rewind it to continue from an earlier step with a lower learning rate.`,
      path: run.id,
      received: String(run.history.loss[held.step]),
    });
  }

  private breakOff(error: unknown): void {
    const state = this.stateAfter(error);
    // An unexpected error may leave the run in the worker in a bad state: the next start prepares it again.
    if (state === 'failed') void this.free();
    if (isAborted(error)) {
      this.run.state.value = state;
      return;
    }
    const problem = toProblem(error);
    this.run.breakOff(state, problem);
    this.options.handleProblem(problem);
  }

  /** A run that stops on bad input (a schedule at its end, say) can continue once that is corrected. */
  private stateAfter(error: unknown): RunState {
    const { run } = this;
    if (run.held.peek()) return 'held';
    if (run.isOver) return 'finished';
    const isBegun = this.isReady || run.history.length > 0;
    if (isAborted(error)) return isBegun ? 'paused' : 'idle';
    const { code } = toProblem(error);
    return isBegun && code !== 'unexpected' && code !== 'worker' ? 'paused' : 'failed';
  }

  /** Repeats work that failed because a worker or device was lost, in the next worker, until it has failed too often. */
  private async persist<Value>(
    work: () => Promise<Value>,
    signal: AbortSignal = this.halt.signal,
  ): Promise<Value> {
    const { retryDelays } = this.options;
    for (let attempt = 0; ; attempt += 1) {
      const rows = this.run.history.length;
      try {
        return await work();
      } catch (error) {
        if (this.run.history.length > rows) attempt = 0;
        if (!isLoss(error)) throw error;
        const isLast = attempt >= retryDelays.length;
        if (isLast && !this.avoidBackend(error)) throw error;
        this.options.handleLoss(this.run, toProblem(error));
        signal.throwIfAborted();
        if (isLast) attempt = -1;
        else if (retryDelays[attempt] > 0) await wait(retryDelays[attempt], signal);
      }
    }
  }

  /** Leaves a backend whose device is always lost, where no past binds the run to it; says whether it did. */
  private avoidBackend({ code, message }: InputError): boolean {
    const { backend: name, avoided } = this;
    const hasNext = name !== undefined && name !== 'cpu' && avoided.every((refusal) => refusal.name !== name);
    if (code !== 'device-lost' || this.run.history.length > 0 || !hasNext) return false;
    avoided.push({ name, reason: message });
    return true;
  }

  private async prepared(signal?: AbortSignal): Promise<PreparedRun> {
    if (this.isGone) throw runGone(this.run.id);
    if (this.held && this.isReady) return this.held;
    signal?.throwIfAborted();
    if (!this.preparation) {
      const cancel = new AbortController();
      const done = this.prepare(cancel.signal).finally(() => {
        this.preparation = undefined;
      });
      this.preparation = { cancel, done };
    }
    const { cancel, done } = this.preparation;
    const abort = () => cancel.abort(aborted());
    signal?.addEventListener('abort', abort);
    try {
      return await done;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Makes the run ready; settles as soon as it is cancelled, even while the worker is busy. */
  private async prepare(cancelled: AbortSignal): Promise<PreparedRun> {
    const { run, options } = this;
    preparations += 1;
    const id = `${run.id}.${preparations}`;
    const before = run.state.peek();
    run.state.value = 'loading';
    this.stopListening();
    const cancel = () => void this.releaseInWorker(id);
    cancelled.addEventListener('abort', cancel);
    try {
      const ready = await untilAborted(this.load(id, cancelled), cancelled);
      cancelled.throwIfAborted();
      this.held = { id, worker: options.client.losses };
      options.handleReady(run, ready);
      run.settle(ready);
      if (!this.training)
        run.state.value = run.held.peek() ? 'held' : run.isOver ? 'finished' : stateReady(run);
      return this.held;
    } catch (error) {
      // Training reports how it ended; here the run was only to be made ready.
      if (!this.training) {
        if (isAborted(error) || run.history.length > 0) run.state.value = before;
        else run.breakOff('failed', toProblem(error));
      }
      throw error;
    } finally {
      cancelled.removeEventListener('abort', cancel);
      options.handleProgress(run, undefined);
    }
  }

  private async load(id: string, cancelled: AbortSignal): Promise<Ready> {
    const config = await transferable(this.run.config);
    await this.options.bringData(this.run);
    return this.prepareInWorker(id, config, cancelled);
  }

  /** Starts from the latest checkpoint that fits: one from a file may not. */
  private async prepareInWorker(id: string, config: TrainerConfig, cancelled: AbortSignal): Promise<Ready> {
    const { run, options } = this;
    for (;;) {
      cancelled.throwIfAborted();
      const start = startOf(run);
      const reports = listener<RunListener>({ report: (report) => this.handleReport(report) });
      const load = listener<LoadListener>({
        progress: (progress) => {
          // It may arrive after the answer.
          if (this.preparation) options.handleProgress(run, progress);
        },
        backend: (backend) => {
          this.backend = backend.name;
          options.handleBackend(backend);
        },
      });
      this.stopListening();
      this.listeners = [reports, load];
      try {
        const prepare = (worker: WorkerCalls) =>
          worker.prepare(
            id,
            config,
            { ...start, avoided: this.avoided, checkpointEvery: options.checkpointEvery },
            reports,
            load,
          );
        return await options.client.call(prepare, cancelled);
      } catch (error) {
        if (!start.checkpoint || !(error instanceof InputError) || error.code !== 'checkpoint') throw error;
        run.checkpoints.drop(start.checkpoint);
      }
    }
  }

  private handleReport(report: Report): void {
    const acted = this.run.append(report);
    if (report.checkpoint) this.run.checkpoints.keep(report.checkpoint);
    this.options.handleReport(this.run, report, acted);
  }

  private stopListening(): void {
    for (const each of this.listeners) silence(each);
    this.listeners = [];
  }

  private async releaseInWorker(id: string): Promise<void> {
    await this.options.client.ask((worker) => worker.release(id));
  }

  private async untilKnown(step: number): Promise<void> {
    const { step: known } = this.run;
    if (known.peek() >= step) return;
    let stop = noop as () => void;
    const reached = new Promise<void>((resolve) => {
      stop = known.subscribe((made) => {
        if (made >= step) resolve();
      });
    });
    const { client } = this.options;
    // A worker that is lost before reporting them never will.
    await this.removal.guard(client.untilLost(reached)).finally(stop);
  }
}

/** The state of a run that is ready and does not train. */
const stateReady = ({ history }: Run): RunState => (history.length > 0 ? 'paused' : 'idle');

/** A model given as an object is sent to the worker as its artifacts. */
async function transferable({ model, ...config }: CompleteConfig): Promise<TrainerConfig> {
  return { ...config, model: typeof model === 'object' ? await modelArtifacts(model) : model };
}
