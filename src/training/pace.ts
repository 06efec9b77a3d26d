/** How fast a run goes: the rate at which steps come back, and what it takes to ask for them. */

/** Weight of the newest measurement in a running mean. */
const newest = 0.1;

/** Milliseconds of work that one submit may hold: a pause and a change wait for two of them at most. */
const submitMs = 60;

/** Deliveries that the rate is taken over. */
const window = 16;

/** Rows that come closer together than this, in milliseconds, came back together. */
const together = 0.2;

const blend = (mean: number | undefined, value: number): number =>
  mean === undefined ? value : mean + newest * (value - mean);

/** Rates over the latest steps. */
export class Pace {
  /** When rows came back and how many; the first only says when the count began. */
  private deliveries: { time: number; rows: number }[] = [];
  private stepMs?: number;
  private javascript?: number;
  private steps?: number;
  private wasCaptured = false;

  /** How many steps are worth making together: one, unless they are much shorter than a frame. */
  get stepsPerSubmit(): number {
    return Math.max(1, Math.floor(submitMs / (this.stepMs ?? submitMs)));
  }

  /** Steps per second, lately; 0 before any came back. */
  get stepsPerSecond(): number {
    return this.stepMs === undefined ? 0 : 1000 / this.stepMs;
  }

  /** Submits a step, lately: less than one where several steps share one. */
  get submits(): number {
    return 1 / (this.steps ?? 1);
  }

  /** Milliseconds for which this side worked on handing over a step, lately, by the clock. */
  get javascriptMs(): number {
    return this.javascript ?? 0;
  }

  /** Steps are about to be made; `idle` when none is under way, so that the pause before does not count. */
  begin(idle: boolean): number {
    if (idle) this.restart();
    return performance.now();
  }

  /** That many steps have been handed to the device, from commands recorded before if `captured`. */
  submitted(since: number, steps: number, captured: boolean): void {
    const isFirst = this.wasCaptured !== captured;
    this.wasCaptured = captured;
    if (isFirst) this.restart();
    this.javascript = blend(isFirst ? undefined : this.javascript, (performance.now() - since) / steps);
    this.steps = blend(isFirst ? undefined : this.steps, steps);
  }

  /** One step has come back. */
  arrived(): void {
    const time = performance.now();
    const { deliveries } = this;
    const last = deliveries.at(-1)!;
    if (deliveries.length > 1 && time - last.time < together) {
      last.rows++;
    } else {
      deliveries.push({ time, rows: 1 });
      if (deliveries.length > window) deliveries.shift();
    }
    const rows = deliveries.reduce((sum, each, index) => sum + (index > 0 ? each.rows : 0), 0);
    this.stepMs = (deliveries.at(-1)!.time - deliveries[0].time) / rows;
  }

  /** Forgets when steps came back: something else took time. */
  restart(): void {
    this.deliveries = [{ time: performance.now(), rows: 0 }];
  }
}
