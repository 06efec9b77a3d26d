/**
 * uPlot, as all charts use it: a step axis that shows the whole run, a left axis that switches between logarithmic
 * and linear, an optional axis in per cent on the right, a cursor shared by plots of one key, and annotations.
 *
 * Plots that stand under each other are given the same margins left and right, so that their steps do too. Colours
 * are asked for at each drawing. Lines are given as slots of a ColumnGrid, which is uPlot's aligned data.
 */
import uPlot from 'uplot';
import type { SharedCursor } from './cursor/shared-cursor.js';
import {
  drawEpochs,
  drawFlags,
  drawMarkLines,
  flagRowHeight,
  type Annotations,
  type PlacedFlags,
} from './flags/annotations.js';
import { boxOf, inCssPixels, sizeCanvas, type Box } from './css-pixels.js';
import { linearTicks, type Bounds } from './axes/axis-range.js';
import { runColor, type ChartTheme } from './chart-theme.js';
import type { ColumnGrid, Slot } from './lines/column-grid.js';
import { findPlace } from './flags/flag-layout.js';
import { LineLayer, type Changes, type LineScene } from './lines/line-layer.js';
import type { PlotAxis } from './axes/vertical-axis.js';

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
  /** Its single low values may lie under the axis, and where it blows up it leaves the axis to the others. */
  noisy?: boolean;
  /** Where it is of no run: in the colour of the text. */
  strong?: boolean;
  /** Carries a dot under the cursor. */
  hover?: boolean;
}

/** How many times its first value a noisy line must reach to be drawn along the edge: it is lost anyway. */
const lostFactor = 10;

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
  cursor: SharedCursor;
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
  /** The first slot that may be another than in the last drawing, in lists that are the same; the first by default. */
  changedFrom?: number;
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

/** How many slots of a line may change without the axis being looked at. */
const fewSlots = 16;

/** One chart on one canvas. */
export class StepPlot {
  private readonly plot: uPlot;
  private readonly options: StepPlotOptions;
  private readonly layer = new LineLayer();
  private readonly flags = document.createElement('canvas').getContext('2d')!;
  private readonly now = document.createElement('div');
  private drawing: Drawing;
  private size: { width: number; height: number };
  private bounds: Bounds = [0, 1];
  /** What the last whole drawing was made of. */
  private drawn: readonly unknown[] = [];
  private scene!: LineScene;
  private rings = '';
  private placed: PlacedFlags | undefined;
  /** Where the line of the newest step is. */
  private nowPlace: { placed: PlacedFlags; position: number; label: string } | undefined;

  constructor(options: StepPlotOptions, drawing: Drawing, size: { width: number; height: number }) {
    this.options = options;
    this.drawing = drawing;
    this.size = size;
    this.fit();
    this.plot = new uPlot(this.createOptions(), this.data(), options.container);
    options.cursor.add(this.plot);
    this.flags.canvas.className = 'lines';
    this.flags.canvas.ariaHidden = 'true';
    this.now.className = 'now';
    this.now.ariaHidden = 'true';
    this.now.append(document.createElement('span'));
    this.plot.over.before(this.layer.canvas, this.now, this.flags.canvas);
    this.draw(drawing, size);
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
    const { pinned } = this.options.cursor;
    if (pinned !== undefined) return pinned;
    if (left === undefined || left < 0) return undefined;
    return Math.min(Math.max(Math.round(this.plot.posToVal(left, 'x')), from), steps);
  }

  /** Draws at once, in this very call: all of it, or where the scales are the same only what has changed. */
  draw(drawing: Drawing, size: { width: number; height: number }): void {
    const { plot, options } = this;
    this.drawing = drawing;
    this.size = size;
    const { grid, annotations, lines } = drawing;
    const isOther = grid !== this.drawn[0] || options.axis.kind !== this.drawn[1];
    const changes = isOther ? undefined : this.takeChanges();
    // A few values more where there is room for them do not change the axis.
    const isLittle = changes !== undefined && changes.slots <= lines.length * fewSlots;
    if (!isLittle || !options.axis.holds(changes.lowest, changes.highest)) this.fit();
    const made: readonly unknown[] = [
      grid,
      options.axis.kind,
      ...this.bounds,
      size.width,
      size.height,
      devicePixelRatio,
      options.theme(),
      options.stepLabel(),
      annotations?.marks,
      annotations?.stepsPerEpoch,
    ];
    if (changes === undefined || made.some((part, index) => part !== this.drawn[index])) this.drawAll(made);
    else {
      this.layer.drawChanges({ ...this.scene, lines }, changes);
      if (annotations !== undefined && this.ringsOf(annotations) !== this.rings) this.drawFlags(annotations);
    }
    if (annotations !== undefined) this.placeNow(annotations);
    options.cursor.restore(plot);
  }

  private takeChanges(): Changes {
    const { lines: styles } = this.options;
    return this.layer.takeChanges(
      this.drawing.lines,
      this.drawing.changedFrom ?? 0,
      (line) => styles[line].percent !== true,
      (line) => styles[line].points !== undefined,
    );
  }

  private drawAll(made: readonly unknown[]): void {
    const { plot, size, drawing } = this;
    this.drawn = made;
    plot.batch(() => {
      if (size.width !== plot.width || size.height !== plot.height) plot.setSize(size);
      plot.setData(this.data());
    });
    const ratio = this.canvas.width / plot.width;
    this.layer.resize(size.width, size.height, ratio);
    sizeCanvas(this.flags.canvas, size, ratio);
    this.scene = this.createScene();
    this.layer.drawAll(this.scene);
    if (drawing.annotations !== undefined) this.drawFlags(drawing.annotations);
  }

