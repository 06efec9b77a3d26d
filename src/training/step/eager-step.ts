import * as tf from '@tensorflow/tfjs-core';

import type { Execution, StepOutcome, PlannedStep, StepOptions, StepParts, TrainStep } from './train-step.js';

/** Makes steps with tf.js, one by one, on any backend. */
export class EagerStep implements TrainStep {
  readonly most = 1;
  readonly execution: Execution;
  private readonly parts: StepParts;

  /** @param reason why steps are not captured */
  constructor(parts: StepParts, reason: string) {
    this.parts = parts;
    this.execution = { captured: false, reason };
  }

  plan(step: number, indices: ArrayLike<number>): PlannedStep {
    return { step, indices: Int32Array.from(indices) };
  }

  make(planned: readonly PlannedStep[], { onGpuTime, onGradients }: StepOptions = {}) {
    const { network, optimizer, images, clock } = this.parts;
    const outcomes = planned.map(async ({ step, indices }): Promise<StepOutcome> => {
      clock.step = step;
      const loss = tf.tidy(() => {
        const { loss, gradients } = network.differentiate(images.take(indices), optimizer.parameters);
        optimizer.step(gradients);
        onGradients?.(gradients);
        return loss;
      });
      onGpuTime?.(undefined);
      const [value] = await loss.data();
      loss.dispose();
      return { loss: value };
    });
    return Promise.resolve({ outcomes });
  }

  dispose(): void {
    // Nothing is kept between steps.
  }
}
