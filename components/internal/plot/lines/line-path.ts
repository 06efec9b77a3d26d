import type { Slot } from './column-grid.js';

/** What a path is drawn with. */
export type Pen = Pick<CanvasPath, 'moveTo' | 'lineTo'>;

/** What nobody sees, in CSS pixels: a value that holds so nearly is drawn as one that holds, in one piece. */
const flat = 1 / 4;

/**
 * Draws the slots from `from` up to and without `to` as a line that passes over `undefined` and breaks at `null`. In a
 * stepped one a value holds until the next.
 */
export function traceLine(
  pen: Pen,
  slots: readonly Slot[],
  [from, to]: readonly [from: number, to: number],
  { x, y, stepped }: { x: (slot: number) => number; y: (value: number) => number; stepped: boolean },
): void {
  let isOpen = false;
  let height = 0;
  /** How far a value has held that is not drawn yet. */
  let held: number | undefined;
  const endHold = (): void => {
    if (held !== undefined) pen.lineTo(held, height);
    held = undefined;
  };
  for (let slot = from; slot < to; slot++) {
    const value = slots[slot];
    if (value === undefined) continue;
    if (value === null) {
      endHold();
      isOpen = false;
      continue;
    }
    const [left, top] = [x(slot), y(value)];
    if (!isOpen) pen.moveTo(left, top);
    else if (!stepped) pen.lineTo(left, top);
    else if (Math.abs(top - height) < flat) {
      held = left;
      continue;
    } else {
      pen.lineTo(left, height);
      pen.lineTo(left, top);
      held = undefined;
    }
    isOpen = true;
    height = top;
  }
  endHold();
}
