import type { Bounds } from './axis-range.js';
import type { Slot } from '../lines/column-grid.js';
import { nothingHeld, type PlotAxis } from './vertical-axis.js';

/** The share of its span that a line leaves free above and below itself. */
const padding = 0.12;
/** The least distance between the centres of two labels, in CSS pixels. */
const labelHeight = 14;

/**
 * A linear axis for a low strip. It reaches from the lowest value to the highest and labels these two, which is more
 * useful in little space than round numbers. A constant line runs through the middle.
 */
export class SpanAxis implements PlotAxis {
  private lowest = 0;
  private highest = 1;
  private held: Bounds = nothingHeld;

  fit(_lines: readonly (readonly Slot[])[], lowest: number | null, highest: number | null): Bounds {
    this.lowest = lowest ?? 0;
    this.highest = highest ?? 1;
    this.held = lowest === null || highest === null ? nothingHeld : [lowest, highest];
    const room =
      this.highest > this.lowest
        ? (this.highest - this.lowest) * padding
        : Math.max(Math.abs(this.highest), 1) / 2;
    return [this.lowest - room, this.highest + room];
  }

  holds(lowest: number, highest: number): boolean {
    return lowest >= this.held[0] && highest <= this.held[1];
  }

  forward = (value: number): number => value;

  backward = (place: number): number => place;

  ticks(height: number): number[] {
    const isFlat = this.highest === this.lowest;
    return isFlat || height < labelHeight * 2 ? [this.highest] : [this.lowest, this.highest];
  }

  label(tick: number, format: (value: number) => string): string {
    return format(tick);
  }
}
