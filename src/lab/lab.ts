/**
 * The Lab: holds the runs and takes the reader's commands. It owns one worker, in which everything is computed; what
 * comes back is kept in signals, which elements and tests read.
 */
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { batch, signal } from '@preact/signals-core';

import type { CompleteConfig, Config } from '../config/index.js';
import { checkChange, completeConfig, stepOf } from '../config/index.js';
import type { Problem } from '../errors.js';
import { badValue, InputError, toProblem } from '../errors.js';
import { modelArtifacts } from '../models/model-artifacts.js';
import type { PolicyInput } from '../policy/index.js';
import { normalisePolicy } from '../policy/index.js';
import type {
  At,
  BackendReport,
  Change,
  Handoff,
  Intervention,
  MemoryReport,
  StepReport,
  TrainerConfig,
} from '../training/index.js';
import type { Report } from '../training/lab-worker.js';
import type { LoadProgress } from '../training/load-dataset.js';
import { Run } from './run.js';
import { Speedometer } from './speedometer.js';
import { listener, WorkerClient } from './worker-client.js';

/** What a Lab is doing. */
export type LabState = 'idle' | 'loading' | 'running' | 'paused' | 'finished' | 'failed';

/** Whether real MNIST can be had without a download. */
export type MnistState = 'unknown' | 'absent' | 'ready';

/** What an asynchronous command obeys. */
export interface CommandOptions {
  signal?: AbortSignal;
}

/** Runs, and the commands upon them. */
export class Lab {
  private readonly signals: {
    config: Signal<CompleteConfig>;
    modelName: Signal<string | undefined>;
    fallbackModel: Signal<boolean>;
    state: Signal<LabState>;
    runs: Signal<readonly Run[]>;
    backend: Signal<BackendReport | undefined>;
    loading: Signal<LoadProgress | undefined>;
    problem: Signal<Problem | undefined>;
    speed: Signal<number>;
    mnist: Signal<MnistState>;
  };
  private readonly worker = new WorkerClient((message) => this.fail({ code: 'worker', message }));
  private readonly speedometer = new Speedometer();
  /** The run that the worker has prepared. */
  private prepared?: Run;
  /** The run that the worker is making ready. */
  private preparation?: { run: Run; cancel: AbortController; done: Promise<void> };
  /** Settles when training has stopped. */
  private training?: Promise<void>;
  /** Settles when a pause under way has taken effect. */
  private stopping?: Promise<void>;
  private closing?: Promise<MemoryReport>;

  /** @throws InputError for a config that names what does not exist, saying what is accepted */
  constructor(config: Partial<Config> = {}) {
    const complete = completeConfig(config);
    this.signals = {
      config: signal(complete),
      modelName: signal(undefined),
      fallbackModel: signal(false),
      state: signal('idle'),
      runs: signal([new Run('A', complete)]),
      backend: signal(undefined),
      loading: signal(undefined),
      problem: signal(undefined),
      speed: signal(0),
      mnist: signal('unknown'),
    };
  }

  /** The config of the present experiment, complete. */
  get config(): ReadonlySignal<CompleteConfig> {
    return this.signals.config;
  }

  /** The network that is trained, once that is known: its name in the zoo, or `custom`. */
  get modelName(): ReadonlySignal<string | undefined> {
    return this.signals.modelName;
  }

  /** Whether `tiny` was taken because no GPU takes part and no model was asked for. */
  get fallbackModel(): ReadonlySignal<boolean> {
    return this.signals.fallbackModel;
  }

  get state(): ReadonlySignal<LabState> {
    return this.signals.state;
  }

  /** The runs; never empty. */
  get runs(): ReadonlySignal<readonly Run[]> {
    return this.signals.runs;
  }

  /** Where tf.js computes, once it has been looked for. */
  get backend(): ReadonlySignal<BackendReport | undefined> {
    return this.signals.backend;
  }

  /** How far a preparation or a download is. */
  get loading(): ReadonlySignal<LoadProgress | undefined> {
    return this.signals.loading;
  }

  /** The last expected failure, until a command succeeds. */
  get problem(): ReadonlySignal<Problem | undefined> {
    return this.signals.problem;
  }

