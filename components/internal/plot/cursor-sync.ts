import uPlot from 'uplot';
import type { Lab } from '../../../src/lab/index.js';

const keys = new WeakMap<Lab, string>();
let given = 0;

/** Cursors that stand on a step, wherever it is drawn; the others stand where the mouse is. */
const pinned = new Map<string, number>();

/** A name under which plots share their cursor, and which no others have. */
export function newSyncKey(): string {
  return `lr-lab-${++given}`;
}

/** The name under which the charts of one Lab share their cursor; two labs on a page stay apart. */
export function syncKeyOf(lab: Lab): string {
  let key = keys.get(lab);
  if (key === undefined) {
    key = newSyncKey();
    keys.set(lab, key);
  }
  return key;
}

/** The step on which the cursor was put, while no mouse has moved it. */
export function pinnedStep(key: string): number | undefined {
  return pinned.get(key);
}

/** Lets the cursor be where the mouse is. */
export function unpinCursor(key: string): void {
  pinned.delete(key);
}

/** Puts the cursor of all charts that share a key on a step, or takes it away. */
export function moveCursor(key: string, step: number | undefined): void {
  if (step === undefined) pinned.delete(key);
  else pinned.set(key, step);
  for (const plot of uPlot.sync(key).plots) placeCursor(plot, step);
}

/** Puts the cursor of one plot on a step; where that is not shown, there is none. */
export function placeCursor(plot: uPlot, step: number | undefined): void {
  const { min = 0, max = 0 } = plot.scales.x;
  const isShown = step !== undefined && step >= min && step <= max;
  plot.setCursor(isShown ? { left: plot.valToPos(step, 'x'), top: 0 } : { left: -10, top: -10 });
}
