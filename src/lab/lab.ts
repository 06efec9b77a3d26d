/**
 * The Lab: holds the runs and takes the reader's commands. One worker computes everything; the Lab keeps the results in
 * signals, which elements and tests read. Only the Lab has the complete state: configs, logs, histories, checkpoints. A
 * worker, and with it the device, can be lost at any moment, and the runs continue in the next. Every command settles:
 * done, refused, or aborted when its run is removed, the lab is disposed of, or its signal is aborted.
 */
import type { ReadonlySignal } from '@preact/signals-core';
import { computed, signal } from '@preact/signals-core';

import type { CompleteConfig, Config } from '../config/index.js';
import { completeConfig } from '../config/index.js';
import type { Problem } from '../errors.js';
import { badValue, refusal } from '../errors.js';
import type { ModelArtifacts } from '../models/names.js';
import type { PolicyInput, PresetId } from '../policy/index.js';
import { normalisePolicy } from '../policy/index.js';
import type { At, Change, ChangeRequest, Intervention, RatePreview } from '../timeline/index.js';
import type {
  BackendReport,
  LoadProgress,
  MemoryReport,
  RangeTest,
  RangeTestOptions,
  Samples,
  StepReport,
  Weight,
} from '../training/index.js';
import { extendRun, makeChange, movePlanned, previewChange, requestedPolicy } from './changes.js';
import type { MnistState } from './drive/mnist-source.js';
import { testRates } from './drive/range-test.js';
import type {
  CommandOptions,
  ForkOptions,
  LabOptions,
  RaceEntry,
  RaceOptions,
  SwapOptions,
} from './options.js';
import { LabParts } from './parts.js';
import type { RateTarget } from './rates.js';
import { rateChange } from './rates.js';
import type { LabState } from './run-list.js';
import type { Run } from './run/run.js';
import { RunRecord } from './run/run.js';
import type { KeptSession } from './session/autosave.js';
import { runsFrom, sessionOf } from './session/lab-session.js';
import type { Session, SessionFile } from './session/session-file.js';
import { formatSession, parseSession } from './session/session-file.js';
import { decodeLink, linkTo } from './session/share-link.js';
import { startRuns, stepRuns, stopRuns } from './train-runs.js';
import { isAt, isDone } from './waits.js';

/** Runs, and the commands on them. */
export class Lab {
  /** The config of the first run, complete. */
  readonly config: ReadonlySignal<CompleteConfig>;
  /** The name of the trained network in the zoo, or `custom`; undefined until it is known. */
  readonly modelName: ReadonlySignal<string | undefined>;
  /** Whether `tiny` was chosen because there is no GPU and the config names no model. */
  readonly fallbackModel: ReadonlySignal<boolean>;
  readonly state: ReadonlySignal<LabState>;
  /** The runs; never empty. */
  readonly runs: ReadonlySignal<readonly Run[]>;
  /** Where tf.js computes; undefined until a backend is chosen. */
  readonly backend: ReadonlySignal<BackendReport | undefined>;
  /** The progress of a preparation or a download. */
  readonly loading: ReadonlySignal<LoadProgress | undefined>;
  /** The last expected failure, until a command succeeds. */
  readonly problem: ReadonlySignal<Problem | undefined>;
  /** Steps per second of all runs together; 0 while nothing trains. */
  readonly speed: ReadonlySignal<number>;
  /** The most steps per second of all runs together; without one they train as fast as they can. */
  readonly speedLimit: ReadonlySignal<number | undefined>;
  /** How often a run had to be restored because the worker or its device was lost. */
  readonly recoveries: ReadonlySignal<number>;
  /** Whether real MNIST is available; `unknown` until {@link lookForMnist} or a download. */
  readonly mnist: ReadonlySignal<MnistState>;
  /** The session of an earlier visit, if one is kept under the lab's name: {@link resume} continues it. */
  readonly kept: ReadonlySignal<KeptSession | undefined>;
  private readonly parts: LabParts;

