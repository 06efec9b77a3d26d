/**
 * The Lab: holds the runs and takes the reader's commands. Everything is computed in one worker; what comes back is kept
 * in signals, which elements and tests read. The Lab alone knows the truth: configs, logs, histories, checkpoints. A
 * worker, and with it the device, can be lost at any moment, and the runs go on in the next.
 */
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { signal } from '@preact/signals-core';

import type { CompleteConfig, Config } from '../config/index.js';
import type { At, Change, Handoff, Intervention, RunGhost } from '../timeline/index.js';
import { completeConfig } from '../config/index.js';
import { checkChange, stepOf } from '../timeline/index.js';
import type { Problem } from '../errors.js';
import { badValue, toProblem } from '../errors.js';
import type { ModelArtifacts } from '../models/names.js';
import type { PolicyInput } from '../policy/index.js';
import { normalisePolicy } from '../policy/index.js';
import type {
  BackendReport,
  MemoryReport,
  RangeTest,
  RangeTestOptions,
  StepReport,
  Weight,
} from '../training/index.js';
import type { LoadProgress } from '../training/index.js';
import type { KeptSession } from './session/autosave.js';
import { Autosave } from './session/autosave.js';
import type { LabState } from './fleet.js';
import { Fleet } from './fleet.js';
import { Forks } from './forks.js';
import type { Patience } from './drive/heartbeat.js';
import { runsFrom, sessionOf } from './session/lab-session.js';
import { checkFree } from './check-free.js';
import { entriesAfter, isSameIntervention } from '../timeline/index.js';
import type { MnistState } from './drive/mnist-source.js';
import { MnistSource } from './drive/mnist-source.js';
import { isAborted, noop } from '../async.js';
import { endOf, refusedCommand } from './problems.js';
import type { RateTarget } from './rates.js';
import { gentleRate, lastGoodStep, lowerRate, rateChange } from './rates.js';
import type { Crew, RunDriver } from './drive/run-driver.js';
import { ghostBeforeStart, Run } from './run/run.js';
import type { Session, SessionFile } from './session/session-file.js';
import { formatSession, parseSession } from './session/session-file.js';
import type { KeyValueStore } from './session/session-store.js';
import { SessionStore } from './session/session-store.js';
import { decodeLink, encodeLink } from './session/share-link.js';
import { Speedometer } from './drive/speedometer.js';
import type { OpenWorker } from './drive/worker-client.js';
import { listener, WorkerClient } from './drive/worker-client.js';

/** What an asynchronous command obeys. */
export interface CommandOptions {
  signal?: AbortSignal;
}

/** How a Lab lives in its page. */
export interface LabOptions {
  /** The name under which the browser keeps the session from one visit to the next; nothing is kept without one. */
  keep?: string | false;
  /** Milliseconds between two saves while it trains; 10,000 by default. */
  keepEvery?: number;
  /** Steps between two checkpoints of a run; 50 by default. */
  checkpointEvery?: number;
  /** Milliseconds from the loss of a worker or a device to each attempt to go on. */
  retryDelays?: readonly number[];
  /** How long a silent worker is borne. */
  patience?: Patience;
  /** What takes the worker's place, in tests. */
  openWorker?: OpenWorker;
  /** What takes the place of the browser's store, in tests. */
  store?: KeyValueStore;
}

/** Where a fork begins and what it does there. */
export interface ForkOptions extends CommandOptions {
  /** A step that has been trained; `'now'` by default. */
  at?: number | 'now';
  /** Policy JSON that is swapped in there. */
  policy?: unknown;
  /** Where that policy starts; `continue` by default. */
  handoff?: Handoff;
  /** The rate that is set there, where no policy is given. */
  lr?: number;
  name?: string;
}

/** One of the policies that race. */
export interface Racer {
  policy: unknown;
  name?: string;
}

