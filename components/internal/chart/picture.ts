import type { Lab, Run } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { createColumnGrid, type ColumnGrid, type Slot } from './column-grid.js';
import type { CursorPlace } from './cursor-keys.js';
import { CursorSlider } from './cursor-slider.js';
import { syncKeyOf } from './cursor-sync.js';
import type { Mark } from './marks.js';
import { runMargins, StepPlot, type LineStyle, type StepPlotOptions } from './step-plot.js';

/** The lines of one run: a list of slots for each. */
export type RunLines = readonly (readonly Slot[])[];

/** A width and a height in CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

/** What a chart tells its picture. */
export interface PictureOptions extends Omit<
  StepPlotOptions,
  'container' | 'lines' | 'margins' | 'syncKey' | 'stepLabel'
> {
  words: () => Terms['charts'];
  name: () => string;
  /** How the lines of a run look. */
  styleLines: (run: number, lines: number) => LineStyle[];
  /** The values at a step, or the newest ones, in a sentence. */
  describe: (step: number | undefined) => string;
  /** The value at which a mark meets the line of its run. */
  valueAt?: (mark: Mark) => number | undefined;
}

/**
 * The canvas of a chart and the slider over it, for whatever Lab and runs there are: built anew when the runs are
 * others or have other lines, and drawn again otherwise.
 */
export class Picture {
  private readonly options: PictureOptions;
  private plot: StepPlot | undefined;
  private slider: CursorSlider | undefined;
  private key = '';
  private grid = createColumnGrid(1, 1);
  private columns = 0;
  private runs: readonly Run[] = [];

  constructor(options: PictureOptions) {
    this.options = options;
  }

  /** The step under the cursor, or nothing while it is elsewhere. */
  get cursorStep(): number | undefined {
    return this.plot?.cursorStep;
  }

  /** The columns into which the steps of the runs are divided at a width; the same object while nothing changes. */
  gridFor(runs: readonly Run[], width: number): ColumnGrid {
    const steps = Math.max(1, ...runs.map((run) => run.plan.peek().steps));
    const { left, right } = runMargins(width);
    const columns = Math.max(1, Math.floor(width - left - right));
    if (steps !== this.grid.steps || columns !== this.columns) {
      this.grid = createColumnGrid(steps, columns);
      this.columns = columns;
    }
    return this.grid;
  }

  /** Draws the lines of all runs into a container, at once. */
  draw(
    lab: Lab,
    container: HTMLElement,
    size: Size,
    lines: readonly RunLines[],
    marks: readonly Mark[],
  ): void {
    const { options, grid } = this;
    const words = options.words();
    this.runs = lab.runs.peek();
    const now = Math.max(...this.runs.map((run) => run.step.peek()));
    const drawing = {
      grid,
      lines: lines.flat(),
      annotations: {
        marks,
        now: now > 0 && now < grid.steps ? now : undefined,
        nowLabel: words.now,
        stepsPerEpoch: this.runs[0].plan.peek().stepsPerEpoch,
        more: (text: string, others: number) => words.marks.more(text, options.formatStep(others)),
        valueAt: options.valueAt,
      },
    };
    const syncKey = syncKeyOf(lab);
    const key = [syncKey, ...lines.map((ofRun) => ofRun.length)].join(' ');
    if (this.plot !== undefined && key === this.key && container.contains(this.plot.canvas)) {
      this.plot.draw(drawing, size);
      return;
    }
    this.remove();
    this.key = key;
    this.plot = new StepPlot(
      {
        ...options,
        container,
        lines: lines.flatMap((ofRun, run) => options.styleLines(run, ofRun.length)),
        margins: runMargins,
        syncKey,
        stepLabel: () => options.words().stepAxis,
      },
      drawing,
      size,
    );
    this.plot.canvas.role = 'img';
    this.slider = new CursorSlider(this.plot, {
      syncKey,
      place: () => this.cursorPlace(),
      label: () => options.words().cursor(options.name()),
      describe: options.describe,
    });
    this.updateWords();
  }

  /** Says anew, to those who do not see it, what the picture shows. */
  updateWords(): void {
    if (this.plot !== undefined) this.plot.canvas.ariaLabel = this.options.describe(undefined);
    // Whoever is on the slider hears what their keys do, and not every second of the training.
    if (this.slider?.isFocused === false) this.slider.update();
  }

  /** Takes the picture off the page. */
  remove(): void {
    this.plot?.destroy();
    this.plot = undefined;
    this.slider = undefined;
  }

  private cursorPlace(): CursorPlace {
    const { steps } = this.grid;
    return {
      step: this.cursorStep,
      latest: Math.max(0, ...this.runs.map((run) => run.step.peek() - 1)),
      steps,
      stepsPerEpoch: this.runs[0].plan.peek().stepsPerEpoch,
      stepsPerPixel: steps / Math.max(1, this.columns),
    };
  }
}
