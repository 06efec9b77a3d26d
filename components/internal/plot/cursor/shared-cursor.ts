import type uPlot from 'uplot';

/** uPlot keeps every name that it was given, so a name that no plot has any more is given again. */
const freeNames: string[] = [];
let created = 0;

/** The cursor that several plots share: the mouse moves it through uPlot, and keys and fingers put it on a step. */
export class SharedCursor {
  /** The step on which the cursor was put, until the mouse moves it. */
  pinned: number | undefined;
  /** Whether the mouse leaves the cursor where it is. */
  isHeld = false;
  private name: string | undefined;
  private readonly plots = new Set<uPlot>();

  /** The name under which uPlot passes the mouse on; no other cursor has it until the last plot of this one is removed. */
  get key(): string {
    this.name ??= freeNames.pop() ?? `lr-lab-${++created}`;
    return this.name;
  }

  add(plot: uPlot): void {
    this.plots.add(plot);
  }

  /** Removes a plot, which is destroyed at once. */
  remove(plot: uPlot): void {
    this.plots.delete(plot);
    if (this.plots.size > 0 || this.name === undefined) return;
    freeNames.push(this.name);
    this.name = undefined;
  }

  /** Lets the mouse move the cursor. */
  unpin(): void {
    if (!this.isHeld) this.pinned = undefined;
  }

  /** Puts the cursor of all plots on a step, and holds it there until it is moved or released. */
  hold(step: number): void {
    this.move(step);
    this.isHeld = true;
  }

  /** Puts the cursor of all plots on a step, or hides it. */
  move(step: number | undefined): void {
    this.isHeld = false;
    this.pinned = step;
    for (const plot of this.plots) place(plot, step);
  }

  /** Puts the cursor of a plot whose scale may have changed on the pinned step, if there is one. */
  restore(plot: uPlot): void {
    if (this.pinned !== undefined) place(plot, this.pinned);
  }
}

/** Where the step is not shown, the cursor is hidden. */
function place(plot: uPlot, step: number | undefined): void {
  const { min = 0, max = 0 } = plot.scales.x;
  const isShown = step !== undefined && step >= min && step <= max;
  plot.setCursor(isShown ? { left: plot.valToPos(step, 'x'), top: 0 } : { left: -10, top: -10 });
}