  /** @throws InputError for a value in the config that is not accepted, saying what is */
  constructor(config: Partial<Config> = {}, options: LabOptions = {}) {
    this.parts = new LabParts(completeConfig(config), options);
    const { autosave, commands, list, mnist, status } = this.parts;
    ({
      modelName: this.modelName,
      fallbackModel: this.fallbackModel,
      backend: this.backend,
      loading: this.loading,
      speed: this.speed,
      speedLimit: this.speedLimit,
      recoveries: this.recoveries,
    } = status);
    this.problem = commands.problem;
    this.state = list.state;
    this.runs = list.runs;
    this.config = computed(() => list.runs.value[0].config);
    this.mnist = mnist.state;
    this.kept = autosave?.kept ?? signal(undefined);
  }

  /**
   * A lab with the runs of a session file, as text or as parsed JSON.
   *
   * @throws InputError for a file that cannot be read, saying where and why
   */
  static fromJSON(value: unknown, options?: LabOptions): Lab {
    return Lab.from(parseSession(value), options);
  }

  /**
   * A lab with the runs of a share link, given the hash of its address; started, they make the same losses again.
   *
   * @throws InputError for a link that cannot be read, saying why
   */
  static async fromLink(hash: string, options?: LabOptions): Promise<Lab> {
    return Lab.from(await decodeLink(hash), options);
  }

  private static from(session: Session, options?: LabOptions): Lab {
    const runs = runsFrom(session);
    const lab = new Lab(runs[0].config, options);
    void lab.parts.replaceRuns(runs);
    return lab;
  }

  /**
   * Settles once no run trains further: each has made all its updates, or is held (see `run.held`). It starts nothing, and
   * waits through pauses. Each reading makes a new promise.
   *
   * @throws InputError why a run stopped by itself; `aborted` when the lab is disposed of meanwhile, `disposed` after that
   */
  get finished(): Promise<void> {
    return this.parts.commands.until(() => this.parts.list.runs.value.every(isDone));
  }

  /**
   * Settles once `step` updates are known of every run, or of one. It starts nothing, and training continues: what has to
   * happen exactly at a step is planned for it, as in `lab.swap(run, policy, { at: step })`.
   *
   * @throws InputError `run-finished` or `held` when a run makes fewer updates, why one stopped by itself, `run-gone` when
   * the run is removed; `aborted` when the lab is disposed of meanwhile, `disposed` after that
   */
  async until(step: number, { run, signal }: CommandOptions & { run?: Run } = {}): Promise<void> {
    if (!Number.isInteger(step) || step < 0) throw badValue('step', String(step), 'integer ≥ 0');
    const runs = () => (run ? [run] : this.parts.list.runs.value);
    await this.parts.commands.until(() => runs().every((each) => isAt(each, step)), { run, signal });
  }

  /** Trains to the end, or continues after a pause: all runs that can, or one; resolves once they train. */
  async start(run?: Run | CommandOptions, options: CommandOptions = {}): Promise<void> {
    const [one, { signal }] = isRun(run) ? [run, options] : [undefined, run ?? options];
    await this.parts.commands.run(() => startRuns(this.parts, one, signal), { run: one, signal });
  }

  /** Stops all runs or one, while training or preparing; resolves once every row is known. */
  async pause(run?: Run): Promise<void> {
    await this.parts.commands.run(() => stopRuns(this.parts, run), { run });
  }

  /** Makes `count` steps of every run that can, or of one, and pauses; resolves once their rows are known. */
  async step(count = 1, { run, signal }: CommandOptions & { run?: Run } = {}): Promise<void> {
    await this.parts.commands.run(() => stepRuns(this.parts, count, run, signal), { run, signal });
  }

  /**
   * Resets the lab to a single run at step 0, optionally with other values in the config.
   *
   * @throws InputError for a bad config, which changes nothing
   */
  async reset(changes: Partial<Config> = {}): Promise<void> {
    const first = () => new RunRecord('A', completeConfig(changes, this.config.peek()));
    await this.parts.commands.run(async () => {
      // Throws for a bad config before anything is stopped.
      first();
      await stopRuns(this.parts);
      // Another reset may have changed the config meanwhile; its changes stay.
      await this.parts.replaceRuns([first()]);
    });
  }

