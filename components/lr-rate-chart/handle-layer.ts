/**
 * The handles over a plot. Each is a slider: with the pointer it acts when it is released, with the keyboard on
 * Enter; Escape or losing the focus cancels it.
 */
import type { Handle } from './handles.js';

/** What the layer needs from its chart. */
export interface HandleLayerOptions {
  /** The name of a handle. */
  label: (handle: Handle) => string;
  /** Its value in words; `isPending`: it has been moved by keys but not applied. */
  describe: (handle: Handle, value: number, isPending: boolean) => string;
  /** The step at a distance in CSS pixels from the left edge of the window. */
  stepAt: (clientX: number) => number;
  /** The width of the chart, in CSS pixels. */
  width: () => number;
  /** The position of a handle; undefined while it is hidden. */
  pointOf: (handle: Handle, value: number) => { x: number; y: number } | undefined;
  /** A handle is being moved; undefined: no longer. */
  onMove: (move: { handle: Handle; value: number } | undefined) => void;
  /** A handle has been moved. */
  onApply: (handle: Handle, value: number) => void;
}

interface Item {
  element: HTMLElement;
  bubble: HTMLElement;
  handle: Handle;
  /** Where it was placed last. */
  place: string;
  /** Of what its words were last. */
  said: string;
}

const coarse = 10;
/** Two handles closer than this, in CSS pixels, are moved apart. */
const nearest = 20;

/** Handles as elements in a container; they keep the focus while they move. */
export class HandleLayer {
  private readonly container: HTMLElement;
  private readonly options: HandleLayerOptions;
  private readonly items = new Map<string, Item>();
  private pending: { key: string; value: number } | undefined;
  private isDragging = false;

  constructor(container: HTMLElement, options: HandleLayerOptions) {
    this.container = container;
    this.options = options;
  }

  /** Whether it is over this container. */
  isIn(container: HTMLElement): boolean {
    return container === this.container;
  }

  /** Shows these handles at their current positions. */
  update(handles: readonly Handle[]): void {
    const keys = new Set(handles.map(({ key }) => key));
    for (const [key, { element }] of this.items) {
      if (keys.has(key)) continue;
      if (this.pending?.key === key) this.cancel();
      element.remove();
      this.items.delete(key);
    }
    const taken: { x: number; y: number }[] = [];
    for (const handle of handles) {
      const item = this.itemOf(handle);
      item.handle = handle;
      const value = this.valueOf(handle);
      const place = this.options.pointOf(handle, value);
      if (place === undefined) item.element.hidden = !item.element.matches(':focus');
      else {
        const isTaken = ({ x, y }: { x: number; y: number }): boolean =>
          Math.abs(x - place.x) < nearest && Math.abs(y - place.y) < nearest;
        // Always in the same direction, so that the loop ends however many handles are at one step.
        const away = place.y > 60 ? -nearest : nearest;
        while (taken.some(isTaken)) place.y += away;
        taken.push(place);
        this.place(item, place);
      }
      this.say(item, value);
    }
  }

  /** Says everything again with the next update: the words are others, or the run is longer. */
  refresh(): void {
    for (const item of this.items.values()) item.said = '';
  }

  /** Cancels a move that has not been applied. */
  cancel(): void {
    if (this.pending === undefined) return;
    this.pending = undefined;
    this.isDragging = false;
    this.options.onMove(undefined);
  }

  private place(item: Item, { x, y }: { x: number; y: number }): void {
    const { element } = item;
    element.hidden = false;
    const isLeft = x < this.options.width() / 2;
    const place = `${Math.round(x)}px ${Math.round(y)}px ${isLeft}`;
    // It is asked for with every batch, and seldom changes.
    if (place === item.place) return;
    item.place = place;
    element.toggleAttribute('data-left', isLeft);
    element.toggleAttribute('data-high', y < 56);
    element.style.translate = `${Math.round(x)}px ${Math.round(y)}px`;
  }

