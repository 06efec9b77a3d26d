import type { Ghost } from '../../src/lab/index.js';
import { firstSlotOf, type ColumnGrid, type Slot } from '../internal/chart/column-grid.js';
import { ExtremesWriter } from '../internal/chart/column-writer.js';

/** What a track reads of a run's history. */
export interface RateHistory {
  readonly length: number;
  readonly step: Uint32Array;
  readonly lr: readonly Float64Array[];
}

/** One param group: what was used, and what the policy is going to do. */
interface GroupLines {
  used: ExtremesWriter;
  ghost: Slot[];
}

/** The learning rates of one run, ready to be drawn; it takes in only what is new since the last drawing. */
export class RateTrack {
  private grid: ColumnGrid | undefined;
  private ghost: Ghost | undefined;
  private groups: GroupLines[] = [];
  private rows = 0;
  private cleared = 0;

  /** The slots of its lines: for each group what was used and what will be, one after the other. */
  get lines(): readonly (readonly Slot[])[] {
    return this.groups.flatMap(({ used, ghost }) => [ghost, used.slots]);
  }

  /** Takes in what is new; the ghost is shown from the last row on. */
  update(history: RateHistory, ghost: Ghost, grid: ColumnGrid): void {
    const count = groupCount(history, ghost);
    if (grid !== this.grid || history.length < this.rows || count !== this.groups.length) {
      this.restart(grid, count);
    }
    const { step, lr } = history;
    for (let row = this.rows; row < history.length; row++) {
      this.groups.forEach(({ used }, group) => used.add(step[row], lr[group]?.[row] ?? NaN));
    }
    this.rows = history.length;
    if (ghost !== this.ghost) this.fillGhost(ghost, grid);
    if (this.rows > 0) this.meet(step[this.rows - 1], lr, grid);
  }

  private restart(grid: ColumnGrid, groups: number): void {
    this.grid = grid;
    this.ghost = undefined;
    this.groups = Array.from({ length: groups }, () => ({ used: new ExtremesWriter(grid), ghost: [] }));
    this.rows = 0;
  }

  private fillGhost(ghost: Ghost, grid: ColumnGrid): void {
    this.ghost = ghost;
    this.cleared = 0;
    this.groups.forEach((lines, group) => {
      const writer = new ExtremesWriter(grid);
      const rates = ghost.lr.at(group) ?? [];
      rates.forEach((rate, index) => writer.add(ghost.from + index, rate));
      // The last rate holds until the end of its update.
      if (rates.length > 0) writer.add(ghost.from + rates.length, rates.at(-1)!);
      lines.ghost = writer.slots;
    });
  }

  /** Lets the ghost begin where the used rate ends, so that a jump between them is drawn. */
  private meet(last: number, lr: readonly Float64Array[], grid: ColumnGrid): void {
    const slot = firstSlotOf(grid, last);
    this.groups.forEach(({ used, ghost }, group) => {
      ghost.fill(undefined, this.cleared, slot);
      if (grid.stepsPerColumn > 1) return;
      const rate = lr[group]?.[this.rows - 1];
      ghost[slot] = rate;
      // A rate holds until the next update.
      if (slot + 1 < used.slots.length) used.slots[slot + 1] = rate;
    });
    this.cleared = Math.min(slot, grid.x.length);
  }
}

/** How many param groups a run has, from what is known of it. */
export function groupCount(history: { readonly lr: readonly unknown[] }, ghost: Ghost): number {
  return Math.max(history.lr.length, ghost.lr.length, 1);
}