  /**
   * Replaces the live policy of a run; before step 0 that is the config's own. A preset is fitted to what is left of the
   * run at the step at which it acts.
   *
   * @param policy a policy, or the id of a preset
   * @returns the intervention, once it is accepted; with `counterfactual` a new run that makes the swap, while this run
   * keeps its policy
   */
  swap(
    run: Run,
    policy: PolicyInput | PresetId,
    options: SwapOptions & { counterfactual: true },
  ): Promise<Run>;
  swap(run: Run, policy: PolicyInput | PresetId, options?: SwapOptions): Promise<Intervention>;
  swap(
    run: Run,
    policy: PolicyInput | PresetId,
    { handoff = 'continue', at = 'now', counterfactual = false, name, signal }: SwapOptions = {},
  ): Promise<Intervention | Run> {
    const work = async (): Promise<Intervention | Run> => {
      const driver = this.parts.list.driverOf(run);
      const requested = requestedPolicy(run, policy);
      const swap = { kind: 'swap', policy: requested, handoff } as const;
      return counterfactual
        ? this.parts.forks.withSwap(run, swap, at, { name, signal })
        : makeChange(driver, swap, at);
    };
    return this.parts.commands.run(work, { run, signal });
  }

  /** Chains a policy on top of the live one, or a preset, which is fitted as {@link swap} does. */
  chain(run: Run, policy: PolicyInput | PresetId, { at = 'now' }: { at?: At } = {}): Promise<Intervention> {
    return this.change(run, () => ({ kind: 'chain', policy: requestedPolicy(run, policy) }), at);
  }

  /**
   * Gives the live policy other times (milestones, lengths, periods); its schedulers keep their counters.
   *
   * @param policy `run.entries` with other times
   */
  adjust(run: Run, policy: PolicyInput, { at = 'now' }: { at?: At } = {}): Promise<Intervention> {
    return this.change(run, () => ({ kind: 'adjust', policy: normalisePolicy(policy) }), at);
  }

  /** Removes entry `index` of `run.entries`; the others keep their state. */
  unchain(run: Run, index: number): Promise<Intervention> {
    return this.change(run, () => ({ kind: 'unchain', index }), 'now');
  }

  /** Sets the learning rate of every param group; before step 0 this edits the optimizer's rate in the config. */
  setLr(run: Run, lr: number): Promise<Intervention> {
    return this.change(run, () => ({ kind: 'setLr', lr }), 'now');
  }

  /** Moves the planned intervention with this id to another step that is ahead. */
  movePlanned(run: Run, id: string, step: number): Promise<void> {
    return this.parts.commands.run(() => movePlanned(this.parts.list.driverOf(run), id, step), { run });
  }

  /** Removes the planned intervention with this id. */
  removePlanned(run: Run, id: string): Promise<void> {
    return this.parts.commands.run(() => movePlanned(this.parts.list.driverOf(run), id, undefined), { run });
  }

  /**
   * The rates of a run from the step of a change on if it were made, with all planned changes; nothing is changed.
   * `undefined` while they are unknown: for a run with a history that no worker holds.
   *
   * @throws InputError for a change that would be refused, now or at its step; {@link problem} stays as it is
   */
  preview(run: Run, change: Change, { at = 'now' }: { at?: At } = {}): Promise<RatePreview | undefined> {
    return this.parts.commands.settle(() => previewChange(this.parts.list.driverOf(run), change, at), {
      run,
    });
  }

  /**
   * Makes a new run that shares a run's past up to a step and differs from there on; it trains if its parent does.
   *
   * @throws InputError `nothing-trained`, `run-finished`, `step-out-of-range`, or saying why its policy is refused
   */
  fork(run: Run, options: ForkOptions = {}): Promise<Run> {
    return this.parts.commands.run(() => this.parts.forks.fork(run, options), {
      run,
      signal: options.signal,
    });
  }

  /**
   * Races a run: new runs from step 0 with the same seed and batches and another policy, rate or optimizer, or forks of
   * its present step. Either all of them are made or none; they train if the run does.
   */
  race(run: Run, entries: readonly RaceEntry[], options: RaceOptions = {}): Promise<readonly Run[]> {
    return this.parts.commands.run(() => this.parts.forks.race(run, entries, options), {
      run,
      signal: options.signal,
    });
  }

