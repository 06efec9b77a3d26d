/**
 * The lines of a plot, on their own canvas over its axes. Training changes a few columns at the end, so only these
 * are drawn again: their stretch is cleared, and every line is drawn within it.
 *
 * Lines are drawn in pieces that begin at fixed slots, and dashes count from the left edge of the plot, so that a
 * piece drawn again looks the same.
 */
import type { Slot } from './column-grid.js';
import { sizeCanvas, type Box, type Size } from '../css-pixels.js';
import { traceLine } from './line-path.js';

/** How a line is drawn. */
export interface LinePaint {
  readonly color: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly dash?: readonly number[];
  readonly alpha?: number;
  readonly stepped?: boolean;
  readonly points?: 'circle' | 'diamond';
  /** The fill of a hollow point. */
  readonly surface: string;
}

/** The position of a slot and of a value, in CSS pixels from the corner of the canvas. */
export interface LineScale {
  readonly x: (slot: number) => number;
  readonly y: (value: number, line: number) => number;
}

/** Lines, how they look and where they are. */
export interface PlacedLines {
  readonly lines: readonly (readonly Slot[])[];
  readonly paints: readonly LinePaint[];
  readonly scale: LineScale;
  readonly box: Box;
}

/** Slots in a piece of a line. */
const piece = 32;
/** How far a line reaches beyond its slots, in CSS pixels: half its width, and the blur of its edge. */
const lineReach = 2;
/** How far a point reaches. */
const pointReach = 6;
/** Stretches closer than this are drawn as one. */
const nearSlots = 24;
const pointRadius = 3.5;

/** Slots to draw again, and how far around them the drawing may have changed. */
interface Stretch {
  first: number;
  last: number;
  reach: number;
}

/** The changes since the last drawing. */
export interface Changes {
  /** The stretches of slots to draw again. */
  readonly stretches: readonly Stretch[];
  /** The number of changed slots in all lines. */
  readonly slots: number;
  /** The extremes of the changed values. */
  readonly lowest: number;
  readonly highest: number;
  /** The lowest positive value of lines that are not noisy. */
  readonly deciding: number;
}

/** Draws lines, and of lines drawn before only the changes. */
export class LineLayer {
  readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d')!;
  private readonly sprites = new Map<string, ImageBitmap>();
  private drawn: readonly (readonly Slot[])[] = [];
  private before: Slot[][] = [];
  /** How many points each line has. */
  private points: number[] = [];
  private ratio = 1;

  constructor() {
    this.canvas.className = 'lines';
    this.canvas.ariaHidden = 'true';
  }

  /** Gives the canvas a size in CSS pixels. */
  resize(size: Size, ratio: number): void {
    if (ratio !== this.ratio) this.sprites.clear();
    this.ratio = ratio;
    sizeCanvas(this.canvas, size, ratio);
  }

  /** Draws everything. */
  drawAll(placed: PlacedLines): void {
    const { context, canvas } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    // The sprites of an earlier theme.
    if (this.sprites.size > 2 * placed.lines.length) this.sprites.clear();
    this.drawn = placed.lines;
    this.before = placed.lines.map((slots) => slots.slice());
    this.points = placed.lines.map((slots, line) =>
      placed.paints[line].points === undefined ? 0 : pointsIn(slots),
    );
    const slots = Math.max(0, ...placed.lines.map(({ length }) => length));
    if (slots > 0) this.drawStretch(placed, { first: 0, last: slots - 1, reach: pointReach });
  }

  /** Draws what has changed since the last drawing, on the same scales. */
  drawChanges(placed: PlacedLines, { stretches }: Changes): void {
    for (const stretch of stretches) this.drawStretch(placed, stretch);
  }

  /**
   * Finds the changes since the last drawing; they must be drawn next.
   *
   * @param changedFrom the first slot that may have changed, in lists that were drawn before
   * @param styles whether each line is drawn with points, and whether it is noisy
   */
  takeChanges(
    lines: readonly (readonly Slot[])[],
    changedFrom: number,
    styles: readonly { readonly points?: string; readonly noisy?: boolean }[],
  ): Changes {
    const stretches: Stretch[] = [];
    let [slotsChanged, lowest, highest, deciding] = [0, Infinity, -Infinity, Infinity];
    lines.forEach((slots, line) => {
      const { points, noisy = false } = styles[line];
      const before = (this.before[line] ??= []);
      let slot = slots === this.drawn[line] ? changedFrom : 0;
      while (slot < slots.length) {
        while (slot < slots.length && slots[slot] === before[slot]) slot++;
        if (slot >= slots.length) break;
        const first = slot;
        let last = slot;
        for (; slot < slots.length && slot - last < nearSlots; slot++) {
          if (slots[slot] === before[slot]) continue;
          const value = slots[slot];
          last = slot;
          this.points[line] += Number(typeof value === 'number') - Number(typeof before[slot] === 'number');
          before[slot] = value;
          slotsChanged++;
          if (typeof value !== 'number') continue;
          if (value < lowest) lowest = value;
          if (value > highest) highest = value;
          if (!noisy && value > 0 && value < deciding) deciding = value;
        }
        stretches.push({
          first: drawnBefore(slots, first),
          last: drawnAfter(slots, last),
          reach: points !== undefined ? pointReach : lineReach,
        });
      }
    });
    this.drawn = lines;
    return { stretches: merged(stretches), slots: slotsChanged, lowest, highest, deciding };
  }

