import type { Slot } from './column-grid.js';

/** The methods of a canvas that a path needs. */
export type Pen = Pick<CanvasPath, 'moveTo' | 'lineTo'>;

/** A difference that nobody sees, in CSS pixels: values this close are drawn as one level line. */
const flat = 1 / 4;

/**
 * Draws the slots `from … to - 1` as a line that skips `undefined` and breaks at `null`. In a stepped line a value
 * holds until the next one.
 */
export function traceLine(
  pen: Pen,
  slots: readonly Slot[],
  [from, to]: readonly [from: number, to: number],
  { x, y, stepped }: { x: (slot: number) => number; y: (value: number) => number; stepped: boolean },
): void {
  let isOpen = false;
  let height = 0;
  /** The end of a level line that is not drawn yet. */
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
