import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * What a polite live region says. Of announcements within one `interval` (milliseconds) only the last is made, so
 * that a screen reader is not interrupted.
 */
export class Announcer implements ReactiveController {
  /** The words to render inside the live region. */
  text = '';

  private readonly host: ReactiveControllerHost;
  private readonly interval: number;
  private lastTime = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, interval = 1500) {
    this.host = host;
    this.interval = interval;
    host.addController(this);
  }

  /** Says this now, or when the interval since the last announcement ends. */
  announce(text: string): void {
    clearTimeout(this.timer);
    const wait = this.lastTime + this.interval - performance.now();
    if (wait <= 0) this.say(text);
    else this.timer = setTimeout(() => this.say(text), wait);
  }

  hostDisconnected(): void {
    clearTimeout(this.timer);
  }

  private say(text: string): void {
    this.lastTime = performance.now();
    this.text = text;
    this.host.requestUpdate();
  }
}
