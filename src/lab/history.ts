import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { signal } from '@preact/signals-core';

import type { Evaluation } from '../training/index.js';
import type { Rows } from '../training/lab-worker.js';

/** An array that grows at its end without copying on every append. */
class Growing<Values extends Float32Array | Float64Array | Uint32Array> {
  private room: Values;
  private readonly allocate: (length: number) => Values;

  constructor(allocate: (length: number) => Values) {
    this.allocate = allocate;
    this.room = allocate(1024);
  }

  /** The first `length` values, as a view. */
  view(length: number): Values {
    return this.room.subarray(0, length) as Values;
  }

  write(values: ArrayLike<number>, at: number): void {
    if (at + values.length > this.room.length) {
      const larger = this.allocate(Math.max(this.room.length * 2, at + values.length));
      larger.set(this.room);
      this.room = larger;
    }
    this.room.set(values, at);
  }
}

/**
 * What a run has been through: row k is the loss of batch k before update k, and the learning rate used in update k.
 * The arrays are views that the next append may outdate: read them, do not keep them.
 */
export class History {
  private readonly changes: Signal<number> = signal(0);
  private readonly steps = new Growing((length) => new Uint32Array(length));
  private readonly losses = new Growing((length) => new Float32Array(length));
  private readonly rates: Growing<Float64Array>[] = [];
  private readonly scores: Evaluation[] = [];
  private size = 0;

  /** Grows with each append, so that a reader can wait for news. */
  get version(): ReadonlySignal<number> {
    return this.changes;
  }

  /** The number of rows. */
  get length(): number {
    return this.size;
  }

  get step(): Uint32Array {
    return this.steps.view(this.size);
  }

  /** May hold NaN and infinities. */
  get loss(): Float32Array {
    return this.losses.view(this.size);
  }

  /** The scheduled rates, a row per param group; what the GPU used is their `Math.fround`. */
  get lr(): Float64Array[] {
    return this.rates.map((group) => group.view(this.size));
  }

  /** Validation scores, in the order of the epochs. */
  get evaluations(): readonly Evaluation[] {
    return this.scores;
  }

  /** Adds what has happened since the last append. */
  append(rows: Rows | undefined, evaluations: readonly Evaluation[]): void {
    if (!rows && evaluations.length === 0) return;
    if (rows) {
      if (rows.first !== this.size)
        throw new Error(`rows begin at step ${rows.first}; expected ${this.size}.`);
      const { loss, lr, first } = rows;
      this.steps.write(
        Uint32Array.from(loss, (_, index) => first + index),
        this.size,
      );
      this.losses.write(loss, this.size);
      for (const [group, values] of lr.entries()) {
        this.rates[group] ??= new Growing((length) => new Float64Array(length));
        this.rates[group].write(values, this.size);
      }
      this.size += loss.length;
    }
    this.scores.push(...evaluations);
    this.changes.value++;
  }
}
