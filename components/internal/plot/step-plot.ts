/**
 * uPlot, as all charts use it: one panel of a scene, with a step axis, a left axis that switches between logarithmic
 * and linear, an optional axis in per cent on the right, a shared cursor, and annotations. Lines are slots of a
 * ColumnGrid, which is uPlot's aligned data; they are drawn on a layer of their own.
 */
import uPlot from './uplot/index.js';
import { rangeOf } from './axes/line-range.js';
import {
  drawFlags,
  drawMarkLines,
  flagRowHeight,
  type Annotations,
  type PlacedFlags,
} from './flags/draw-flags.js';
import { boxOf, inCssPixels, sizeCanvas, type Box, type Size } from './css-pixels.js';
import type { Bounds } from './axes/axis-range.js';
import { stepTicks, type StepTicks } from './axes/step-ticks.js';
import { runColor, type ChartTheme } from './chart-theme.js';
import { between } from './chart-window.js';
import type { Slot } from './lines/column-grid.js';
import type { Mark } from './flags/flag-layout.js';
import { NowLine } from './flags/now-line.js';
import { EndLabels } from './labels/end-labels.js';
import { LineLayer, type Changes, type PlacedLines } from './lines/line-layer.js';
import type { PlotDrawing } from './picture-of.js';
import type { LineStyle, Panel, PlotListener, PlotScene } from './plot-scene.js';

/** The height of the step labels under a plot, in CSS pixels. */
export const stepAxisHeight = 24;

// uPlot declares it as a const enum, which a module compiled alone cannot read; at run time it is this number.
const customDistribution: uPlot.Scale.Distr = 100;

/** How near a click must be to the line of a mark, in CSS pixels. */
const nearestMark = 6;

/** If fewer slots of a line have changed, the axis may keep its bounds. */
const fewSlots = 16;

/** One chart on one canvas. */
export class StepPlot {
  private readonly plot: uPlot;
  private readonly listener: PlotListener | undefined;
  private readonly layer = new LineLayer();
  private readonly flags = document.createElement('canvas').getContext('2d')!;
  private readonly now = new NowLine();
  private readonly ends = new EndLabels();
  private current: PlotScene;
  private panel: Panel;
  private bounds: Bounds = [0, 1];
  /** The inputs of the last whole drawing. */
  private drawn: readonly unknown[] = [];
  private lines!: PlacedLines;
  private rings = '';
  /** At which ends of the vertical axis values lie beyond it, as it was drawn last. */
  private beyond = '';
  private placed: PlacedFlags | undefined;

  constructor(container: HTMLElement, scene: PlotScene, panel: Panel, listener: PlotListener | undefined) {
    this.listener = listener;
    this.current = scene;
    this.panel = panel;
    this.fit();
    this.plot = new uPlot(this.createOptions(), this.data(), container);
    scene.cursor.add(this.plot);
    this.flags.canvas.className = 'lines';
    this.flags.canvas.ariaHidden = 'true';
    this.plot.over.before(this.layer.canvas, this.now.element, this.flags.canvas, this.ends.element);
    this.draw(scene, panel);
  }

  /** The scene that was drawn last. */
  get scene(): PlotScene {
    return this.current;
  }

  /** The canvas. */
  get canvas(): HTMLCanvasElement {
    return this.plot.ctx.canvas;
  }

  /** The plot with its axes and flags. */
  get root(): HTMLElement {
    return this.plot.root;
  }

  /** Its width with the axes, in CSS pixels, as it was drawn last. */
  get width(): number {
    return this.panel.size.width;
  }

  /** The area that receives the pointer: the plot without its axes. */
  get pointerArea(): HTMLElement {
    return this.plot.over;
  }

  /** The step under the cursor; undefined while the cursor is elsewhere. */
  get cursorStep(): number | undefined {
    const { left } = this.plot.cursor;
    const { grid, cursor, lastStep } = this.current;
    if (cursor.pinned !== undefined) return Math.min(cursor.pinned, lastStep);
    if (left === undefined || left < 0) return undefined;
    const step = Math.round(this.plot.posToVal(left, 'x'));
    return Math.min(Math.max(step, grid.from), grid.steps, lastStep);
  }

