/** The names of lines at their ends, instead of a legend. They are elements, because they move with every batch. */
import { throttle } from '../../kit/throttle.js';
import type { Box } from '../css-pixels.js';
import { spreadLabels } from './spread-labels.js';

/** The name of one line. */
export interface EndLabel {
  /** The line's run: its number decides the colour; none for a draft. */
  readonly run?: number;
  /** Where the line ends. */
  readonly step: number;
  readonly value: number;
  /** What it says now: the first part stays where space is short. */
  readonly words: () => readonly string[];
}

/** Where labels are placed. */
export interface LabelSpace {
  readonly box: Box;
  /** The width of the canvas, in CSS pixels. */
  readonly width: number;
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
  /** The height of a label. */
  readonly lineHeight: number;
}

/** The space between a line and its label. */
const gap = 6;

/** The stages of a label's room before the end of the steps, in CSS pixels. */
const roomStage = 32;

/** Milliseconds between two changes of what labels say: they move with every batch, but nobody reads that fast. */
const wordsInterval = 200;

/** The element of one label, and what was written to it last. */
interface Spot {
  readonly element: HTMLElement;
  label: EndLabel;
  place: string;
  text: string;
}

/** The labels of one plot. */
export class EndLabels {
  readonly element = document.createElement('div');
  private readonly spots: Spot[] = [];
  private readonly writeSoon = throttle(() => this.spots.forEach(write), wordsInterval);

  constructor() {
    this.element.className = 'ends';
    this.element.ariaHidden = 'true';
  }

  /** Shows these labels; only what has changed is written to the page. */
  show(labels: readonly EndLabel[], space: LabelSpace): void {
    const { box, width } = space;
    const placed = labels.map((label) => ({
      label,
      x: Math.round(Math.min(space.x(label.step), box.left + box.width)) + gap,
      y: Math.min(Math.max(space.y(label.value), box.top), box.top + box.height),
    }));
    const tops = spreadLabels(
      placed.map(({ y }) => y - space.lineHeight / 2),
      space.lineHeight,
      [box.top - 2, box.top + box.height + 2],
    );
    placed.forEach(({ label, x }, index) => {
      const spot = (this.spots[index] ??= this.add(label));
      // Another line's name comes at once.
      const isOther = spot.label.run !== label.run || spot.text === '';
      spot.label = label;
      if (isOther) write(spot);
      const place = `${x} ${Math.round(tops[index])} ${width}`;
      if (spot.place === place) return;
      spot.place = place;
      spot.element.style.translate = `${x}px ${Math.round(tops[index])}px`;
      const room = `${roomAt(x, space)}px`;
      if (spot.element.style.maxInlineSize !== room) spot.element.style.maxInlineSize = room;
    });
    for (const { element } of this.spots.splice(labels.length)) element.remove();
    this.writeSoon();
  }

  /** Ends what waits to be written. */
  stop(): void {
    this.writeSoon.cancel();
  }

  private add(label: EndLabel): Spot {
    const element = document.createElement('div');
    this.element.append(element);
    return { element, label, place: '', text: '' };
  }
}

/**
 * The width that a label may have, in CSS pixels: exact at the end of the steps, and before it in coarse stages, because
 * each new width is a layout.
 */
function roomAt(x: number, { box, width }: LabelSpace): number {
  const least = Math.max(0, width - (Math.round(box.left + box.width) + gap) - 2);
  const more = Math.max(0, width - x - 2 - least);
  return least + Math.floor(more / roomStage) * roomStage;
}

/** Writes what a label says, where it has changed. */
function write(spot: Spot): void {
  const { element, label } = spot;
  const name = `end ${label.run === undefined ? 'draft' : `run-${label.run % 12}`}`;
  if (element.className !== name) element.className = name;
  const parts = label.words();
  const text = parts.join('\n');
  if (spot.text === text) return;
  spot.text = text;
  if (element.childElementCount === parts.length) {
    parts.forEach((part, index) => {
      const child = element.children[index];
      if (child.textContent !== part) child.textContent = part;
    });
    return;
  }
  element.replaceChildren(
    ...parts.map((part, index) => {
      const child = document.createElement(index === 0 ? 'b' : 'span');
      child.textContent = part;
      return child;
    }),
  );
}
