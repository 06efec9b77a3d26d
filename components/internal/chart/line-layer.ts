/**
 * The lines of a plot, on a canvas of their own over its axes. A run that trains changes a few columns at its end, so
 * only these are drawn again: what is under them is cleared, and of every line the stretch that lies there is drawn.
 *
 * Lines are drawn in pieces that begin at fixed slots, and dashes count from the left edge of the plot, so that a piece
 * drawn again looks as it did.
 */
import type { Slot } from './column-grid.js';
import type { Box } from './css-pixels.js';

/** How a line is drawn. */
export interface LinePaint {
  readonly color: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly dash?: readonly number[];
  readonly alpha?: number;
  readonly stepped?: boolean;
  readonly points?: 'circle' | 'diamond';
  /** What a hollow point is filled with. */
  readonly surface: string;
}

/** Where a slot and a value are, in CSS pixels from the corner of the canvas. */
export interface LineScale {
  readonly x: (slot: number) => number;
  readonly y: (value: number, line: number) => number;
}

/** What the layer draws. */
export interface LineScene {
  readonly lines: readonly (readonly Slot[])[];
  readonly paints: readonly LinePaint[];
  readonly scale: LineScale;
  readonly box: Box;
}

/** Slots in a piece of a line. */
const piece = 64;
/** How far a line reaches beyond its slots: its width, a point, a corner; in CSS pixels. */
const reach = 6;
/** Stretches nearer than this are drawn as one. */
const nearSlots = 24;
const pointRadius = 3.5;

type Stretch = [first: number, last: number];

/** What has changed in lines. */
export interface Changes {
  /** The stretches of slots in which something must be drawn again. */
  readonly stretches: readonly Stretch[];
  /** How many slots of all lines. */
  readonly slots: number;
  /** The extremes of the changed values. */
  readonly lowest: number;
  readonly highest: number;
}

/** Draws lines, and of lines that were drawn only what has changed. */
export class LineLayer {
  readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d')!;
  private readonly sprites = new Map<string, HTMLCanvasElement>();
  private before: Slot[][] = [];
  private ratio = 1;

  constructor() {
    this.canvas.className = 'lines';
    this.canvas.ariaHidden = 'true';
  }

  /** Gives the canvas a size in CSS pixels. */
  resize(width: number, height: number, ratio: number): void {
    this.ratio = ratio;
    this.sprites.clear();
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.inlineSize = `${width}px`;
    this.canvas.style.blockSize = `${height}px`;
  }

  /** Draws everything. */
  drawAll(scene: LineScene): void {
    const { context, canvas } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    this.sprites.clear();
    this.before = scene.lines.map((slots) => [...slots]);
    const slots = Math.max(0, ...scene.lines.map(({ length }) => length));
    if (slots > 0) this.drawStretch(scene, [0, slots - 1]);
  }

  /** Draws what has changed since the last drawing, on the same scales. */
  drawChanges(scene: LineScene, { stretches }: Changes): void {
    for (const stretch of stretches) this.drawStretch(scene, stretch);
  }

  /** What has changed since the last drawing; it must be drawn now. `counts`: whether a line's values are told of. */
  takeChanges(lines: readonly (readonly Slot[])[], counts: (line: number) => boolean): Changes {
    const stretches: Stretch[] = [];
    let [slotsChanged, lowest, highest] = [0, Infinity, -Infinity];
    lines.forEach((slots, line) => {
      const isCounted = counts(line);
      const before = (this.before[line] ??= []);
      let slot = 0;
      while (slot < slots.length) {
        while (slot < slots.length && slots[slot] === before[slot]) slot++;
        if (slot >= slots.length) break;
        const first = slot;
        let last = slot;
        for (; slot < slots.length && slot - last < nearSlots; slot++) {
          if (slots[slot] === before[slot]) continue;
          const value = slots[slot];
          last = slot;
          before[slot] = value;
          slotsChanged++;
          if (!isCounted || typeof value !== 'number') continue;
          if (value < lowest) lowest = value;
          if (value > highest) highest = value;
        }
        stretches.push([drawnBefore(slots, first), drawnAfter(slots, last)]);
      }
    });
    return { stretches: merged(stretches), slots: slotsChanged, lowest, highest };
  }

