/**
 * An exponential moving average without the bias towards zero at its start: the sum is divided by the weight received
 * so far (the bias correction of Adam's moments). A value that is not finite is skipped and returns NaN, so that one
 * bad step does not spoil the later ones.
 */
export class Smoother {
  private readonly weight: number;
  private average = 0;
  private missing = 1;

  /** `weight`: how much of the past each step keeps, from 0 (no smoothing) to just below 1. */
  constructor(weight: number) {
    this.weight = Math.min(Math.max(weight, 0), 0.9999);
  }

  /** Takes the next value and returns the average so far. */
  next(value: number): number {
    if (!Number.isFinite(value)) return NaN;
    this.average = this.weight * this.average + (1 - this.weight) * value;
    this.missing *= this.weight;
    return this.average / (1 - this.missing);
  }
}
