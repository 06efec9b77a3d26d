/**
 * Reads the curve of a range test: losses over learning rates that rise by the same factor from step to step. Batches
 * make it noisy, and it may begin with a spike and end in huge numbers, so everything here depends on medians and not on
 * single losses.
 */

/** What a range test suggests; undefined where the curve does not show it. */
export interface RateSuggestions {
  /** Where the loss falls fastest: a careful guess. */
  steepest: number | undefined;
  /** A tenth of the rate at which training diverges: a bold guess. */
  tenthOfDivergence: number | undefined;
}

/** What a curve shows. */
export interface RateCurve {
  /** The losses without noise and short spikes; NaN from the first loss on that is not finite. */
  smoothed: Float32Array<ArrayBuffer>;
  /** The rate from which on the loss stays far above its lowest value, or is not finite. */
  divergesFrom: number | undefined;
  suggestions: RateSuggestions;
}

/** Neighbours on each side in the median that replaces a loss: it removes a spike of two steps. */
const medianReach = 2;

/** The part of the curve over which medians are averaged on each side. */
const smoothedPart = 1 / 25;

/** The part of the curve from which the loss at its start is taken. */
const startPart = 1 / 10;

/** A fall or rise counts when it exceeds this part of the loss at the start, and this many times the noise of a loss. */
const leastPart = 0.05;
const leastNoises = 3;

/** The part of the fall by which the loss must rise again, and stay, to count as diverged. */
const risePart = 0.5;

/** Half of normally distributed values are nearer to the mean than this many standard deviations. */
const halfOfNormal = 0.6745;

/**
 * Reads a curve.
 *
 * @param lr the rates, each a constant factor above the one before
 * @param loss as many losses, none negative; the last ones may not be finite
 * @param isStopped whether the test ended with its last loss because the run had diverged
 */
export function readRateCurve(lr: Float64Array, loss: Float32Array, isStopped: boolean): RateCurve {
  const firstBad = loss.findIndex((value) => !Number.isFinite(value));
  const finite = firstBad === -1 ? loss : loss.subarray(0, firstBad);
  const medians = mediansOf(finite);
  const curve = average(medians);
  const smoothed = new Float32Array(loss.length).fill(NaN);
  smoothed.set(curve);

  const start = median(finite.subarray(0, Math.max(2 * medianReach + 1, finite.length * startPart)));
  const noise = median(curve.map((value, index) => Math.abs(loss[index] - value))) / halfOfNormal;
  const lowest = curve.reduce((least, value) => Math.min(least, value), Infinity);
  const least = Math.max(leastPart * start, leastNoises * noise);

  // From the end backwards: a loss that falls again has not diverged. The average would show a sharp rise too early.
  const limit = lowest + Math.max(risePart * (start - lowest), least);
  const lastGood = medians.findLastIndex((value) => value <= limit);
  const isDiverged = isStopped || lastGood + 1 < loss.length;
  const divergesFrom = isDiverged ? lr[Math.min(lastGood + 1, loss.length - 1)] : undefined;

  const suggestions = {
    steepest: start - lowest > least ? steepest(lr, curve.subarray(0, lastGood + 1), start) : undefined,
    tenthOfDivergence: divergesFrom === undefined ? undefined : divergesFrom / 10,
  };
  return { smoothed, divergesFrom, suggestions };
}

/** Each value replaced by the median of its neighbourhood. */
function mediansOf(values: Float32Array): Float32Array {
  return values.map((_, index) =>
    median(values.subarray(Math.max(0, index - medianReach), index + medianReach + 1)),
  );
}

/** How many neighbours on each side are averaged. */
const reachOf = (curve: Float32Array): number => Math.max(1, Math.round(curve.length * smoothedPart));

/** Weighted geometric means of neighbours: a diverging end does not reach far back. */
function average(values: Float32Array): Float32Array {
  const reach = reachOf(values);
  return values.map((_, index) => {
    let sum = 0;
    let weights = 0;
    for (let offset = -reach; offset <= reach; offset++) {
      if (index + offset < 0 || index + offset >= values.length) continue;
      const weight = reach + 1 - Math.abs(offset);
      sum += weight * Math.log(Math.max(values[index + offset], Number.MIN_VALUE));
      weights += weight;
    }
    return Math.exp(sum / weights);
  });
}

/** The rate at which a curve falls fastest below its start; undefined where it never falls. */
function steepest(lr: Float64Array, curve: Float32Array, start: number): number | undefined {
  let most = 0;
  let found: number | undefined;
  const at = (index: number): number => Math.min(start, curve[index]);
  const reach = reachOf(curve);
  for (let index = reach; index < curve.length - reach; index++) {
    const fall = at(index - reach) - at(index + reach);
    if (fall > most) {
      most = fall;
      found = lr[index];
    }
  }
  return found;
}

/** The median, the lower of two middle values; NaN of none. */
function median(values: Float32Array): number {
  return values.slice().sort()[Math.floor((values.length - 1) / 2)] ?? NaN;
}
