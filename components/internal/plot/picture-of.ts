/** What a plot shows, as data for a file. */
import { stepTicks } from './axes/step-ticks.js';
import { runColor } from './chart-theme.js';
import type { Size } from './css-pixels.js';
import { flagRowHeight } from './flags/draw-flags.js';
import type { Flag } from './flags/flag-layout.js';
import type { Slot } from './lines/column-grid.js';
import type { PlacedLines } from './lines/line-layer.js';
import { traceLine } from './lines/line-path.js';
import { titleHeight, type PictureRule, type PictureText, type PlotPicture } from './plot-picture.js';
import type { Panel, PlotScene } from './plot-scene.js';

/** A plot as it was drawn last. */
export interface PlotDrawing {
  readonly scene: PlotScene;
  readonly panel: Panel;
  readonly placed: PlacedLines;
  readonly flags: readonly Flag[];
  /** The plot without its axes. */
  readonly area: Size;
  /** The position of a step, in CSS pixels from the left edge of the plot without its axes. */
  readonly position: (step: number) => number;
}

/** The picture of a plot. */
export function pictureOf(drawing: PlotDrawing, title: string): PlotPicture {
  const { scene, panel, placed, flags, area, position } = drawing;
  const { box, lines, paints, scale } = placed;
  const { theme, formatValue, grid } = scene;
  const { axis, annotations, size, ends = [] } = panel;
  const [end, bottom] = [box.left + box.width, box.top + box.height];
  const x = (step: number): number => box.left + position(step);
  const { steps, labels, label } = stepTicks(scene, area.width);
  const ticks = axis.ticks(area.height);
  const marks = annotations?.marks.filter(({ step }) => step >= grid.from && step <= grid.steps) ?? [];
  const fontSize = parseFloat(theme.font);
  const rules: PictureRule[] = [
    ...ticks.map((tick): PictureRule => {
      const y = scale.y(tick, 0);
      return { from: [box.left, y], to: [end, y], color: theme.grid };
    }),
    ...steps.map((step): PictureRule => ({
      from: [x(step), box.top],
      to: [x(step), bottom],
      color: theme.grid,
    })),
    ...marks.map(({ step, run }): PictureRule => ({
      from: [x(step), box.top - 3],
      to: [x(step), bottom],
      color: runColor(theme, run),
      dash: [3, 3],
    })),
  ];
  const texts: PictureText[] = [
    { x: 12, y: 17 - titleHeight, text: title, color: theme.text, anchor: 'start', bold: true },
    ...ticks.map((tick): PictureText => {
      const text = axis.label(tick, formatValue);
      return { x: box.left - 8, y: scale.y(tick, 0) + 4, text, color: theme.muted, anchor: 'end' };
    }),
    ...steps.map((step, index): PictureText => {
      const text = labels[index];
      return { x: x(step), y: bottom + 8 + fontSize, text, color: theme.muted, anchor: 'middle' };
    }),
    { x: box.left - 10, y: bottom + 8 + fontSize, text: label, color: theme.muted, anchor: 'end' },
    ...flags.map((flag): PictureText => {
      const y = box.top - 2 - flag.row * flagRowHeight - 6;
      return { x: box.left + flag.left, y, text: flag.text, color: theme.text, anchor: 'start' };
    }),
    ...ends
      .filter(({ value }) => Number.isFinite(value))
      .map((each): PictureText => {
        const color = each.run === undefined ? theme.draft : runColor(theme, each.run);
        const left = Math.min(x(each.step), end) + 6;
        return {
          x: left,
          y: scale.y(each.value, 0) + 4,
          text: each.words().join(' · '),
          color,
          anchor: 'start',
          bold: true,
        };
      }),
  ];
  return {
    size,
    box,
    title,
    surface: theme.surface,
    fontFamily: theme.font.replace(/^[\d.]+px /, ''),
    fontSize,
    rules,
    texts,
    lines: lines.map((slots, line) => ({ paint: paints[line], path: pathOf(slots, line, placed) })),
    points: lines.flatMap((slots, line) =>
      paints[line].points === undefined
        ? []
        : slots.flatMap((value, slot) =>
            typeof value === 'number'
              ? [{ x: scale.x(slot), y: scale.y(value, line), paint: paints[line] }]
              : [],
          ),
    ),
  };
}

function pathOf(slots: readonly Slot[], line: number, { paints, scale }: PlacedLines): string {
  let path = '';
  const pen = (sign: 'M' | 'L') => (x: number, y: number) => {
    path += `${sign}${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100}`;
  };
  traceLine({ moveTo: pen('M'), lineTo: pen('L') }, slots, [0, slots.length], {
    x: scale.x,
    y: (value) => scale.y(value, line),
    stepped: paints[line].stepped === true,
  });
  return path;
}
