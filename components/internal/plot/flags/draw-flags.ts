/** Draws interventions over and under the lines of a chart. */
import type uPlot from 'uplot';
import { runColor, type ChartTheme } from '../chart-theme.js';
import { inCssPixels, type Box } from '../css-pixels.js';
import { flagPadding, layoutFlags, type Flag, type FlagSpace, type Mark } from './flag-layout.js';

/** The height of a row of flags. */
export const flagRowHeight = 19;

const flagHeight = 17;

/** The annotations of a plot. */
export interface Annotations {
  marks: readonly Mark[];
  /** The next step, if it is shown. */
  now: number | undefined;
  nowLabel: string;
  /** The rows of flags in the lane above the plot; 0 for lines without flags. */
  lane: number;
  /** The text of a flag that stands for several marks. */
  more: (text: string, others: number) => string;
  /** The value at which a mark meets the line of its run, if it gets a ring. */
  valueAt?: (mark: Mark) => number | undefined;
}

/** Whether the step of a mark is shown. */
function isIn({ scales }: uPlot): (mark: Mark) => boolean {
  const { min = 0, max = 0 } = scales.x;
  return ({ step }) => step >= min && step <= max;
}

function verticalLine(context: CanvasRenderingContext2D, x: number, from: number, to: number): void {
  const crisp = Math.round(x) + 0.5;
  context.beginPath();
  context.moveTo(crisp, from);
  context.lineTo(crisp, to);
  context.stroke();
}

/** Draws the dashed lines of the marks, under the data. */
export function drawMarkLines(plot: uPlot, { marks }: Annotations, theme: ChartTheme): void {
  inCssPixels(plot, (context, box) => {
    const bottom = box.top + box.height;
    const x = (step: number): number => box.left + plot.valToPos(step, 'x');
    context.lineWidth = 1;
    for (const mark of marks.filter(isIn(plot))) {
      context.strokeStyle = runColor(theme, mark.run);
      context.globalAlpha = mark.planned ? 0.6 : 1;
      context.setLineDash(mark.planned ? [2, 5] : [3, 3]);
      verticalLine(context, x(mark.step), box.top - 3, bottom);
    }
  });
}

/**
 * Draws the flags of the marks, and the rings where a mark meets its line, on a canvas over the data. It also
 * measures the texts in `measured`, which are placed among the flags later.
 */
export function drawFlags(
  plot: uPlot,
  { marks, more, valueAt, lane }: Annotations,
  theme: ChartTheme,
  over: CanvasRenderingContext2D,
  measured: readonly string[] = [],
): PlacedFlags {
  let placed: PlacedFlags | undefined;
  // A later call finds the context in another state, so the widths are kept.
  const widths = new Map<string, number>();
  over.clearRect(0, 0, over.canvas.width, over.canvas.height);
  inCssPixels(
    plot,
    (context, box) => {
      context.font = theme.font;
      context.textBaseline = 'middle';
      context.textAlign = 'left';
      const space: FlagSpace = {
        width: box.width,
        rows: lane,
        position: (step) => plot.valToPos(step, 'x'),
        measure: (text) => {
          const width = widths.get(text) ?? context.measureText(text).width;
          widths.set(text, width);
          return width;
        },
        more,
      };
      const shown = marks.filter(isIn(plot));
      if (valueAt !== undefined)
        for (const mark of shown) drawRing(plot, context, box, mark, valueAt(mark), theme);
      for (const text of measured) space.measure(text);
      const flags = lane > 0 ? layoutFlags(shown, space) : [];
      for (const flag of flags) drawFlag(context, box, flag, theme);
      placed = { flags, space };
    },
    over,
  );
  return placed!;
}

/** Flags, and the space they were placed in. */
export interface PlacedFlags {
  flags: readonly Flag[];
  space: FlagSpace;
}

function drawFlag(context: CanvasRenderingContext2D, box: Box, flag: Flag, theme: ChartTheme): void {
  const left = Math.round(box.left + flag.left) + 0.5;
  // The first row is the one next to the plot.
  const top = Math.round(box.top - 2 - (flag.row + 1) * flagRowHeight) + 0.5;
  const color = runColor(theme, flag.marks[0].run);
  const planned = flag.marks.every((one) => one.planned);
  context.setLineDash([]);
  context.beginPath();
  context.roundRect(left, top, flag.width, flagHeight, 3);
  context.globalAlpha = 1;
  context.fillStyle = theme.surface;
  context.fill();
  context.globalAlpha = planned ? 0.05 : 0.16;
  context.fillStyle = color;
  context.fill();
  if (planned) {
    context.globalAlpha = 0.8;
    context.lineWidth = 1;
    context.setLineDash([2, 2]);
    context.strokeStyle = color;
    context.stroke();
  }
  context.globalAlpha = 1;
  context.fillStyle = planned ? theme.muted : theme.text;
  context.fillText(flag.text, left + flagPadding - 0.5, top + flagHeight / 2 + 0.5);
}

function drawRing(
  plot: uPlot,
  context: CanvasRenderingContext2D,
  box: Box,
  mark: Mark,
  value: number | undefined,
  theme: ChartTheme,
): void {
  if (value === undefined) return;
  const x = box.left + plot.valToPos(mark.step, 'x');
  const y = box.top + plot.valToPos(value, 'y');
  if (!Number.isFinite(y) || y < box.top || y > box.top + box.height + 1) return;
  context.beginPath();
  context.arc(x, y, 4, 0, Math.PI * 2);
  context.fillStyle = theme.surface;
  context.fill();
  context.setLineDash(mark.planned ? [2, 2] : []);
  context.lineWidth = 1.5;
  context.strokeStyle = runColor(theme, mark.run);
  context.stroke();
}
