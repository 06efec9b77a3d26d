import type { Box } from '../css-pixels.js';
import { flagRowHeight, type Annotations, type PlacedFlags } from './draw-flags.js';
import { findPlace } from './flag-layout.js';

/** The line of the newest step. It is an element: it moves with every batch, and nothing is drawn again for it. */
export class NowLine {
  readonly element = document.createElement('div');
  private readonly label = document.createElement('span');
  /** Where it stands. */
  private place: { placed: PlacedFlags; position: number; label: string } | undefined;

  constructor() {
    this.element.className = 'now';
    this.element.ariaHidden = 'true';
    this.element.append(this.label);
  }

  /** Moves it, and its label to a place between the flags. */
  show({ now, nowLabel }: Annotations, placed: PlacedFlags | undefined, plot: { readonly box: Box }): void {
    const { element, label, place: before } = this;
    element.hidden = now === undefined;
    if (now === undefined || placed === undefined) return;
    const { flags, space } = placed;
    const position = Math.round(space.position(now));
    if (before?.placed === placed && before.position === position && before.label === nowLabel) return;
    this.place = { placed, position, label: nowLabel };
    const { left, top, height } = plot.box;
    const place = space.rows > 0 ? findPlace(flags, nowLabel, now, space) : undefined;
    const styles: [HTMLElement, string][] = [[element, `${left + position}px ${top - 3}px`]];
    if (label.textContent !== nowLabel) label.textContent = nowLabel;
    label.hidden = place === undefined;
    if (place !== undefined)
      styles.push([label, `${Math.round(place.left) - position}px ${1 - (place.row + 1) * flagRowHeight}px`]);
    if (element.style.blockSize !== `${height + 3}px`) element.style.blockSize = `${height + 3}px`;
    for (const [each, translate] of styles)
      if (each.style.translate !== translate) each.style.translate = translate;
  }
}