  private valueOf({ key, value }: Handle): number {
    return this.pending?.key === key ? this.pending.value : value;
  }

  private say(item: Item, value: number): void {
    const { element, bubble, handle } = item;
    const isPending = this.pending?.key === handle.key && value !== handle.value;
    const said = `${value} ${handle.min} ${handle.max} ${isPending} ${this.isDragging}`;
    if (said === item.said) return;
    item.said = said;
    // The pointer applies a move by letting go.
    const text = this.options.describe(handle, value, isPending && !this.isDragging);
    const words = {
      ariaLabel: this.options.label(handle),
      ariaValueMin: String(handle.min),
      ariaValueMax: String(handle.max),
      ariaValueNow: String(value),
      ariaValueText: text,
    };
    for (const name of Object.keys(words) as (keyof typeof words)[])
      if (element[name] !== words[name]) element[name] = words[name];
    element.toggleAttribute('data-pending', isPending);
    if (bubble.textContent !== text) bubble.textContent = text;
  }

  private itemOf(handle: Handle): Item {
    const known = this.items.get(handle.key);
    if (known !== undefined) return known;
    const element = document.createElement('div');
    element.className = 'handle';
    element.role = 'slider';
    element.tabIndex = 0;
    element.setAttribute('part', 'handle');
    const bubble = document.createElement('span');
    bubble.className = 'bubble';
    bubble.ariaHidden = 'true';
    element.append(bubble);
    const item = { element, bubble, handle, place: '', said: '' };
    element.addEventListener('pointerdown', (event) => this.handleDown(event, item));
    element.addEventListener('pointermove', (event) => this.handleDrag(event, item));
    element.addEventListener('pointerup', () => this.handleUp(item));
    element.addEventListener('pointercancel', () => this.cancel());
    element.addEventListener('keydown', (event) => this.handleKey(event, item));
    element.addEventListener('blur', () => this.cancel());
    this.container.append(element);
    this.items.set(handle.key, item);
    return item;
  }

  private move(item: Item, value: number): void {
    const { handle } = item;
    if (value === this.valueOf(handle)) return;
    this.pending = { key: handle.key, value };
    this.options.onMove({ handle, value });
    this.say(item, value);
  }

  private apply({ handle }: Item): void {
    const { pending } = this;
    this.isDragging = false;
    if (pending?.key !== handle.key) return;
    this.pending = undefined;
    if (pending.value === handle.value) this.options.onMove(undefined);
    else this.options.onApply(handle, pending.value);
  }

  private handleDown(event: PointerEvent, { element }: Item): void {
    if (event.button !== 0) return;
    event.preventDefault();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    this.isDragging = true;
  }

  private handleDrag(event: PointerEvent, item: Item): void {
    if (this.isDragging && item.element.hasPointerCapture(event.pointerId))
      this.move(item, item.handle.valueAt(this.options.stepAt(event.clientX)));
  }

  private handleUp(item: Item): void {
    if (this.isDragging) this.apply(item);
  }

  private handleKey(event: KeyboardEvent, item: Item): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { handle } = item;
    const value = this.valueOf(handle);
    switch (event.key) {
      case 'ArrowLeft':
      case 'ArrowDown':
        this.move(item, handle.moved(value, event.shiftKey ? -coarse : -1));
        break;
      case 'ArrowRight':
      case 'ArrowUp':
        this.move(item, handle.moved(value, event.shiftKey ? coarse : 1));
        break;
      case 'PageDown':
        this.move(item, handle.moved(value, -coarse));
        break;
      case 'PageUp':
        this.move(item, handle.moved(value, coarse));
        break;
      case 'Home':
        this.move(item, handle.min);
        break;
      case 'End':
        this.move(item, handle.max);
        break;
      case 'Enter':
        this.apply(item);
        break;
      case 'Escape':
        this.cancel();
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}