  private drawFlags(annotations: Annotations): void {
    this.rings = this.ringsOf(annotations);
    this.placed = drawFlags(this.plot, annotations, this.options.theme(), this.flags, [annotations.nowLabel]);
  }

  private ringsOf({ marks, valueAt }: Annotations): string {
    return valueAt === undefined ? '' : marks.map(valueAt).join();
  }

  /** The line of the newest step is an element: it moves with every batch, and nothing is drawn for it. */
  private placeNow({ now, nowLabel }: Annotations): void {
    const element = this.now;
    const label = element.firstElementChild as HTMLElement;
    element.hidden = now === undefined;
    const { placed, nowPlace } = this;
    if (now === undefined || placed === undefined) return;
    const { flags, space } = placed;
    const position = Math.round(space.position(now));
    if (nowPlace?.placed === placed && nowPlace.position === position && nowPlace.label === nowLabel) return;
    this.nowPlace = { placed, position, label: nowLabel };
    const { left, top, height } = this.box;
    const place = findPlace(flags, nowLabel, now, space);
    const styles: [HTMLElement, string][] = [[element, `${left + position}px ${top - 3}px`]];
    if (label.textContent !== nowLabel) label.textContent = nowLabel;
    label.hidden = place === undefined;
    if (place !== undefined)
      styles.push([
        label,
        `${Math.round(place.left) - position}px ${place.row * flagRowHeight - flagRowHeight + 2}px`,
      ]);
    if (element.style.blockSize !== `${height + 3}px`) element.style.blockSize = `${height + 3}px`;
    for (const [each, translate] of styles)
      if (each.style.translate !== translate) each.style.translate = translate;
  }

  /** The bounds of the left axis for what is drawn. */
  private fit(): void {
    const { lines: styles, axis } = this.options;
    const { lines } = this.drawing;
    let [lowest, highest, start] = [Infinity, -Infinity, -Infinity];
    lines.forEach((slots, line) => {
      if (styles[line].percent === true) return;
      if (styles[line].noisy === true) start = Math.max(start, firstValue(slots) ?? -Infinity);
      for (const value of slots) {
        if (typeof value !== 'number') continue;
        if (value < lowest) lowest = value;
        if (value > highest) highest = value;
      }
    });
    this.bounds = axis.fit(
      lines.filter((_, line) => styles[line].percent !== true && styles[line].noisy !== true),
      highest < lowest ? null : lowest,
      highest < lowest ? null : highest,
      start > 0 ? start * lostFactor : undefined,
    );
  }

  private createScene(): LineScene {
    const { drawing, box, options, bounds } = this;
    const { grid, lines } = drawing;
    const theme = options.theme();
    const { forward } = options.axis;
    const [bottom, top] = [forward(bounds[0]), forward(bounds[1])];
    const perStep = box.width / (grid.steps - grid.from);
    const perUnit = box.height / (top - bottom);
    const end = box.top + box.height;
    return {
      lines,
      box,
      paints: options.lines.map((line) => ({
        ...line,
        color: lineColor(theme, line),
        surface: theme.surface,
      })),
      scale: {
        x: (slot) => box.left + (grid.x[slot] - grid.from) * perStep,
        y: (value, line) =>
          options.lines[line].percent === true
            ? end - value * box.height
            : end - (forward(value) - bottom) * perUnit,
      },
    };
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
    this.options.cursor.remove(this.plot);
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
          range: () => this.bounds,
        },
        percent: { range: [0, 1] },
      },
      axes: this.createAxes(),
      cursor: {
        y: false,
        hover: { prox: 6 },
        drag: { x: this.options.onSelect !== undefined, y: false, setScale: false, dist: 6 },
        sync: { key: this.options.cursor.key, scales: ['x', null] },
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
            if (stepAxis) drawStepLabel(plot, theme(), this.options.stepLabel());
          },
        ],
        setCursor: [() => this.options.onCursor(this.cursorStep)],
        setSelect: [(plot) => this.handleSelect(plot)],
      },
    };
  }

  /** To uPlot a line is what the cursor finds its values in; it is drawn on a layer of its own. */
  private createSeries(line: LineStyle): uPlot.Series {
    return {
      scale: line.percent === true ? 'percent' : 'y',
      stroke: () => lineColor(this.options.theme(), line),
      auto: false,
      paths: () => null,
      points: { show: false },
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

  private handleSelect(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width === 0) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    const stepAt = (position: number): number => Math.round(plot.posToVal(position, 'x'));
    this.options.onSelect?.(stepAt(left), stepAt(left + width));
  }
}

function firstValue(slots: readonly Slot[]): number | undefined {
  return slots.find((value) => typeof value === 'number');
}

function drawStepLabel(plot: uPlot, theme: ChartTheme, label: string): void {
  inCssPixels(plot, (context, { top, height }) => {
    context.font = theme.font;
    context.fillStyle = theme.muted;
    context.textAlign = 'left';
    context.textBaseline = 'top';
    context.fillText(label, 0, top + height + 7);
  });
}

function lineColor(theme: ChartTheme, { run, strong }: LineStyle): string {
  if (run !== undefined) return runColor(theme, run);
  return strong === true ? theme.text : theme.muted;
}
