import type { Lab } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { between, following, showing, spanOf, zoomed, type Extent } from '../plot/chart-window.js';
import { createColumnGrid, type ColumnGrid, type Slot } from '../plot/lines/column-grid.js';
import type { CursorPlace } from '../plot/cursor/cursor-keys.js';
import { CursorSlider } from '../plot/cursor/cursor-slider.js';
import type { Mark } from '../plot/flags/flag-layout.js';
import type { ShownRun } from '../lab/shown-runs.js';
import { viewOf, type View } from '../lab/view.js';
import { runMargins, StepPlot, type LineStyle, type StepPlotOptions } from '../plot/step-plot.js';
import { ZoomGestures } from '../plot/zoom-gestures.js';

/** The lines of one run: a list of slots for each. */
export type RunLines = readonly (readonly Slot[])[];

/** The lines of several runs. */
export interface Collected {
  readonly lines: readonly RunLines[];
  /** The first slot that may be another than at the last time, in lists that are the same. */
  readonly changedFrom: number;
}

/** What tracks hold, each of one run. */
export function collected(tracks: readonly { lines: RunLines; changedFrom: number }[]): Collected {
  return {
    lines: tracks.map(({ lines }) => lines),
    changedFrom: Math.min(...tracks.map(({ changedFrom }) => changedFrom)),
  };
}

/** A width and a height in CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

/** What a chart tells its picture. */
export interface PictureOptions extends Omit<
  StepPlotOptions,
  'container' | 'lines' | 'margins' | 'cursor' | 'stepLabel' | 'onSelect'
> {
  words: () => Terms['charts'];
  name: () => string;
  /** How the lines of a run look. */
  styleLines: (place: number, lines: number) => LineStyle[];
  /** How the lines look that are of no run. */
  otherLines: readonly LineStyle[];
  /** The values at a step, or the newest ones, in a sentence. */
  describe: (step: number | undefined) => string;
  /** The value at which a mark meets the line of its run. */
  valueAt?: (mark: Mark) => number | undefined;
}

/** What a picture shows. */
export interface Scene {
  lab: Lab;
  shown: readonly ShownRun[];
  /** The lines of each run shown. */
  lines: readonly RunLines[];
  /** The first slot in which they may be others than those that were drawn last, in lists that are the same. */
  changedFrom: number;
  /** Those that are of no run. */
  others: RunLines;
  marks: readonly Mark[];
}

/** How much nearer a key brings the steps. */
export const zoomStep = 2;

/** What there is to show of the runs of a lab. */
export function extentOf(shown: readonly ShownRun[]): Extent {
  return {
    steps: Math.max(1, ...shown.map(({ run }) => run.plan.peek().steps)),
    newest: Math.max(0, ...shown.map(({ run }) => run.step.peek())),
  };
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
  private shown: readonly ShownRun[] = [];

  constructor(options: PictureOptions) {
    this.options = options;
  }

  /** The step under the cursor, or nothing while it is elsewhere. */
  get cursorStep(): number | undefined {
    return this.plot?.cursorStep;
  }

  /** The plot, once something has been drawn. */
  get stepPlot(): StepPlot | undefined {
    return this.plot;
  }

  /** The columns into which the steps shown are divided at a width; the same object while nothing changes. */
  gridFor(lab: Lab, shown: readonly ShownRun[], width: number): ColumnGrid {
    const { from, to } = spanOf(viewOf(lab).window.peek(), extentOf(shown));
    const { left, right } = runMargins(width);
    const columns = Math.max(1, Math.floor(width - left - right));
    if (from !== this.grid.from || to !== this.grid.steps || columns !== this.columns) {
      this.grid = createColumnGrid(to, columns, from);
      this.columns = columns;
    }
    return this.grid;
  }

  /** Draws the lines of all runs into a container, at once. */
  draw({ lab, shown, lines, changedFrom, others, marks }: Scene, container: HTMLElement, size: Size): void {
    const { options, grid } = this;
    const words = options.words();
    this.shown = shown;
    const { newest } = extentOf(shown);
    const drawing = {
      grid,
      lines: [...lines.flat(), ...others],
      changedFrom,
      annotations: {
        marks,
        now: newest > grid.from && newest < grid.steps ? newest : undefined,
        nowLabel: words.now,
        stepsPerEpoch: this.stepsPerEpoch,
        more: (text: string, count: number) => words.marks.more(text, options.formatStep(count)),
        valueAt: options.valueAt,
      },
    };
    const view = viewOf(lab);
    const { cursor } = view;
    const key = [cursor.key, ...shown.map(({ place }, index) => `${place}:${lines[index].length}`)].join(' ');
    if (this.plot !== undefined && key === this.key && container.contains(this.plot.canvas)) {
      this.plot.draw(drawing, size);
      return;
    }
    const hadFocus = this.slider?.isFocused === true;
    this.remove();
    this.key = key;
    this.plot = new StepPlot(
      {
        ...options,
        container,
        lines: [
          ...shown.flatMap(({ place }, index) => options.styleLines(place, lines[index].length)),
          ...options.otherLines,
        ],
        margins: runMargins,
        cursor,
        stepLabel: () => options.words().stepAxis,
        onSelect: (from, to) => {
          view.window.value = between(from, to, extentOf(this.shown));
        },
      },
      drawing,
      size,
    );
    this.plot.canvas.role = 'img';
    this.control(view, this.plot);
    if (hadFocus) this.plot.pointerArea.focus({ preventScroll: true });
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

  private get stepsPerEpoch(): number {
    return this.shown.at(0)?.run.plan.peek().stepsPerEpoch ?? 0;
  }

  private get stepsPerPixel(): number {
    return (this.grid.steps - this.grid.from) / Math.max(1, this.columns);
  }

  private control({ window, cursor }: View, plot: StepPlot): void {
    const { options } = this;
    const extent = (): Extent => extentOf(this.shown);
    new ZoomGestures(plot.pointerArea, {
      extent,
      stepAt: (clientX) => plot.stepAt(clientX),
      stepsPerPixel: () => this.stepsPerPixel,
      window,
    });
    this.slider = new CursorSlider(plot, {
      cursor,
      place: () => this.cursorPlace(),
      label: () => options.words().cursor(options.name()),
      describe: options.describe,
      reveal: (step) => {
        window.value = showing(window.peek(), extent(), step);
      },
      onKey: (key) => {
        const { step, latest } = this.cursorPlace();
        if (key === '+' || key === '=')
          window.value = zoomed(window.peek(), extent(), 1 / zoomStep, step ?? latest);
        else if (key === '-' || key === '_')
          window.value = zoomed(window.peek(), extent(), zoomStep, step ?? latest);
        else if (key === '0') window.value = { kind: 'whole' };
        else if (key === 'f') window.value = following(window.peek(), extent());
        else return false;
        return true;
      },
    });
  }

  private cursorPlace(): CursorPlace {
    const { steps } = extentOf(this.shown);
    return {
      step: this.cursorStep,
      latest: Math.max(0, ...this.shown.map(({ run }) => run.step.peek() - 1)),
      steps,
      stepsPerEpoch: this.stepsPerEpoch,
      stepsPerPixel: this.stepsPerPixel,
    };
  }
}
