/** The values for which lines need an axis. */
import type { Slot } from '../lines/column-grid.js';
import type { LineStyle } from '../plot-scene.js';

/** A noisy line that reaches this multiple of its first value is drawn along the edge: it has diverged. */
const lostFactor = 10;

/** The extremes of all lines, and above which value a line is drawn along the edge of the axis. */
export interface LineRange {
  readonly lowest: number;
  readonly highest: number;
  readonly most: number | undefined;
}

/** The range of lines: `[Infinity, -Infinity]` without values; a line that yields needs no more than the others. */
export function rangeOf(lines: readonly (readonly Slot[])[], styles: readonly LineStyle[]): LineRange {
  let [lowest, highest, start, others] = [Infinity, -Infinity, -Infinity, -Infinity];
  lines.forEach((slots, line) => {
    const { noisy = false, yields = false } = styles[line];
    if (noisy) start = Math.max(start, firstValue(slots) ?? -Infinity);
    for (const value of slots) {
      if (typeof value !== 'number') continue;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      if (!yields && value > others) others = value;
    }
  });
  const most = start > 0 ? start * lostFactor : others > 0 && others < highest ? others : undefined;
  return { lowest, highest, most };
}

function firstValue(slots: readonly Slot[]): number | undefined {
  return slots.find((value) => typeof value === 'number');
}
