/**
 * What a Lab asks of its worker and what the worker reports: types only. The worker holds any number of runs by their
 * ids, on one device; nothing is only there, so that it may die at any moment. Failures that a person can correct cross
 * the boundary as data, because an error that is posted loses everything but its message.
 */
import type { Problem } from '../errors.js';
import type { BackendReport, Refusal, RequiredBackend } from '../gpu/index.js';
import type { ModelArtifacts } from '../models/index.js';
import type { PolicyEntry } from '../policy/index.js';
import type { At, Change, ChangeRequest, Intervention, Plan, RatePreview } from '../timeline/index.js';
import type {
  Checkpoint,
  Evaluation,
  LoadProgress,
  MemoryReport,
  RangeTest,
  RangeTestOptions,
  Samples,
  StepReport,
  TrainerConfig,
  Weight,
} from '../training/index.js';

/** A value, or why there is none. */
export type Result<Value> = { ok: true; value: Value } | { ok: false; problem: Problem };

/** Where a run begins: its past is repeated, and not reported again. */
export interface Start {
  /** What acted on the run before the update `replayTo`, in order. */
  log: readonly Intervention[];
  /** What is to act on it, at `replayTo` or later; what is due at `replayTo` acts before the run is ready. */
  planned: readonly Intervention[];
  /** Where to begin instead of at step 0: a state at a step k of at most `replayTo`, before anything acted at k. */
  checkpoint?: Checkpoint;
  /** Train silently up to this step before the run is ready: its rows and evaluations are known already. */
  replayTo: number;
  /**
   * The backend on which the run's past was made, as {@link Ready} reported it: the past cannot be repeated on another,
   * so no other is used. `adapter` may be left out where another adapter's losses will do.
   */
  backend?: RequiredBackend;
  /** Backends that are not tried where none is required, with the reasons that the report gives. */
  avoided?: readonly Refusal[];
  /** Report a checkpoint every so many steps, and on pause; 50 by default, 0 for never. */
  checkpointEvery?: number;
}

/** What a run is once it is ready. */
export interface Ready {
  backend: BackendReport;
  modelName: string;
  /** Whether `tiny` was taken because no GPU takes part. */
  fallbackModel: boolean;
  plan: Plan;
}

/** Several steps at once: row i is step `first + i`. */
export interface Rows {
  first: number;
  loss: Float32Array;
  /** One array per param group. */
  lr: Float64Array[];
}

/** The live policy after something happened to it. */
export interface RateState {
  entries: readonly PolicyEntry[];
  /** The rates to come, with what is planned. */
  preview: RatePreview;
  planned: readonly Intervention[];
}

/** Why a run trains no further: rows up to and including `step` have been reported, and no later one will be. */
export interface Held {
  step: number;
  reason: 'diverged';
}

/** Everything that happened since the last message, which is posted about once a frame. */
export interface Report {
  rows?: Rows;
  /** The rate of the next update, for each param group. */
  lr: number[];
  evaluations: Evaluation[];
  interventions: Intervention[];
  rates?: RateState;
  /**
   * The latest checkpoint, at a step k, before anything acted at k; rows of later steps may come with it. Its arrays are
   * the listener's to keep.
   */
  checkpoint?: Checkpoint;
  held?: Held;
  /** A planned intervention that could not act, which leaves the run as it was. */
  problems: Problem[];
}

/** Hears of a run. */
export interface RunListener {
  report(report: Report): void | Promise<void>;
}

/** Hears of a preparation. */
export interface LoadListener {
  progress(progress: LoadProgress): void;
  backend?(backend: BackendReport): void;
}

/** A file for the worker, with its name, which it loses between threads of Node. */
export interface SentFile {
  name: string;
  content: Blob;
}

/** One worker and one device for all runs of a Lab. A method given the id of a run that is not there says `no-run`. */
export interface LabWorker {
  /**
   * Prepares a run, and replaces the one that had this id; the others are left as they are.
   *
   * Fails with `no-adapter` when the backend of its past is unavailable, `device-lost` when the device is lost
   * meanwhile, `aborted` on {@link abort} or {@link release}.
   */
  prepare(
    run: string,
    config: TrainerConfig,
    start: Start,
    listener: RunListener,
    load: LoadListener,
  ): Promise<Result<Ready>>;
  /**
   * Trains until paused, held, or until `until` updates have been made; all rows have been reported when it settles.
   * Runs that train at the same time take turns of equally many steps. A run that was held is refused (`held`).
   */
  run(run: string, until: number): Promise<Result<{ steps: number; held?: Held }>>;
  /** Stops a run after the present step. */
  pause(run: string): void;
  /**
   * Accepts a change that acts now or later, and returns it with the step at which it acts. A step at which something
   * acts already is refused (`step-taken`). An id that was sent before changes nothing more.
   */
  intervene(run: string, id: string, request: ChangeRequest, at: At): Promise<Result<Intervention>>;
  /** Moves what is planned under an id to another step, or with no step removes it. */
  replan(run: string, id: string, step: number | undefined): Promise<Result<undefined>>;
  /** The rates that a change would lead to; it is refused as {@link intervene} refuses it. */
  preview(run: string, change: Change, at: At): Promise<Result<RatePreview>>;
  /** The state of a run at its present step k, before anything acted at k; all rows before k have been reported. */
  checkpoint(run: string): Promise<Result<Checkpoint>>;
  /** Tries rising rates on a copy of a run that is thrown away; `load` hears of the steps. */
  rangeTest(run: string, options: RangeTestOptions, load: LoadListener): Promise<Result<RangeTest>>;
  /** Asks for a report of a run's next update; settles once it has been made, or (`run-finished`, `held`) will not be. */
  report(run: string): Promise<Result<StepReport>>;
  /** A run's weights by name. */
  weights(run: string): Promise<Result<Record<string, Weight>>>;
  /** A run's network with its weights, between two steps. */
  artifacts(run: string): Promise<Result<ModelArtifacts>>;
  /** The first `count` validation images, and the run's answers at its present step. */
  samples(run: string, count: number): Promise<Result<Samples>>;
  /** The most steps per second of all runs together from now on; none if left out. */
  limitSpeed(stepsPerSecond?: number): void;
  /** Stops a run and frees what is its; one that is not there counts as freed. */
  release(run: string): Promise<Result<undefined>>;
  fetchMnist(load: LoadListener): Promise<Result<undefined>>;
  readMnist(files: readonly SentFile[]): Promise<Result<undefined>>;
  hasMnist(): Promise<Result<boolean>>;
  /** Stops the preparations or range tests in progress, those of one run if it is named, or the download. */
  abort(job: 'preparation' | 'download' | 'rangeTest', run?: string): void;
  /** Answers at once, from between two steps: the page's heartbeat. */
  ping(): Promise<void>;
  memory(): MemoryReport;
  /** Frees everything and reports what is left. */
  close(): Promise<MemoryReport>;
}
