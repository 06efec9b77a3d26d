import { stepAfterKey, type CursorPlace } from './cursor-keys.js';
import type { SharedCursor } from './shared-cursor.js';
import type { StepPlot } from '../step-plot.js';

/** What the slider must know of its chart. */
export interface CursorSliderOptions {
  cursor: SharedCursor;
  place: () => CursorPlace;
  label: () => string;
  /** The values at a step, or the newest ones, in a sentence. */
  describe: (step: number | undefined) => string;
  /** Makes sure that a step is shown. */
  reveal?: (step: number) => void;
  /** Does what a key asks for beside moving the cursor, and tells whether it is one that does. */
  onKey?: (key: string) => boolean;
}

/**
 * Makes the area over a plot what it is for those who do not use a mouse: a slider over the steps. The keys move the
 * cursor, a finger drags it, and a screen reader speaks the values at the step. uPlot itself listens to the mouse.
 */
export class CursorSlider {
  private readonly plot: StepPlot;
  private readonly options: CursorSliderOptions;

  constructor(plot: StepPlot, options: CursorSliderOptions) {
    this.plot = plot;
    this.options = options;
    const area = plot.pointerArea;
    area.tabIndex = 0;
    area.role = 'slider';
    area.ariaOrientation = 'horizontal';
    area.ariaValueMin = '0';
    area.setAttribute('part', 'cursor');
    area.addEventListener('keydown', (event) => this.handleKey(event));
    area.addEventListener('blur', () => this.options.cursor.move(undefined));
    area.addEventListener('pointerdown', (event) => this.handleTouch(event));
    area.addEventListener('pointermove', (event) => this.handleTouch(event));
    // Before uPlot hears of it, so that the cursor it moves is the mouse's.
    area.addEventListener('mousemove', () => this.options.cursor.unpin(), { capture: true });
    this.update();
  }

  /** Whether the keys go to it. */
  get isFocused(): boolean {
    return this.plot.pointerArea.matches(':focus');
  }

  /** Brings what a screen reader reads up to date. */
  update(): void {
    const area = this.plot.pointerArea;
    const { step, latest, steps } = this.options.place();
    area.ariaLabel = this.options.label();
    area.ariaValueMax = String(steps);
    area.ariaValueNow = String(step ?? latest);
    area.ariaValueText = this.options.describe(step);
  }

  private handleKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (this.options.onKey?.(event.key) === true) {
      event.preventDefault();
      return;
    }
    const step = stepAfterKey(event.key, event.shiftKey, this.options.place());
    if (step === null) return;
    event.preventDefault();
    if (step !== undefined) this.options.reveal?.(step);
    this.options.cursor.move(step);
    this.update();
  }

  private handleTouch(event: PointerEvent): void {
    if (event.pointerType === 'mouse' || !event.isPrimary) return;
    this.options.cursor.move(this.plot.stepAt(event.clientX));
  }
}
