import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { signal } from '@preact/signals-core';

import type { Evaluation } from '../../training/index.js';
import type { Rows } from '../../worker/index.js';
import type { Decimated } from './extremes.js';
import { decimate, Extremes } from './extremes.js';

/** What a history is made of, as plain data; row k is step k. */
export interface HistoryData {
  /** The loss of batch k before update k. */
  readonly loss: Float32Array;
  /** The rates of update k, an array per param group. */
  readonly lr: readonly Float64Array[];
  readonly evaluations: readonly Evaluation[];
}

/** A line of a history: the loss, or the rate of the param group with this index. */
export type HistoryLine = 'loss' | number;

/**
 * The most rows that room is made for ahead. Memory that nothing has been written to costs an address only, but the
 * plan of a run may speak of a thousand million steps.
 */
const mostAhead = 2 ** 20;

/** The rows that room is made for where nothing is known of the run's length. */
const fewestAhead = 1024;

/** A column of numbers. What fits into the room that was made for it is added without copying what is there. */
class Column<Values extends Float32Array | Float64Array | Uint32Array> {
  readonly extremes = new Extremes();
  private room: Values;
  private readonly allocate: (length: number) => Values;

  constructor(allocate: (length: number) => Values, rows: number) {
    this.allocate = allocate;
    this.room = allocate(rows);
  }

  /** The first `length` values, as a view. */
  view(length: number): Values {
    return this.room.subarray(0, length) as Values;
  }

  /** Makes room for `rows` values, keeping the first `used`. */
  reserve(rows: number, used: number): void {
    if (rows <= this.room.length) return;
    const larger = this.allocate(rows);
    larger.set(this.room.subarray(0, used));
    this.room = larger;
  }

  write(values: ArrayLike<number>, at: number): void {
    const end = at + values.length;
    if (end > this.room.length) this.reserve(Math.max(this.room.length * 2, end), at);
    this.room.set(values, at);
  }

  /** Writes the numbers of the rows themselves. */
  count(from: number, to: number): void {
    if (to > this.room.length) this.reserve(Math.max(this.room.length * 2, to), from);
    for (let row = from; row < to; row++) this.room[row] = row;
  }
}

/**
 * What a run has been through: row k is the loss of batch k before update k, and the learning rate used in update k.
 * The arrays are views that the next append may outdate: read them, do not keep them.
 */
export class History implements HistoryData {
  private readonly changes: Signal<number> = signal(0);
  private readonly steps: Column<Uint32Array>;
  private readonly losses: Column<Float32Array>;
  private readonly rates: Column<Float64Array>[] = [];
  private readonly scores: Evaluation[] = [];
  private size = 0;
  private ahead = fewestAhead;

  constructor() {
    this.steps = new Column((length) => new Uint32Array(length), this.ahead);
    this.losses = new Column((length) => new Float32Array(length), this.ahead);
  }

  /** The history that these data are of; they are copied. */
  static from(data: HistoryData): History {
    const history = new History();
    history.reserve(data.loss.length);
    const { loss, lr, evaluations } = data;
    history.append(loss.length > 0 ? { first: 0, loss, lr: [...lr] } : undefined, evaluations);
    return history;
  }

  /** Grows with each change, so that a reader can wait for news. */
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

  /** Makes room for a run of so many steps, so that no append copies what is there. */
  reserve(steps: number): void {
    this.ahead = Math.max(this.ahead, Math.min(steps, mostAhead));
    for (const column of [this.steps, this.losses, ...this.rates]) column.reserve(this.ahead, this.size);
  }

  /** Adds what has happened since the last append. */
  append(rows: Rows | undefined, evaluations: readonly Evaluation[]): void {
    if (!rows && evaluations.length === 0) return;
    if (rows) {
      const { loss, lr, first } = rows;
      if (first !== this.size) throw new Error(`rows begin at step ${first}; expected ${this.size}.`);
      const end = first + loss.length;
      this.steps.count(first, end);
      this.losses.write(loss, first);
      for (const [group, values] of lr.entries()) {
        this.rates[group] ??= new Column((length) => new Float64Array(length), this.ahead);
        this.rates[group].write(values, first);
      }
      this.size = end;
    }
    this.scores.push(...evaluations);
    this.changes.value++;
  }

  /**
   * Forgets the rows from step `length` on, and the evaluations made after it.
   *
   * @throws RangeError for a length that is no row of this history or its end
   */
  truncate(length: number): void {
    this.checkRow(length);
    if (length === this.size && this.evaluationsUpTo(length).length === this.scores.length) return;
    this.scores.splice(0, Infinity, ...this.evaluationsUpTo(length));
    for (const { extremes } of [this.losses, ...this.rates]) extremes.truncate(length);
    this.size = length;
    this.changes.value++;
  }

  /**
   * A history of its own that shares this one's past up to step `upTo`: the rows before it, and the evaluations made
   * after at most so many updates.
   *
   * @throws RangeError for a step that this history has not come to
   */
  fork(upTo: number): History {
    this.checkRow(upTo);
    const fork = new History();
    fork.reserve(this.ahead);
    const rows = {
      first: 0,
      loss: this.losses.view(upTo),
      lr: this.rates.map((group) => group.view(upTo)),
    };
    fork.append(upTo > 0 ? rows : undefined, this.evaluationsUpTo(upTo));
    return fork;
  }

  /**
   * A line thinned out for drawing: the rows `from` to `to` (without it) in so many buckets, of each the lowest and the
   * highest value in the order in which they came. What it costs depends on the buckets, hardly on the rows. A param
   * group that no row has told of yet has an empty line.
   */
  minMax(line: HistoryLine, from: number, to: number, buckets: number): Decimated {
    const column = line === 'loss' ? this.losses : this.rates.at(line);
    if (!column) return { step: new Uint32Array(), value: new Float64Array() };
    const end = Math.min(Math.floor(to), this.size);
    return decimate(column.view(this.size), column.extremes, {
      from: Math.max(0, Math.floor(from)),
      to: end,
      buckets: Math.max(1, Math.floor(buckets)),
    });
  }

  private evaluationsUpTo(step: number): Evaluation[] {
    return this.scores.filter((evaluation) => evaluation.step <= step);
  }

  private checkRow(step: number): void {
    if (Number.isInteger(step) && step >= 0 && step <= this.size) return;
    throw new RangeError(`step ${step} is not in this history of ${this.size} rows.`);
  }
}
