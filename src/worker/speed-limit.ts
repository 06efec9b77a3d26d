/**
 * A speed that may not be exceeded: after each step so much time must go by before the next. It holds back only when a
 * step may be made, so nothing that is computed depends on it.
 */

/** Milliseconds of steps that may be made at once: about a frame, so that what is shown moves evenly. */
const frameMs = 30;

/** Milliseconds of lateness that are made up for; what is slower by itself owes nothing. */
const forgivenMs = 100;

/** The clock that a tempo is kept by. */
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

/** Keeps steps to a speed. */
export class Tempo {
  private readonly clock: Clock;
  private stepsPerSecond = Infinity;
  /** When the next step may be made. */
  private due = -Infinity;

  constructor(clock: Clock = realClock) {
    this.clock = clock;
  }

  /** Sets the speed; without a number there is none. */
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

  /** Settles when the next step may be made, as long as the speed stays as it is. */
  rest(): Promise<void> {
    return this.clock.sleep(this.wait);
  }

  /** Steps have been made. */
  made(steps: number): void {
    const begun = Math.max(this.due, this.clock.now() - forgivenMs);
    this.due = begun + (steps * 1000) / this.stepsPerSecond;
  }
}
