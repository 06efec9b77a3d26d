/** How fast a run goes: the rate at which steps come back, and the JavaScript that a step takes. */

/** Weight of the newest measurement in a running mean. */
const newest = 0.1;

/** Milliseconds of work that one submit may hold: a frame. */
const submitMs = 16;

const blend = (mean: number | undefined, value: number): number =>
  mean === undefined ? value : mean + newest * (value - mean);

/** Running means over the latest steps. */
export class Pace {
  private lastArrival = 0;
  private stepMs?: number;
  private javascript?: number;
  private wasCaptured = false;

  /** How many steps are worth making together: one, unless they are much shorter than a frame. */
  get stepsPerSubmit(): number {
    return Math.max(1, Math.floor(submitMs / (this.stepMs ?? submitMs)));
  }

  /** Steps per second, lately; 0 before any came back. */
  get stepsPerSecond(): number {
    return this.stepMs === undefined ? 0 : 1000 / this.stepMs;
  }

  /** Milliseconds of JavaScript a step, lately. */
  get javascriptMs(): number {
    return this.javascript ?? 0;
  }

  /** Steps are about to be made; `idle` when none is under way, so that the pause before does not count. */
  begin(idle: boolean): number {
    const now = performance.now();
    if (idle) this.lastArrival = now;
    return now;
  }

  /** That many steps have been handed to the device, from commands recorded before if `captured`. */
  submitted(since: number, steps: number, captured: boolean): void {
    const duration = (performance.now() - since) / steps;
    this.javascript = blend(this.wasCaptured === captured ? this.javascript : undefined, duration);
    this.wasCaptured = captured;
  }

  /** One step has come back. */
  arrived(): void {
    const now = performance.now();
    this.stepMs = blend(this.stepMs, now - this.lastArrival);
    this.lastArrival = now;
  }
}
