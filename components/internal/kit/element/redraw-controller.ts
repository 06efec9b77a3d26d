import type { ReactiveController, ReactiveControllerHost } from 'lit';

import { mediaQuery } from '../media-query.js';
import { intersectionObserver } from '../observers.js';

/** Milliseconds after which something out of sight is drawn for the first time. */
const firstDelay = 300;
/** Milliseconds between two drawings for a reader who prefers reduced motion. */
const calmInterval = 250;

/**
 * Turns any number of requests into at most one drawing per frame, and into none while the element is out of sight:
 * the last request is then drawn when the element is visible again, or printed. The first drawing comes in any case, when
 * the page is idle: a picture of a whole page shows it.
 */
export class RedrawController implements ReactiveController {
  private readonly host: ReactiveControllerHost & HTMLElement;
  private readonly draw: () => void;
  private readonly calm = mediaQuery('(prefers-reduced-motion: reduce)');
  private observer: ReturnType<typeof intersectionObserver> | undefined;
  private visible = false;
  private wanted = false;
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Draws out of sight what has never been drawn. */
  private firstTimer: ReturnType<typeof setTimeout> | undefined;
  private drawnAt = -Infinity;

  constructor(host: ReactiveControllerHost & HTMLElement, draw: () => void) {
    this.host = host;
    this.draw = draw;
    host.addController(this);
  }

  hostConnected(): void {
    // The margin updates a chart before it scrolls into sight.
    this.observer = intersectionObserver((entries) => this.handleSight(entries), { rootMargin: '100px' });
    this.observer.observe(this.host);
    addEventListener('beforeprint', this.handlePrint);
  }

  hostDisconnected(): void {
    this.observer?.disconnect();
    removeEventListener('beforeprint', this.handlePrint);
    this.drawnAt = -Infinity;
    this.visible = false;
    this.cancel();
  }

  /** Draws with the next frame. */
  request(): void {
    this.wanted = true;
    if (!this.visible && this.drawnAt === -Infinity)
      this.firstTimer ??= setTimeout(() => this.handlePrint(), firstDelay);
    if (!this.visible || this.frame !== 0 || this.timer !== undefined) return;
    const wait = this.calm?.matches === true ? this.drawnAt + calmInterval - performance.now() : 0;
    if (wait > 0) this.timer = setTimeout(() => this.handleTimer(), wait);
    else this.frame = requestAnimationFrame(() => this.handleFrame());
  }

  private cancel(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    clearTimeout(this.firstTimer);
    this.frame = 0;
    this.timer = undefined;
    this.firstTimer = undefined;
  }

  private handleSight(entries: readonly IntersectionObserverEntry[]): void {
    this.visible = entries.at(-1)!.isIntersecting;
    if (!this.visible && this.drawnAt > -Infinity) this.cancel();
    else if (this.wanted) this.request();
  }

  /** Draws at once what waits to be drawn. */
  private readonly handlePrint = (): void => {
    this.cancel();
    if (this.wanted) this.handleFrame();
  };

  private handleTimer(): void {
    this.timer = undefined;
    this.frame = requestAnimationFrame(() => this.handleFrame());
  }

  private handleFrame(): void {
    this.frame = 0;
    // Without a box, in a part of the page that is hidden, nothing is drawn: the first drawing is still to come.
    if (this.drawnAt > -Infinity || this.host.getClientRects().length > 0) {
      this.wanted = false;
      this.drawnAt = performance.now();
    }
    this.draw();
  }
}