  /**
   * Tries rising rates on a temporary copy of a run; the run itself does not change.
   *
   * @throws InputError for rates that cannot be tried
   */
  rangeTest(run: Run, options: RangeTestOptions = {}, { signal }: CommandOptions = {}): Promise<RangeTest> {
    const { client, commands, list, status } = this.parts;
    const onProgress = (progress: LoadProgress | undefined) => status.progress(progress);
    const work = async () => testRates(list.driverOf(run), options, { client, onProgress, signal });
    return commands.run(work, { run, signal });
  }

  /** Sets a rate, such as one that a range test suggests: the run's learning rate, or the maximum of its OneCycleLR. */
  applyRate(run: Run, lr: number, target: RateTarget = 'lr'): Promise<Intervention> {
    return this.change(run, () => rateChange(run, lr, target), 'now');
  }

  /**
   * Continues from a step before a divergence: a fork of the held run at its last good checkpoint, paused, with a lower rate.
   *
   * @param options.lr by default a tenth of the rate at which it diverged, or less
   */
  rewind(run: Run, { lr, name, signal }: { lr?: number; name?: string } & CommandOptions = {}): Promise<Run> {
    return this.parts.commands.run(() => this.parts.forks.rewind(run, { lr, name, signal }), { run, signal });
  }

  /**
   * Limits the steps per second of all runs together, so that they can be watched; without a number they train as fast as
   * they can. The limit changes no computed number.
   *
   * @throws InputError `config-value` for anything but a number above 0
   */
  limitSpeed(stepsPerSecond?: number): Promise<void> {
    return this.parts.commands.run(async () => {
      if (stepsPerSecond !== undefined && !(Number.isFinite(stepsPerSecond) && stepsPerSecond > 0))
        throw badValue('stepsPerSecond', String(stepsPerSecond), 'number > 0');
      this.parts.status.speedLimit.value = stepsPerSecond;
      await this.parts.client.ask((worker) => worker.limitSpeed(stepsPerSecond));
    });
  }

  /**
   * Adds epochs to the end of a run, which keeps its past, its schedule and what is planned. A finished run is then
   * paused; one that trains to its end continues.
   *
   * @throws InputError `config-value` for anything but a whole number above 0, `held` for a run that has diverged
   */
  extend(run: Run, epochs: number, { signal }: CommandOptions = {}): Promise<void> {
    const work = async () => {
      const driver = this.parts.list.driverOf(run);
      const trainsOn = await extendRun(driver, epochs);
      if (trainsOn) await driver.begin(Infinity, signal);
    };
    return this.parts.commands.run(work, { run, signal });
  }

  /** Renames a run; an empty name resets it to its id. @throws InputError `run-name` for a name that is too long */
  async rename(run: Run, name: string): Promise<void> {
    await this.parts.commands.run(() => {
      this.parts.list.driverOf(run).run.rename(name);
      return Promise.resolve();
    });
  }

  /** Removes a run from the lab and frees its memory; its forks stay. */
  remove(run: Run): Promise<void> {
    return this.parts.commands.run(() => this.parts.list.remove(run));
  }

  /**
   * Reports what the next update of a run does and costs: the rates that the device reads, gradient norms,
   * update-to-weight ratios, time, commands and memory. Settles once that update has been made.
   *
   * @throws InputError `run-not-ready`, `run-finished`, `held`, `run-gone`
   */
  report(run: Run): Promise<StepReport> {
    return this.parts.commands.settle(
      () =>
        this.parts.list.ready(run, 'so no update of it can be seen').call((worker, id) => worker.report(id)),
      { run },
    );
  }

  /** The weights of a run by name, as they are now. @throws InputError `run-not-ready`, `run-gone` */
  weights(run: Run): Promise<Record<string, Weight>> {
    return this.parts.commands.settle(
      () => this.parts.list.trained(run).call((worker, id) => worker.weights(id)),
      { run },
    );
  }

  /**
   * The network of a run with its weights as they are now, in tf.js's own format; see `tfjsFiles`.
   *
   * @throws InputError `run-not-ready`, `run-gone`
   */
  artifacts(run: Run): Promise<ModelArtifacts> {
    return this.parts.commands.settle(
      () => this.parts.list.trained(run).call((worker, id) => worker.artifacts(id)),
      { run },
    );
  }

