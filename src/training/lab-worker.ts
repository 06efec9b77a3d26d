/**
 * What a Lab asks of its worker and what the worker tells it: types only. Failures that a person can mend cross the
 * boundary as data, because an error that is posted loses everything but its message.
 */
import type { Problem } from '../errors.js';
import type { BackendReport } from '../gpu/index.js';
import type { PolicyEntry } from '../policy/index.js';
import type { At, Change, Intervention, Plan } from '../config/index.js';
import type { LoadProgress } from './load-dataset.js';
import type { MemoryReport } from './memory.js';
import type { TrainerConfig } from './preparation.js';
import type { Ghost } from './rate-control.js';
import type { StepReport } from './step-report.js';
import type { Evaluation } from './trainer.js';

/** A value, or why there is none. */
export type Result<Value> = { ok: true; value: Value } | { ok: false; problem: Problem };

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
  ghost: Ghost;
  planned: readonly Intervention[];
}

/** Everything that happened since the last message, which is posted about once a frame. */
export interface Report {
  rows?: Rows;
  /** The rate of the next update, for each param group. */
  lr: number[];
  evaluations: Evaluation[];
  interventions: Intervention[];
  rates?: RateState;
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

/** One worker and one device for a Lab. */
export interface LabWorker {
  /** Prepares a run in the place of the one before; `planned` are the interventions that are already known. */
  prepare(
    config: TrainerConfig,
    planned: Intervention[],
    run: RunListener,
    load: LoadListener,
  ): Promise<Result<Ready>>;
  /** Trains until paused or until `until` updates have been made; all rows have been reported when it settles. */
  run(until: number): Promise<Result<{ steps: number }>>;
  /** Stops after the present step. */
  pause(): void;
  /** Accepts a change that acts now or later, and tells the step at which it acts. */
  intervene(change: Change, at: At): Promise<Result<Intervention>>;
  /** Asks for a report of the next update; settles once it has been made. */
  report(): Promise<Result<StepReport>>;
  fetchMnist(load: LoadListener): Promise<Result<undefined>>;
  readMnist(files: readonly File[]): Promise<Result<undefined>>;
  hasMnist(): Promise<Result<boolean>>;
  /** Stops the preparation or the download that is under way. */
  abort(job: 'preparation' | 'download'): void;
  memory(): MemoryReport;
  /** Frees everything and tells what is left. */
  close(): Promise<MemoryReport>;
}
