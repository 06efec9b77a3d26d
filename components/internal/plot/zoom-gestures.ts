/**
 * Zooming with wheel and fingers. A wheel alone scrolls the page, as everywhere, until the chart has been clicked or
 * focused; with Ctrl or ⌘, which is also what a touchpad's pinch sends, it always zooms. Two fingers zoom and move.
 */
import { panned, zoomed, type WindowChange } from './chart-window.js';
import type { StepPlot } from './step-plot.js';

const wheelSpeed = 0.002;
const pinchSpeed = 0.01;
const pixelsPerLine = 16;

/** Lets the area over a plot zoom and move what it shows. */
export class ZoomGestures {
  private readonly plot: StepPlot;
  private readonly onWindow: (change: WindowChange) => void;
  private readonly fingers = new Map<number, number>();

  constructor(plot: StepPlot, onWindow: (change: WindowChange) => void) {
    this.plot = plot;
    this.onWindow = onWindow;
    const area = plot.pointerArea;
    area.addEventListener('wheel', (event) => this.handleWheel(event), { passive: false });
    area.addEventListener('pointerdown', (event) => this.handleDown(event));
    area.addEventListener('pointermove', (event) => this.handleMove(event));
    for (const type of ['pointerup', 'pointercancel', 'pointerleave'] as const)
      area.addEventListener(type, (event) => this.fingers.delete(event.pointerId));
  }

  /** Zooms by a factor around the step under a pointer. */
  private zoom(factor: number, clientX: number): void {
    const around = this.plot.stepAt(clientX);
    this.onWindow((window, extent) => zoomed(window, extent, factor, around));
  }

  /** Moves by a distance in CSS pixels. */
  private pan(pixels: number): void {
    const steps = Math.round(pixels * this.plot.stepsPerPixel);
    if (steps !== 0) this.onWindow((window, extent) => panned(window, extent, steps));
  }

  private handleWheel(event: WheelEvent): void {
    const { plot } = this;
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? pixelsPerLine : 1;
    const isPinch = event.ctrlKey || event.metaKey;
    const isVertical = Math.abs(event.deltaY) >= Math.abs(event.deltaX);
    if (isPinch || (plot.pointerArea.matches(':focus') && isVertical)) {
      event.preventDefault();
      const isFine = isPinch && Math.abs(event.deltaY) < 40;
      this.zoom(Math.exp(event.deltaY * scale * (isFine ? pinchSpeed : wheelSpeed)), event.clientX);
    } else if (!isVertical && plot.isZoomed) {
      event.preventDefault();
      this.pan(event.deltaX * scale);
    }
  }

  private handleDown(event: PointerEvent): void {
    if (event.pointerType !== 'mouse') this.fingers.set(event.pointerId, event.clientX);
  }

  private handleMove(event: PointerEvent): void {
    const { fingers } = this;
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    fingers.set(event.pointerId, event.clientX);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) return;
    const [former, present] = [Math.abs(before - other), Math.abs(event.clientX - other)];
    if (former > 8 && present > 8) this.zoom(former / present, (event.clientX + other) / 2);
    this.pan((before - event.clientX) / 2);
  }
}
