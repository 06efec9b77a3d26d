/** Steps per second over the last seconds, from the times at which steps were reported. */
export class RecentSpeed {
  /** Milliseconds over which the speed is measured. */
  private readonly span: number;
  private marks: { time: number; step: number }[] = [];

  constructor(span = 3000) {
    this.span = span;
  }

  /** Forgets the past: call it when a run starts, continues or stops. */
  restart(): void {
    this.marks = [];
  }

  /** Records that `step` steps are known, and returns the speed; 0 until it can be measured. */
  mark(step: number, time = performance.now()): number {
    this.marks.push({ time, step });
    while (this.marks.length > 2 && this.marks[1].time < time - this.span) this.marks.shift();
    const [first] = this.marks;
    return time > first.time ? ((step - first.step) * 1000) / (time - first.time) : 0;
  }
}
