/**
 * Detects from its losses alone that a run has diverged, so that a repeated run stops at the same step.
 *
 * One loss that is not finite is enough. Finite losses must be far above the level at which the run began, and most of
 * the latest ones must be: the loss of a single batch says little where batches are small.
 */

/** What the detector remembers of a run's losses; plain data. */
export interface DivergenceState {
  /** The first losses, at most five; none of them is among the latest. */
  first: number[];
  /** The latest losses, at most five. */
  latest: number[];
  /** The step at which the divergence was detected. */
  at?: number;
}

/** How many losses are judged together: a checkpoint this many steps before the detection is from before the divergence. */
export const divergenceWindow = 5;

/** How many of the latest losses must be too high. */
const mostOfThem = 3;

/** By what factor a loss must exceed the level at the start. */
const farAbove = 4;

/** Watches the losses of one run. */
export class DivergenceDetector {
  /** The loss of a guess, ln(classes): a run that begins below it, such as a trained one, may return to it. */
  private readonly guess: number;
  private first: number[] = [];
  private latest: number[] = [];
  private detectedAt?: number;
  /** {@link level}, once the first losses cannot change any more. */
  private settledLevel?: number;

  /** @param classes how many classes the network distinguishes */
  constructor(classes: number) {
    this.guess = Math.log(Math.max(2, classes));
  }

  /** The step at which the divergence was detected; undefined before that. */
  get at(): number | undefined {
    return this.detectedAt;
  }

  /**
   * Records the loss of one step, in order and once each.
   *
   * @returns true at the one step at which the divergence is detected
   */
  observe(step: number, loss: number): boolean {
    this.latest.push(loss);
    if (this.latest.length > divergenceWindow) {
      const settled = this.latest.shift()!;
      if (this.first.length < divergenceWindow) this.first.push(settled);
      else this.settledLevel ??= this.level();
    }
    if (this.detectedAt !== undefined || !this.isDiverged(loss)) return false;
    this.detectedAt = step;
    return true;
  }

  /** The state to continue from. */
  state(): DivergenceState {
    const { first, latest, detectedAt: at } = this;
    return { first: [...first], latest: [...latest], ...(at !== undefined && { at }) };
  }

  /** Continues from a state that {@link state} returned. */
  restore({ first, latest, at }: DivergenceState): void {
    this.first = [...first];
    this.latest = [...latest];
    this.detectedAt = at;
    this.settledLevel = undefined;
  }

  private isDiverged(loss: number): boolean {
    if (!Number.isFinite(loss)) return true;
    const limit = farAbove * (this.settledLevel ?? this.level());
    return this.latest.filter((value) => value > limit).length >= mostOfThem;
  }

  /** The loss at which the run began, without the latest losses; the very first one was before any update. */
  private level(): number {
    return Math.max(this.guess, median(this.first.length > 0 ? this.first : this.latest.slice(0, 1)));
  }
}

/** The median, the lower of two middle values. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
