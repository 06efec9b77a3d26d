/** A list of 32-bit floats that doubles its room when it is full, so that adding a value allocates almost never. */
export class GrowingValues {
  private values = new Float32Array(1024);
  private count = 0;

  /** How many values there are. */
  get length(): number {
    return this.count;
  }

  /** Adds a value at the end. */
  push(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Float32Array(this.count * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }

  /** The value at an index, or NaN where there is none. */
  at(index: number): number {
    return index >= 0 && index < this.count ? this.values[index] : NaN;
  }

  /** Forgets all values and keeps the room. */
  clear(): void {
    this.count = 0;
  }
}