  /**
   * Draws at once: everything, or only the changes if the scales are the same. With changes alone the labels at the ends
   * of lines stay where they are until {@link placeEnds}: they cost as much as the lines.
   */
  draw(scene: PlotScene, panel: Panel): void {
    this.current = scene;
    this.panel = panel;
    const { grid } = scene;
    const { annotations, lines, axis, size } = panel;
    const isOther = grid !== this.drawn[0] || axis.kind !== this.drawn[1];
    const changes = isOther ? undefined : this.takeChanges();
    // A few more values within the bounds do not change the axis.
    const isLittle = changes !== undefined && changes.slots <= lines.length * fewSlots;
    if (!isLittle || !axis.holds(changes.lowest, changes.highest, changes.deciding)) this.fit();
    const made: readonly unknown[] = [
      grid,
      axis.kind,
      ...this.bounds,
      axis.isPinned,
      axis.isCapped,
      size.width,
      size.height,
      devicePixelRatio,
      scene.theme,
      scene.stepLabel,
      scene.epochLabel,
      annotations?.marks,
      scene.stepsPerEpoch,
      annotations?.lane,
    ];
    if (changes === undefined || made.some((part, index) => part !== this.drawn[index])) {
      this.drawAll(made);
      this.placeEnds();
    } else {
      this.layer.drawChanges({ ...this.lines, lines }, changes);
      if (annotations !== undefined && this.ringsOf(annotations) !== this.rings) this.drawFlags(annotations);
    }
    if (annotations !== undefined) this.now.show(annotations, this.placed, this);
    scene.cursor.restore(this.plot);
  }

  private takeChanges(): Changes {
    const { styles, lines } = this.panel;
    return this.layer.takeChanges(lines, this.current.changedFrom ?? 0, styles);
  }

  private drawAll(made: readonly unknown[]): void {
    const { plot } = this;
    const { axis, size, annotations } = this.panel;
    this.drawn = made;
    plot.batch(() => {
      if (size.width !== plot.width || size.height !== plot.height) plot.setSize(size);
      plot.setData(this.data());
      // uPlot asks for labels when a scale changes, and not when an end says now that values lie beyond it.
      const beyond = `${axis.isPinned} ${axis.isCapped}`;
      if (beyond !== this.beyond) plot.redraw(false, true);
      this.beyond = beyond;
    });
    const ratio = this.canvas.width / plot.width;
    this.layer.resize(size, ratio);
    sizeCanvas(this.flags.canvas, size, ratio);
    this.lines = this.placeLines();
    this.layer.drawAll(this.lines);
    if (annotations !== undefined) this.drawFlags(annotations);
  }

  private drawFlags(annotations: Annotations): void {
    this.rings = this.ringsOf(annotations);
    this.placed = drawFlags(this.plot, annotations, this.current.theme, this.flags, [annotations.nowLabel]);
  }

  private ringsOf({ marks, valueAt }: Annotations): string {
    return valueAt === undefined ? '' : marks.map(valueAt).join();
  }

  /** Moves the labels to the ends of their lines. */
  placeEnds(): void {
    const { box, scale } = this.lines;
    const { theme, grid } = this.current;
    const perStep = box.width / (grid.steps - grid.from);
    const ends = this.panel.ends ?? [];
    const isShown = (step: number): boolean => step >= grid.from;
    this.ends.show(
      ends.filter(({ step, value }) => isShown(step) && Number.isFinite(value)),
      {
        box,
        width: this.panel.size.width,
        x: (step) => box.left + (step - grid.from) * perStep,
        y: (value) => scale.y(value, 0),
        lineHeight: Math.round(14 * theme.scale),
      },
    );
  }

