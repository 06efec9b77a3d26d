import type { Span } from './chart-window.js';
import { CursorSlider } from './cursor/cursor-slider.js';
import { createColumnGrid, type ColumnGrid } from './lines/column-grid.js';
import type { PlotListener, PlotScene } from './plot-scene.js';
import { StepPlot } from './step-plot.js';
import { ZoomGestures } from './zoom-gestures.js';

/**
 * Draws a scene, and reports to a listener what the reader does to it. Plots are built again when the styles of their
 * lines change; otherwise only their content is drawn.
 */
export class PlotView {
  private readonly listener: PlotListener;
  private plots: readonly StepPlot[] = [];
  private slider: CursorSlider | undefined;
  private shape = '';
  private grid = createColumnGrid(1, 1);
  private columns = 0;

  constructor(listener: PlotListener) {
    this.listener = listener;
  }

  /** The first plot, once something has been drawn. */
  get plot(): StepPlot | undefined {
    return this.plots.at(0);
  }

  /** The step under the cursor; undefined while the cursor is elsewhere. */
  get cursorStep(): number | undefined {
    return this.plot?.cursorStep;
  }

  /** The columns into which steps are divided at a width in CSS pixels; the same object while nothing changes. */
  gridFor({ from, to }: Span, width: number): ColumnGrid {
    const columns = Math.max(1, Math.floor(width));
    if (from !== this.grid.from || to !== this.grid.steps || columns !== this.columns) {
      this.grid = createColumnGrid(to, columns, from);
      this.columns = columns;
    }
    return this.grid;
  }

  /** Draws a scene into a container, at once. */
  draw(scene: PlotScene, container: HTMLElement): void {
    const shape = JSON.stringify([scene.cursor.key, scene.panels.map(({ styles }) => styles)]);
    if (shape === this.shape && container.contains(this.plot?.canvas ?? null)) {
      this.plots.forEach((plot, index) => plot.draw(scene, scene.panels[index]));
      return;
    }
    const hadFocus = this.slider?.isFocused === true;
    this.remove();
    this.shape = shape;
    this.plots = scene.panels.map((panel, index) => {
      const plot = new StepPlot(container, scene, panel, index === 0 ? this.listener : undefined);
      // The first describes them all.
      if (index === 0) plot.canvas.role = 'img';
      else plot.canvas.ariaHidden = 'true';
      return plot;
    });
    const [first] = this.plots;
    const { onWindow } = this.listener;
    if (onWindow !== undefined) new ZoomGestures(first, onWindow);
    this.slider = new CursorSlider(first, this.listener);
    if (hadFocus) first.pointerArea.focus({ preventScroll: true });
    this.updateWords();
  }

  /**
   * Describes the plot again for screen readers.
   *
   * @param interrupts whether the slider speaks while it has the focus; a run that trains would speak every second
   */
  updateWords(interrupts = false): void {
    const { plot, slider } = this;
    if (plot !== undefined) plot.canvas.ariaLabel = plot.scene.describe(undefined);
    if (interrupts || slider?.isFocused === false) slider?.update();
  }

  /** Takes the plots off the page. */
  remove(): void {
    for (const plot of this.plots) plot.destroy();
    this.plots = [];
    this.slider = undefined;
  }
}