  /** Steps per second; 0 while nothing runs. */
  get speed(): ReadonlySignal<number> {
    return this.signals.speed;
  }

  /** Whether real MNIST is there; `unknown` until {@link lookForMnist} or a download. */
  get mnist(): ReadonlySignal<MnistState> {
    return this.signals.mnist;
  }

  /** Trains to the end of the run, or goes on after a pause; resolves once it runs. */
  async start({ signal }: CommandOptions = {}): Promise<void> {
    await this.command(async () => {
      const run = await this.readyRun(signal);
      // What stops it is told by `problem` and `state`.
      if (!this.training) this.train(run, Infinity).catch(noop);
    }, signal);
  }

  /** Stops training, or the preparation of it; resolves once every row is known. */
  async pause(): Promise<void> {
    await this.command(async () => {
      this.preparation?.cancel.abort();
      await this.stop();
    });
  }

  /** Makes `count` steps and pauses; resolves once their rows are known. */
  async step(count = 1, { signal }: CommandOptions = {}): Promise<void> {
    await this.command(async () => {
      if (!Number.isInteger(count) || count < 1) throw badValue('n', String(count), 'integer ≥ 1');
      const run = await this.readyRun(signal);
      if (this.training) throw refusedCommand('running', 'step() needs a paused run; this one is running.');
      await this.train(run, run.history.length + count);
    }, signal);
  }

  /**
   * Goes back to step 0, if wanted with other values in the config.
   *
   * @throws InputError for a bad config, which changes nothing
   */
  async reset(changes: Partial<Config> = {}): Promise<void> {
    await this.command(async () => {
      // Whatever cannot be, cannot be before anything is stopped.
      new Run('A', completeConfig(changes, this.signals.config.value));
      this.preparation?.cancel.abort();
      await this.stop();
      // Another reset may have come meanwhile; its changes stay.
      const config = completeConfig(changes, this.signals.config.value);
      const run = new Run('A', config);
      this.prepared = undefined;
      batch(() => {
        this.signals.config.value = config;
        this.signals.runs.value = [run];
        this.signals.modelName.value = undefined;
        this.signals.fallbackModel.value = false;
        this.signals.state.value = 'idle';
      });
    });
  }

  /** Replaces what runs by another policy; resolves with the intervention once it is accepted. */
  swap(run: Run, policy: unknown, { handoff = 'continue', at = 'now' }: { handoff?: Handoff; at?: At } = {}) {
    return this.intervene(run, at, () => ({
      kind: 'swap',
      policy: normalisePolicy(policy as PolicyInput),
      handoff,
    }));
  }

  /** Puts a policy on top of what runs. */
  chain(run: Run, policy: unknown, { at = 'now' }: { at?: At } = {}) {
    return this.intervene(run, at, () => ({ kind: 'chain', policy: normalisePolicy(policy as PolicyInput) }));
  }

  /** Takes entry `index` of `run.entries` out; the others keep their state. */
  unchain(run: Run, index: number) {
    return this.intervene(run, 'now', () => ({ kind: 'unchain', index }));
  }

  /** Sets the learning rate of every param group by hand. */
  setLr(run: Run, lr: number) {
    return this.intervene(run, 'now', () => ({ kind: 'setLr', lr }));
  }

  /**
   * Asks what the next update of a run does and costs: the rates that the device reads, gradient norms, update-to-weight
   * ratios, time, commands and memory. Settles once that update has been made.
   */
  async report(run: Run): Promise<StepReport> {
    if (this.prepared !== run)
      throw refusedCommand(
        'run-not-ready',
        `run ${run.id} has not been started, so no update of it can be seen.`,
      );
    return this.worker.call((worker) => worker.report());
  }

  /** Finds out whether MNIST is in the browser's store; asks nothing of the network. */
  async lookForMnist(): Promise<void> {
    await this.command(async () => {
      const found = await this.worker.call((worker) => worker.hasMnist());
      this.signals.mnist.value = found ? 'ready' : 'absent';
    });
  }

