/**
 * uPlot, as all charts use it: a step axis that shows the whole run, a left axis that switches between logarithmic
 * and linear, an optional axis in per cent on the right, a cursor shared by plots of one key, and annotations.
 *
 * Plots that stand under each other are given the same margins left and right, so that their steps do too. Colours
 * are asked for at each drawing. Lines are given as slots of a ColumnGrid, which is uPlot's aligned data.
 */
import uPlot from 'uplot';
import { pinnedStep, placeCursor } from './cursor-sync.js';
import { drawEpochs, drawFlags, drawMarkLines, flagRowHeight, type Annotations } from './annotations.js';
import { boxOf, inCssPixels, type Box } from './css-pixels.js';
import { linearTicks } from './axis-range.js';
import { runColor, type ChartTheme } from './chart-theme.js';
import type { ColumnGrid, Slot } from './column-grid.js';
import { diamonds } from './diamonds.js';
import type { PlotAxis } from './vertical-axis.js';

/** How one line looks; its data come with each drawing. */
export interface LineStyle {
  /** The place of its run in the list of runs, which gives its colour; without one it is drawn in the muted colour. */
  run?: number;
  width: number;
  dash?: number[];
  alpha?: number;
  /** A value holds until the next one. */
  stepped?: boolean;
  /** The shape that marks its points. */
  points?: 'circle' | 'diamond';
  /** On the right axis, a share of one shown in per cent. */
  percent?: boolean;
  /** Its single low values may lie under the axis. */
  noisy?: boolean;
  /** Where it is of no run: in the colour of the text. */
  strong?: boolean;
  /** Carries a dot under the cursor. */
  hover?: boolean;
}

/** The room around a plot for its axes and whatever stands beside it, in CSS pixels. */
export interface PlotMargins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** What a plot is made of; none of it changes later. */
export interface StepPlotOptions {
  container: HTMLElement;
  lines: readonly LineStyle[];
  /** The margins at a width of the whole. */
  margins: (width: number) => PlotMargins;
  axis: PlotAxis;
  percentAxis: boolean;
  /** Whether the steps are named under the plot; another plot below it may do that for both. Yes by default. */
  stepAxis?: boolean;
  syncKey: string;
  theme: () => ChartTheme;
  formatValue: (value: number) => string;
  formatStep: (step: number) => string;
  formatPercent: (share: number) => string;
  /** The word before the step axis. */
  stepLabel: () => string;
  /** Called when the cursor has moved, with its step, or nothing when it has left. */
  onCursor: (step: number | undefined) => void;
  /** Called with the first and the last step over which the mouse was dragged; without it dragging does nothing. */
  onSelect?: (from: number, to: number) => void;
}

/** What one drawing shows. */
export interface Drawing {
  grid: ColumnGrid;
  /** One list of slots per line, in their order. */
  lines: readonly (readonly Slot[])[];
  annotations?: Annotations;
}

/** What the names of the steps take under a plot, in CSS pixels. */
export const stepAxisHeight = 24;

/** The margins of the charts of a run: small in a narrow one, and above the plot room for the first row of flags. */
export function runMargins(width: number): PlotMargins {
  const beside = width < 520 ? { left: 44, right: 42 } : { left: 54, right: 44 };
  return { ...beside, top: flagRowHeight + 5, bottom: stepAxisHeight };
}

/* eslint-disable @typescript-eslint/no-unsafe-enum-assignment --
   uPlot declares these as const enums, which a module compiled alone cannot read; at run time they are these numbers. */
const customDistribution: uPlot.Scale.Distr = 100;
const rightSide: uPlot.Axis.Side = 1;
/* eslint-enable @typescript-eslint/no-unsafe-enum-assignment */

/** One chart on one canvas. */
export class StepPlot {
  private readonly plot: uPlot;
  private readonly options: StepPlotOptions;
  private drawing: Drawing;
  private dashRatio = NaN;
  private size: { width: number; height: number };

  constructor(options: StepPlotOptions, drawing: Drawing, size: { width: number; height: number }) {
    this.options = options;
    this.drawing = drawing;
    this.size = size;
    this.plot = new uPlot(this.createOptions(), this.data(), options.container);
  }

  /** The canvas. */
  get canvas(): HTMLCanvasElement {
    return this.plot.ctx.canvas;
  }

