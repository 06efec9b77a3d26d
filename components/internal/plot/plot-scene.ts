/** What a plot shows, as data made for each drawing, and what a reader does to it. */
import type { PlotAxis } from './axes/vertical-axis.js';
import type { ChartTheme } from './chart-theme.js';
import type { WindowChange } from './chart-window.js';
import type { Size } from './css-pixels.js';
import type { SharedCursor } from './cursor/shared-cursor.js';
import type { EndLabel } from './labels/end-labels.js';
import type { Annotations } from './flags/draw-flags.js';
import type { ColumnGrid, Slot } from './lines/column-grid.js';

/** How one line looks. */
export interface LineStyle {
  /** The index of its run, which decides its colour; a line without a run has the muted colour. */
  run?: number;
  width: number;
  dash?: number[];
  alpha?: number;
  /** A value holds until the next one. */
  stepped?: boolean;
  /** The shape that marks its points. */
  points?: 'circle' | 'diamond';
  /** Its single low values may lie under the axis, and when it diverges it leaves the axis to the others. */
  noisy?: boolean;
  /** Its values above those of all other lines are drawn along the edge: its run has diverged. */
  yields?: boolean;
  /** A line without a run: the change that is not made yet. */
  draft?: boolean;
  /** Has a dot under the cursor. */
  hover?: boolean;
}

/** The room around a plot for its axes and flags, in CSS pixels. */
export interface PlotMargins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** One plot of a scene: lines that share a left axis. */
export interface Panel {
  readonly size: Size;
  readonly margins: PlotMargins;
  readonly axis: PlotAxis;
  readonly styles: readonly LineStyle[];
  /** One list of slots per style. */
  readonly lines: readonly (readonly Slot[])[];
  /** Whether the steps are labelled under this plot. */
  readonly stepAxis: boolean;
  readonly annotations?: Annotations;
  /** The names of lines at their ends. */
  readonly ends?: readonly EndLabel[];
}

/** Plots under each other that share steps and cursor. Panels with other styles, or another cursor, are built again. */
export interface PlotScene {
  /** The first takes the keyboard and is described in words. */
  readonly panels: readonly Panel[];
  readonly grid: ColumnGrid;
  /** The first slot that may have changed since the last drawing, in lists that are the same; 0 by default. */
  readonly changedFrom?: number;
  readonly cursor: SharedCursor;
  readonly theme: ChartTheme;
  readonly formatStep: (step: number) => string;
  readonly formatValue: (value: number) => string;
  /** The word before the labels of steps. */
  readonly stepLabel: string;
  /** The word before the labels of epochs; with it the axis labels the ends of epochs where three or more are shown. */
  readonly epochLabel?: string;
  /** The name of the slider. */
  readonly sliderLabel: string;
  /** The newest step, where the slider begins. */
  readonly latest: number;
  /** The last step that the cursor can reach. */
  readonly lastStep: number;
  readonly stepsPerEpoch: number;
  /** The values at a step, or the newest ones, in a sentence. */
  readonly describe: (step: number | undefined) => string;
}

/** What a reader does to a plot. */
export interface PlotListener {
  /** The cursor is on another step, or on none. */
  onCursor: (step: number | undefined) => void;
  /** The reader zooms or moves along the steps; without this handler the plot always shows the same ones. */
  onWindow?: (change: WindowChange) => void;
  /** The reader pins the cursor on a step, or releases it; without this handler a click pins nothing. */
  onPin?: (step: number | undefined) => void;
}
