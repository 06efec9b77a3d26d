/**
 * A run of 100,000 steps meets a chart some 900 pixels wide. A grid divides the steps into as many columns as there
 * are pixels; every column keeps two slots, so that it can show a lowest and a highest value. While there are fewer
 * steps than slots, each step has a slot of its own and nothing is lost. All lines of a chart share one grid, which
 * is the aligned x of uPlot; what a redraw costs depends on the pixels, never on the steps.
 */
export interface ColumnGrid {
  /** The steps of the whole run; the axis goes from 0 to this. */
  readonly steps: number;
  /** How many steps share a column; 1 while every step has its own slot. */
  readonly stepsPerColumn: number;
  /** The step at which each slot is drawn, ascending. */
  readonly x: readonly number[];
}

/** What a slot holds: a value, `null` for a break in the line, `undefined` for a slot that the line passes over. */
export type Slot = number | null | undefined;

/** Divides `0 … steps` (both included) into columns, at most `columns` of them. */
export function createColumnGrid(steps: number, columns: number): ColumnGrid {
  const positions = steps + 1;
  const room = Math.max(1, Math.floor(columns));
  if (positions <= room * 2) {
    return { steps, stepsPerColumn: 1, x: Array.from({ length: positions }, (_, step) => step) };
  }
  const stepsPerColumn = Math.ceil(positions / room);
  const used = Math.ceil(positions / stepsPerColumn);
  const x = Array.from({ length: used * 2 }, (_, slot) =>
    Math.min(steps, Math.floor(slot / 2) * stepsPerColumn + (slot % 2) * (stepsPerColumn / 2)),
  );
  return { steps, stepsPerColumn, x };
}

/** The first slot of the column in which a step lies; its own slot where it has one. */
export function firstSlotOf(grid: ColumnGrid, step: number): number {
  return grid.stepsPerColumn === 1 ? step : Math.floor(step / grid.stepsPerColumn) * 2;
}

/** The slot drawn nearest to a step, for a value that stands alone. */
export function nearestSlotOf(grid: ColumnGrid, step: number): number {
  const within = Math.min(Math.max(step, 0), grid.steps);
  const first = firstSlotOf(grid, within);
  if (grid.stepsPerColumn === 1) return first;
  const offset = within % grid.stepsPerColumn;
  return offset * 4 > grid.stepsPerColumn ? first + 1 : first;
}

/** Slots for a whole grid, none of them holding anything. */
export function createSlots(grid: ColumnGrid): Slot[] {
  return Array.from<Slot>({ length: grid.x.length });
}
