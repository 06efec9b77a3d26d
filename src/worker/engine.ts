/** What the worker takes from the training side, as a port: tests put scripted losses behind it. */
import type { BackendReport } from '../gpu/index.js';
import { deviceLost } from '../gpu/index.js';
import type { ModelArtifacts } from '../models/index.js';
import type { Plan, RateDriver } from '../timeline/index.js';
import type {
  Checkpoint,
  Samples,
  StepReport,
  TrainerConfig,
  TrainerHooks,
  Weight,
} from '../training/index.js';
import { rangeTest, Trainer } from '../training/index.js';

/** A run that makes steps when it is asked to. A {@link Trainer} is one. */
export interface Steps {
  readonly backend: BackendReport;
  readonly modelName: string;
  readonly plan: Plan;
  readonly rates: RateDriver;
  /** The number of updates made, which is also the step of the next one. */
  readonly steps: number;
  /** Makes at least one update and up to `most`; their rows are reported later. Returns how many were made. */
  advance(most: number): Promise<number>;
  /** Settles when every row and evaluation has been reported. */
  drain(): Promise<void>;
  checkpoint(): Promise<Checkpoint>;
  restore(checkpoint: Checkpoint): Promise<void>;
  report(): Promise<StepReport>;
  refuseReport(reason: unknown): void;
  weights(): Promise<Record<string, Weight>>;
  artifacts(): Promise<ModelArtifacts>;
  samples(count: number): Promise<Samples>;
  dispose(): Promise<void>;
}

/** Makes runs, and tells what becomes of the device that they share. */
export interface Engine {
  create(config: TrainerConfig, hooks: TrainerHooks): Promise<Steps>;
  rangeTest: typeof rangeTest;
  /** Does work about a frame later; returns what cancels it. */
  later(work: () => void): () => void;
  /** Settles, in the browser's words, once the device is lost; `undefined` where there is none. */
  deviceLost(): Promise<string> | undefined;
}

const frameMs = 16;

/** Trains with tf.js. */
export const tfjsEngine: Engine = {
  create: (config, hooks) => Trainer.create(config, hooks),
  rangeTest,
  later: (work) => {
    const timer = setTimeout(work, frameMs);
    return () => clearTimeout(timer);
  },
  deviceLost,
};
