import { createSlots, firstSlotOf, type ColumnGrid, type Slot } from './column-grid.js';

/**
 * Takes the values of one line, in the order of their steps, and keeps the lowest and the highest of every column, in
 * their order: no spike is lost.
 */
export class ExtremesWriter {
  /** One entry per slot of the grid. The array stays the same, its entries change. */
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

  /** Adds the value of a step; steps ascend. A value that is not finite leaves a gap. */
  add(step: number, value: number): void {
    const { slots } = this;
    const first = firstSlotOf(this.grid, step);
    if (first < 0 || first >= slots.length) return;
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

  /**
   * Adds many rows at once; `minMax` provides the extremes of whole columns.
   *
   * @param offset the step of row 0
   * @param minMax the extremes of equal stretches of the rows `from … to - 1`
   */
  addRows(
    values: ArrayLike<number>,
    { offset, from, to }: { offset: number; from: number; to: number },
    minMax: (from: number, to: number, stretches: number) => Thinned,
  ): void {
    const { origin, stepsPerColumn, x } = this.grid;
    const end = Math.min(to, origin + (x.length / (stepsPerColumn === 1 ? 1 : 2)) * stepsPerColumn - offset);
    let row = Math.max(from, origin - offset);
    const width = stepsPerColumn;
    const firstWhole = Math.ceil((row + offset - origin) / width) * width + origin - offset;
    const columns = Math.floor((end - firstWhole) / width);
    if (width > 1 && columns > 1) {
      for (; row < firstWhole; row++) this.add(row + offset, values[row]);
      const { step, value } = minMax(row, row + columns * width, columns);
      for (let index = 0; index < step.length; index++) this.add(step[index] + offset, value[index]);
      row += columns * width;
    }
    for (; row < end; row++) this.add(row + offset, values[row]);
  }
}

/** At most two values of each stretch, and their rows. */
export interface Thinned {
  readonly step: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}
