import type { ChartTheme } from '../internal/chart/chart-theme.js';
import { createColumnGrid, type ColumnGrid, type Slot } from '../internal/chart/column-grid.js';
import { ExtremesWriter } from '../internal/chart/column-writer.js';
import { CursorSlider } from '../internal/chart/cursor-slider.js';
import { newSyncKey } from '../internal/chart/cursor-sync.js';
import { runDash } from '../internal/chart/run-style.js';
import { SpanAxis } from '../internal/chart/span-axis.js';
import { type LineStyle, type PlotMargins, stepAxisHeight, StepPlot } from '../internal/chart/step-plot.js';
import { VerticalAxis } from '../internal/chart/vertical-axis.js';
import { formatRate } from '../internal/format.js';
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

/** The height of a strip without its step axis, in CSS pixels; the styles place its name by it. */
const stripHeight = 58;
/** Above each plot, for its name. */
const nameHeight = 19;

function margins(width: number, bottom: number): PlotMargins {
  return { top: nameHeight, right: 10, bottom, left: width < 520 ? 44 : 54 };
}

/** The strips that a schedule needs, from top to bottom. */
export function stripsOf({ curves, metric }: Schedule): StripKind[] {
  const cyclesMomentum = curves.some(({ momentum }) => momentum !== undefined);
  return [...(cyclesMomentum ? ['momentum' as const] : []), ...(metric === undefined ? [] : ['metric' as const])];
}

/** The slots of one line: row k holds from update k to the next, and the last one to the end. */
export function slotsOf(rows: Float64Array, grid: ColumnGrid): Slot[] {
  const writer = new ExtremesWriter(grid);
  rows.forEach((value, step) => writer.add(step, value));
  writer.add(rows.length, rows[rows.length - 1]);
  return writer.slots;
}

/** The canvases of a schedule: the learning rates and, under them, a strip for each thing that goes along. */
export class SchedulePicture {
  private readonly options: SchedulePictureOptions;
  private readonly syncKey = newSyncKey();
  private readonly rateAxis = new VerticalAxis([1e-4, 1], 0.02);
  private readonly slots = new WeakMap<Float64Array, { grid: ColumnGrid; slots: Slot[] }>();
  private plots: readonly StepPlot[] = [];
  private slider: CursorSlider | undefined;
  private shape = '';
  private schedule: Schedule | undefined;
  private grid = createColumnGrid(1, 1);
  private columns = 1;

  constructor(options: SchedulePictureOptions) {
    this.options = options;
  }

  /** The update under the cursor, or nothing while the cursor is elsewhere. */
  get cursorStep(): number | undefined {
    const step = this.plots.at(0)?.cursorStep;
    return step === undefined ? undefined : Math.min(step, this.grid.steps - 1);
  }

  /** Draws a schedule into a container, at once. */
  draw(schedule: Schedule, container: HTMLElement, size: Size): void {
    this.schedule = schedule;
    this.fitGrid(schedule.settings.steps, size.width);
    this.rateAxis.kind = schedule.settings.scale;
    const panels = this.panels(schedule);
    const shape = JSON.stringify(panels.map(({ styles }) => styles));
    const isSame = shape === this.shape && container.contains(this.plots.at(0)?.canvas ?? null);
    if (!isSame) this.remove();
    const sizes = panels.map(({ isLast }, index) => ({
      width: size.width,
      height:
        (index === 0 ? size.height - stepAxisHeight - (panels.length - 1) * stripHeight : stripHeight) +
        (isLast ? stepAxisHeight : 0),
    }));
    if (isSame) this.plots.forEach((plot, index) => plot.draw(this.drawingOf(panels[index].rows), sizes[index]));
    else {
      this.shape = shape;
      this.build(panels, container, sizes);
    }
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
    this.shape = '';
  }

  private fitGrid(steps: number, width: number): void {
    const { left, right } = margins(width, 0);
    const columns = Math.max(1, Math.floor(width - left - right));
    if (steps === this.grid.steps && columns === this.columns) return;
    this.grid = createColumnGrid(steps, columns);
    this.columns = columns;
  }

  private panels(schedule: Schedule): Panel[] {
    const strips = stripsOf(schedule);
    const rates = linesOf(schedule.curves.map(({ lr }) => lr), 2);
    const isLast = strips.length === 0;
    return [
      { ...rates, axis: this.rateAxis, isLast },
      ...strips.map((kind, index): Panel => {
        const lines =
          kind === 'momentum'
            ? linesOf(schedule.curves.map(({ momentum }) => momentum ?? []), 1.5)
            : { rows: [schedule.metric!], styles: [{ width: 1.5, stepped: true, hover: true }] };
        return { ...lines, axis: new SpanAxis(), isLast: index === strips.length - 1 };
      }),
    ];
  }
