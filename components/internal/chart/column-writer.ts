import { createSlots, firstSlotOf, type ColumnGrid, type Slot } from './column-grid.js';

/** Takes the values of one line, in the order of their steps, and keeps what the pixels can show of them. */
export interface ColumnWriter {
  /** What is drawn: one entry per slot of the grid. The array stays the same, its entries change. */
  readonly slots: Slot[];
  /** Adds the value of a step; steps come in ascending order. What is not finite leaves a gap. */
  add(step: number, value: number): void;
}

/** Keeps the lowest and the highest value of every column, in the order in which they came: no spike is lost. */
export class ExtremesWriter implements ColumnWriter {
  readonly slots: Slot[];
  private readonly grid: ColumnGrid;
  private column = -1;
  private lowest = Infinity;
  private highest = -Infinity;
  private lowestCameFirst = true;

  constructor(grid: ColumnGrid) {
    this.grid = grid;
    this.slots = createSlots(grid);
  }

  add(step: number, value: number): void {
    const { slots } = this;
    const first = firstSlotOf(this.grid, step);
    if (first >= slots.length) return;
    if (this.grid.stepsPerColumn === 1) {
      slots[first] = Number.isFinite(value) ? value : null;
      return;
    }
    if (first !== this.column) {
      this.column = first;
      this.lowest = Infinity;
      this.highest = -Infinity;
      slots[first] = slots[first + 1] = null;
    }
    if (!Number.isFinite(value)) return;
    if (value < this.lowest) {
      this.lowest = value;
      this.lowestCameFirst = false;
    }
    if (value > this.highest) {
      this.highest = value;
      this.lowestCameFirst = true;
    }
    slots[first] = this.lowestCameFirst ? this.lowest : this.highest;
    slots[first + 1] = this.lowestCameFirst ? this.highest : this.lowest;
  }
}

/** Keeps the mean of every column: a line that has been smoothed stays a thin line. */
export class MeanWriter implements ColumnWriter {
  readonly slots: Slot[];
  private readonly grid: ColumnGrid;
  private column = -1;
  private sum = 0;
  private count = 0;

  constructor(grid: ColumnGrid) {
    this.grid = grid;
    this.slots = createSlots(grid);
  }

  add(step: number, value: number): void {
    const { slots } = this;
    const first = firstSlotOf(this.grid, step);
    if (first >= slots.length) return;
    if (first !== this.column) {
      this.column = first;
      this.sum = 0;
      this.count = 0;
    }
    if (Number.isFinite(value)) {
      this.sum += value;
      this.count++;
    }
    slots[first] = this.count > 0 ? this.sum / this.count : null;
    // The second slot of a gap is part of it; that of a value is passed over.
    if (this.grid.stepsPerColumn > 1) slots[first + 1] = this.count > 0 ? undefined : null;
  }
}