  /** The area that takes the pointer, over the plot without its axes. */
  get pointerArea(): HTMLElement {
    return this.plot.over;
  }

  /** The step under the cursor, or nothing while it is elsewhere. */
  get cursorStep(): number | undefined {
    const { left } = this.plot.cursor;
    const { from, steps } = this.drawing.grid;
    const pinned = pinnedStep(this.options.syncKey);
    if (pinned !== undefined) return pinned;
    if (left === undefined || left < 0) return undefined;
    return Math.min(Math.max(Math.round(this.plot.posToVal(left, 'x')), from), steps);
  }

  /** Draws at once, in this very call. */
  draw(drawing: Drawing, size: { width: number; height: number }): void {
    this.drawing = drawing;
    const resized = size.width !== this.size.width || size.height !== this.size.height;
    this.size = size;
    this.plot.batch(() => {
      if (resized) this.plot.setSize(size);
      this.plot.setData(this.data());
    });
    const pinned = pinnedStep(this.options.syncKey);
    if (pinned !== undefined) placeCursor(this.plot, pinned);
  }

  /** Where a value of a step is drawn, in CSS pixels from the corner of the canvas. */
  placeOf(step: number, value: number): { x: number; y: number } {
    const { left, top } = this.box;
    return { x: left + this.plot.valToPos(step, 'x'), y: top + this.plot.valToPos(value, 'y') };
  }

  /** The plot without its axes, in CSS pixels from the corner of the canvas. */
  get box(): Box {
    return boxOf(this.plot);
  }

  /** The step at a distance in CSS pixels from the left edge of the window. */
  stepAt(clientX: number): number {
    const { left, width } = this.plot.over.getBoundingClientRect();
    const share = Math.min(Math.max((clientX - left) / width, 0), 1);
    const { from, steps } = this.drawing.grid;
    return Math.round(from + share * (steps - from));
  }

  /** Takes the chart off the page. */
  destroy(): void {
    this.plot.destroy();
  }

  private get margins(): PlotMargins {
    return this.options.margins(this.size.width);
  }

  /** The size of the plot without its axes, in CSS pixels; uPlot asks for ticks before it knows its own. */
  private get area(): { width: number; height: number } {
    const { width, height } = this.size;
    const { top, right, bottom, left } = this.margins;
    return { width: width - left - right, height: height - top - bottom };
  }

  private data(): uPlot.AlignedData {
    const { grid, lines } = this.drawing;
    // uPlot reads these lists and never writes to them.
    return [grid.x as number[], ...(lines as Slot[][])];
  }

  private createOptions(): uPlot.Options {
    const { axis, theme, lines, stepAxis = true } = this.options;
    return {
      ...this.size,
      padding: [() => this.margins.top, 0, () => (stepAxis ? 0 : this.margins.bottom), 0],
      legend: { show: false },
      series: [{}, ...lines.map((line) => this.createSeries(line))],
      scales: {
        x: { time: false, range: () => [this.drawing.grid.from, this.drawing.grid.steps] },
        y: {
          distr: customDistribution,
          fwd: axis.forward,
          bwd: axis.backward,
          range: (_plot, lowest: number | null, highest: number | null) =>
            axis.fit(
              this.drawing.lines.filter(
                (_, index) => lines[index].percent !== true && lines[index].noisy !== true,
              ),
              lowest,
              highest,
            ),
        },
        percent: { range: [0, 1] },
      },
      axes: this.createAxes(),
      cursor: {
        y: false,
        hover: { prox: 6 },
        drag: { x: this.options.onSelect !== undefined, y: false, setScale: false, dist: 6 },
        sync: { key: this.options.syncKey, scales: ['x', null] },
        points: {
          // uPlot asks for an element or for nothing; its types know only the element.
          show: (_plot, index) =>
            (lines[index - 1]?.hover === true ? document.createElement('div') : null) as HTMLElement,
          size: 9,
          stroke: (_plot, index) => lineColor(theme(), lines[index - 1]),
          fill: () => theme().surface,
        },
      },
      hooks: {
        drawClear: [(plot) => this.scaleDashes(plot)],
        drawAxes: [
          (plot) => {
            const { annotations } = this.drawing;
            if (annotations === undefined) return;
            drawEpochs(plot, annotations, theme());
            drawMarkLines(plot, annotations, theme());
          },
        ],
        draw: [
          (plot) => {
            const { annotations } = this.drawing;
            if (stepAxis) this.drawStepLabel(plot);
            if (annotations !== undefined) drawFlags(plot, annotations, theme());
          },
        ],
        setCursor: [() => this.options.onCursor(this.cursorStep)],
        setSelect: [(plot) => this.handleSelect(plot)],
      },
    };
  }

