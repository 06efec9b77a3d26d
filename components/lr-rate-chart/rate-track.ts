import { decimate, ExtremeIndex } from '../../src/lab/index.js';
import type { History, RatePreview } from '../../src/lab/index.js';
import { firstSlotOf, type ColumnGrid, type Slot } from '../internal/plot/lines/column-grid.js';
import { ExtremesWriter } from '../internal/plot/lines/column-writer.js';

/** The rates to come. */
type Ahead = Pick<RatePreview, 'from' | 'lr'>;

/** The part of a run's history that a track reads. */
export type RateHistory = Pick<History, 'length' | 'lr' | 'minMax'>;

/** One param group: the rates used, and the preview. */
interface GroupLines {
  used: ExtremesWriter;
  preview: Slot[];
}

/** The learning rates of one run, ready to draw; an update reads only new rows. */
export class RateTrack {
  /** The first slot that the last update may have changed in lists that are the same. */
  changedFrom = 0;

  private grid: ColumnGrid | undefined;
  private begin = 0;
  private preview: Ahead | undefined;
  private groups: GroupLines[] = [];
  private rows = 0;
  private cleared = 0;

  /** The slots of its lines: for each group the preview, then the rates used. */
  get lines(): readonly (readonly Slot[])[] {
    return this.groups.flatMap(({ used, preview }) => [preview, used.slots]);
  }

  /** Adds the new rows; the preview begins at the last row. `begin`: the first step that is drawn. */
  update(history: RateHistory, preview: Ahead, grid: ColumnGrid, begin = 0): void {
    const count = groupCount(history, preview);
    const isOther = grid !== this.grid || begin !== this.begin || count !== this.groups.length;
    if (isOther || history.length < this.rows) this.restart(grid, begin, count);
    const { lr, length } = history;
    // A fork begins where it leaves its parent's line.
    const from = Math.max(this.rows, begin - 1);
    this.groups.forEach(({ used }, group) => {
      if (lr.at(group) !== undefined)
        used.addRows(lr[group], { offset: 0, from, to: length }, (first, end, stretches) =>
          history.minMax(group, first, end, stretches),
        );
    });
    this.rows = length;
    if (preview !== this.preview) this.fillPreview(preview, grid);
    if (length > 0) this.meet(length - 1, lr, grid);
  }

  private restart(grid: ColumnGrid, begin: number, groups: number): void {
    this.grid = grid;
    this.begin = begin;
    this.preview = undefined;
    this.groups = Array.from({ length: groups }, () => ({ used: new ExtremesWriter(grid), preview: [] }));
    this.rows = 0;
  }

  private fillPreview(preview: Ahead, grid: ColumnGrid): void {
    this.preview = preview;
    this.cleared = 0;
    this.groups.forEach((lines, group) => {
      lines.preview = previewSlots(preview, group, grid);
    });
  }

  /** Starts the preview at the last rate used, so that a jump between them is drawn. */
  private meet(last: number, lr: readonly Float64Array[], grid: ColumnGrid): void {
    const slot = firstSlotOf(grid, last);
    const isShown = slot >= 0 && slot < grid.x.length;
    this.changedFrom = this.cleared;
    this.groups.forEach(({ used, preview }, group) => {
      preview.fill(undefined, this.cleared, Math.max(0, slot));
      if (grid.stepsPerColumn > 1 || !isShown) return;
      const rate = lr[group]?.[last];
      preview[slot] = rate;
      // A rate holds until the next update.
      if (slot + 1 < used.slots.length) used.slots[slot + 1] = rate;
    });
    this.cleared = Math.min(Math.max(0, slot), grid.x.length);
  }
}

const summaries = new WeakMap<Float64Array, ExtremeIndex>();

/** The slots of a preview. `begin`: the first step that is drawn; a run may have taken steps since the preview was made. */
export function previewSlots({ from, lr }: Ahead, group: number, grid: ColumnGrid, begin = 0): Slot[] {
  const writer = new ExtremesWriter(grid);
  const rates = lr.at(group);
  if (rates === undefined || rates.length === 0) return writer.slots;
  const extremes = summaries.get(rates) ?? new ExtremeIndex();
  summaries.set(rates, extremes);
  writer.addRows(rates, { offset: from, from: 0, to: rates.length }, (first, to, buckets) =>
    decimate(rates, extremes, { from: first, to, buckets }),
  );
  // The last rate holds until the end of its update.
  writer.add(from + rates.length, rates[rates.length - 1]);
  if (begin > from) writer.slots.fill(undefined, 0, Math.max(0, firstSlotOf(grid, begin)));
  return writer.slots;
}

/** How many param groups a run has, in its history or its preview. */
function groupCount(history: { readonly lr: readonly unknown[] }, preview: Ahead): number {
  return Math.max(history.lr.length, preview.lr.length, 1);
}