  /** What is drawn; see {@link pictureOf}. */
  get drawing(): PlotDrawing {
    const { current: scene, panel, lines: placed, area } = this;
    const flags = this.placed?.flags ?? [];
    return { scene, panel, placed, flags, area, position: (step) => this.plot.valToPos(step, 'x') };
  }

  /** Draws what is shown on another canvas of the same number of pixels. */
  paint(context: CanvasRenderingContext2D): void {
    for (const canvas of [this.canvas, this.layer.canvas, this.flags.canvas]) context.drawImage(canvas, 0, 0);
  }

  /** Chooses the bounds of the left axis. */
  private fit(): void {
    const { styles, axis, lines } = this.panel;
    const { lowest, highest, most } = rangeOf(lines, styles);
    this.bounds = axis.fit(
      lines.filter((_, line) => styles[line].noisy !== true),
      highest < lowest ? null : lowest,
      highest < lowest ? null : highest,
      most,
      this.current.grid.steps - this.current.grid.from,
      lines.filter((_, line) => styles[line].noisy === true),
    );
  }

  private placeLines(): PlacedLines {
    const { box, bounds } = this;
    const { grid, theme } = this.current;
    const { lines, styles, axis } = this.panel;
    const { forward } = axis;
    const [bottom, top] = [forward(bounds[0]), forward(bounds[1])];
    const perStep = box.width / (grid.steps - grid.from);
    const perUnit = box.height / (top - bottom);
    const end = box.top + box.height;
    return {
      lines,
      box,
      paints: styles.map((line) => ({
        ...line,
        width: line.width * theme.scale,
        color: lineColor(theme, line),
        surface: theme.surface,
      })),
      scale: {
        x: (slot) => box.left + (grid.x[slot] - grid.from) * perStep,
        y: (value) => end - (forward(value) - bottom) * perUnit,
      },
    };
  }

  /** Where a value of a step is drawn, in CSS pixels from the corner of the canvas. */
  pointOf(step: number, value: number): { x: number; y: number } {
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
    const { from, steps } = this.current.grid;
    return Math.round(from + share * (steps - from));
  }

  /** The step of the mark whose line is next to a step, within the reach of a finger or a mouse. */
  markNear(step: number): number | undefined {
    const reach = nearestMark * this.stepsPerPixel;
    const distance = (mark: Mark): number => Math.abs(mark.step - step);
    const near = (this.panel.annotations?.marks ?? []).filter((mark) => distance(mark) <= reach);
    return near.toSorted((one, other) => distance(one) - distance(other)).at(0)?.step;
  }

  /** The step of the flag at a position in the window. */
  flaggedStep(clientX: number, clientY: number): number | undefined {
    const { left, top } = this.plot.over.getBoundingClientRect();
    const row = Math.floor((top - clientY - 2) / flagRowHeight);
    const x = clientX - left;
    const flag = this.placed?.flags.find(
      (each) => each.row === row && x >= each.left && x <= each.left + each.width,
    );
    return flag?.marks[0].step;
  }

  /** How many steps lie under one pixel. */
  get stepsPerPixel(): number {
    const { from, steps } = this.current.grid;
    return (steps - from) / Math.max(1, this.area.width);
  }

  /** Whether only some of the steps are shown. */
  get isZoomed(): boolean {
    const { grid, lastStep } = this.current;
    return grid.from > 0 || grid.steps < lastStep;
  }

  /** Removes the plot from the page. */
  destroy(): void {
    this.current.cursor.remove(this.plot);
    this.ends.stop();
    this.plot.destroy();
  }

  /** The size of the plot without its axes, in CSS pixels; uPlot asks for ticks before it knows its own. */
  private get area(): Size {
    const { width, height } = this.panel.size;
    const { top, right, bottom, left } = this.panel.margins;
    return { width: width - left - right, height: height - top - bottom };
  }

  private data(): uPlot.AlignedData {
    // uPlot reads these lists and never writes to them.
    return [this.current.grid.x as number[], ...(this.panel.lines as Slot[][])];
  }

