/** The factor of ExponentialLR that reduces a rate to about a hundredth in `count` steps, with few digits. */
export function decayFactor(count: number): number {
  // Rounds the distance from 1: for a long run the factor itself would round to 1.
  const fall = Number((1 - 0.01 ** (1 / Math.max(1, count))).toPrecision(2));
  return Number((1 - fall).toPrecision(12));
}
