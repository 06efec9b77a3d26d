/**
 * A run of 100,000 steps meets a chart some 900 pixels wide. A grid divides the steps shown into as many columns as there
 * are pixels; every column keeps two slots, so that it can show a lowest and a highest value. While there are fewer
 * steps than slots, each step has a slot of its own and nothing is lost. All lines of a chart share one grid, which
 * is the aligned x of uPlot; what a redraw costs depends on the pixels, never on the steps.
 */
export interface ColumnGrid {
  /** The first step shown, where the axis begins. */
  readonly from: number;
  /** The last step shown, where the axis ends; for a whole run the number of its steps. */
  readonly steps: number;
  /** The step at which the first column begins: columns lie at whole multiples of their width, so that they do not shift. */
  readonly origin: number;
  /** How many steps share a column; 1 while every step has its own slot. */
  readonly stepsPerColumn: number;
  /** The step at which each slot is drawn, ascending. */
  readonly x: readonly number[];
}

/** What a slot holds: a value, `null` for a break in the line, `undefined` for a slot that the line passes over. */
export type Slot = number | null | undefined;

/** The rows of which a history knows the extremes without reading them; wide columns are made of whole ones. */
const block = 16;

/** Divides `from … steps` (both included) into columns, at most `columns` of them and a part of one. */
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

/** The first slot of the column in which a step lies; its own slot where it has one. Outside the grid there is none. */
export function firstSlotOf({ origin, stepsPerColumn }: ColumnGrid, step: number): number {
  return stepsPerColumn === 1 ? step - origin : Math.floor((step - origin) / stepsPerColumn) * 2;
}

/** The slot drawn nearest to a step, for a value that stands alone. */
export function nearestSlotOf(grid: ColumnGrid, step: number): number {
  const within = Math.min(Math.max(step, grid.from), grid.steps);
  const first = firstSlotOf(grid, within);
  if (grid.stepsPerColumn === 1) return first;
  const offset = within % grid.stepsPerColumn;
  return offset * 4 > grid.stepsPerColumn ? first + 1 : first;
}

const empties = new WeakMap<ColumnGrid, readonly Slot[]>();

/** The slots of a line of which nothing is drawn, the same ones each time. */
export function emptySlots(grid: ColumnGrid): readonly Slot[] {
  const slots = empties.get(grid) ?? createSlots(grid);
  empties.set(grid, slots);
  return slots;
}

/** Slots for a whole grid, none of them holding anything. */
export function createSlots(grid: ColumnGrid): Slot[] {
  return new Array<Slot>(grid.x.length).fill(undefined);
}
