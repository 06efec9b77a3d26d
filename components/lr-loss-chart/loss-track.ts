import type { Evaluation, History } from '../../src/lab/index.js';
import {
  createSlots,
  firstSlotOf,
  nearestSlotOf,
  type ColumnGrid,
  type Slot,
} from '../internal/plot/lines/column-grid.js';
import { ExtremesWriter } from '../internal/plot/lines/column-writer.js';
import { RunningMeans } from '../internal/chart/running-means.js';
import { Smoother } from '../internal/chart/smoothing.js';

/** The part of a run's history that a track reads. */
export type LossHistory = Pick<History, 'length' | 'loss' | 'evaluations' | 'minMax'>;

/**
 * The losses of one run, ready to draw. An update reads only new rows. When other steps are shown, the history
 * provides their extremes and the means are known, so no row is read again.
 */
export class LossTrack {
  /** The step from which every loss has been NaN or infinite. */
  brokenSince: number | undefined;
  /** The first slot that the last update may have changed in lists that are the same. */
  changedFrom = 0;

  private grid: ColumnGrid | undefined;
  private begin = 0;
  private weight = NaN;
  private raw!: ExtremesWriter;
  private average: Slot[] = [];
  private validationLoss: Slot[] = [];
  private smoother!: Smoother;
  private drawn = 0;
  private evaluations = 0;
  private readonly smoothed = new RunningMeans();

  /** The slots of its three lines: loss, smoothed loss, validation loss. */
  get lines(): readonly (readonly Slot[])[] {
    return [this.raw.slots, this.average, this.validationLoss];
  }

  /**
   * Adds the new rows.
   *
   * @param weight the weight of the smoothing
   * @param begin the first step that is drawn
   */
  update(history: LossHistory, grid: ColumnGrid, weight: number, begin = 0): void {
    const isShorter = history.length < this.smoothed.length || history.evaluations.length < this.evaluations;
    if (weight !== this.weight || isShorter) this.forget(weight);
    if (grid !== this.grid || begin !== this.begin) this.clear(grid, begin);
    const { loss, length } = history;
    for (let row = this.smoothed.length; row < length; row++) {
      this.smoothed.push(this.smoother.next(loss[row]));
      if (Number.isFinite(loss[row])) this.brokenSince = undefined;
      else this.brokenSince ??= row;
    }
    this.draw(history, grid);
    this.evaluate(history.evaluations, grid);
  }

  /** The smoothed loss of a row, or NaN. */
  smoothedAt(row: number): number {
    return this.smoothed.at(row);
  }

  private draw(history: LossHistory, grid: ColumnGrid): void {
    const { length, loss } = history;
    // A fork begins where it leaves its parent's line.
    const from = Math.max(this.drawn, this.begin - 1);
    this.changedFrom = Math.max(0, firstSlotOf(grid, from));
    this.raw.addRows(loss, { offset: 0, from, to: length }, (first, end, stretches) =>
      history.minMax('loss', first, end, stretches),
    );
    const { origin, stepsPerColumn: width } = grid;
    const slotsPerColumn = width === 1 ? 1 : 2;
    const last = Math.min(length, origin + (grid.x.length / slotsPerColumn) * width);
    const firstColumn = Math.max(0, Math.floor((from - origin) / width));
    for (let column = firstColumn; origin + column * width < last; column++) {
      const start = origin + column * width;
      const mean = this.smoothed.mean(Math.max(start, this.begin - 1), start + width);
      const slot = firstSlotOf(grid, start);
      this.average[slot] = Number.isNaN(mean) ? null : mean;
      // The second slot of a gap belongs to the gap; that of a value is skipped.
      if (slotsPerColumn === 2) this.average[slot + 1] = Number.isNaN(mean) ? null : undefined;
    }
    this.drawn = Math.max(length, this.drawn);
  }

  private evaluate(evaluations: readonly Evaluation[], grid: ColumnGrid): void {
    for (; this.evaluations < evaluations.length; this.evaluations++) {
      const { step, loss } = evaluations[this.evaluations];
      if (step < this.begin || step < grid.from || step > grid.steps) continue;
      const slot = nearestSlotOf(grid, step);
      this.changedFrom = Math.min(this.changedFrom, slot);
      if (Number.isFinite(loss)) this.validationLoss[slot] = loss;
    }
  }

  private forget(weight: number): void {
    this.weight = weight;
    this.smoother = new Smoother(weight);
    this.smoothed.clear();
    this.grid = undefined;
    this.brokenSince = undefined;
  }

  private clear(grid: ColumnGrid, begin: number): void {
    this.grid = grid;
    this.begin = begin;
    this.raw = new ExtremesWriter(grid);
    this.average = createSlots(grid);
    this.validationLoss = createSlots(grid);
    this.drawn = 0;
    this.evaluations = 0;
  }
}

/** The last evaluation up to a step. */
export function evaluationAt(evaluations: readonly Evaluation[], step: number): Evaluation | undefined {
  return evaluations.findLast((evaluation) => evaluation.step <= step);
}
