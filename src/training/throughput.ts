/** How fast a run trains: the rate at which losses are read back, and the time that submitting steps takes. */

/** Weight of the newest measurement in a running mean. */
const newest = 0.1;

/** Milliseconds of work in one submit at most: a pause or a change waits for at most two submits. */
const submitMs = 60;

/** The most steps in one submit. */
export const mostStepsPerSubmit = 8;

/** Deliveries over which the rate is measured. */
const window = 16;

/** Rows that arrive within so many milliseconds of each other count as one delivery. */
const together = 0.2;

const blend = (mean: number | undefined, value: number): number =>
  mean === undefined ? value : mean + newest * (value - mean);

/** Measures over the latest steps. */
export class Throughput {
  /** When rows arrived and how many; the first entry only holds the time at which the count began. */
  private deliveries: { time: number; rows: number }[] = [];
  private stepMs?: number;
  private javascript?: number;
  private steps?: number;
  private wasCaptured = false;

  /** How many steps are worth making together: one, unless they are much shorter than a frame. */
  get stepsPerSubmit(): number {
    return Math.max(1, Math.floor(submitMs / (this.stepMs ?? submitMs)));
  }

  /** Steps per second over the latest steps; 0 before any loss has been read back. */
  get stepsPerSecond(): number {
    return this.stepMs === undefined ? 0 : 1000 / this.stepMs;
  }

  /** Submits per step, over the latest steps: less than one where several steps share one. */
  get submits(): number {
    return 1 / (this.steps ?? 1);
  }

  /** Milliseconds that JavaScript took to plan and submit a step, over the latest steps. */
  get javascriptMs(): number {
    return this.javascript ?? 0;
  }

  /** Marks the start of a submit; `idle` when no step is in flight, so that the pause before it does not count. */
  begin(idle: boolean): number {
    if (idle) this.restart();
    return performance.now();
  }

  /** Records that so many steps have been submitted; `captured` when their commands are replayed. */
  submitted(since: number, steps: number, captured: boolean): void {
    const isFirst = this.wasCaptured !== captured;
    this.wasCaptured = captured;
    if (isFirst) this.restart();
    this.javascript = blend(isFirst ? undefined : this.javascript, (performance.now() - since) / steps);
    this.steps = blend(isFirst ? undefined : this.steps, steps);
  }

  /** Records that the loss of one step has arrived. */
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

  /** Forgets the arrivals so far: something else took time. */
  restart(): void {
    this.deliveries = [{ time: performance.now(), rows: 0 }];
  }
}
