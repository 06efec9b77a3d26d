import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { signal } from '@preact/signals-core';

import type { Evaluation } from '../../training/index.js';
import type { Rows } from '../../worker/index.js';
import type { Decimated } from './extreme-index.js';
import { decimate, ExtremeIndex } from './extreme-index.js';

/** A history as plain data; row k is step k. */
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
 * The most rows that are reserved ahead. Memory that is never written to costs only addresses, but the plan of a run may
 * have a thousand million steps.
 */
const mostAhead = 2 ** 20;

/** The rows that are reserved when the run's length is unknown. */
const fewestAhead = 1024;

/** A column of numbers in a reserved buffer. What fits into it is added without copying the rest. */
class Column<Values extends Float32Array | Float64Array | Uint32Array> {
  readonly extremes = new ExtremeIndex();
  private buffer: Values;
  private readonly allocate: (length: number) => Values;

  constructor(allocate: (length: number) => Values, rows: number) {
    this.allocate = allocate;
    this.buffer = allocate(rows);
  }

  /** The first `length` values, as a view. */
  view(length: number): Values {
    return this.buffer.subarray(0, length) as Values;
  }

  /** Reserves space for `rows` values, keeping the first `used`. */
  reserve(rows: number, used: number): void {
    if (rows <= this.buffer.length) return;
    const larger = this.allocate(rows);
    larger.set(this.buffer.subarray(0, used));
    this.buffer = larger;
  }

  write(values: ArrayLike<number>, at: number): void {
    const end = at + values.length;
    if (end > this.buffer.length) this.reserve(Math.max(this.buffer.length * 2, end), at);
    this.buffer.set(values, at);
  }

  /** Writes the numbers of the rows themselves. */
  count(from: number, to: number): void {
    if (to > this.buffer.length) this.reserve(Math.max(this.buffer.length * 2, to), from);
    for (let row = from; row < to; row++) this.buffer[row] = row;
  }
}

/**
 * The losses, rates and scores of a run: row k is the loss of batch k before update k, and the learning rate used in
 * update k. The arrays are views that the next append may replace: read them, do not keep them.
 */
export class History implements HistoryData {
  private readonly changes: Signal<number> = signal(0);
  private readonly steps: Column<Uint32Array>;
  private readonly losses: Column<Float32Array>;
  private readonly rates: Column<Float64Array>[] = [];
  private scores: Evaluation[] = [];
  private size = 0;
  private ahead = fewestAhead;

  constructor() {
    this.steps = new Column((length) => new Uint32Array(length), this.ahead);
    this.losses = new Column((length) => new Float32Array(length), this.ahead);
  }

  /** A history with a copy of these data. */
  static from(data: HistoryData): History {
    const history = new History();
    history.reserve(data.loss.length);
    const { loss, lr, evaluations } = data;
    history.append(loss.length > 0 ? { first: 0, loss, lr: [...lr] } : undefined, evaluations);
    return history;
  }

  /** Increases with each change, so that a reader can wait for one. */
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

  /** Reserves space for a run of so many steps, so that appending copies nothing. */
  reserve(steps: number): void {
    this.ahead = Math.max(this.ahead, Math.min(steps, mostAhead));
    for (const column of [this.steps, this.losses, ...this.rates]) column.reserve(this.ahead, this.size);
  }

  /** Adds the rows and evaluations since the last append. */
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
    // One by one: a call takes no more than about 125,000 arguments.
    for (const evaluation of evaluations) this.scores.push(evaluation);
    this.changes.value++;
  }

  /**
   * Removes the rows from step `length` on, and the evaluations made after it.
   *
   * @throws RangeError for a length that is neither a row of this history nor its end
   */
  truncate(length: number): void {
    this.checkRow(length);
    const kept = this.evaluationsUpTo(length);
    if (length === this.size && kept.length === this.scores.length) return;
    this.scores = kept;
    for (const { extremes } of [this.losses, ...this.rates]) extremes.truncate(length);
    this.size = length;
    this.changes.value++;
  }

  /**
   * A copy of this history up to step `upTo`: the rows before it, and the evaluations made after at most so many updates.
   *
   * @throws RangeError for a step that this history has not reached
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
   * A line reduced for drawing: the rows `from` to `to` (without it) in so many buckets, of each the lowest and the
   * highest value in the order of their steps. Its cost depends on the buckets, hardly on the rows. A param group without
   * rows has an empty line.
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
