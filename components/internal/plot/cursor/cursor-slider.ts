import { showing, windowAfterKey } from '../chart-window.js';
import type { PlotListener } from '../plot-scene.js';
import type { StepPlot } from '../step-plot.js';
import { stepAfterKey, type CursorPosition } from './cursor-keys.js';

/** How far the pointer may move in a click, in CSS pixels. */
const mostDrag = 5;

/**
 * Makes the area over a plot a slider over its steps, for the keyboard, for fingers and for screen readers: keys and
 * fingers move the cursor, and a screen reader speaks the values at the step. uPlot itself listens to the mouse.
 */
export class CursorSlider {
  private readonly plot: StepPlot;
  private readonly listener: PlotListener;
  private downAt = 0;

  constructor(plot: StepPlot, listener: PlotListener) {
    this.plot = plot;
    this.listener = listener;
    const area = plot.pointerArea;
    area.tabIndex = 0;
    area.role = 'slider';
    area.ariaOrientation = 'horizontal';
    area.ariaValueMin = '0';
    area.setAttribute('part', 'cursor');
    area.addEventListener('keydown', (event) => this.handleKey(event));
    area.addEventListener('blur', () => {
      if (!plot.scene.cursor.isHeld) plot.scene.cursor.move(undefined);
    });
    area.addEventListener('mousedown', ({ clientX }) => {
      this.downAt = clientX;
    });
    area.addEventListener('click', (event) => this.handleClick(event));
    plot.root.addEventListener('click', (event) => this.handleFlag(event));
    area.addEventListener('pointerdown', (event) => this.handleTouch(event));
    area.addEventListener('pointermove', (event) => this.handleTouch(event));
    // Before uPlot's own listener, so that the cursor it moves is the mouse's.
    area.addEventListener('mousemove', () => plot.scene.cursor.unpin(), { capture: true });
    // A held cursor stays where it is; a drag over the chart still zooms.
    for (const type of ['mousemove', 'mouseleave'] as const)
      area.addEventListener(
        type,
        (event) => {
          if (plot.scene.cursor.isHeld && event.buttons === 0) event.stopImmediatePropagation();
        },
        { capture: true },
      );
    this.update();
  }

  /** Whether it has the focus. */
  get isFocused(): boolean {
    return this.plot.pointerArea.matches(':focus');
  }

  /** Updates what a screen reader speaks. */
  update(): void {
    const { plot } = this;
    const { scene, cursorStep, pointerArea: area } = plot;
    area.ariaLabel = scene.sliderLabel;
    area.ariaValueMax = String(scene.lastStep);
    area.ariaValueNow = String(cursorStep ?? scene.latest);
    area.ariaValueText = scene.describe(cursorStep);
  }

  private get place(): CursorPosition {
    const { plot } = this;
    const { latest, lastStep, stepsPerEpoch } = plot.scene;
    return { step: plot.cursorStep, latest, lastStep, stepsPerEpoch, stepsPerPixel: plot.stepsPerPixel };
  }

  private handleKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { place } = this;
    const { onWindow } = this.listener;
    const change = onWindow && windowAfterKey(event.key, place.step ?? place.latest);
    if (change !== undefined) {
      event.preventDefault();
      onWindow?.(change);
      return;
    }
    if (this.listener.onPin !== undefined && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      this.pin(place.step ?? place.latest);
      return;
    }
    if (event.key === 'Escape') this.listener.onPin?.(undefined);
    const step = stepAfterKey(event.key, event.shiftKey, place);
    if (step === null) return;
    event.preventDefault();
    if (step !== undefined) onWindow?.((window, extent) => showing(window, extent, step));
    const { cursor } = this.plot.scene;
    const wasHeld = cursor.isHeld;
    cursor.move(step);
    if (wasHeld && step !== undefined) {
      cursor.hold(step);
      this.listener.onPin?.(step);
    }
    this.update();
  }

  private pin(step: number): void {
    const { cursor } = this.plot.scene;
    const isAgain = cursor.isHeld && cursor.pinned === step;
    if (isAgain) cursor.move(undefined);
    else cursor.hold(step);
    this.listener.onPin?.(isAgain ? undefined : step);
    this.update();
  }

  /** A drag is not a click. */
  private handleClick(event: MouseEvent): void {
    if (this.listener.onPin === undefined || Math.abs(event.clientX - this.downAt) > mostDrag) return;
    const step = this.plot.stepAt(event.clientX);
    this.pin(this.plot.markNear(step) ?? step);
  }

  /** A click on a flag pins the cursor on its step. */
  private handleFlag(event: MouseEvent): void {
    const step = this.listener.onPin && this.plot.flaggedStep(event.clientX, event.clientY);
    if (step !== undefined) this.pin(step);
  }

  private handleTouch(event: PointerEvent): void {
    if (event.pointerType === 'mouse' || !event.isPrimary) return;
    this.plot.scene.cursor.move(this.plot.stepAt(event.clientX));
  }
}
