/**
 * One training step: batch, loss, gradients, and the optimizer's update. A step is planned first, which copies the
 * values that it will use, and then made; planned steps may be collected and made together.
 */
import type * as tf from '@tensorflow/tfjs-core';

import type { DropoutClock } from '../../models/index.js';
import type { Optimizer } from '../../optimizers/index.js';
import type { ImageSource } from '../image-source.js';
import type { Network } from '../network.js';

/** The values of one step that JavaScript decides, copied when it was planned. */
export interface PlannedStep {
  step: number;
  /** The indices of the batch's images. */
  indices: Int32Array<ArrayBuffer>;
  /** The optimizer's coefficients, if they are sent to the device ahead of the step. */
  coefficients?: Float32Array;
}

/** The result of a step. */
export interface StepOutcome {
  loss: number;
  /** Learning rate and momentum (β₁ for Adam) of each param group, as the device read them. */
  used?: Float32Array;
}

/** What a caller may observe of a step. */
export interface StepOptions {
  /** Receives how long the device computed, in milliseconds; undefined if it has no timestamps. */
  onGpuTime?: (milliseconds: number | undefined) => void;
  /** Receives the gradients, in the order of the optimizer's parameters, while they exist. */
  onGradients?: (gradients: readonly (tf.Tensor | null)[]) => void;
}

/** The cost of a replayed step on the device. */
export interface CapturedCounts {
  /** Runs of a compute pipeline. */
  dispatches: number;
  copies: number;
  passes: number;
  /** Buffers that exist only for the replay, and their size. */
  buffers: number;
  bytes: number;
}

/** How steps are made now: replayed, or by tf.js and why. */
export type Execution = { captured: true; counts: CapturedCounts } | { captured: false; reason: string };

/** Makes the steps of one run. */
export interface TrainStep {
  /** The most steps that may be made together. */
  readonly most: number;
  readonly execution: Execution;
  /** Copies the values that a step will use: the optimizer's groups may change afterwards. */
  plan(step: number, indices: ArrayLike<number>): PlannedStep;
  /**
   * Makes steps, in order.
   *
   * @returns their outcomes, which the device delivers later; this promise does not wait for it
   */
  make(planned: readonly PlannedStep[], options?: StepOptions): Promise<{ outcomes: Promise<StepOutcome>[] }>;
  dispose(): void;
}

/** The parts of a run that make a step. */
export interface StepParts {
  network: Network;
  optimizer: Optimizer;
  images: ImageSource;
  clock: DropoutClock;
}