  private createOptions(): uPlot.Options {
    const { styles, size, stepAxis } = this.panel;
    const theme = (): ChartTheme => this.current.theme;
    return {
      ...size,
      padding: [
        () => this.panel.margins.top,
        () => this.panel.margins.right,
        () => (stepAxis ? 0 : this.panel.margins.bottom),
        0,
      ],
      legend: { show: false },
      series: [{}, ...styles.map((style) => this.createSeries(style))],
      scales: {
        x: { time: false, range: () => [this.current.grid.from, this.current.grid.steps] },
        y: {
          distr: customDistribution,
          fwd: (value) => this.panel.axis.forward(value),
          bwd: (place) => this.panel.axis.backward(place),
          range: () => this.bounds,
        },
      },
      axes: this.createAxes(),
      cursor: {
        y: false,
        hover: { prox: 6 },
        drag: { x: this.listener?.onWindow !== undefined, y: false, setScale: false, dist: 6 },
        sync: { key: this.current.cursor.key, scales: ['x', null] },
        points: {
          // uPlot accepts an element or null; its types know only the element.
          show: (_plot, index) =>
            (styles[index - 1]?.hover === true ? document.createElement('div') : null) as HTMLElement,
          size: 9,
          stroke: (_plot, index) => lineColor(theme(), styles[index - 1]),
          fill: () => theme().surface,
        },
      },
      hooks: {
        drawAxes: [
          (plot) => {
            const { annotations } = this.panel;
            if (annotations === undefined) return;
            drawMarkLines(plot, annotations, theme());
          },
        ],
        draw: [
          (plot) => {
            if (stepAxis) drawStepLabel(plot, theme(), this.stepTicks().label);
          },
        ],
        setCursor: [() => this.listener?.onCursor(this.cursorStep)],
        setSelect: [(plot) => this.handleSelect(plot)],
      },
    };
  }

  /** uPlot finds the values under the cursor in its series; the lines are drawn on a layer of their own. */
  private createSeries(style: LineStyle): uPlot.Series {
    return {
      scale: 'y',
      stroke: () => lineColor(this.current.theme, style),
      auto: false,
      paths: () => null,
      points: { show: false },
    };
  }

  private createAxes(): uPlot.Axis[] {
    const { stepAxis } = this.panel;
    const theme = (): ChartTheme => this.current.theme;
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
        show: stepAxis,
        size: () => this.panel.margins.bottom,
        gap: 7,
        grid: { ...grid, show: this.current.epochLabel !== undefined },
        border: { show: true, stroke: () => theme().grid, width: 1 },
        splits: () => this.stepTicks().steps,
        values: () => this.stepTicks().labels,
      },
      {
        ...common,
        scale: 'y',
        size: () => this.panel.margins.left,
        gap: 8,
        grid,
        splits: () => this.panel.axis.ticks(this.area.height),
        values: (_plot, splits) =>
          splits.map((tick) => this.panel.axis.label(tick, this.current.formatValue)),
      },
    ];
  }

  private stepTicks(): StepTicks {
    return stepTicks(this.current, this.area.width);
  }

  private handleSelect(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width === 0) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    const [from, to] = [left, left + width].map((position) => Math.round(plot.posToVal(position, 'x')));
    this.listener?.onWindow?.((_window, extent) => between(from, to, extent));
  }
}

function drawStepLabel(plot: uPlot, theme: ChartTheme, label: string): void {
  inCssPixels(plot, (context, { left, top, height }) => {
    context.font = theme.font;
    context.fillStyle = theme.muted;
    context.textAlign = 'right';
    context.textBaseline = 'top';
    // Before the first label, which may be centred on the left edge.
    context.fillText(label, left - 10, top + height + 7);
  });
}

function lineColor(theme: ChartTheme, { run, draft }: LineStyle): string {
  if (run !== undefined) return runColor(theme, run);
  return draft === true ? theme.draft : theme.muted;
}
