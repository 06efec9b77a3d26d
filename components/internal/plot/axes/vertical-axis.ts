import {
  linearBounds,
  linearTicks,
  logBounds,
  logTicks,
  lowShare,
  roundDown,
  roundUp,
  type Bounds,
} from './axis-range.js';
import type { Slot } from '../lines/column-grid.js';

/** How a vertical axis spaces its values. */
export type YScale = 'log' | 'linear';

/** A left axis as a plot uses it. */
export interface PlotAxis {
  /** How it spaces its values, if it has a choice. */
  kind?: YScale;
  /** Whether values lie below its lower end or above its upper one, which its labels then say. */
  readonly isPinned?: boolean;
  readonly isCapped?: boolean;
  /** Chooses the bounds for the given lines; see {@link VerticalAxis.fit}. */
  fit(
    lines: readonly (readonly Slot[])[],
    lowest: number | null,
    highest: number | null,
    most?: number,
    shownSteps?: number,
    noisy?: readonly (readonly Slot[])[],
  ): Bounds;
  /** Whether the fitted axis has room for more values; see {@link VerticalAxis.holds}. */
  holds(lowest: number, highest: number, deciding: number): boolean;
  /** The position of a value on the axis, in units of the axis. */
  forward: (value: number) => number;
  /** The value at a position on the axis. */
  backward: (place: number) => number;
  /** The labelled values, for a height in CSS pixels. */
  ticks(height: number): number[];
  /** The label of a tick. */
  label(tick: number, format: (value: number) => string): string;
}

/** The range of an axis that was fitted to no value: it contains none. */
export const nothingHeld: Bounds = [Infinity, -Infinity];

const sampleSize = 512;
/** The least share of a steady axis that its values use. */
const leastUse = 0.3;
/** The share of the values of noisy lines that may lie under a logarithmic axis. */
const noisyShare = 0.05;
/** How far below the lowest value a steady logarithmic axis extends, so that it rarely has to again. */
const roomBelow = 1.7;
/** The least distance between the centres of two labels, in CSS pixels. */
const labelHeight = 14;

/**
 * The left axis of a chart. It switches between logarithmic and linear without building the chart again. On a
 * logarithmic axis, values under the lowest one shown, including zero, are drawn along the bottom edge, and the axis
 * says so. Values above the maximum, such as a diverged loss, are drawn along the top edge.
 */
export class VerticalAxis implements PlotAxis {
  kind: YScale = 'log';
  private bounds: Bounds;
  private held: Bounds = nothingHeld;
  isPinned = false;
  isCapped = false;
  private readonly empty: Bounds;
  private readonly ignoredShare: number;
  private readonly isSteady: boolean;
  /** What a steady axis keeps as long as the values allow, and for how it was chosen. */
  private kept: { kind: YScale; shownSteps: number; bounds: Bounds } | undefined;

  /**
   * `empty`: the bounds before there is data; `ignoredShare`: how much of it may lie under a logarithmic axis;
   * `isSteady`: the bounds stay while the values fit, and change in few large steps.
   */
  constructor(empty: Bounds, ignoredShare: number, { isSteady = false } = {}) {
    this.bounds = empty;
    this.empty = empty;
    this.ignoredShare = ignoredShare;
    this.isSteady = isSteady;
  }

  /**
   * Chooses the bounds. `lines` decide where a logarithmic axis ends at the bottom, with most values of `noisy` ones;
   * `lowest` and `highest` are the extremes of all lines, or null without values; values above `most` need no space of
   * their own. A steady axis chooses again when the number of steps shown changes.
   */
  fit(
    lines: readonly (readonly Slot[])[],
    lowest: number | null,
    highest: number | null,
    most = Infinity,
    shownSteps = 0,
    noisy: readonly (readonly Slot[])[] = [],
  ): Bounds {
    this.isPinned = false;
    this.isCapped = false;
    this.held = nothingHeld;
    if (highest === null || lowest === null) {
      this.bounds = this.kind === 'log' ? this.empty : [0, this.empty[1]];
      this.kept = this.kind === 'log' ? { kind: 'log', shownSteps: NaN, bounds: this.bounds } : undefined;
      return this.bounds;
    }
    if (this.kind === 'log' && highest <= 0) {
      this.bounds = this.empty;
      this.held = [lowest, highest];
      return this.bounds;
    }
    const top = Math.min(highest, most);
    let low = top;
    if (this.kind === 'linear') this.bounds = linearBounds(top);
    else {
      low = this.lowEnd(lines, noisy, top);
      this.bounds = logBounds(low, top);
      this.isPinned = lowest < this.bounds[0];
      // The edge must lie clearly under the lowest value that is drawn at its true position.
      if (this.isPinned) this.bounds = logBounds(low / 2, top);
      this.isPinned = lowest < this.bounds[0];
    }
    if (this.isSteady) this.bounds = this.steadied(low, top, shownSteps);
    const [bottom, edge] = this.bounds;
    this.isPinned = this.kind === 'log' && lowest < bottom;
    this.isCapped = highest > edge;
    this.held = [Math.min(lowest, bottom), this.isCapped ? Infinity : edge];
    return this.bounds;
  }