  /** Downloads MNIST, checks it and keeps it; the present run goes on. */
  async fetchMnist({ signal }: CommandOptions = {}): Promise<void> {
    await this.command(async () => {
      signal?.throwIfAborted();
      const abort = () => void this.worker.ask((worker) => worker.abort('download'));
      signal?.addEventListener('abort', abort);
      try {
        const load = listener({ progress: (progress: LoadProgress) => this.handleProgress(progress) });
        await this.worker.call((worker) => worker.fetchMnist(load));
        this.signals.mnist.value = 'ready';
      } finally {
        signal?.removeEventListener('abort', abort);
        if (this.signals.loading.value?.unit === 'bytes') this.signals.loading.value = undefined;
      }
    }, signal);
  }

  /** Reads MNIST from the reader's own IDX files, gzipped or not; the present run goes on. */
  async readMnist(files: readonly File[], { signal }: CommandOptions = {}): Promise<void> {
    await this.command(async () => {
      signal?.throwIfAborted();
      await this.worker.call((worker) => worker.readMnist([...files]));
      this.signals.mnist.value = 'ready';
    }, signal);
  }

  /** Forgets the last problem, once it has been read. */
  clearProblem(): void {
    this.signals.problem.value = undefined;
  }

  /** What tf.js holds in the worker. */
  async memory(): Promise<MemoryReport> {
    return (await this.worker.ask((worker) => worker.memory())) ?? { tensors: 0, bytes: 0, gpuBytes: 0 };
  }

  /** Ends the worker; resolves with what it could not free. A second call gives the same answer. */
  dispose(): Promise<MemoryReport> {
    this.closing ??= this.worker.close().finally(() => {
      this.prepared = undefined;
      this.signals.speed.value = 0;
      this.signals.loading.value = undefined;
      if (this.signals.state.value !== 'finished') this.signals.state.value = 'idle';
    });
    return this.closing;
  }

  /** The run, ready to train: after a pause under way, and begun anew where it had failed. */
  private async readyRun(signal: AbortSignal | undefined): Promise<Run> {
    // Nothing is awaited in vain, so that a pause that follows at once finds the preparation under way.
    if (this.stopping) await this.stopping;
    if (this.hasFailed) await this.reset();
    return this.prepare(signal);
  }

