import { intersectionObserver } from '../internal/kit/observers.js';

/** Starts a lab at once, or as soon as a reader can see its element. */
export class Autostarter {
  private readonly element: Element;
  private readonly start: () => void;
  private readonly observer = intersectionObserver((entries) => this.handleSight(entries));
  private inSight = false;

  constructor(element: Element, start: () => void) {
    this.element = element;
    this.start = start;
  }

  /** Begins; what had begun before is forgotten. */
  begin(when: true | 'visible'): void {
    this.end();
    if (when === true) this.start();
    else {
      this.observer.observe(this.element);
      document.addEventListener('visibilitychange', this.startIfSeen);
    }
  }

  /** Ends, without a start. */
  end(): void {
    this.observer.disconnect();
    document.removeEventListener('visibilitychange', this.startIfSeen);
    this.inSight = false;
  }

  private handleSight(entries: readonly IntersectionObserverEntry[]): void {
    this.inSight = entries.at(-1)!.isIntersecting;
    this.startIfSeen();
  }

  private readonly startIfSeen = (): void => {
    if (!this.inSight || document.visibilityState === 'hidden') return;
    this.end();
    this.start();
  };
}