  private createSeries(line: LineStyle): uPlot.Series {
    const { theme } = this.options;
    const color = (): string => lineColor(theme(), line);
    return {
      scale: line.percent === true ? 'percent' : 'y',
      stroke: color,
      width: line.width,
      alpha: line.alpha,
      pxAlign: 0,
      paths: line.stepped === true ? uPlot.paths.stepped!({ align: 1 }) : uPlot.paths.linear!(),
      points:
        line.points === undefined
          ? { show: false }
          : {
              show: (_plot, index) => this.hasRoomForPoints(index),
              size: 7,
              width: 1.5,
              stroke: color,
              fill: () => (line.points === 'circle' ? theme().surface : color()),
              ...(line.points === 'diamond' ? { paths: diamonds } : {}),
            },
    };
  }

  private createAxes(): uPlot.Axis[] {
    const { axis, theme, formatStep, formatValue, formatPercent, percentAxis, stepAxis } = this.options;
    const common: uPlot.Axis = {
      stroke: () => theme().muted,
      font: theme().font,
      ticks: { show: false },
      filter: (_plot, splits) => splits,
    };
    const grid = { stroke: () => theme().grid, width: 1 };
    return [
      {
        ...common,
        show: stepAxis ?? true,
        size: () => this.margins.bottom,
        gap: 7,
        grid: { show: false },
        border: { show: true, stroke: () => theme().grid, width: 1 },
        splits: (_plot, _axis, lowest, highest) =>
          linearTicks([lowest, highest], Math.floor(this.area.width / 60), true),
        values: (_plot, splits) => splits.map(formatStep),
      },
      {
        ...common,
        scale: 'y',
        size: () => this.margins.left,
        gap: 8,
        grid,
        splits: () => axis.ticks(this.area.height),
        values: (_plot, splits) => splits.map((tick) => axis.label(tick, formatValue)),
      },
      {
        ...common,
        scale: 'percent',
        side: rightSide,
        size: () => this.margins.right,
        gap: 8,
        grid: { show: false },
        splits: () => linearTicks([0, 1], Math.floor(this.area.height / 40)),
        // A chart without shares keeps the margin, so that its steps stand under those of its neighbour.
        values: (_plot, splits) => splits.map((share) => (percentAxis ? formatPercent(share) : null)),
      },
    ];
  }

  /** Points are drawn while they do not run into each other. */
  private hasRoomForPoints(index: number): boolean {
    const points = this.drawing.lines[index - 1].reduce<number>(
      (count, value) => (typeof value === 'number' ? count + 1 : count),
      0,
    );
    return points * 10 < this.area.width;
  }

  private handleSelect(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width === 0) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    const stepAt = (position: number): number => Math.round(plot.posToVal(position, 'x'));
    this.options.onSelect?.(stepAt(left), stepAt(left + width));
  }

  /** uPlot takes widths in CSS pixels but dashes in those of the canvas. */
  private scaleDashes(plot: uPlot): void {
    const ratio = plot.ctx.canvas.width / plot.width;
    if (ratio === this.dashRatio) return;
    this.dashRatio = ratio;
    this.options.lines.forEach(({ dash }, index) => {
      plot.series[index + 1].dash = dash?.map((length) => length * ratio);
    });
  }

  private drawStepLabel(plot: uPlot): void {
    const { theme, stepLabel } = this.options;
    inCssPixels(plot, (context, { top, height }) => {
      context.font = theme().font;
      context.fillStyle = theme().muted;
      context.textAlign = 'left';
      context.textBaseline = 'top';
      context.fillText(stepLabel(), 0, top + height + 7);
    });
  }
}

function lineColor(theme: ChartTheme, { run, strong }: LineStyle): string {
  if (run !== undefined) return runColor(theme, run);
  return strong === true ? theme.text : theme.muted;
}