  /**
   * The first `count` validation images of a run, with its network's present answers. It does not affect the training.
   *
   * @throws InputError `run-not-ready`, `run-gone`
   */
  samples(run: Run, count: number): Promise<Samples> {
    return this.parts.commands.settle(
      () => this.parts.list.trained(run).call((worker, id) => worker.samples(id, count)),
      {
        run,
      },
    );
  }

  /** Checks whether MNIST is in the browser's store; makes no network request. */
  async lookForMnist(): Promise<void> {
    await this.parts.commands.run(() => this.parts.mnist.look());
  }

  /** Downloads MNIST, checks it and stores it; the runs continue meanwhile. */
  async fetchMnist({ signal }: CommandOptions = {}): Promise<void> {
    const { commands, mnist, status } = this.parts;
    const work = async () => {
      try {
        await mnist.fetch((progress) => status.progress(progress), signal);
      } finally {
        status.endDownload();
      }
    };
    await commands.run(work, { signal });
  }

  /** Reads MNIST from the reader's own IDX files, gzipped or not; the runs continue meanwhile. */
  async readMnist(files: readonly File[], { signal }: CommandOptions = {}): Promise<void> {
    await this.parts.commands.run(() => this.parts.mnist.read(files, signal), { signal });
  }

  /** Forgets the last problem, once it has been read. */
  clearProblem(): void {
    this.parts.commands.problem.value = undefined;
  }

  /** What tf.js holds in the worker. */
  async memory(): Promise<MemoryReport> {
    return (
      (await this.parts.client.ask((worker) => worker.memory())) ?? { tensors: 0, bytes: 0, gpuBytes: 0 }
    );
  }

  /** The session file: configs, policies, logs and histories of all runs. @throws InputError `session-own-data` */
  toJSON(): SessionFile {
    return formatSession(sessionOf(this.parts.list.runs.peek()));
  }

  /**
   * A link with configs and logs: opened and started, it makes the same losses again. `base` is the address of the page that
   * opens it, by default this page's. @throws InputError for a base that is not an address
   */
  async shareLink(base: string = pageAddress()): Promise<string> {
    return linkTo(sessionOf(this.parts.list.runs.peek()), base);
  }

  /** Replaces this lab's runs by those of a session file. @throws InputError for one that cannot be read, which changes nothing */
  async open(value: unknown): Promise<void> {
    await this.parts.commands.run(async () => this.parts.replaceRuns(runsFrom(parseSession(value))));
  }

  /** Replaces this lab's runs by those of a share link. @throws InputError for one that cannot be read, which changes nothing */
  async openLink(hash: string): Promise<void> {
    await this.parts.commands.run(async () => this.parts.replaceRuns(runsFrom(await decodeLink(hash))));
  }

  /** Continues the session of an earlier visit, see {@link kept}: its runs replace this lab's, paused. */
  async resume(): Promise<void> {
    await this.parts.commands.run(async () => {
      const { autosave } = this.parts;
      if (!autosave) throw refusal('nothing-kept', 'this lab keeps no sessions.');
      const { session, checkpoints } = await autosave.take();
      await this.parts.replaceRuns(runsFrom(session, { isFromHere: true, checkpoints }));
    });
  }

  /** Deletes the session that the browser keeps. */
  async forget(): Promise<void> {
    await this.parts.commands.run(async () => this.parts.autosave?.forget());
  }

  /** Ends the worker; resolves with what it could not free. A second call returns the same promise. */
  dispose(): Promise<MemoryReport> {
    return this.parts.close();
  }

  private change(run: Run, change: () => ChangeRequest, at: At): Promise<Intervention> {
    return this.parts.commands.run(async () => makeChange(this.parts.list.driverOf(run), change(), at), {
      run,
    });
  }
}

const isRun = (value: Run | CommandOptions | undefined): value is Run =>
  value !== undefined && 'history' in value;

/** The address of the page; empty where there is none. */
const pageAddress = (): string => (globalThis as Partial<typeof globalThis>).location?.href ?? '';