  private drawStretch({ lines, paints, scale, box }: LineScene, [first, last]: Stretch): void {
    const { context, ratio } = this;
    const left = Math.max(box.left, scale.x(first) - reach);
    const right = Math.min(box.left + box.width, scale.x(last) + reach);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    // A point may stand on the edge of the plot.
    context.clearRect(left - reach, 0, right - left + reach * 2, this.canvas.height / ratio);
    context.save();
    context.beginPath();
    context.rect(left - reach, box.top - reach, right - left + reach * 2, box.height + reach * 2);
    context.clip();
    // What is under the margin is drawn again as well.
    const slotsPerPixel = Math.max(0, ...lines.map(({ length }) => length)) / box.width;
    const margin = Math.max(1, Math.ceil(reach * 3 * slotsPerPixel));
    lines.forEach((slots, line) => {
      const [from, to] = [Math.max(0, first - margin), Math.min(slots.length - 1, last + margin)];
      const paint = paints[line];
      context.save();
      context.beginPath();
      context.rect(box.left, box.top - 1, box.width, box.height + 2);
      context.clip();
      this.drawLine(slots, line, paint, scale, [from, to]);
      context.restore();
      if (paint.points !== undefined && hasRoom(slots, box.width))
        this.drawPoints(slots, line, paint, scale, [from, to]);
    });
    context.restore();
  }

  private drawLine(
    slots: readonly Slot[],
    line: number,
    paint: LinePaint,
    { x, y }: LineScale,
    [from, to]: Stretch,
  ): void {
    const { context } = this;
    context.strokeStyle = paint.color;
    context.lineWidth = paint.width;
    context.globalAlpha = paint.alpha ?? 1;
    context.lineJoin = 'bevel';
    context.setLineDash([...(paint.dash ?? [])]);
    const end = drawnAfter(slots, to);
    for (let start = Math.floor(from / piece) * piece; start <= end; start += piece) {
      const previous = drawnBefore(slots, start);
      let isOpen = false;
      let height = 0;
      context.lineDashOffset = x(previous);
      context.beginPath();
      for (let slot = previous; slot < Math.min(start + piece, slots.length); slot++) {
        const value = slots[slot];
        if (value === undefined) continue;
        if (value === null) {
          isOpen = false;
          continue;
        }
        const [left, top] = [x(slot), y(value, line)];
        if (!isOpen) context.moveTo(left, top);
        else {
          if (paint.stepped === true) context.lineTo(left, height);
          context.lineTo(left, top);
        }
        isOpen = true;
        height = top;
      }
      context.stroke();
    }
    context.lineDashOffset = 0;
    context.globalAlpha = 1;
  }

  private drawPoints(
    slots: readonly Slot[],
    line: number,
    paint: LinePaint,
    { x, y }: LineScale,
    [from, to]: Stretch,
  ): void {
    const sprite = this.spriteOf(paint);
    const size = sprite.width / this.ratio;
    for (let slot = from; slot <= to; slot++) {
      const value = slots[slot];
      if (typeof value !== 'number') continue;
      this.context.drawImage(sprite, x(slot) - size / 2, y(value, line) - size / 2, size, size);
    }
  }

  /** A point as a picture, which is quicker to put down a thousand times than its outline. */
  private spriteOf({ color, surface, points }: LinePaint): HTMLCanvasElement {
    const key = `${color} ${points}`;
    const known = this.sprites.get(key);
    if (known !== undefined) return known;
    const sprite = document.createElement('canvas');
    const half = pointRadius + 2;
    sprite.width = sprite.height = Math.ceil(half * 2 * this.ratio);
    const context = sprite.getContext('2d')!;
    context.scale(this.ratio, this.ratio);
    context.translate(sprite.width / this.ratio / 2, sprite.height / this.ratio / 2);
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
    this.sprites.set(key, sprite);
    return sprite;
  }
}

/** The slot before this one at which a line was, or this one. */
function drawnBefore(slots: readonly Slot[], slot: number): number {
  for (let before = slot - 1; before >= 0; before--) if (slots[before] !== undefined) return before;
  return slot;
}

/** The slot after this one at which a line is, or this one. */
function drawnAfter(slots: readonly Slot[], slot: number): number {
  for (let after = slot + 1; after < slots.length; after++) if (slots[after] !== undefined) return after;
  return slot;
}

/** Points are drawn while they do not run into each other. */
function hasRoom(slots: readonly Slot[], width: number): boolean {
  let points = 0;
  for (const value of slots) if (typeof value === 'number') points++;
  return points * 10 < width;
}

function merged(stretches: Stretch[]): Stretch[] {
  const sorted = stretches.sort(([one], [other]) => one - other);
  const result: Stretch[] = [];
  for (const [first, last] of sorted) {
    const former = result.at(-1);
    if (former !== undefined && first <= former[1] + nearSlots) former[1] = Math.max(former[1], last);
    else result.push([first, last]);
  }
  return result;
}
