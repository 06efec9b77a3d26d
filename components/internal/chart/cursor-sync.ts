import uPlot from 'uplot';
import type { Lab } from '../../../src/lab/index.js';

const keys = new WeakMap<Lab, string>();
let given = 0;

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

/** Puts the cursor of all charts that share a key on a step, or takes it away. */
export function moveCursor(key: string, step: number | undefined): void {
  for (const plot of uPlot.sync(key).plots) {
    plot.setCursor(step === undefined ? { left: -10, top: -10 } : { left: plot.valToPos(step, 'x'), top: 0 });
  }
}