/** Runs, and the commands upon them. */
export class Lab {
  private readonly signals: {
    config: Signal<CompleteConfig>;
    modelName: Signal<string | undefined>;
    fallbackModel: Signal<boolean>;
    backend: Signal<BackendReport | undefined>;
    loading: Signal<LoadProgress | undefined>;
    problem: Signal<Problem | undefined>;
    speed: Signal<number>;
    speedLimit: Signal<number | undefined>;
    recoveries: Signal<number>;
  };
  private readonly client: WorkerClient;
  private readonly fleet: Fleet;
  private readonly forks: Forks;
  private readonly mnistSource: MnistSource;
  private readonly autosave: Autosave | undefined;
  private readonly speedometer = new Speedometer();
  /** The steps that have been told of, of all runs together. */
  private stepsMade = 0;
  private closing?: Promise<MemoryReport>;

  /** @throws InputError for a config that names what does not exist, saying what is accepted */
  constructor(config: Partial<Config> = {}, options: LabOptions = {}) {
    const complete = completeConfig(config);
    this.signals = {
      config: signal(complete),
      modelName: signal(undefined),
      fallbackModel: signal(false),
      backend: signal(undefined),
      loading: signal(undefined),
      problem: signal(undefined),
      speed: signal(0),
      speedLimit: signal(undefined),
      recoveries: signal(0),
    };
    const { keep, openWorker, patience, retryDelays = [0, 500, 2000, 5000], checkpointEvery } = options;
    this.client = new WorkerClient(openWorker, patience);
    this.fleet = new Fleet(this.crew({ retryDelays, checkpointEvery }));
    this.fleet.add([this.fleet.create(complete)]);
    this.forks = new Forks(this.fleet);
    this.mnistSource = new MnistSource(this.client);
    if (keep) {
      const tell = (problem: Problem) => this.tell(problem);
      const store = new SessionStore(keep, options.store);
      this.autosave = new Autosave(store, () => this.fleet.runs.peek(), tell, options.keepEvery);
    }
  }

