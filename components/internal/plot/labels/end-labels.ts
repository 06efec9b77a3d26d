/** The names of lines at their ends, instead of a legend. They are elements, because they move with every batch. */
import type { Box } from '../css-pixels.js';
import { spreadLabels } from './spread-labels.js';

/** The name of one line. */
export interface EndLabel {
  /** The line's run: its number decides the colour; none for a draft. */
  readonly run?: number;
  /** Where the line ends. */
  readonly step: number;
  readonly value: number;
  /** What it says: the first part stays where space is short. */
  readonly parts: readonly string[];
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

/** The labels of one plot. */
export class EndLabels {
  readonly element = document.createElement('div');
  private readonly spots: { element: HTMLElement; style: string; text: string }[] = [];

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
      const spot = (this.spots[index] ??= this.add());
      const text = label.parts.join('\n');
      if (spot.text !== text) this.write(spot, label.parts, text);
      const name = `end ${label.run === undefined ? 'draft' : `run-${label.run % 12}`}`;
      if (spot.element.className !== name) spot.element.className = name;
      const style = `${x} ${Math.round(tops[index])} ${width}`;
      if (spot.style === style) return;
      spot.style = style;
      spot.element.style.translate = `${x}px ${Math.round(tops[index])}px`;
      spot.element.style.maxInlineSize = `${Math.max(0, width - x - 2)}px`;
    });
    for (const { element } of this.spots.splice(labels.length)) element.remove();
  }

  private write(spot: { element: HTMLElement; text: string }, parts: readonly string[], text: string): void {
    spot.text = text;
    const { element } = spot;
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

  private add(): { element: HTMLElement; style: string; text: string } {
    const element = document.createElement('div');
    this.element.append(element);
    return { element, style: '', text: '' };
  }
}
