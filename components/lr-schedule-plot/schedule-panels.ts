/** What `<lr-schedule-plot>` draws: the learning rates and, under them, a strip for each thing that changes with them. */
import { runDash } from '../internal/kit/run-style.js';
import { SpanAxis } from '../internal/plot/axes/span-axis.js';
import { VerticalAxis } from '../internal/plot/axes/vertical-axis.js';
import type { Size } from '../internal/plot/css-pixels.js';
import type { ColumnGrid, Slot } from '../internal/plot/lines/column-grid.js';
import { ExtremesWriter } from '../internal/plot/lines/column-writer.js';
import type { LineStyle, Panel, PlotMargins } from '../internal/plot/plot-scene.js';
import { stepAxisHeight } from '../internal/plot/step-plot.js';
import type { PlotSettings } from '../internal/policy/plot-settings.js';
import type { ScheduleCurve } from '../internal/policy/schedule-curve.js';

/** What a strip under the learning rates shows. */
export type StripKind = 'momentum' | 'metric';

/** Everything that a plot draws. */
export interface Schedule {
  readonly settings: PlotSettings;
  readonly curves: readonly ScheduleCurve[];
  /** The made-up metric by step, if a curve watches it. */
  readonly metric: Float64Array | undefined;
}

/** The space above each plot for its name, in CSS pixels; the styles position the names with these three. */
const nameHeight = 24;
/** The height of a strip, without its name and the space below it. */
const stripHeight = 38;
/** The space below a plot without a step axis, for the lower half of its lowest label. */
const gap = 8;

/** The width of a digit of the last step; half of its label is beside the plot. */
const digitWidth = 7;

/** The strips that a schedule needs, from top to bottom. */
export function stripsOf({ curves, metric }: Pick<Schedule, 'curves' | 'metric'>): StripKind[] {
  const strips: StripKind[] = [];
  if (curves.some(({ momentum }) => momentum !== undefined)) strips.push('momentum');
  if (metric !== undefined) strips.push('metric');
  return strips;
}

/** The slots of one line: a value holds from its update to the next one, the last value to the end. */
export function slotsOf(values: Float64Array, grid: ColumnGrid): Slot[] {
  const writer = new ExtremesWriter(grid);
  values.forEach((value, step) => writer.add(step, value));
  writer.add(values.length, values[values.length - 1]);
  return writer.slots;
}

/** The margins of every panel at a width; only the bottom one differs between panels. */
export function marginsAt(width: number, lastLabel: string): Omit<PlotMargins, 'bottom'> {
  const right = 3 + Math.ceil((lastLabel.length * digitWidth) / 2);
  return { top: nameHeight, right, left: width < 520 ? 44 : 54 };
}

/** A line for every param group of every curve, in the curve's colour and dash; those of later groups are thinner. */
function groupStyles(curves: readonly (readonly Float64Array[])[], width: number): LineStyle[] {
  return curves.flatMap((groups, run) =>
    groups.map((_, group) => ({
      run,
      width: group === 0 ? width : 1.25,
      dash: runDash(run),
      stepped: true,
      hover: true,
    })),
  );
}

/** The panels of one plot; it keeps computed slots while the grid and the values are the same. */
export class SchedulePanels {
  private readonly rateAxis = new VerticalAxis([1e-4, 1], 0.02);
  private readonly stripAxes = { momentum: new SpanAxis(), metric: new SpanAxis() };
  private grid: ColumnGrid | undefined;
  private slots = new WeakMap<Float64Array, Slot[]>();

  /** The panels of a schedule from top to bottom, in a box of this size. */
  of(
    { settings, curves, metric }: Schedule,
    grid: ColumnGrid,
    { width, height }: Size,
    margins: Omit<PlotMargins, 'bottom'>,
  ): Panel[] {
    if (grid !== this.grid) this.slots = new WeakMap();
    this.grid = grid;
    this.rateAxis.kind = settings.scale;
    const rates = curves.map(({ lr }) => lr);
    const momentums = curves.map(({ momentum }) => momentum ?? []);
    const plots = [
      { axis: this.rateAxis, rows: rates.flat(), styles: groupStyles(rates, 2) },
      ...stripsOf({ curves, metric }).map((strip) => ({
        axis: this.stripAxes[strip],
        ...(strip === 'momentum'
          ? { rows: momentums.flat(), styles: groupStyles(momentums, 1.5) }
          : { rows: [metric!], styles: [{ width: 1.5, stepped: true, hover: true }] }),
      })),
    ];
    const bottomOf = (index: number): number => (index === plots.length - 1 ? stepAxisHeight : gap);
    const strips = plots.slice(1).map((_, index) => nameHeight + stripHeight + bottomOf(index + 1));
    const heights = [strips.reduce((left, strip) => left - strip, height), ...strips];
    return plots.map(({ axis, rows, styles }, index) => ({
      size: { width, height: heights[index] },
      margins: { ...margins, bottom: bottomOf(index) },
      axis,
      styles,
      lines: rows.map((values) => this.slotsFor(values, grid)),
      stepAxis: index === plots.length - 1,
    }));
  }

  private slotsFor(values: Float64Array, grid: ColumnGrid): Slot[] {
    const slots = this.slots.get(values) ?? slotsOf(values, grid);
    this.slots.set(values, slots);
    return slots;
  }
}
