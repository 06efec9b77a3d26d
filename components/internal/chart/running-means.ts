/**
 * A growing list of numbers of which the mean of any stretch is known without reading it: what is kept are the sums of
 * all values before each. What is not finite has no part in a mean.
 */
export class RunningMeans {
  private values = new Float32Array(1024);
  private sums = new Float64Array(1025);
  private counts = new Uint32Array(1025);
  private count = 0;

  /** How many values there are. */
  get length(): number {
    return this.count;
  }

  /** Adds a value at the end. */
  push(value: number): void {
    const { count } = this;
    if (count === this.values.length) this.grow();
    const isFinite = Number.isFinite(value);
    this.values[count] = value;
    this.sums[count + 1] = this.sums[count] + (isFinite ? value : 0);
    this.counts[count + 1] = this.counts[count] + (isFinite ? 1 : 0);
    this.count++;
  }

  /** The value at an index, or NaN where there is none. */
  at(index: number): number {
    return index >= 0 && index < this.count ? this.values[index] : NaN;
  }

  /** The mean of the finite values from `from` up to and without `to`; NaN where there is none. */
  mean(from: number, to: number): number {
    const end = Math.min(to, this.count);
    const start = Math.max(0, from);
    if (end <= start) return NaN;
    return (this.sums[end] - this.sums[start]) / (this.counts[end] - this.counts[start]);
  }

  /** Forgets all values and keeps the room. */
  clear(): void {
    this.count = 0;
  }

  private grow(): void {
    const room = this.count * 2;
    const grown = <Values extends Float32Array | Float64Array | Uint32Array>(
      larger: Values,
      former: Values,
    ): Values => {
      larger.set(former);
      return larger;
    };
    this.values = grown(new Float32Array(room), this.values);
    this.sums = grown(new Float64Array(room + 1), this.sums);
    this.counts = grown(new Uint32Array(room + 1), this.counts);
  }
}
