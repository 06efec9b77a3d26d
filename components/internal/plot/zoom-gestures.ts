/**
 * Zooming with wheel and fingers. A wheel alone scrolls the page, as everywhere, until the chart has been clicked or
 * focused; with Ctrl or ⌘, which is also what a touchpad's pinch gives, it always zooms. Two fingers zoom and move.
 */
import { panned, zoomed, type ChartWindow, type Extent } from './chart-window.js';

/** What the gestures act on. */
export interface ZoomTarget {
  extent: () => Extent;
  /** The step at a distance in CSS pixels from the left edge of the window. */
  stepAt: (clientX: number) => number;
  stepsPerPixel: () => number;
  window: { value: ChartWindow };
}

const wheelSpeed = 0.002;
const pinchSpeed = 0.01;
const pixelsPerLine = 16;

/** Lets an area zoom and move what it shows. */
export class ZoomGestures {
  private readonly target: ZoomTarget;
  private readonly area: HTMLElement;
  private readonly fingers = new Map<number, number>();

  constructor(area: HTMLElement, target: ZoomTarget) {
    this.target = target;
    this.area = area;
    area.addEventListener('wheel', (event) => this.handleWheel(event), { passive: false });
    area.addEventListener('pointerdown', (event) => this.handleDown(event));
    area.addEventListener('pointermove', (event) => this.handleMove(event));
    for (const type of ['pointerup', 'pointercancel', 'pointerleave'] as const)
      area.addEventListener(type, (event) => this.fingers.delete(event.pointerId));
  }

  private zoom(factor: number, around: number): void {
    const { window, extent } = this.target;
    window.value = zoomed(window.value, extent(), factor, around);
  }

  private pan(steps: number): void {
    const { window, extent } = this.target;
    if (steps !== 0) window.value = panned(window.value, extent(), steps);
  }

  private handleWheel(event: WheelEvent): void {
    const { stepAt, stepsPerPixel, window } = this.target;
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? pixelsPerLine : 1;
    const isPinch = event.ctrlKey || event.metaKey;
    if (isPinch || (this.area.matches(':focus') && Math.abs(event.deltaY) >= Math.abs(event.deltaX))) {
      event.preventDefault();
      const isFine = isPinch && Math.abs(event.deltaY) < 40;
      this.zoom(Math.exp(event.deltaY * scale * (isFine ? pinchSpeed : wheelSpeed)), stepAt(event.clientX));
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && window.value.kind !== 'whole') {
      event.preventDefault();
      this.pan(Math.round(event.deltaX * scale * stepsPerPixel()));
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
    const { stepAt, stepsPerPixel } = this.target;
    const [former, present] = [Math.abs(before - other), Math.abs(event.clientX - other)];
    if (former > 8 && present > 8) this.zoom(former / present, stepAt((event.clientX + other) / 2));
    this.pan(Math.round(((before - event.clientX) / 2) * stepsPerPixel()));
  }
}
