/** How far a run is, as numbers. */
import type { Plan } from '../../src/lab/index.js';

/** Where a run stands. */
export interface Progress {
  /** The epoch in which the next update falls, from 1; the last one once all are made. */
  epoch: number;
  epochs: number;
  step: number;
  steps: number;
  /** Seconds until all runs that go have come to their end at the present speed; undefined while nothing moves. */
  secondsLeft: number | undefined;
}

/**
 * Where a run stands after `step` updates.
 *
 * @param speed steps per second of all runs together
 * @param ahead the steps that each run still has to make, itself among them
 */
export function progressOf(
  step: number,
  plan: Plan,
  speed: number,
  ahead: readonly number[] = [plan.steps - step],
): Progress {
  const { steps, stepsPerEpoch, epochs } = plan;
  return {
    epoch: Math.min(epochs, Math.floor(step / Math.max(1, stepsPerEpoch)) + 1),
    epochs,
    step,
    steps,
    secondsLeft: speed > 0 ? ahead.reduce((sum, left) => sum + Math.max(0, left), 0) / speed : undefined,
  };
}
