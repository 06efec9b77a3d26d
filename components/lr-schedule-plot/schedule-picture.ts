import type { ChartTheme } from '../internal/plot/chart-theme.js';
import { createColumnGrid, type ColumnGrid, type Slot } from '../internal/plot/lines/column-grid.js';
import { ExtremesWriter } from '../internal/plot/lines/column-writer.js';
import { CursorSlider } from '../internal/plot/cursor/cursor-slider.js';
import { SharedCursor } from '../internal/plot/cursor/shared-cursor.js';
import { runDash } from '../internal/kit/run-style.js';
import { SpanAxis } from '../internal/plot/axes/span-axis.js';
import {
  type Drawing,
  type LineStyle,
  type PlotMargins,
  stepAxisHeight,
  StepPlot,
} from '../internal/plot/step-plot.js';
import { VerticalAxis } from '../internal/plot/axes/vertical-axis.js';
import { formatRate } from '../internal/kit/format.js';
import type { PlotSettings } from './plot-settings.js';
import type { ScheduleCurve } from './schedule-curve.js';

/** What a strip under the learning rates shows: what goes along with them. */
export type StripKind = 'momentum' | 'metric';

/** All that a plot draws. */
export interface Schedule {
  readonly settings: PlotSettings;
  readonly curves: readonly ScheduleCurve[];
  /** The made-up metric by step, if a curve watches it. */
  readonly metric: Float64Array | undefined;
}

/** A width and a height in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the picture asks of its element. */
export interface SchedulePictureOptions {
  theme: () => ChartTheme;
  formatStep: (step: number) => string;
  /** The word before the step axis. */
  stepLabel: () => string;
  /** What the slider over the plot is called. */
  label: () => string;
  /** The values at a step, or the whole, in a sentence. */
  describe: (step: number | undefined) => string;
  /** Called when the cursor has moved. */
  onCursor: (step: number | undefined) => void;
}

/** Lines that share an axis; the first panel holds the learning rates, every other one is a strip. */
interface Panel {
  /** The values of each line, update by update. */
  readonly rows: readonly Float64Array[];
  readonly styles: readonly LineStyle[];
}

/** Above each plot, for its name, in CSS pixels; the styles place the names by these three. */
const nameHeight = 24;
/** The height of a strip, without its name and what is under it. */
const stripHeight = 38;
/** Under a plot that has no step axis, for the lower half of its lowest label. */
const gap = 8;

/** What a digit of the last step takes, half of whose label stands beside the plot. */
const digitWidth = 7;

/** The heights of panels under each other: the strips have theirs, the first panel has the rest. */
function heightsOf(height: number, panels: number): number[] {
  const strips = Array.from({ length: panels - 1 }, (_, index) => {
    const below = index === panels - 2 ? stepAxisHeight : gap;
    return nameHeight + stripHeight + below;
  });
  return [height - strips.reduce((sum, strip) => sum + strip, 0), ...strips];
}

/** The strips that a schedule needs, from top to bottom. */
export function stripsOf({ curves, metric }: Pick<Schedule, 'curves' | 'metric'>): StripKind[] {
  const strips: StripKind[] = [];
  if (curves.some(({ momentum }) => momentum !== undefined)) strips.push('momentum');
  if (metric !== undefined) strips.push('metric');
  return strips;
}

/** The slots of one line: a value holds from its update to the next one, the last to the end. */
export function slotsOf(values: Float64Array, grid: ColumnGrid): Slot[] {
  const writer = new ExtremesWriter(grid);
  values.forEach((value, step) => writer.add(step, value));
  writer.add(values.length, values[values.length - 1]);
  return writer.slots;
}

function panelsOf(schedule: Schedule): Panel[] {
  const panels = [
    ratePanel(
      schedule.curves.map(({ lr }) => lr),
      2,
    ),
  ];
  for (const strip of stripsOf(schedule)) {
    if (strip === 'momentum')
      panels.push(
        ratePanel(
          schedule.curves.map(({ momentum }) => momentum ?? []),
          1.5,
        ),
      );
    else panels.push({ rows: [schedule.metric!], styles: [{ width: 1.5, stepped: true, hover: true }] });
  }
  return panels;
}

/** A line for every param group of every curve, in the curve's colour and dash; those of later groups are thinner. */
function ratePanel(curves: readonly (readonly Float64Array[])[], width: number): Panel {
  return {
    rows: curves.flat(),
    styles: curves.flatMap((groups, run) =>
      groups.map((_, group) => ({
        run,
        width: group === 0 ? width : 1.25,
        dash: runDash(run),
        stepped: true,
        hover: true,
      })),
    ),
  };
}

