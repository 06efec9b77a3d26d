/**
 * Places the flags of the marks. Each flag prefers the right of its line in the first row. If that is taken, it moves
 * down a row; at the right edge it moves to the left of its line; without a free row it joins the flag before it,
 * which then shows how many marks it stands for. Two flags never overlap.
 */

/** A change at a step, as a plot shows it. */
export interface Mark {
  step: number;
  /** In the reader's language: `swap ▸ CosineAnnealingLR`. */
  label: string;
  /** The change has not been made yet. */
  planned: boolean;
  /** The index of its run, which decides its colour. */
  run: number;
}

/** A flag in CSS pixels, from the left edge of the plot. */
export interface Flag {
  left: number;
  width: number;
  row: number;
  text: string;
  /** Its marks; the first decides its colour. */
  marks: Mark[];
}

/** What the layout needs to know about the chart. */
export interface FlagSpace {
  /** The width of the plot in CSS pixels. */
  width: number;
  /** How many rows of flags fit. */
  rows: number;
  /** The pixel of a step. */
  position: (step: number) => number;
  /** The width of a text in pixels. */
  measure: (text: string) => number;
  /** The text of a flag that stands for `others` more marks. */
  more: (text: string, others: number) => string;
}

/** The space between a flag's edge and its text. */
export const flagPadding = 5;

const gap = 3;
const widest = 240;

/** Shortens a text with an ellipsis until it is at most as wide as `room`. */
export function shorten(text: string, room: number, measure: (text: string) => number): string {
  if (measure(text) <= room) return text;
  const letters = Array.from(text);
  let low = 1;
  let high = letters.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${letters.slice(0, middle).join('')}…`) <= room) low = middle;
    else high = middle - 1;
  }
  return `${letters.slice(0, low).join('').trimEnd()}…`;
}

/** A free place for a text at a step; undefined if every row is full there. */
export function findPlace(
  flags: readonly Flag[],
  text: string,
  step: number,
  space: FlagSpace,
): Omit<Flag, 'marks'> | undefined {
  const position = positionOf(step, space);
  const width = space.measure(text) + flagPadding * 2;
  const left = position + width <= space.width ? position : Math.max(0, position - width);
  for (let row = 0; row < space.rows; row++) {
    const taken = flags.some(
      (flag) => flag.row === row && left < flag.left + flag.width + gap && flag.left < left + width + gap,
    );
    if (!taken) return { left, width, row, text };
  }
  return undefined;
}

/** Places the flags of marks that are sorted by step. */
export function layoutFlags(marks: readonly Mark[], space: FlagSpace): Flag[] {
  const flags: Flag[] = [];
  const room = Math.min(widest, space.width * 0.6) - flagPadding * 2;
  for (const mark of marks) {
    const place = findPlace(flags, shorten(mark.label, room, space.measure), mark.step, space);
    if (place !== undefined) flags.push({ ...place, marks: [mark] });
    else join(mark, flags, space);
  }
  return flags;
}

/** Adds a mark to the nearest flag, which keeps its place. */
function join(mark: Mark, flags: readonly Flag[], space: FlagSpace): void {
  const position = positionOf(mark.step, space);
  const distance = (flag: Flag): number => Math.abs(flag.left - position);
  if (flags.length === 0) return;
  const host = flags.reduce((nearest, flag) => (distance(flag) < distance(nearest) ? flag : nearest));
  host.marks.push(mark);
  const more = host.marks.length - 1;
  const room = host.width - flagPadding * 2 - space.measure(space.more('', more));
  host.text = space.more(shorten(host.marks[0].label, room, space.measure), more);
}

function positionOf(step: number, space: FlagSpace): number {
  return Math.min(Math.max(space.position(step), 0), space.width);
}
