import type { Evaluation } from '../../src/lab/index.js';
import { createSlots, nearestSlotOf, type ColumnGrid, type Slot } from '../internal/chart/column-grid.js';
import { ExtremesWriter, MeanWriter } from '../internal/chart/column-writer.js';
import { GrowingValues } from '../internal/chart/growing-values.js';
import { Smoother } from '../internal/chart/smoothing.js';

/** What a track reads of a run's history. */
export interface LossHistory {
  readonly length: number;
  readonly step: Uint32Array;
  readonly loss: Float32Array;
  readonly evaluations: readonly Evaluation[];
}

/**
 * The losses of one run, ready to be drawn. It takes in only what is new since the last drawing; everything is read
 * again when the grid or the smoothing has changed, or when the history has begun anew.
 */
export class LossTrack {
  /** The step from which on no loss was a number, while that lasts. */
  brokenSince: number | undefined;

  private grid: ColumnGrid | undefined;
  private weight = NaN;
  private raw!: ExtremesWriter;
  private average!: MeanWriter;
  private validationLoss: Slot[] = [];
  private validationAccuracy: Slot[] = [];
  private smoother!: Smoother;
  private evaluations = 0;
  private readonly smoothed = new GrowingValues();

  /** The slots of its four lines: loss, smoothed loss, validation loss, validation accuracy. */
  get lines(): readonly (readonly Slot[])[] {
    return [this.raw.slots, this.average.slots, this.validationLoss, this.validationAccuracy];
  }

  /** Takes in what is new; `weight` is that of the smoothing. */
  update(history: LossHistory, grid: ColumnGrid, weight: number): void {
    const isShorter = history.length < this.smoothed.length || history.evaluations.length < this.evaluations;
    if (grid !== this.grid || weight !== this.weight || isShorter) this.restart(grid, weight);
    const { step, loss } = history;
    for (let row = this.smoothed.length; row < history.length; row++) {
      const value = loss[row];
      const average = this.smoother.next(value);
      this.smoothed.push(average);
      this.raw.add(step[row], value);
      this.average.add(step[row], average);
      if (Number.isFinite(value)) this.brokenSince = undefined;
      else this.brokenSince ??= step[row];
    }
    for (; this.evaluations < history.evaluations.length; this.evaluations++) {
      const evaluation = history.evaluations[this.evaluations];
      const slot = nearestSlotOf(grid, evaluation.step);
      if (Number.isFinite(evaluation.loss)) this.validationLoss[slot] = evaluation.loss;
      if (Number.isFinite(evaluation.accuracy)) this.validationAccuracy[slot] = evaluation.accuracy;
    }
  }

  /** The smoothed loss of a row, NaN where there is none. */
  smoothedAt(row: number): number {
    return this.smoothed.at(row);
  }

  private restart(grid: ColumnGrid, weight: number): void {
    this.grid = grid;
    this.weight = weight;
    this.raw = new ExtremesWriter(grid);
    this.average = new MeanWriter(grid);
    this.validationLoss = createSlots(grid);
    this.validationAccuracy = createSlots(grid);
    this.smoother = new Smoother(weight);
    this.smoothed.clear();
    this.evaluations = 0;
    this.brokenSince = undefined;
  }
}

/** The last evaluation made up to a step. */
export function evaluationAt(evaluations: readonly Evaluation[], step: number): Evaluation | undefined {
  return evaluations.findLast((evaluation) => evaluation.step <= step);
}
