/**
 * An exponential moving average without the pull towards zero at its start: the sum is divided by the weight it has
 * really received (the bias correction of Adam's moments). A value that is not finite is passed over and answered by
 * NaN, so that one broken step does not spoil all that follow.
 */
export class Smoother {
  private readonly weight: number;
  private average = 0;
  private missing = 1;

  /** `weight`: how much of the past is kept at each step, 0 (nothing is smoothed) up to but not including 1. */
  constructor(weight: number) {
    this.weight = Math.min(Math.max(weight, 0), 0.9999);
  }

  /** Takes the next value and returns the average up to and with it. */
  next(value: number): number {
    if (!Number.isFinite(value)) return NaN;
    this.average = this.weight * this.average + (1 - this.weight) * value;
    this.missing *= this.weight;
    return this.average / (1 - this.missing);
  }
}
