/**
 * The Lab: holds the runs and takes the reader's commands. One worker computes everything; the Lab keeps the results in
 * signals, which elements and tests read. Only the Lab has the complete state: configs, logs, histories, checkpoints. A
 * worker, and with it the device, can be lost at any moment, and the runs continue in the next. Every command settles:
 * done, refused, or aborted when its run is removed, the lab is disposed of, or its signal is aborted.
 */
import type { ReadonlySignal } from '@preact/signals-core';
import { computed, signal } from '@preact/signals-core';

import type { CompleteConfig, Config } from '../config/index.js';
import { Ending, isAborted, noop, untilAborted } from '../async.js';
import { completeConfig } from '../config/index.js';
import type { Problem } from '../errors.js';
import { aborted, badValue, disposed, refusal, toProblem } from '../errors.js';
import type { ModelArtifacts } from '../models/names.js';
import type { PolicyInput, PresetId } from '../policy/index.js';
import { normalisePolicy } from '../policy/index.js';
import type { At, Change, ChangeRequest, Handoff, Intervention, RatePreview } from '../timeline/index.js';
import { checkChange, entriesAfter, fittedPolicy } from '../timeline/index.js';
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
import type { LoadListener } from '../worker/index.js';
import { extendRun, makeChange, movePlanned, previewChange, requestedPolicy } from './changes.js';
import type { MnistState } from './drive/mnist-source.js';
import { MnistSource } from './drive/mnist-source.js';
import { RecentSpeed } from './drive/recent-speed.js';
import type { DriverOptions, RunDriver } from './drive/run-driver.js';
import { checkNotHeld, endOf } from './drive/run-driver.js';
import { listener, silence, WorkerClient } from './drive/worker-client.js';
import { Forks } from './forks.js';
import type { RateTarget } from './rates.js';
import { lastGoodStep, lowerRate, rateChange, safeRate, withoutGroupRates } from './rates.js';
import type { LabState } from './run-list.js';
import type {
  CommandOptions,
  ForkOptions,
  LabOptions,
  RaceEntry,
  RaceOptions,
  SwapOptions,
} from './options.js';
import { RunList } from './run-list.js';
import type { Run } from './run/run.js';
import { RunRecord } from './run/run.js';
import type { KeptSession } from './session/autosave.js';
import { Autosave } from './session/autosave.js';
import { runsFrom, sessionOf } from './session/lab-session.js';
import type { Session, SessionFile } from './session/session-file.js';
import { formatSession, parseSession } from './session/session-file.js';
import { SessionStore } from './session/session-store.js';
import { decodeLink, encodeLink } from './session/share-link.js';
import { isAt, isDone, watch } from './waits.js';

