/**
 * A limit of steps per second: after each step some time must pass before the next. It decides only when a step may be
 * made, so nothing that is computed depends on it.
 */

/** Milliseconds of steps that may be made at once: about a frame, so that what is shown moves evenly. */
const frameMs = 30;

/** Milliseconds of delay that are caught up on; what is slower by itself catches up on nothing. */
const caughtUpMs = 100;

/** The clock of a limit. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Settles after that many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
}

const realClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Limits steps per second. */
export class SpeedLimit {
  private readonly clock: Clock;
  private stepsPerSecond = Infinity;
  /** When the next step may be made. */
  private due = -Infinity;

  constructor(clock: Clock = realClock) {
    this.clock = clock;
  }

  /** Sets the limit; without a number there is none. */
  limit(stepsPerSecond: number | undefined): void {
    this.stepsPerSecond = stepsPerSecond ?? Infinity;
    this.due = -Infinity;
  }

  /** Milliseconds until the next step may be made; 0 when it may be made now. */
  get wait(): number {
    return Math.max(0, this.due - this.clock.now());
  }

  /** The most steps that may be made at once: at least one. */
  get most(): number {
    return Math.max(1, Math.floor((this.stepsPerSecond * frameMs) / 1000));
  }

  /** Settles when the next step may be made, as long as the limit stays as it is. */
  rest(): Promise<void> {
    return this.clock.sleep(this.wait);
  }

  /** Records steps that have been made. */
  made(steps: number): void {
    const begun = Math.max(this.due, this.clock.now() - caughtUpMs);
    this.due = begun + (steps * 1000) / this.stepsPerSecond;
  }
}
