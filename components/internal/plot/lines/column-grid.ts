/**
 * A run may have 100,000 steps and a chart 900 pixels. A grid divides the steps shown into as many columns as there
 * are pixels. Every column has two slots, so that it can show its lowest and its highest value. While there are fewer
 * steps than slots, each step has its own slot and nothing is lost. All lines of a chart share one grid, which is the
 * aligned x of uPlot. A redraw costs time for the pixels, not for the steps.
 */
export interface ColumnGrid {
  /** The first step shown, where the axis begins. */
  readonly from: number;
  /** The last step shown, where the axis ends; for a whole run its number of steps. */
  readonly steps: number;
  /**
   * The step at which the first column begins: columns begin at multiples of their width, so that they do not shift.
   */
  readonly origin: number;
  /** How many steps share a column; 1 while every step has its own slot. */
  readonly stepsPerColumn: number;
  /** The step at which each slot is drawn, ascending. */
  readonly x: readonly number[];
}

/** The content of a slot: a value, `null` for a break in the line, `undefined` for a slot that the line skips. */
export type Slot = number | null | undefined;

/** A history knows the extremes of every block of this many rows; wide columns consist of whole blocks. */
const block = 16;

/** Divides `from … steps` (both included) into at most `columns` columns and part of another. */
export function createColumnGrid(steps: number, columns: number, from = 0): ColumnGrid {
  const positions = steps - from + 1;
  const room = Math.max(1, Math.floor(columns));
  if (positions <= room * 2) {
    const x = Array.from({ length: positions }, (_, step) => from + step);
    return { from, steps, origin: from, stepsPerColumn: 1, x };
  }
  const least = Math.ceil(positions / room);
  const stepsPerColumn = least > block ? Math.ceil(least / block) * block : least;
  const origin = Math.floor(from / stepsPerColumn) * stepsPerColumn;
  const used = Math.ceil((steps + 1 - origin) / stepsPerColumn);
  const x: number[] = [];
  for (let slot = 0; slot < used * 2; slot++) x.push(Math.min(steps, origin + (slot * stepsPerColumn) / 2));
  return { from, steps, origin, stepsPerColumn, x };
}

/** The first slot of a step's column, or its own slot. It may lie outside the grid. */
export function firstSlotOf({ origin, stepsPerColumn }: ColumnGrid, step: number): number {
  return stepsPerColumn === 1 ? step - origin : Math.floor((step - origin) / stepsPerColumn) * 2;
}

/** The slot nearest to a step, for a single value. */
export function nearestSlotOf(grid: ColumnGrid, step: number): number {
  const within = Math.min(Math.max(step, grid.from), grid.steps);
  const first = firstSlotOf(grid, within);
  if (grid.stepsPerColumn === 1) return first;
  const offset = within % grid.stepsPerColumn;
  return offset * 4 > grid.stepsPerColumn ? first + 1 : first;
}

const empties = new WeakMap<ColumnGrid, readonly Slot[]>();

/** The slots of an empty line, the same array each time. */
export function emptySlots(grid: ColumnGrid): readonly Slot[] {
  const slots = empties.get(grid) ?? createSlots(grid);
  empties.set(grid, slots);
  return slots;
}

/** Empty slots for a whole grid. */
export function createSlots(grid: ColumnGrid): Slot[] {
  return new Array<Slot>(grid.x.length).fill(undefined);
}