  /**
   * A lab with the runs of a session file, as text or as what `JSON.parse` makes of it.
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
    return this.fleet.state;
  }

  /** The runs; never empty. */
  get runs(): ReadonlySignal<readonly Run[]> {
    return this.fleet.runs;
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

  /** Steps per second of all runs together; 0 while nothing runs. */
  get speed(): ReadonlySignal<number> {
    return this.signals.speed;
  }

  /** The most steps per second of all runs together; without one they go as fast as they can. */
  get speedLimit(): ReadonlySignal<number | undefined> {
    return this.signals.speedLimit;
  }

  /** How often a run has had to be brought back because the worker or its device was lost. */
  get recoveries(): ReadonlySignal<number> {
    return this.signals.recoveries;
  }

  /** Whether real MNIST is there; `unknown` until {@link lookForMnist} or a download. */
  get mnist(): ReadonlySignal<MnistState> {
    return this.mnistSource.state;
  }

  /** The session of an earlier visit, if there is one under the name to keep it by: {@link resume} goes on with it. */
  get kept(): ReadonlySignal<KeptSession | undefined> {
    return this.autosave?.kept ?? nothingKept;
  }

  /** Trains to the end, or goes on after a pause: all runs that can, or one; resolves once they train. */
  async start(run?: Run | CommandOptions, options: CommandOptions = {}): Promise<void> {
    const [one, { signal }] = run instanceof Run ? [run, options] : [undefined, run ?? options];
    await this.command(async () => {
      const drivers = this.startable(one);
      this.speedometer.restart();
      await allOf(drivers.map((driver) => driver.begin(Infinity, signal)));
    }, signal);
  }

  /** Stops training, or the preparation of it, of all runs or of one; resolves once every row is known. */
  async pause(run?: Run): Promise<void> {
    await this.command(async () => {
      const drivers = run ? [this.fleet.driverOf(run)] : this.fleet.all;
      await Promise.all(drivers.map((driver) => driver.stop()));
    });
  }

  /** Makes `count` steps of every run that can, or of one, and pauses; resolves once their rows are known. */
  async step(count = 1, { run, signal }: CommandOptions & { run?: Run } = {}): Promise<void> {
    await this.command(async () => {
      if (!Number.isInteger(count) || count < 1) throw badValue('n', String(count), 'integer ≥ 1');
      const drivers = this.startable(run);
      // After a pause under way the run can be stepped.
      await Promise.all(drivers.map((driver) => driver.stopped()));
      if (drivers.some((driver) => driver.isTraining))
        throw refusedCommand('running', 'step() needs a paused run; this one is running.');
      this.speedometer.restart();
      await allOf(drivers.map((driver) => driver.train(driver.run.history.length + count, signal)));
    }, signal);
  }

  /**
   * Goes back to a single run at step 0, if wanted with other values in the config.
   *
   * @throws InputError for a bad config, which changes nothing
   */
  async reset(changes: Partial<Config> = {}): Promise<void> {
    await this.command(async () => {
      // Whatever cannot be, cannot be before anything is stopped.
      new Run('A', completeConfig(changes, this.signals.config.value));
      await Promise.all(this.fleet.all.map((driver) => driver.stop()));
      // Another reset may have come meanwhile; its changes stay.
      await this.replaceRuns([new Run('A', completeConfig(changes, this.signals.config.value))]);
    });
  }

  /**
   * Replaces what runs by another policy; resolves with the intervention once it is accepted. With `counterfactual` the
   * old policy goes on as a fork from the step at which the swap acts.
   */
  swap(
    run: Run,
    policy: unknown,
    {
      handoff = 'continue',
      at = 'now',
      counterfactual = false,
    }: { handoff?: Handoff; at?: At; counterfactual?: boolean } = {},
  ): Promise<Intervention> {
    return this.command(async () => {
      const swap: Change = { kind: 'swap', policy: normalisePolicy(policy as PolicyInput), handoff };
      if (!counterfactual) return this.intervene(run, swap, at);
      if (run.history.length === 0 && stepOf(at, 0, run.plan.peek()) === 0)
        await this.forks.stepOf(run, 'now');
      // A fresh checkpoint makes the way to the fork short.
      const driver = this.driverToChange(run);
      if (driver.isReady) await driver.checkpoint();
      const intervention = await this.intervene(run, { ...swap, counterfactual: true }, at);
      await this.forks.followed(run);
      return intervention;
    });
  }

  /** Puts a policy on top of what runs. */
  chain(run: Run, policy: unknown, { at = 'now' }: { at?: At } = {}): Promise<Intervention> {
    return this.command(async () =>
      this.intervene(run, { kind: 'chain', policy: normalisePolicy(policy as PolicyInput) }, at),
    );
  }

  /**
   * Gives the live policy other times (milestones, lengths, periods); its schedulers keep what they have counted.
   *
   * @param policy `run.entries` with other times
   */
  adjust(run: Run, policy: unknown, { at = 'now' }: { at?: At } = {}): Promise<Intervention> {
    return this.command(async () =>
      this.intervene(run, { kind: 'adjust', policy: normalisePolicy(policy as PolicyInput) }, at),
    );
  }

  /**
   * What the rates of a run would be from its step on if a change were made, with all that is planned; nothing happens.
   * `undefined` while nobody can say: for a run with a past that no worker knows.
   *
   * @throws InputError as the change itself is refused, or when it could not act once its step has come; {@link problem}
   * stays as it is
   */
  async foresee(run: Run, change: Change, { at = 'now' }: { at?: At } = {}): Promise<RunGhost | undefined> {
    checkChange(change);
    const driver = this.driverToChange(run);
    if (driver.isReady) return driver.call((worker, id) => worker.foresee(id, change, at));
    const ahead = this.placed(run, change, at);
    return run.history.length > 0 ? undefined : ghostBeforeStart(run, ahead);
  }

  /** Takes entry `index` of `run.entries` out; the others keep their state. */
  unchain(run: Run, index: number): Promise<Intervention> {
    return this.command(() => this.intervene(run, { kind: 'unchain', index }, 'now'));
  }

  /** Sets the learning rate of every param group by hand. */
  setLr(run: Run, lr: number): Promise<Intervention> {
    return this.command(() => this.intervene(run, { kind: 'setLr', lr }, 'now'));
  }

  /** Moves `run.planned[index]` to another step that is ahead. */
  movePlanned(run: Run, index: number, step: number): Promise<void> {
    return this.command(async () => {
      const planned = plannedAt(run, index);
      const moved = { ...planned, step };
      await this.driverToChange(run).replan((list) => {
        const others = withoutOne(list, planned);
        stepOf(step, run.history.length, run.plan.peek());
        checkFree(run, moved, others);
        return [...others, moved].sort((a, b) => a.step - b.step);
      });
    });
  }

  /** Takes `run.planned[index]` back. */
  removePlanned(run: Run, index: number): Promise<void> {
    return this.command(async () => {
      const planned = plannedAt(run, index);
      await this.driverToChange(run).replan((list) => withoutOne(list, planned));
    });
  }

  /**
   * Makes a new run that shares a run's past up to a step and goes its own way after it; it trains if its parent does.
   *
   * @throws InputError `nothing-trained`, `run-finished`, `step-out-of-range`, or what its policy is refused for
   */
  fork(
    run: Run,
    { at = 'now', policy, handoff = 'continue', lr, name, signal }: ForkOptions = {},
  ): Promise<Run> {
    return this.command(async () => {
      if (policy !== undefined && lr !== undefined)
        throw badValue('lr', String(lr), 'undefined, where a policy is given');
      const changes: Change[] = [];
      if (policy !== undefined)
        changes.push({ kind: 'swap', policy: normalisePolicy(policy as PolicyInput), handoff });
      if (lr !== undefined) changes.push({ kind: 'setLr', lr });
      for (const change of changes) checkChange(change);
      const step = await this.forks.stepOf(run, at);
      const fork = await this.forks.make(run, step, { name, signal, changes });
      await this.forks.adopt(run, [fork]);
      return fork.run;
    }, signal);
  }

  /** Lets several policies race from the present step of a run, on the same batches; all of them begin, or none. */
  race(
    run: Run,
    racers: readonly Racer[],
    { handoff = 'restart', signal }: { handoff?: Handoff } & CommandOptions = {},
  ) {
    return this.command(async () => {
      const lanes = racers.map(({ policy, name }) => ({
        policy: normalisePolicy(policy as PolicyInput),
        name,
      }));
      if (lanes.length === 0) throw badValue('policies', '[]', '[{ policy, name? }, …]');
      this.fleet.checkRoom(lanes.length);
      const forks = await this.lineUp(run, lanes, handoff, signal);
      await this.forks.adopt(run, forks);
      return forks.map((fork) => fork.run);
    }, signal);
  }

  /**
   * Tries rising rates on a copy of a run that is thrown away; the run itself is left as it is.
   *
   * @throws InputError for rates that cannot be tried
   */
  rangeTest(run: Run, options: RangeTestOptions = {}, { signal }: CommandOptions = {}): Promise<RangeTest> {
    return this.command(async () => {
      const driver = this.driverToChange(run);
      signal?.throwIfAborted();
      let tested: string | undefined;
      const abort = () => {
        if (tested !== undefined) void this.client.ask((worker) => worker.abort('rangeTest', tested));
      };
      signal?.addEventListener('abort', abort);
      try {
        const load = listener({ progress: (progress: LoadProgress) => this.handleProgress(progress) });
        return await driver.call((worker, id) => {
          // While the run was made ready there was nothing to abort.
          signal?.throwIfAborted();
          tested = id;
          return worker.rangeTest(id, options, load);
        });
      } finally {
        signal?.removeEventListener('abort', abort);
        this.handleProgress(undefined);
      }
    }, signal);
  }

  /** Gives a run a rate, such as one that a range test suggests: as its learning rate, or as its OneCycleLR's maximum. */
  applyRate(run: Run, lr: number, target: RateTarget = 'lr'): Promise<Intervention> {
    return this.command(async () => this.intervene(run, rateChange(run, lr, target), 'now'));
  }

  /**
   * Goes on from before a blow-up: a fork of the held run at its last good checkpoint, paused, with a lower rate.
   *
   * @param options.lr by default a tenth of the rate that did it, or less
   */
  recover(
    run: Run,
    { lr, name, signal }: { lr?: number; name?: string } & CommandOptions = {},
  ): Promise<Run> {
    return this.command(async () => {
      this.fleet.driverOf(run);
      const held = run.held.peek();
      if (!held) throw refusedCommand('not-held', `run ${run.id} is not held, so it needs no recovery.`);
      const step = lastGoodStep(run);
      const log = run.interventions.peek().filter((intervention) => intervention.step <= step);
      const used = run.history.lr[0][held.step];
      const changes = lowerRate(entriesAfter(run.config.policy, log), lr ?? gentleRate(run), used);
      const fork = await this.forks.make(run, step, { name, signal, changes });
      await this.forks.adopt(run, [fork]);
      return fork.run;
    }, signal);
  }

  /**
   * Lets all runs together make so many steps per second and no more, so that they can be watched; without a number they
   * go as fast as they can. No number that they make depends on it.
   *
   * @throws InputError `config-value` for what is no number above 0
   */
  limitSpeed(stepsPerSecond?: number): Promise<void> {
    return this.command(async () => {
      if (stepsPerSecond !== undefined && !(Number.isFinite(stepsPerSecond) && stepsPerSecond > 0))
        throw badValue('stepsPerSecond', String(stepsPerSecond), 'number > 0');
      this.signals.speedLimit.value = stepsPerSecond;
      await this.client.ask((worker) => worker.limitSpeed(stepsPerSecond));
    });
  }

  /** Calls a run something else; nothing gives it its id back. @throws InputError `run-name` for a name that is too long */
  async rename(run: Run, name: string): Promise<void> {
    await this.command(async () => {
      this.fleet.driverOf(run);
      run.rename(name);
      return Promise.resolve();
    });
  }

  /** Takes a run out of the lab and frees what is its; its forks stay. */
  remove(run: Run): Promise<void> {
    return this.command(() => this.fleet.remove(run));
  }

  /**
   * Asks what the next update of a run does and costs: the rates that the device reads, gradient norms, update-to-weight
   * ratios, time, commands and memory. Settles once that update has been made.
   */
  async report(run: Run): Promise<StepReport> {
    return this.readyDriver(run, 'so no update of it can be seen').call((worker, id) => worker.report(id));
  }

  /** The weights of a run by name, as they are now. */
  async weights(run: Run): Promise<Record<string, Weight>> {
    const driver =
      run.history.length > 0 ? this.fleet.driverOf(run) : this.readyDriver(run, 'so it has no weights yet');
    return driver.call((worker, id) => worker.weights(id));
  }

  /** The network of a run with its weights as they are now, in tf.js's own terms; see `tfjsFiles`. */
  async artifacts(run: Run): Promise<ModelArtifacts> {
    const driver =
      run.history.length > 0 ? this.fleet.driverOf(run) : this.readyDriver(run, 'so it has no weights yet');
    return driver.call((worker, id) => worker.artifacts(id));
  }

  /** Finds out whether MNIST is in the browser's store; asks nothing of the network. */
  async lookForMnist(): Promise<void> {
    await this.command(() => this.mnistSource.look());
  }

  /** Downloads MNIST, checks it and keeps it; the present run goes on. */
  async fetchMnist({ signal }: CommandOptions = {}): Promise<void> {
    await this.command(async () => {
      try {
        await this.mnistSource.fetch((progress) => this.handleProgress(progress), signal);
      } finally {
        if (this.signals.loading.value?.unit === 'bytes') this.signals.loading.value = undefined;
      }
    }, signal);
  }

  /** Reads MNIST from the reader's own IDX files, gzipped or not; the present run goes on. */
  async readMnist(files: readonly File[], { signal }: CommandOptions = {}): Promise<void> {
    await this.command(() => this.mnistSource.read(files, signal), signal);
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
    return formatSession(sessionOf(this.fleet.runs.peek()));
  }

  /** A link that holds configs and logs: opened and started, it makes the same losses again. `base` is the page's address. */
  async shareLink(base: string): Promise<string> {
    const url = new URL(base);
    url.hash = await encodeLink(sessionOf(this.fleet.runs.peek()));
    return url.href;
  }

  /** Puts the runs of a session file in the place of this lab's. @throws InputError for one that cannot be read, which changes nothing */
  async open(value: unknown): Promise<void> {
    await this.command(async () => this.replaceRuns(runsFrom(parseSession(value))));
  }

  /** Puts the runs of a share link in the place of this lab's. @throws InputError for one that cannot be read, which changes nothing */
  async openLink(hash: string): Promise<void> {
    await this.command(async () => this.replaceRuns(runsFrom(await decodeLink(hash))));
  }

  /** Goes on with the session of an earlier visit, see {@link kept}: its runs take the place of this lab's, paused. */
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

  /** Ends the worker; resolves with what it could not free. A second call gives the same answer. */
  dispose(): Promise<MemoryReport> {
    this.closing ??= this.close();
    return this.closing;
  }

  private async close(): Promise<MemoryReport> {
    const drivers = this.fleet.all;
    // What is still under way ends with the worker.
    for (const driver of drivers) driver.stop().catch(noop);
    const report = await this.client.close();
    await Promise.all(drivers.map((driver) => driver.stopped()));
    // A browser that keeps nothing has said so.
    await this.autosave?.close().catch(noop);
    for (const { run } of drivers) if (!endOf(run)) run.enter('idle');
    this.signals.speed.value = 0;
    this.signals.loading.value = undefined;
    return report;
  }

  private takeKept() {
    if (this.autosave) return this.autosave.take();
    throw refusedCommand('nothing-kept', 'this lab keeps no sessions.');
  }

  private async replaceRuns(runs: readonly Run[]): Promise<void> {
    await this.fleet.replace(runs, () => {
      this.signals.config.value = runs[0].config;
      this.signals.modelName.value = undefined;
      this.signals.fallbackModel.value = false;
    });
  }

  /** The drivers of the runs that can train: of all of them, or of one. */
  private startable(run: Run | undefined): readonly RunDriver[] {
    const drivers = run ? [this.fleet.driverOf(run)] : this.fleet.all;
    const able = drivers.filter((driver) => endOf(driver.run) === undefined);
    if (able.length > 0) return able;
    const ends = drivers.map((driver) => endOf(driver.run));
    throw ends.find((end) => end?.code === 'held') ?? ends[0]!;
  }

  /** The driver of a run that can be changed. */
  private driverToChange(run: Run): RunDriver {
    const driver = this.fleet.driverOf(run);
    if (run.held.peek()) throw endOf(run)!;
    return driver;
  }

  private readyDriver(run: Run, consequence: string): RunDriver {
    const driver = this.fleet.driverOf(run);
    if (driver.isReady) return driver;
    throw refusedCommand('run-not-ready', `run ${run.id} has not been started, ${consequence}.`);
  }

  private intervene(run: Run, change: Change, at: At): Promise<Intervention> {
    checkChange(change);
    return this.driverToChange(run).intervene(change, at, () => this.placed(run, change, at));
  }

  /** A change with the step at which it acts, as far as the page knows; what it knows to be impossible is refused. */
  private placed(run: Run, change: Change, at: At): Intervention {
    const ahead = { ...change, step: stepOf(at, run.history.length, run.plan.peek()) };
    const driver = this.fleet.driverOf(run);
    // A running one may be further on; the worker says.
    if (!driver.isTraining) checkFree(run, ahead, run.planned.peek());
    // Before the start the schedules are played up to it, which tells whether it can be made.
    if (!driver.isReady && run.history.length === 0) ghostBeforeStart(run, ahead);
    return ahead;
  }

  /** The runs of a race, ready at the same step. */
  private async lineUp(
    run: Run,
    lanes: readonly { policy: PolicyInput; name?: string }[],
    handoff: Handoff,
    signal: AbortSignal | undefined,
  ): Promise<RunDriver[]> {
    this.fleet.driverOf(run);
    if (run.history.length === 0) {
      const parent = { run: run.id, step: 0 };
      return lanes.map(({ policy, name }) =>
        this.fleet.create(completeConfig({ policy }, run.config), { name, parent }),
      );
    }
    const step = await this.forks.stepOf(run, 'now');
    const forks: RunDriver[] = [];
    try {
      for (const { policy, name } of lanes) {
        const change: Change = { kind: 'swap', policy: normalisePolicy(policy), handoff };
        forks.push(await this.forks.make(run, step, { name, signal, changes: [change] }));
      }
      return forks;
    } catch (error) {
      await Promise.all(forks.map((fork) => fork.release()));
      throw error;
    }
  }

  private crew(
    terms: Pick<Crew, 'retryDelays' | 'checkpointEvery'>,
  ): Omit<Crew, 'client'> & Pick<Crew, 'client'> {
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
        // A worker that was started anew knows of no limit.
        const limit = this.signals.speedLimit.peek();
        if (limit !== undefined) void this.client.ask((worker) => worker.limitSpeed(limit));
        this.signals.modelName.value = modelName;
        this.signals.fallbackModel.value = fallbackModel;
      },
      handleReport: (run, { rows, problems }, acted) => {
        if (problems.length > 0) this.tell(problems[0]);
        if (rows) {
          this.stepsMade += rows.loss.length;
          if (this.state.peek() === 'running')
            this.signals.speed.value = this.speedometer.mark(this.stepsMade);
        }
        this.autosave?.mark();
        this.forks.follow(run, acted).catch((error: unknown) => this.tellLate(error));
      },
      handleLoss: () => {
        this.signals.recoveries.value += 1;
      },
      handleRest: () => {
        if (this.fleet.all.every((driver) => !driver.isTraining)) this.signals.speed.value = 0;
        this.autosave?.save();
      },
      tell: (problem) => this.tell(problem),
    };
  }

  /** Runs a command; its expected failure is kept in {@link problem} and thrown, its success clears the one before. */
  private async command<Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    const before = this.signals.problem.peek();
    try {
      if (this.closing) throw refusedCommand('disposed', 'the lab has been disposed of; make a new one.');
      const value = await work();
      if (this.signals.problem.peek() === before) this.clearProblem();
      // Whatever was asked for is not asked for again after a reload.
      this.autosave?.save();
      return value;
    } catch (error) {
      if (!isAborted(error) && !signal?.aborted) this.tell(toProblem(error));
      throw error;
    }
  }

  /** Tells why something came to nothing that nobody waits for; that its run has gone needs no saying. */
  private tellLate(error: unknown): void {
    const problem = toProblem(error);
    if (!isAborted(error) && problem.code !== 'run-gone' && !this.closing) this.tell(problem);
  }

  private tell(problem: Problem): void {
    this.signals.problem.value = problem;
  }

  private handleProgress(progress: LoadProgress | undefined): void {
    if (progress ?? this.signals.loading.value?.unit !== 'bytes') this.signals.loading.value = progress;
  }
}

const nothingKept: ReadonlySignal<KeptSession | undefined> = signal(undefined);

/** Waits for all, then fails as the first of them that failed. */
async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

function plannedAt(run: Run, index: number): Intervention {
  const planned = run.planned.peek();
  const found = planned.at(index);
  if (found && index >= 0) return found;
  throw badValue('index', String(index), planned.length === 0 ? '∅' : `0 … ${planned.length - 1}`);
}

/** @throws InputError `already-acted` for an intervention that is no longer among those planned */
function withoutOne(list: readonly Intervention[], planned: Intervention): readonly Intervention[] {
  const index = list.findIndex((each) => isSameIntervention(each, planned));
  if (index >= 0) return list.toSpliced(index, 1);
  throw refusedCommand('already-acted', `what was planned for step ${planned.step} has happened.`);
}
