/** The factor of ExponentialLR that brings a rate to about a hundredth in `count` steps, in few digits. */
export function decayFactor(count: number): number {
  // Digits of the distance from 1: of a long training the factor itself would round to 1.
  const fall = Number((1 - 0.01 ** (1 / Math.max(1, count))).toPrecision(2));
  return Number((1 - fall).toPrecision(12));
}
