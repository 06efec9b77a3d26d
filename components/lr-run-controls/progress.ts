/** How far a run is, as numbers. */
import type { Plan } from '../../src/lab/index.js';

/** Where a run stands. */
export interface Progress {
  /** The epoch in which the next update falls, from 1; the last one once all are made. */
  epoch: number;
  epochs: number;
  step: number;
  steps: number;
  /** Seconds to the end at the present speed; undefined while nothing moves. */
  secondsLeft: number | undefined;
}

/** Where a run stands after `step` updates at `speed` steps per second. */
export function progressOf(step: number, plan: Plan, speed: number): Progress {
  const { steps, stepsPerEpoch, epochs } = plan;
  return {
    epoch: Math.min(epochs, Math.floor(step / Math.max(1, stepsPerEpoch)) + 1),
    epochs,
    step,
    steps,
    secondsLeft: speed > 0 ? Math.max(0, steps - step) / speed : undefined,
  };
}