  private drawStretch({ lines, paints, scale, box }: PlacedLines, { first, last, reach }: Stretch): void {
    const { context, ratio } = this;
    const end = box.left + box.width;
    // A point may lie on the edge of the plot. Half a pixel could not be cleared and drawn again exactly.
    const left = Math.floor(Math.max(box.left - pointReach, scale.x(first) - reach) * ratio) / ratio;
    const right = Math.ceil(Math.min(end + pointReach, scale.x(last) + reach) * ratio) / ratio;
    // Lines that reach into the stretch from beyond are drawn again as well.
    const slotsPerPixel = Math.max(0, ...lines.map(({ length }) => length)) / box.width;
    const within = (slots: readonly Slot[], beyond: number): [from: number, to: number] => {
      const margin = Math.ceil((reach + beyond + 1) * slotsPerPixel) + 1;
      return [Math.max(0, first - margin), Math.min(slots.length - 1, last + margin)];
    };
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(left, 0, right - left, this.canvas.height / ratio);
    this.clip([Math.max(left, box.left), Math.min(right, end)], [box.top - 1, box.top + box.height + 1], () =>
      lines.forEach((slots, line) =>
        this.drawLine(slots, line, paints[line], scale, within(slots, lineReach)),
      ),
    );
    this.clip([left, right], [box.top - pointReach, box.top + box.height + pointReach], () =>
      lines.forEach((slots, line) => {
        // Points are drawn only while they do not overlap.
        if (paints[line].points !== undefined && this.points[line] * 10 < box.width)
          this.drawPoints(slots, line, paints[line], scale, within(slots, pointReach));
      }),
    );
  }

  private clip([left, right]: [number, number], [top, bottom]: [number, number], draw: () => void): void {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    draw();
    context.restore();
  }

  private drawLine(
    slots: readonly Slot[],
    line: number,
    paint: LinePaint,
    { x, y }: LineScale,
    [from, to]: [from: number, to: number],
  ): void {
    const { context } = this;
    context.strokeStyle = paint.color;
    context.lineWidth = paint.width;
    context.globalAlpha = paint.alpha ?? 1;
    context.lineJoin = 'bevel';
    context.setLineDash(paint.dash === undefined ? [] : [...paint.dash]);
    const path = { x, y: (value: number): number => y(value, line), stepped: paint.stepped === true };
    const end = drawnAfter(slots, to);
    let start = Math.floor(from / piece) * piece;
    let previous = drawnBefore(slots, start);
    for (; start <= end; start += piece) {
      const next = Math.min(start + piece, slots.length);
      let first = previous;
      while (first < next && typeof slots[first] !== 'number') first++;
      if (first < next) {
        context.lineDashOffset = x(first);
        context.beginPath();
        traceLine(context, slots, [first, next], path);
        context.stroke();
      }
      const last = drawnBefore(slots, next, start);
      // A piece without a line before it begins at its own left end.
      if (last < next || previous === start) previous = last;
    }
    context.lineDashOffset = 0;
    context.globalAlpha = 1;
  }

  private drawPoints(
    slots: readonly Slot[],
    line: number,
    paint: LinePaint,
    { x, y }: LineScale,
    [from, to]: [from: number, to: number],
  ): void {
    const { context, ratio } = this;
    const sprite = this.spriteOf(paint);
    const size = sprite.width / ratio;
    // On whole pixels a sprite is copied; elsewhere it is resampled.
    const whole = (place: number): number => Math.round((place - size / 2) * ratio) / ratio;
    for (let slot = from; slot <= to; slot++) {
      const value = slots[slot];
      if (typeof value === 'number')
        context.drawImage(sprite, whole(x(slot)), whole(y(value, line)), size, size);
    }
  }

  /** A point as a bitmap, which is faster to draw a thousand times than its outline. */
  private spriteOf({ color, surface, points }: LinePaint): ImageBitmap {
    const key = `${color} ${surface} ${points}`;
    const known = this.sprites.get(key);
    if (known !== undefined) return known;
    const size = Math.ceil((pointRadius + 2) * 2 * this.ratio);
    const canvas = new OffscreenCanvas(size, size);
    const context = canvas.getContext('2d')!;
    context.translate(size / 2, size / 2);
    context.scale(this.ratio, this.ratio);
    context.beginPath();
    if (points === 'circle') context.arc(0, 0, pointRadius, 0, Math.PI * 2);
    else {
      const radius = pointRadius + 0.5;
      context.moveTo(0, -radius);
      context.lineTo(radius, 0);
      context.lineTo(0, radius);
      context.lineTo(-radius, 0);
      context.closePath();
    }
    context.fillStyle = points === 'circle' ? surface : color;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = color;
    context.stroke();
    const sprite = canvas.transferToImageBitmap();
    this.sprites.set(key, sprite);
    return sprite;
  }
}

/** The last slot of the line before this one, not before `first`; or this one. */
function drawnBefore(slots: readonly Slot[], slot: number, first = 0): number {
  for (let before = slot - 1; before >= first; before--) if (slots[before] !== undefined) return before;
  return slot;
}

/** The next slot of the line after this one; or this one. */
function drawnAfter(slots: readonly Slot[], slot: number): number {
  for (let after = slot + 1; after < slots.length; after++) if (slots[after] !== undefined) return after;
  return slot;
}

function pointsIn(slots: readonly Slot[]): number {
  let points = 0;
  for (const value of slots) if (typeof value === 'number') points++;
  return points;
}

function merged(stretches: Stretch[]): Stretch[] {
  const sorted = stretches.sort((one, other) => one.first - other.first);
  const result: Stretch[] = [];
  for (const stretch of sorted) {
    const former = result.at(-1);
    if (former === undefined || stretch.first > former.last + nearSlots) result.push(stretch);
    else {
      former.last = Math.max(former.last, stretch.last);
      former.reach = Math.max(former.reach, stretch.reach);
    }
  }
  return result;
}
