/**
 * Reads the curve of a range test: losses over learning rates that rise by the same factor from step to step. Batches
 * make it noisy, and it may begin with a spike and end in numbers beyond all measure, so everything here is asked of
 * middles and not of single losses.
 */

/** What a range test suggests; undefined where the curve does not say. */
export interface RateSuggestions {
  /** Where the loss falls fastest: a careful guess. */
  steepest: number | undefined;
  /** A tenth of the rate at which training falls apart: a bold one. */
  tenthOfBlowUp: number | undefined;
}

/** What there is to see in a curve. */
export interface RateCurve {
  /** The losses without noise and short spikes; NaN from the first loss on that is not finite. */
  smoothed: Float32Array<ArrayBuffer>;
  /** The rate from which on the loss stays far above its lowest, or is no number. */
  blowUp: number | undefined;
  suggestions: RateSuggestions;
}

/** Neighbours on each side whose middle takes the place of a loss: a spike of two steps is not seen. */
const medianReach = 2;

/** The part of the curve over which middles are averaged on each side. */
const smoothedPart = 1 / 25;

/** The part of the curve that tells the loss at its start. */
const startPart = 1 / 10;

/** A fall or rise counts when it is larger than this part of the loss at the start, and than a loss's noise so often. */
const leastPart = 0.05;
const leastNoises = 3;

/** The part of the fall that must be lost again for good. */
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
  const middles = middlesOf(finite);
  const curve = average(middles);
  const smoothed = new Float32Array(loss.length).fill(NaN);
  smoothed.set(curve);

  const start = median(finite.subarray(0, Math.max(2 * medianReach + 1, finite.length * startPart)));
  const noise = median(curve.map((value, index) => Math.abs(loss[index] - value))) / halfOfNormal;
  const lowest = Math.min(...curve);
  const least = Math.max(leastPart * start, leastNoises * noise);

  // From the end backwards: what comes down again has not blown up. The average would see a sharp rise too early.
  const limit = lowest + Math.max(risePart * (start - lowest), least);
  const calm = middles.findLastIndex((value) => value <= limit);
  const isBlownUp = isStopped || calm + 1 < loss.length;
  const blowUp = isBlownUp ? lr[Math.min(calm + 1, loss.length - 1)] : undefined;

  const suggestions = {
    steepest: start - lowest > least ? steepest(lr, curve.subarray(0, calm + 1), start) : undefined,
    tenthOfBlowUp: blowUp === undefined ? undefined : blowUp / 10,
  };
  return { smoothed, blowUp, suggestions };
}

/** Each value replaced by the middle of its neighbourhood. */
function middlesOf(values: Float32Array): Float32Array {
  return values.map((_, index) =>
    median(values.subarray(Math.max(0, index - medianReach), index + medianReach + 1)),
  );
}

/** How many neighbours on each side are averaged. */
const reachOf = (curve: Float32Array): number => Math.max(1, Math.round(curve.length * smoothedPart));

/** Weighted means of neighbours, of their logarithms, so that a blow-up does not reach far back. */
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

/** The middle value, the lower one of two; NaN of none. */
function median(values: Float32Array): number {
  return values.slice().sort()[Math.floor((values.length - 1) / 2)] ?? NaN;
}