/** What aborts a command. */
interface CommandScope extends CommandOptions {
  readonly run?: Run;
}

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
  private readonly signals = {
    modelName: signal<string | undefined>(undefined),
    fallbackModel: signal(false),
    backend: signal<BackendReport | undefined>(undefined),
    loading: signal<LoadProgress | undefined>(undefined),
    problem: signal<Problem | undefined>(undefined),
    speed: signal(0),
    speedLimit: signal<number | undefined>(undefined),
    recoveries: signal(0),
  };
  private readonly client: WorkerClient;
  private readonly list: RunList;
  private readonly forks: Forks;
  private readonly mnistSource: MnistSource;
  private readonly autosave: Autosave | undefined;
  private readonly recentSpeed = new RecentSpeed();
  /** The number of steps reported, of all runs together. */
  private stepsMade = 0;
  /** Ends pending commands once the lab is disposed of. */
  private readonly end = new Ending();
  private closing?: Promise<MemoryReport>;

  /** @throws InputError for a value in the config that is not accepted, saying what is */
  constructor(config: Partial<Config> = {}, options: LabOptions = {}) {
    const complete = completeConfig(config);
    const { keep, openWorker, heartbeat, retryDelays = [0, 500, 2000, 5000], checkpointEvery } = options;
    this.client = new WorkerClient(openWorker, heartbeat);
    this.list = new RunList(this.driverOptions({ retryDelays, checkpointEvery }));
    this.list.add([this.list.create(complete)]);
    this.forks = new Forks(this.list);
    this.mnistSource = new MnistSource(this.client);
    if (keep) {
      const report = (problem: Problem) => this.handleProblem(problem);
      const store = new SessionStore(keep, options.store);
      this.autosave = new Autosave(store, () => this.list.runs.peek(), report, options.keepEvery);
    }
    ({
      modelName: this.modelName,
      fallbackModel: this.fallbackModel,
      backend: this.backend,
      loading: this.loading,
      problem: this.problem,
      speed: this.speed,
      speedLimit: this.speedLimit,
      recoveries: this.recoveries,
    } = this.signals);
    this.state = this.list.state;
    this.runs = this.list.runs;
    this.config = computed(() => this.list.runs.value[0].config);
    this.mnist = this.mnistSource.state;
    this.kept = this.autosave?.kept ?? signal(undefined);
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
    void lab.replaceRuns(runs);
    return lab;
  }

  /**
   * Settles once no run trains further: each has made all its updates, or is held (see `run.held`). It starts nothing, and
   * waits through pauses. Each reading makes a new promise.
   *
   * @throws InputError why a run stopped by itself; `aborted` when the lab is disposed of meanwhile, `disposed` after that
   */
  get finished(): Promise<void> {
    return this.waitFor(() => this.list.runs.value.every(isDone));
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
    const runs = () => (run ? [run] : this.list.runs.value);
    await this.waitFor(() => runs().every((each) => isAt(each, step)), { run, signal });
  }

  /** Trains to the end, or continues after a pause: all runs that can, or one; resolves once they train. */
  async start(run?: Run | CommandOptions, options: CommandOptions = {}): Promise<void> {
    const [one, { signal }] = isRun(run) ? [run, options] : [undefined, run ?? options];
    const work = async () => {
      const drivers = this.startable(one);
      this.recentSpeed.restart();
      await allOf(drivers.map((driver) => driver.begin(Infinity, signal)));
    };
    await this.command(work, { run: one, signal });
  }

  /** Stops all runs or one, while training or preparing; resolves once every row is known. */
  async pause(run?: Run): Promise<void> {
    const work = async () => {
      const drivers = run ? [this.list.driverOf(run)] : this.list.all;
      await Promise.all(drivers.map((driver) => driver.stop()));
    };
    await this.command(work, { run });
  }

  /** Makes `count` steps of every run that can, or of one, and pauses; resolves once their rows are known. */
  async step(count = 1, { run, signal }: CommandOptions & { run?: Run } = {}): Promise<void> {
    const work = async () => {
      if (!Number.isInteger(count) || count < 1) throw badValue('n', String(count), 'integer ≥ 1');
      const drivers = this.startable(run);
      // After a pause in progress the run can be stepped.
      await Promise.all(drivers.map((driver) => driver.stopped()));
      if (drivers.some((driver) => driver.isTraining))
        throw refusal('running', 'step() needs a paused run; this one is running.');
      this.recentSpeed.restart();
      await allOf(drivers.map((driver) => driver.train(driver.run.history.length + count, signal)));
    };
    await this.command(work, { run, signal });
  }

  /**
   * Resets the lab to a single run at step 0, optionally with other values in the config.
   *
   * @throws InputError for a bad config, which changes nothing
   */
  async reset(changes: Partial<Config> = {}): Promise<void> {
    const first = () => new RunRecord('A', completeConfig(changes, this.config.peek()));
    await this.command(async () => {
      // Throws for a bad config before anything is stopped.
      first();
      await Promise.all(this.list.all.map((driver) => driver.stop()));
      // Another reset may have changed the config meanwhile; its changes stay.
      await this.replaceRuns([first()]);
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
      const driver = this.list.driverOf(run);
      const requested = requestedPolicy(run, policy);
      const swap: ChangeRequest = { kind: 'swap', policy: requested, handoff };
      if (!counterfactual) return makeChange(driver, swap, at);
      checkChange(swap);
      const forks = driver.hasBegun
        ? await this.forkWith(run, [swap], at, { name, signal })
        : [this.raceEntry(run, { policy: fittedPolicy(requested, 0, run.plan.peek()), name })];
      await this.forks.adopt(run, forks, signal);
      return forks[0].run;
    };
    return this.command(work, { run, signal });
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
    return this.command(() => movePlanned(this.list.driverOf(run), id, step), { run });
  }

  /** Removes the planned intervention with this id. */
  removePlanned(run: Run, id: string): Promise<void> {
    return this.command(() => movePlanned(this.list.driverOf(run), id, undefined), { run });
  }

  /**
   * The rates of a run from the step of a change on if it were made, with all planned changes; nothing is changed.
   * `undefined` while they are unknown: for a run with a history that no worker holds.
   *
   * @throws InputError for a change that would be refused, now or at its step; {@link problem} stays as it is
   */
  preview(run: Run, change: Change, { at = 'now' }: { at?: At } = {}): Promise<RatePreview | undefined> {
    return this.settling(() => previewChange(this.list.driverOf(run), change, at), { run });
  }

  /**
   * Makes a new run that shares a run's past up to a step and differs from there on; it trains if its parent does.
   *
   * @throws InputError `nothing-trained`, `run-finished`, `step-out-of-range`, or saying why its policy is refused
   */
  fork(
    run: Run,
    { at = 'now', policy, handoff = 'continue', lr, without: id, name, signal }: ForkOptions = {},
  ): Promise<Run> {
    const work = async () => {
      if (policy !== undefined && lr !== undefined)
        throw badValue('lr', String(lr), 'undefined, where a policy is given');
      const changes: Change[] = [];
      if (policy !== undefined) changes.push({ kind: 'swap', policy: normalisePolicy(policy), handoff });
      if (lr !== undefined) changes.push({ kind: 'setLr', lr });
      for (const change of changes) checkChange(change);
      const step = await this.forks.stepOf(run, at);
      const without = run.interventions.peek().find((each) => each.id === id && each.step === step);
      if (id !== undefined && without === undefined)
        throw badValue('without', id, `the id of a change at step ${step}`);
      const fork = await this.forks.make(run, step, { name, signal, changes, without });
      await this.forks.adopt(run, [fork], signal);
      return fork.run;
    };
    return this.command(work, { run, signal });
  }

  /**
   * Races a run: new runs from step 0 with the same seed and batches and another policy, rate or optimizer, or forks of
   * its present step. Either all of them are made or none; they train if the run does.
   */
  race(
    run: Run,
    entries: readonly RaceEntry[],
    { at = 0, handoff = 'restart', signal }: RaceOptions = {},
  ): Promise<readonly Run[]> {
    const work = async () => {
      if (![0, 'now'].includes(at)) throw badValue('at', String(at), '0 | "now"');
      if (entries.length === 0) throw badValue('entries', '[]', '[{ policy?, lr?, optimizer?, name? }, …]');
      this.list.driverOf(run);
      this.list.checkCapacity(entries.length);
      const isFromStart = at === 0 || run.history.length === 0;
      const racers = isFromStart
        ? entries.map((entry) => this.raceEntry(run, entry))
        : await this.lineUp(run, entries, handoff, signal);
      await this.forks.adopt(run, racers, signal);
      return racers.map((racer) => racer.run);
    };
    return this.command(work, { run, signal });
  }

  /**
   * Tries rising rates on a temporary copy of a run; the run itself does not change.
   *
   * @throws InputError for rates that cannot be tried
   */
  rangeTest(run: Run, options: RangeTestOptions = {}, { signal }: CommandOptions = {}): Promise<RangeTest> {
    const work = async () => {
      const driver = this.list.driverOf(run);
      checkNotHeld(run);
      signal?.throwIfAborted();
      let tested: string | undefined;
      const load = listener<LoadListener>({ progress: (progress) => this.handleProgress(progress) });
      const abort = () => {
        if (tested !== undefined) void this.client.ask((worker) => worker.abort('rangeTest', tested));
      };
      signal?.addEventListener('abort', abort);
      try {
        return await driver.call((worker, id) => {
          // While the run was being prepared there was no test to abort.
          signal?.throwIfAborted();
          tested = id;
          return worker.rangeTest(id, options, load);
        });
      } finally {
        signal?.removeEventListener('abort', abort);
        // Progress may arrive after the answer.
        silence(load);
        this.handleProgress(undefined);
      }
    };
    return this.command(work, { run, signal });
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
    const work = async () => {
      this.list.driverOf(run);
      const held = run.held.peek();
      if (!held) throw refusal('not-held', `run ${run.id} is not held, so there is nothing to rewind.`);
      const step = lastGoodStep(run);
      const log = run.interventions.peek().filter((intervention) => intervention.step <= step);
      const used = run.history.lr[0][held.step];
      const changes = lowerRate(entriesAfter(run.config.policy, log), lr ?? safeRate(run), used);
      // A rate that is set at step 0 is that of the config's groups without a rate of their own.
      const config = step === 0 ? withoutGroupRates(run.config) : run.config;
      const fork = await this.forks.make(run, step, { name, signal, config, changes });
      await this.forks.adopt(run, [fork], signal);
      return fork.run;
    };
    return this.command(work, { run, signal });
  }

  /**
   * Limits the steps per second of all runs together, so that they can be watched; without a number they train as fast as
   * they can. The limit changes no computed number.
   *
   * @throws InputError `config-value` for anything but a number above 0
   */
  limitSpeed(stepsPerSecond?: number): Promise<void> {
    return this.command(async () => {
      if (stepsPerSecond !== undefined && !(Number.isFinite(stepsPerSecond) && stepsPerSecond > 0))
        throw badValue('stepsPerSecond', String(stepsPerSecond), 'number > 0');
      this.signals.speedLimit.value = stepsPerSecond;
      await this.client.ask((worker) => worker.limitSpeed(stepsPerSecond));
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
      const driver = this.list.driverOf(run);
      const trainsOn = await extendRun(driver, epochs);
      if (trainsOn) await driver.begin(Infinity, signal);
    };
    return this.command(work, { run, signal });
  }

  /** Renames a run; an empty name resets it to its id. @throws InputError `run-name` for a name that is too long */
  async rename(run: Run, name: string): Promise<void> {
    await this.command(() => {
      this.list.driverOf(run).run.rename(name);
      return Promise.resolve();
    });
  }

  /** Removes a run from the lab and frees its memory; its forks stay. */
  remove(run: Run): Promise<void> {
    return this.command(() => this.list.remove(run));
  }

  /**
   * Reports what the next update of a run does and costs: the rates that the device reads, gradient norms,
   * update-to-weight ratios, time, commands and memory. Settles once that update has been made.
   *
   * @throws InputError `run-not-ready`, `run-finished`, `held`, `run-gone`
   */
  report(run: Run): Promise<StepReport> {
    return this.settling(
      () => this.readyDriver(run, 'so no update of it can be seen').call((worker, id) => worker.report(id)),
      { run },
    );
  }

  /** The weights of a run by name, as they are now. @throws InputError `run-not-ready`, `run-gone` */
  weights(run: Run): Promise<Record<string, Weight>> {
    return this.settling(() => this.trainedDriver(run).call((worker, id) => worker.weights(id)), { run });
  }

  /**
   * The network of a run with its weights as they are now, in tf.js's own format; see `tfjsFiles`.
   *
   * @throws InputError `run-not-ready`, `run-gone`
   */
  artifacts(run: Run): Promise<ModelArtifacts> {
    return this.settling(() => this.trainedDriver(run).call((worker, id) => worker.artifacts(id)), { run });
  }

  /**
   * The first `count` validation images of a run, with its network's present answers. It does not affect the training.
   *
   * @throws InputError `run-not-ready`, `run-gone`
   */
  samples(run: Run, count: number): Promise<Samples> {
    return this.settling(() => this.trainedDriver(run).call((worker, id) => worker.samples(id, count)), {
      run,
    });
  }

  /** Checks whether MNIST is in the browser's store; makes no network request. */
  async lookForMnist(): Promise<void> {
    await this.command(() => this.mnistSource.look());
  }

  /** Downloads MNIST, checks it and stores it; the runs continue meanwhile. */
  async fetchMnist({ signal }: CommandOptions = {}): Promise<void> {
    const work = async () => {
      let isOver = false;
      try {
        await this.mnistSource.fetch((progress) => {
          if (!isOver) this.handleProgress(progress);
        }, signal);
      } finally {
        isOver = true;
        if (this.signals.loading.value?.unit === 'bytes') this.signals.loading.value = undefined;
      }
    };
    await this.command(work, { signal });
  }

  /** Reads MNIST from the reader's own IDX files, gzipped or not; the runs continue meanwhile. */
  async readMnist(files: readonly File[], { signal }: CommandOptions = {}): Promise<void> {
    await this.command(() => this.mnistSource.read(files, signal), { signal });
  }

  /** Forgets the last problem, once it has been read. */
  clearProblem(): void {
    this.signals.problem.value = undefined;
  }

  /** What tf.js holds in the worker. */
  async memory(): Promise<MemoryReport> {
    return (await this.client.ask((worker) => worker.memory())) ?? { tensors: 0, bytes: 0, gpuBytes: 0 };
  }

  /** The session file: configs, policies, logs and histories of all runs. @throws InputError `session-own-data` */
  toJSON(): SessionFile {
    return formatSession(sessionOf(this.list.runs.peek()));
  }

  /**
   * A link with configs and logs: opened and started, it makes the same losses again. `base` is the address of the page that
   * opens it, by default this page's. @throws InputError for a base that is not an address
   */
  async shareLink(base: string = pageAddress()): Promise<string> {
    if (!URL.canParse(base)) throw badValue('base', `"${base}"`, 'an address such as "https://example.org/"');
    const url = new URL(base);
    url.hash = await encodeLink(sessionOf(this.list.runs.peek()));
    return url.href;
  }

  /** Replaces this lab's runs by those of a session file. @throws InputError for one that cannot be read, which changes nothing */
  async open(value: unknown): Promise<void> {
    await this.command(async () => this.replaceRuns(runsFrom(parseSession(value))));
  }

  /** Replaces this lab's runs by those of a share link. @throws InputError for one that cannot be read, which changes nothing */
  async openLink(hash: string): Promise<void> {
    await this.command(async () => this.replaceRuns(runsFrom(await decodeLink(hash))));
  }

  /** Continues the session of an earlier visit, see {@link kept}: its runs replace this lab's, paused. */
  async resume(): Promise<void> {
    await this.command(async () => {
      const { session, checkpoints } = await this.takeKept();
      await this.replaceRuns(runsFrom(session, { isFromHere: true, checkpoints }));
    });
  }

  /** Deletes the session that the browser keeps. */
  async forget(): Promise<void> {
    await this.command(async () => this.autosave?.forget());
  }

  /** Ends the worker; resolves with what it could not free. A second call returns the same promise. */
  dispose(): Promise<MemoryReport> {
    this.closing ??= this.close();
    return this.closing;
  }

  private async close(): Promise<MemoryReport> {
    const drivers = this.list.all;
    this.list.close();
    this.end.end(aborted());
    // What is still in progress ends with the worker.
    for (const driver of drivers) driver.stop().catch(noop);
    const report = await this.client.close();
    await Promise.all(drivers.map((driver) => driver.stopped()));
    // A failed save has been reported.
    await this.autosave?.close().catch(noop);
    for (const { run } of drivers) if (!endOf(run)) run.state.value = 'idle';
    this.signals.speed.value = 0;
    this.signals.loading.value = undefined;
    return report;
  }

  private takeKept() {
    if (this.autosave) return this.autosave.take();
    throw refusal('nothing-kept', 'this lab keeps no sessions.');
  }

  private async replaceRuns(runs: readonly RunRecord[]): Promise<void> {
    this.signals.modelName.value = undefined;
    this.signals.fallbackModel.value = false;
    await this.list.replace(runs);
  }

  /** The drivers of the runs that can train: of all of them, or of one. */
  private startable(run: Run | undefined): readonly RunDriver[] {
    const drivers = run ? [this.list.driverOf(run)] : this.list.all;
    const able = drivers.filter((driver) => endOf(driver.run) === undefined);
    if (able.length > 0) return able;
    const ends = drivers.map((driver) => endOf(driver.run));
    throw ends.find((end) => end?.code === 'held') ?? ends[0]!;
  }

  /** The driver of a run that the worker holds. */
  private readyDriver(run: Run, consequence: string): RunDriver {
    const driver = this.list.driverOf(run);
    if (driver.isReady) return driver;
    throw refusal('run-not-ready', `run ${run.id} has not been started, ${consequence}.`);
  }

  /** The driver of a run that has weights. */
  private trainedDriver(run: Run): RunDriver {
    return run.history.length > 0
      ? this.list.driverOf(run)
      : this.readyDriver(run, 'so it has no weights yet');
  }

  private change(run: Run, change: () => ChangeRequest, at: At): Promise<Intervention> {
    return this.command(async () => makeChange(this.list.driverOf(run), change(), at), { run });
  }

  /** A new run from step 0 that differs from another by a race's entry. */
  private raceEntry(run: Run, { policy, lr, optimizer = run.config.optimizer, name }: RaceEntry): RunDriver {
    const changes: Partial<Config> = { optimizer: lr === undefined ? optimizer : { ...optimizer, lr } };
    if (policy !== undefined) changes.policy = policy;
    const parent = { run: run.id, step: 0 };
    return this.list.create(completeConfig(changes, run.config), { name, parent });
  }

  /** The runs of a race from the present step, prepared. */
  private async lineUp(
    run: Run,
    entries: readonly RaceEntry[],
    handoff: Handoff,
    signal: AbortSignal | undefined,
  ): Promise<RunDriver[]> {
    const changes = entries.map(({ policy, lr, optimizer }): Change[] => {
      if (optimizer) throw badValue('optimizer', optimizer.type, 'undefined, where a race is from now on');
      const made: Change[] = [];
      if (policy !== undefined) made.push({ kind: 'swap', policy: normalisePolicy(policy), handoff });
      if (lr !== undefined) made.push({ kind: 'setLr', lr });
      for (const change of made) checkChange(change);
      return made;
    });
    const step = await this.forks.stepOf(run, 'now');
    const forks: RunDriver[] = [];
    try {
      for (const [index, { name }] of entries.entries())
        forks.push(await this.forks.make(run, step, { name, signal, changes: changes[index] }));
      return forks;
    } catch (error) {
      await Promise.all(forks.map((fork) => fork.release()));
      throw error;
    }
  }

  /** A fork of the present step that makes changes at their step. */
  private async forkWith(
    run: Run,
    changes: readonly ChangeRequest[],
    at: At,
    options: { name?: string; signal?: AbortSignal },
  ): Promise<RunDriver[]> {
    const step = await this.forks.stepOf(run, 'now');
    return [await this.forks.make(run, step, { ...options, changes, at })];
  }

  private driverOptions(terms: Pick<DriverOptions, 'retryDelays' | 'checkpointEvery'>): DriverOptions {
    return {
      ...terms,
      client: this.client,
      bringData: async ({ config: { dataset } }) => {
        if (dataset === 'mnist') await this.mnistSource.bring();
      },
      handleProgress: (_, progress) => this.handleProgress(progress),
      handleBackend: (backend) => {
        this.signals.backend.value = backend;
      },
      handleReady: (_, { modelName, fallbackModel }) => {
        // A new worker does not know the limit.
        const limit = this.signals.speedLimit.peek();
        if (limit !== undefined) void this.client.ask((worker) => worker.limitSpeed(limit));
        this.signals.modelName.value = modelName;
        this.signals.fallbackModel.value = fallbackModel;
      },
      handleReport: (run, { rows, problems }, acted) => {
        if (problems.length > 0) this.handleProblem(problems[0]);
        if (rows) {
          this.stepsMade += rows.loss.length;
          if (this.state.peek() === 'running')
            this.signals.speed.value = this.recentSpeed.mark(this.stepsMade);
        }
        this.autosave?.mark();
        this.forks.follow(run, acted).catch((error: unknown) => this.handleLateFailure(error));
      },
      handleLoss: () => {
        this.signals.recoveries.value += 1;
      },
      handleStop: () => {
        if (this.list.all.every((driver) => !driver.isTraining)) this.signals.speed.value = 0;
        this.autosave?.save();
      },
      handleProblem: (problem) => this.handleProblem(problem),
    };
  }

  /** Runs a command; an expected failure is kept in {@link problem} and thrown, a success clears the previous one. */
  private async command<Value>(work: () => Promise<Value>, scope: CommandScope = {}): Promise<Value> {
    const before = this.signals.problem.peek();
    try {
      const value = await this.settling(work, scope);
      if (this.signals.problem.peek() === before) this.clearProblem();
      // Saved at once, so that a reload does not lose it.
      this.autosave?.save();
      return value;
    } catch (error) {
      if (!isAborted(error) && !scope.signal?.aborted) this.handleProblem(toProblem(error));
      throw error;
    }
  }

  /** Settles as the work does, or as soon as its run is removed, the lab is disposed of, or its signal is aborted. */
  private async settling<Value>(work: () => Promise<Value>, { run, signal }: CommandScope): Promise<Value> {
    if (this.closing) throw disposed();
    const removal = run && this.list.driverOf(run).removal;
    const working = this.end.guard(work());
    return untilAborted(removal ? removal.guard(working) : working, signal);
  }

  private async waitFor(look: () => boolean, scope: CommandScope = {}): Promise<void> {
    const { reached, stop } = watch(look);
    try {
      await this.settling(() => reached, scope);
    } finally {
      stop();
    }
  }

  /** Reports the failure of work that no caller awaits, unless its run has been removed. */
  private handleLateFailure(error: unknown): void {
    const problem = toProblem(error);
    if (!isAborted(error) && problem.code !== 'run-gone' && !this.closing) this.handleProblem(problem);
  }

  private handleProblem(problem: Problem): void {
    this.signals.problem.value = problem;
  }

  private handleProgress(progress: LoadProgress | undefined): void {
    if (progress ?? this.signals.loading.value?.unit !== 'bytes') this.signals.loading.value = progress;
  }
}

const isRun = (value: Run | CommandOptions | undefined): value is Run =>
  value !== undefined && 'history' in value;

/** Waits for all, then rejects with the error of the first that failed. */
async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** The address of the page; empty where there is none. */
const pageAddress = (): string => (globalThis as Partial<typeof globalThis>).location?.href ?? '';