  /**
   * Whether the fitted axis has room for values from `lowest` to `highest`, of which `deciding` is the lowest positive one
   * of the lines that decide: single values of the others may lie under the axis, as they do already.
   */
  holds(lowest: number, highest: number, deciding: number): boolean {
    const isUnder = this.kind === 'log' && this.ignoredShare === 0 && deciding < this.bounds[0];
    return !isUnder && lowest >= this.held[0] && highest <= this.held[1];
  }

  /** The bounds kept, extended where necessary; the ones just chosen where these would waste most of the axis. */
  private steadied(lowest: number, top: number, shownSteps: number): Bounds {
    const { kind, kept, bounds } = this;
    const isUsable = kept?.kind === kind && (Number.isNaN(kept.shownSteps) || kept.shownSteps === shownSteps);
    const isFirst = Number.isNaN(kept?.shownSteps);
    let next = bounds;
    if (isUsable) {
      const [low, high] = kept.bounds;
      if (kind === 'linear') next = top <= high && top >= high * leastUse ? kept.bounds : bounds;
      else {
        const use = Math.log(top / lowest) / Math.log(high / low);
        if (isFirst || use >= leastUse || lowest < low || top > high)
          next = [lowest < low ? roundDown(lowest / roomBelow) : low, top > high ? roundUp(top) : high];
      }
    }
    this.kept = { kind, shownSteps, bounds: next };
    return next;
  }

  /** The lowest value that needs space of its own, at most `top`. */
  private lowEnd(
    lines: readonly (readonly Slot[])[],
    noisy: readonly (readonly Slot[])[],
    top: number,
  ): number {
    const low = this.ignoredShare > 0 ? lowShare(sample(lines), this.ignoredShare) : lowestPositive(lines);
    return Math.min(low ?? top, lowShare(sample(noisy), noisyShare) ?? top, top);
  }

  /** The position of a value on the axis, in units of the axis. */
  forward = (value: number): number => {
    const shown = this.isCapped ? Math.min(value, this.bounds[1]) : value;
    return this.kind === 'log' ? Math.log10(Math.max(shown, this.bounds[0])) : shown;
  };

  /** The value at a position on the axis. */
  backward = (place: number): number => (this.kind === 'log' ? 10 ** place : place);

  /** The labelled values, for a height in CSS pixels. */
  ticks(height: number): number[] {
    const room = Math.max(2, Math.floor(height / 26));
    const ticks = this.kind === 'linear' ? linearTicks(this.bounds, room) : logTicks(this.bounds, room);
    // Values beyond an edge are drawn along it; the edge then needs a label, and room for it.
    const [bottom, top] = this.bounds;
    const [from, to] = [this.forward(bottom), this.forward(top)];
    const clear = (to - from) * Math.min(0.5, labelHeight / height);
    const hasRoom = (tick: number): boolean => {
      const place = this.forward(tick);
      return (!this.isPinned || place >= from + clear) && (!this.isCapped || place <= to - clear);
    };
    return [...(this.isPinned ? [bottom] : []), ...ticks.filter(hasRoom), ...(this.isCapped ? [top] : [])];
  }

  /** The label of a tick: an edge with values beyond it says `≤` or `≥`. */
  label(tick: number, format: (value: number) => string): string {
    const [bottom, top] = this.bounds;
    if (this.isPinned && tick <= bottom * 1.001) return `≤ ${format(tick)}`;
    return this.isCapped && tick >= top * 0.999 ? `≥ ${format(tick)}` : format(tick);
  }
}

/** A few hundred of the values, evenly chosen, so that the cost does not grow with the chart. */
function sample(lines: readonly (readonly Slot[])[]): number[] {
  const values: number[] = [];
  for (const slots of lines) {
    // Odd, so that both slots of a column are chosen.
    const stride = Math.floor((slots.length * lines.length) / sampleSize) | 1;
    for (let slot = 0; slot < slots.length; slot += stride) {
      const value = slots[slot];
      if (typeof value === 'number') values.push(value);
    }
  }
  return values;
}

function lowestPositive(lines: readonly (readonly Slot[])[]): number | undefined {
  let lowest = Infinity;
  for (const slots of lines) {
    for (const value of slots) if (typeof value === 'number' && value > 0 && value < lowest) lowest = value;
  }
  return lowest === Infinity ? undefined : lowest;
}
