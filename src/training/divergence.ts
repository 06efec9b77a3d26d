/**
 * Notices that a run has fallen apart, from its losses alone, so that a repeated run is stopped at the same step.
 *
 * A loss that is no number any more says so at once. A finite one must be far above the level at which the run began,
 * and most of the latest losses with it: the loss of a single batch says little where batches are small.
 */

/** What is remembered of a run's losses; plain data. */
export interface DivergenceState {
  /** The first losses, at most five, none of which is among the latest. */
  first: number[];
  /** The latest losses, at most five. */
  latest: number[];
  /** The step at which the divergence was noticed. */
  at?: number;
}

/** Losses that are looked at together: a checkpoint this many steps before the one that told is from before the trouble. */
export const divergenceWindow = 5;

/** How many of the latest losses must be too high. */
const mostOfThem = 3;

/** How many times the level of its start a loss must be. */
const farAbove = 4;

/** Watches the losses of one run. */
export class DivergenceDetector {
  /** The loss of a guess, ln(classes): a run that begins below it, such as a trained one, may come back up to it. */
  private readonly guess: number;
  private first: number[] = [];
  private latest: number[] = [];
  private noticedAt?: number;

  /** @param classes how many the network tells apart */
  constructor(classes: number) {
    this.guess = Math.log(Math.max(2, classes));
  }

  /** The step whose loss told; undefined while all is well. */
  get at(): number | undefined {
    return this.noticedAt;
  }

  /**
   * Takes in the loss of one step, in order and once each.
   *
   * @returns true at the one step at which the divergence is noticed
   */
  observe(step: number, loss: number): boolean {
    this.latest.push(loss);
    if (this.latest.length > divergenceWindow) {
      const settled = this.latest.shift()!;
      if (this.first.length < divergenceWindow) this.first.push(settled);
    }
    if (this.noticedAt !== undefined || !this.isDiverged(loss)) return false;
    this.noticedAt = step;
    return true;
  }

  /** What to go on from. */
  state(): DivergenceState {
    const { first, latest, noticedAt: at } = this;
    return { first: [...first], latest: [...latest], ...(at !== undefined && { at }) };
  }

  /** Goes on from a state that {@link state} gave. */
  restore({ first, latest, at }: DivergenceState): void {
    this.first = [...first];
    this.latest = [...latest];
    this.noticedAt = at;
  }

  private isDiverged(loss: number): boolean {
    if (!Number.isFinite(loss)) return true;
    const limit = farAbove * this.level();
    return this.latest.filter((value) => value > limit).length >= mostOfThem;
  }

  /** The loss at which the run began, without those under suspicion; the very first was before any update. */
  private level(): number {
    return Math.max(this.guess, median(this.first.length > 0 ? this.first : this.latest.slice(0, 1)));
  }
}

/** The middle value, the lower one of two. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
