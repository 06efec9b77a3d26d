/**
 * The Lab: holds the runs and takes the reader's commands. It owns one worker, in which everything is computed; what
 * comes back is kept in signals, which elements and tests read.
 */
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { batch, signal } from '@preact/signals-core';

import type { CompleteConfig, Config } from '../config/index.js';
import { completeConfig, requirePolicy } from '../config/index.js';
import type { Problem } from '../errors.js';
import { InputError, toProblem } from '../errors.js';
import { modelArtifacts } from '../models/model-artifacts.js';
import type {
  At,
  BackendReport,
  Change,
  Handoff,
  Intervention,
  MemoryReport,
  TrainerConfig,
} from '../training/index.js';
import type { Ready, Report } from '../training/lab-worker.js';
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
  /** Settles when training has stopped. */
  private training?: Promise<void>;
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
  async start(options: CommandOptions = {}): Promise<void> {
    await this.command(async () => {
      await this.prepare(options);
      if (!this.training) void this.train(Infinity);
    });
  }

  /** Stops training; resolves once every row is known. */
  async pause(): Promise<void> {
    await this.command(() => this.stop());
  }

  /** Makes `count` steps and pauses; resolves once their rows are known. */
  async step(count = 1, options: CommandOptions = {}): Promise<void> {
    await this.command(async () => {
      if (!Number.isInteger(count) || count < 1) throw refusedValue('n', count, 'integer ≥ 1');
      if (this.training) throw refusedCommand('running', 'step() needs a paused run; this one is running.');
      const run = await this.prepare(options);
      await this.train(run.history.length + count);
    });
  }

  /**
   * Goes back to step 0, if wanted with other values in the config.
   *
   * @throws InputError for a bad config, which changes nothing
   */
  async reset(changes: Partial<Config> = {}): Promise<void> {
    await this.command(async () => {
      const config = completeConfig(changes, this.signals.config.value);
      if (this.worker.started) void this.worker.connect().abort();
      await this.stop();
      this.prepared = undefined;
      batch(() => {
        this.signals.config.value = config;
        this.signals.runs.value = [new Run('A', config)];
        this.signals.modelName.value = undefined;
        this.signals.fallbackModel.value = false;
        this.signals.state.value = 'idle';
      });
    });
  }

  /** Replaces what runs by another policy; resolves with the intervention once it is accepted. */
  swap(run: Run, policy: unknown, { handoff = 'continue', at = 'now' }: { handoff?: Handoff; at?: At } = {}) {
    return this.intervene(run, at, () => ({ kind: 'swap', policy: requirePolicy(policy), handoff }));
  }

  /** Puts a policy on top of what runs. */
  chain(run: Run, policy: unknown, { at = 'now' }: { at?: At } = {}) {
    return this.intervene(run, at, () => ({ kind: 'chain', policy: requirePolicy(policy) }));
  }

  /** Takes entry `index` of `run.entries` out; the others keep their state. */
  unchain(run: Run, index: number) {
    return this.intervene(run, 'now', () => ({ kind: 'unchain', index }));
  }

  /** Sets the learning rate of every param group by hand. */
  setLr(run: Run, lr: number) {
    return this.intervene(run, 'now', () => ({ kind: 'setLr', lr }));
  }

  /** Finds out whether MNIST is in the browser's store; asks nothing of the network. */
  async lookForMnist(): Promise<void> {
    const found = await this.worker.connect().hasMnist();
    this.signals.mnist.value = found ? 'ready' : 'absent';
  }

  /** Downloads MNIST, checks it and keeps it; the present run goes on. */
  async fetchMnist(options: CommandOptions = {}): Promise<void> {
    await this.command(() =>
      this.loads(options, async () => {
        const load = listener({ progress: (progress: LoadProgress) => this.handleProgress(progress) });
        await this.worker.call((worker) => worker.fetchMnist(load));
        this.signals.mnist.value = 'ready';
      }),
    );
  }

  /** Reads MNIST from the reader's own IDX files, gzipped or not; the present run goes on. */
  async readMnist(files: readonly File[], options: CommandOptions = {}): Promise<void> {
    await this.command(() =>
      this.loads(options, async () => {
        await this.worker.call((worker) => worker.readMnist([...files]));
        this.signals.mnist.value = 'ready';
      }),
    );
  }

  /** Forgets the last problem, once it has been read. */
  clearProblem(): void {
    this.signals.problem.value = undefined;
  }

  /** What tf.js holds in the worker. */
  async memory(): Promise<MemoryReport> {
    return this.worker.started ? this.worker.connect().memory() : { tensors: 0, bytes: 0, gpuBytes: 0 };
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

  /** Makes the run ready in the worker, unless it is. */
  private async prepare(options: CommandOptions): Promise<Run> {
    const [run] = this.signals.runs.value;
    if (this.signals.state.value === 'finished') {
      throw refusedCommand('run-finished', 'the run has come to its end; reset it to train again.');
    }
    if (this.prepared === run) return run;
    if (this.signals.state.value === 'loading') throw refusedCommand('loading', 'the lab is still loading.');
    this.signals.state.value = 'loading';
    try {
      const config = await transferable(run.config);
      const ready = await this.loads(options, () => this.prepareInWorker(run, config));
      if (this.signals.runs.value[0] !== run) throw new DOMException('the run was reset', 'AbortError');
      this.prepared = run;
      batch(() => {
        this.signals.modelName.value = ready.modelName;
        this.signals.fallbackModel.value = ready.fallbackModel;
        run.settle(ready.plan);
      });
      return run;
    } catch (error) {
      if (this.signals.runs.value[0] === run) {
        this.signals.state.value = isAborted(error) ? 'idle' : 'failed';
      }
      throw error;
    }
  }

  private prepareInWorker(run: Run, config: TrainerConfig): Promise<Ready> {
    const reports = listener({ report: (report: Report) => this.handleReport(run, report) });
    const load = listener({
      progress: (progress: LoadProgress) => this.handleProgress(progress),
      backend: (backend: BackendReport) => {
        this.signals.backend.value = backend;
      },
    });
    return this.worker.call((worker) => worker.prepare(config, [...run.planned.value], reports, load));
  }

  /** Lets the worker train until `until` updates have been made, and follows it to the end. */
  private train(until: number): Promise<void> {
    const run = this.prepared!;
    this.signals.state.value = 'running';
    this.speedometer.restart();
    this.training = this.worker
      .call((worker) => worker.run(until))
      .then(
        ({ steps }) => {
          this.signals.state.value = steps >= run.plan.value.steps ? 'finished' : 'paused';
        },
        (error: unknown) => this.handleStop(toProblem(error)),
      )
      .finally(() => {
        this.training = undefined;
        this.signals.speed.value = 0;
      });
    return this.training;
  }

  private async stop(): Promise<void> {
    if (!this.training) return;
    await this.worker.connect().pause();
    await this.training;
  }

  private async intervene(run: Run, at: At, change: () => Change): Promise<Intervention> {
    return this.command(async () => {
      const wanted = change();
      if (this.signals.runs.value[0] !== run)
        throw refusedCommand('run-gone', `run ${run.id} is no longer in the lab.`);
      if (this.prepared === run) return this.worker.call((worker) => worker.intervene(wanted, at));
      const step = typeof at === 'number' ? at : 0;
      const { steps } = run.plan.value;
      if (!Number.isInteger(step) || step < 0 || step >= steps)
        throw refusedValue('at', at, `0 … ${steps - 1}`);
      const intervention = { ...wanted, step };
      run.planAhead(intervention);
      return intervention;
    });
  }

  /** Runs a command; its expected failure is kept in {@link problem} and thrown, its success clears the last one. */
  private async command<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      if (this.closing) throw refusedCommand('disposed', 'the lab has been disposed of; make a new one.');
      const value = await work();
      this.clearProblem();
      return value;
    } catch (error) {
      if (!isAborted(error)) this.signals.problem.value = toProblem(error);
      throw error;
    }
  }

  /** Runs what reports progress and can be stopped on request. */
  private async loads<Value>({ signal }: CommandOptions, work: () => Promise<Value>): Promise<Value> {
    signal?.throwIfAborted();
    const abort = () => void this.worker.connect().abort();
    signal?.addEventListener('abort', abort);
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.signals.loading.value = undefined;
    }
  }

  /** Training stopped by itself: after bad input (a schedule at its end, say) the run can go on once that is mended. */
  private handleStop(problem: Problem): void {
    if (problem.code === 'aborted') return;
    if (problem.code === 'unexpected') {
      this.fail(problem);
      return;
    }
    this.signals.problem.value = problem;
    this.signals.state.value = 'paused';
  }

  private fail(problem: Problem): void {
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

const isAborted = (error: unknown): boolean =>
  (error instanceof DOMException && error.name === 'AbortError') ||
  (error instanceof InputError && error.code === 'aborted');

const refusedCommand = (code: string, message: string): InputError => new InputError({ code, message });

function refusedValue(path: string, value: unknown, accepted: string): InputError {
  const received = String(value);
  return new InputError({
    code: 'config-value',
    message: `${path} is ${received}; accepted: ${accepted}.`,
    path,
    received,
    accepted,
  });
}

/** A model of one's own crosses to the worker as its artifacts. */
async function transferable({ model, ...config }: CompleteConfig): Promise<TrainerConfig> {
  return { ...config, model: typeof model === 'object' ? await modelArtifacts(model) : model };
}
