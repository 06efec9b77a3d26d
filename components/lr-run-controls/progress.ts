/** The progress of a run in numbers. */
import type { Plan } from '../../src/lab/index.js';

/** The progress of a run. */
export interface Progress {
  /** The epoch of the next update, from 1; the last epoch once all updates are made. */
  epoch: number;
  epochs: number;
  step: number;
  steps: number;
  /** Seconds until all running runs end at the current speed; undefined while nothing runs. */
  secondsLeft: number | undefined;
}

/**
 * The progress of a run after `step` updates.
 *
 * @param speed steps per second of all runs together
 * @param ahead the remaining steps of each run, including this one
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