  /** Makes the run ready in the worker, unless it is; a second call while it is made ready waits for the first. */
  private async prepare(signal: AbortSignal | undefined): Promise<Run> {
    signal?.throwIfAborted();
    const [run] = this.signals.runs.value;
    if (this.signals.state.value === 'finished') {
      throw refusedCommand('run-finished', 'the run has come to its end; reset it to train again.');
    }
    if (this.prepared === run) return run;
    if (this.preparation?.run !== run) {
      const cancel = new AbortController();
      const done = this.prepareInWorker(run, cancel.signal).finally(() => {
        if (this.preparation?.run === run) this.preparation = undefined;
      });
      this.preparation = { run, cancel, done };
    }
    const { cancel, done } = this.preparation;
    const abort = () => cancel.abort();
    signal?.addEventListener('abort', abort);
    try {
      await done;
      return run;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  private async prepareInWorker(run: Run, cancelled: AbortSignal): Promise<void> {
    this.signals.state.value = 'loading';
    const abort = () => void this.worker.ask((worker) => worker.abort('preparation'));
    cancelled.addEventListener('abort', abort);
    try {
      const config = await transferable(run.config);
      cancelled.throwIfAborted();
      const reports = listener({ report: (report: Report) => this.handleReport(run, report) });
      const load = listener({
        progress: (progress: LoadProgress) => this.handleProgress(progress),
        backend: (backend: BackendReport) => {
          this.signals.backend.value = backend;
        },
      });
      const planned = [...run.planned.value];
      const ready = await this.worker.call((worker) => worker.prepare(config, planned, reports, load));
      cancelled.throwIfAborted();
      this.prepared = run;
      batch(() => {
        this.signals.modelName.value = ready.modelName;
        this.signals.fallbackModel.value = ready.fallbackModel;
        run.settle(ready.plan);
      });
    } catch (error) {
      if (this.signals.runs.value[0] === run && this.signals.state.peek() === 'loading') {
        this.signals.state.value = cancelled.aborted || isAborted(error) ? 'idle' : 'failed';
      }
      throw error;
    } finally {
      cancelled.removeEventListener('abort', abort);
      if (this.signals.loading.value?.unit !== 'bytes') this.signals.loading.value = undefined;
    }
  }

  /** Lets the worker train until `until` updates have been made, and follows it to the end; rejects when it breaks off. */
  private train(run: Run, until: number): Promise<void> {
    this.signals.state.value = 'running';
    this.speedometer.restart();
    this.training = this.worker
      .call((worker) => worker.run(until))
      .then(
        ({ steps }) => {
          this.signals.state.value = steps >= run.plan.value.steps ? 'finished' : 'paused';
        },
        (error: unknown) => {
          this.handleStop(toProblem(error));
          throw error;
        },
      )
      .finally(() => {
        this.training = undefined;
        this.signals.speed.value = 0;
      });
    return this.training;
  }

  private stop(): Promise<void> {
    this.stopping ??= this.stopTraining().finally(() => {
      this.stopping = undefined;
    });
    return this.stopping;
  }

  private async stopTraining(): Promise<void> {
    const { training } = this;
    if (!training) return;
    await this.worker.ask((worker) => worker.pause());
    // How it ended is told by `problem` and `state`.
    await training.catch(noop);
  }

  /** Whether the run broke off: it cannot go on, for its weights went with the worker, and trying again begins anew. */
  private get hasFailed(): boolean {
    return this.signals.state.value === 'failed' && this.signals.runs.value[0].history.length > 0;
  }

  private async intervene(run: Run, at: At, change: () => Change): Promise<Intervention> {
    return this.command(async () => {
      const wanted = change();
      checkChange(wanted);
      // A run that is being made ready knows the interventions of before; this one waits until it can be told.
      await this.preparation?.done.catch(noop);
      if (this.signals.runs.value[0] !== run)
        throw refusedCommand('run-gone', `run ${run.id} is no longer in the lab.`);
      if (this.prepared === run) return this.worker.call((worker) => worker.intervene(wanted, at));
      const intervention = { ...wanted, step: stepOf(at, run.history.length, run.plan.value) };
      run.planAhead(intervention);
      return intervention;
    });
  }

  /** Runs a command; its expected failure is kept in {@link problem} and thrown, its success clears the one before. */
  private async command<Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    const before = this.signals.problem.peek();
    try {
      if (this.closing) throw refusedCommand('disposed', 'the lab has been disposed of; make a new one.');
      const value = await work();
      if (this.signals.problem.peek() === before) this.clearProblem();
      return value;
    } catch (error) {
      if (!isAborted(error) && !signal?.aborted) this.signals.problem.value = toProblem(error);
      throw error;
    }
  }

  /** Training stopped by itself: after bad input (a schedule at its end, say) the run can go on once that is mended. */
  private handleStop(problem: Problem): void {
    if (problem.code === 'aborted') return;
    if (problem.code === 'unexpected' || problem.code === 'worker') {
      this.fail(problem);
      return;
    }
    this.signals.problem.value = problem;
    this.signals.state.value = 'paused';
  }

  private fail(problem: Problem): void {
    this.prepared = undefined;
    batch(() => {
      this.signals.problem.value = problem;
      this.signals.state.value = 'failed';
    });
  }

  private handleProgress(progress: LoadProgress): void {
    this.signals.loading.value = progress;
  }

  private handleReport(run: Run, report: Report): void {
    if (this.signals.runs.value[0] !== run) return;
    run.append(report);
    if (report.problems.length > 0) this.signals.problem.value = report.problems[0];
    if (report.rows && this.signals.state.value === 'running') {
      this.signals.speed.value = this.speedometer.mark(run.history.length);
    }
  }
}

const noop = () => undefined;

const isAborted = (error: unknown): boolean =>
  (error instanceof DOMException && error.name === 'AbortError') ||
  (error instanceof InputError && error.code === 'aborted');

const refusedCommand = (code: string, message: string): InputError => new InputError({ code, message });

/** A model of one's own crosses to the worker as its artifacts. */
async function transferable({ model, ...config }: CompleteConfig): Promise<TrainerConfig> {
  return { ...config, model: typeof model === 'object' ? await modelArtifacts(model) : model };
}
