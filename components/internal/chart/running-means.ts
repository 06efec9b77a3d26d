/**
 * A growing list of numbers that knows the mean of any stretch without reading it: it keeps the sum of all values
 * before each index. Values that are not finite are ignored.
 */
export class RunningMeans {
  private values = new Float32Array(1024);
  private sums = new Float64Array(1025);
  private counts = new Uint32Array(1025);
  private count = 0;

  /** The number of values. */
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

  /** The value at an index, or NaN outside the list. */
  at(index: number): number {
    return index >= 0 && index < this.count ? this.values[index] : NaN;
  }

  /** The mean of the finite values `from … to - 1`, or NaN without any. */
  mean(from: number, to: number): number {
    const end = Math.min(to, this.count);
    const start = Math.max(0, from);
    if (end <= start) return NaN;
    return (this.sums[end] - this.sums[start]) / (this.counts[end] - this.counts[start]);
  }

  /** Removes all values and keeps the memory. */
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
