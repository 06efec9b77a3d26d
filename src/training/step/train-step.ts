/**
 * How a run makes its updates: batch, loss and gradients, the optimizer. A step is planned first, which copies the
 * numbers that it will use, and then made; planned steps may be collected and made together.
 */
import type * as tf from '@tensorflow/tfjs';

import type { DropoutClock } from '../../models/index.js';
import type { Optimizer } from '../../optimizers/index.js';
import type { ImageSource } from '../image-source.js';
import type { Network } from '../network.js';

/** What one update needs from this side, taken down when its turn came. */
export interface PlannedUpdate {
  step: number;
  /** The images of the batch. */
  indices: Int32Array<ArrayBuffer>;
  /** The optimizer's numbers, where they go to the device ahead of the update. */
  coefficients?: Float32Array;
}

/** What came of an update. */
export interface Outcome {
  loss: number;
  /** Learning rate and momentum (β₁ for Adam) of each param group as the device read them. */
  used?: Float32Array;
}

/** What may be asked about an update. */
export interface UpdateOptions {
  /** Is told how long the device computed; undefined where it has no timestamps. */
  onGpuTime?: (milliseconds: number | undefined) => void;
  /** Is given the gradients, in the order of the optimizer's parameters, while they exist. */
  onGradients?: (gradients: readonly (tf.Tensor | null)[]) => void;
}

/** What a step costs on the device, once it is replayed. */
export interface CapturedCounts {
  /** Runs of a compute pipeline. */
  dispatches: number;
  copies: number;
  passes: number;
  /** Buffers that exist for the replay alone, and their bytes. */
  buffers: number;
  bytes: number;
}

/** How updates are made now. */
export type Execution = { captured: true; counts: CapturedCounts } | { captured: false; reason: string };

/** Makes the updates of one run. */
export interface TrainStep {
  /** The most updates that may be made together. */
  readonly most: number;
  readonly execution: Execution;
  /** Takes down what an update will use: the optimizer's groups may change afterwards. */
  plan(step: number, indices: ArrayLike<number>): PlannedUpdate;
  /**
   * Makes updates, in order.
   *
   * @returns their outcomes, which come back later; this promise waits for no device
   */
  make(planned: readonly PlannedUpdate[], options?: UpdateOptions): Promise<{ outcomes: Promise<Outcome>[] }>;
  dispose(): void;
}

/** What updates are made of. */
export interface StepParts {
  network: Network;
  optimizer: Optimizer;
  images: ImageSource;
  clock: DropoutClock;
}