/** The canvases of a schedule: the learning rates and, under them, a strip for each thing that goes along. */
export class SchedulePicture {
  private readonly options: SchedulePictureOptions;
  private readonly cursor = new SharedCursor();
  private readonly rateAxis = new VerticalAxis([1e-4, 1], 0.02);
  private plots: readonly StepPlot[] = [];
  private slider: CursorSlider | undefined;
  private shape = '';
  private settings: PlotSettings | undefined;
  private grid = createColumnGrid(1, 1);
  private columns = 1;
  private slots = new WeakMap<Float64Array, Slot[]>();

  constructor(options: SchedulePictureOptions) {
    this.options = options;
  }

  /** The update under the cursor, or nothing while the cursor is elsewhere. */
  get cursorStep(): number | undefined {
    const step = this.plots.at(0)?.cursorStep;
    return step === undefined ? undefined : Math.min(step, this.grid.steps - 1);
  }

  /** Draws a schedule into a container, at once. */
  draw(schedule: Schedule, container: HTMLElement, { width, height }: Size): void {
    this.settings = schedule.settings;
    this.rateAxis.kind = schedule.settings.scale;
    this.fitGrid(schedule.settings.steps, width);
    const panels = panelsOf(schedule);
    const shape = JSON.stringify(panels.map(({ styles }) => styles));
    const canvas = this.plots.at(0)?.canvas;
    if (shape !== this.shape || canvas === undefined || !container.contains(canvas)) this.remove();
    const heights = heightsOf(height, panels.length);
    const plots = panels.map((panel, index) => {
      const hasStepAxis = index === panels.length - 1;
      const size = { width, height: heights[index] };
      const drawing = { grid: this.grid, lines: panel.rows.map((values) => this.slotsFor(values)) };
      const plot = this.plots.at(index);
      if (plot === undefined)
        return this.createPlot(container, panel, drawing, size, index === 0, hasStepAxis);
      plot.draw(drawing, size);
      return plot;
    });
    this.shape = shape;
    this.plots = plots;
    this.slider ??= this.createSlider(plots[0]);
    this.updateWords();
  }

  /** Says anew, to those who do not see it, what the picture shows. */
  updateWords(): void {
    const plot = this.plots.at(0);
    if (plot !== undefined) plot.canvas.ariaLabel = this.options.describe(undefined);
    this.slider?.update();
  }

  /** Takes the picture off the page. */
  remove(): void {
    for (const plot of this.plots) plot.destroy();
    this.plots = [];
    this.slider = undefined;
  }

  private marginsAt(width: number): Omit<PlotMargins, 'bottom'> {
    const lastLabel = this.options.formatStep(this.settings?.steps ?? 0);
    const right = 3 + Math.ceil((lastLabel.length * digitWidth) / 2);
    return { top: nameHeight, right, left: width < 520 ? 44 : 54 };
  }

  private fitGrid(steps: number, width: number): void {
    const { left, right } = this.marginsAt(width);
    const columns = Math.max(1, Math.floor(width - left - right));
    if (steps === this.grid.steps && columns === this.columns) return;
    this.grid = createColumnGrid(steps, columns);
    this.columns = columns;
    this.slots = new WeakMap();
  }

  private slotsFor(values: Float64Array): Slot[] {
    const known = this.slots.get(values);
    if (known !== undefined) return known;
    const slots = slotsOf(values, this.grid);
    this.slots.set(values, slots);
    return slots;
  }

  private createPlot(
    container: HTMLElement,
    { styles }: Panel,
    drawing: Drawing,
    size: Size,
    isFirst: boolean,
    hasStepAxis: boolean,
  ): StepPlot {
    const { theme, formatStep, stepLabel, onCursor } = this.options;
    const plot = new StepPlot(
      {
        container,
        lines: styles,
        margins: (width) => ({ ...this.marginsAt(width), bottom: hasStepAxis ? stepAxisHeight : gap }),
        axis: isFirst ? this.rateAxis : new SpanAxis(),
        percentAxis: false,
        stepAxis: hasStepAxis,
        cursor: this.cursor,
        theme,
        formatValue: formatRate,
        formatStep,
        formatPercent: String,
        stepLabel,
        onCursor: () => {
          if (isFirst) onCursor(this.cursorStep);
        },
      },
      drawing,
      size,
    );
    // One picture in words is enough; the strips are told of in it.
    if (isFirst) plot.canvas.role = 'img';
    else plot.canvas.ariaHidden = 'true';
    return plot;
  }

  private createSlider(plot: StepPlot): CursorSlider {
    return new CursorSlider(plot, {
      cursor: this.cursor,
      place: () => ({
        step: this.cursorStep,
        latest: 0,
        steps: this.grid.steps - 1,
        stepsPerEpoch: this.settings?.stepsPerEpoch ?? 1,
        stepsPerPixel: this.grid.steps / this.columns,
      }),
      label: this.options.label,
      describe: this.options.describe,
    });
  }
}
