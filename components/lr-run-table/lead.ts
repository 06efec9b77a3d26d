/** Which of several runs leads: the lower loss at the last step that all of them have reached. */
import type { Run } from '../../src/lab/index.js';
import { meanLoss, meanOver } from '../internal/lab/mean-loss.js';

/** A run with its mean loss at the step of the comparison. */
export interface Place {
  readonly run: Run;
  readonly loss: number;
}

/** The two runs with the lowest losses. */
export interface Lead {
  readonly step: number;
  readonly first: Place;
  readonly second: Place;
  /** Whether the difference is within the noise of single batches. */
  readonly isEqual: boolean;
}

/** How many standard errors a difference has to have. */
const fewestErrors = 2;

/**
 * Who leads; `undefined` with less than two runs, or before all have trained for {@link meanOver} steps. Runs that
 * diverged are left out.
 */
export function leadOf(runs: readonly Run[]): Lead | undefined {
  const trained = runs.filter((run) => run.history.length >= meanOver && run.held.peek() === undefined);
  if (trained.length < 2) return undefined;
  const step = Math.min(...trained.map(({ history }) => history.length));
  const places = trained
    .map((run): Place => ({ run, loss: meanLoss(run.history.loss, step) ?? NaN }))
    .toSorted((one, other) => one.loss - other.loss);
  const [first, second] = places;
  const isEqual = !isLower(first.run.history.loss, second.run.history.loss, step);
  return { step, first, second, isEqual };
}

/** Whether one loss is lower than another beyond the noise of batches; both runs see the same ones. */
function isLower(one: Float32Array, other: Float32Array, step: number): boolean {
  const begin = step - meanOver;
  const differences = Array.from(
    { length: meanOver },
    (_, index) => other[begin + index] - one[begin + index],
  );
  const mean = differences.reduce((sum, value) => sum + value, 0) / meanOver;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (meanOver - 1) / meanOver);
  return mean > fewestErrors * error;
}
