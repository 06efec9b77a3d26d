/** The keyboard's focus, where a command takes the button away that gave it. */
import type { ReactiveController, ReactiveElement } from 'lit';

/**
 * Keeps the focus in a part of an element: when the control that has it is rendered away, another one gets it, as soon as
 * it is there and unless the focus has moved elsewhere.
 */
export class FocusKeeper implements ReactiveController {
  private readonly host: ReactiveElement;
  private readonly part: string;
  private readonly heir: string;
  private isLost = false;

  /**
   * @param part the selector of the part in the element's shadow root
   * @param heir the selector of what gets the focus; by default the first button of the part
   */
  constructor(host: ReactiveElement, part: string, heir = `${part} button`) {
    this.host = host;
    this.part = part;
    this.heir = heir;
    host.addController(this);
  }

  hostUpdate(): void {
    this.isLost ||= this.focused?.closest(this.part) != null;
  }

  hostUpdated(): void {
    if (!this.isLost) return;
    const { activeElement } = this.host.ownerDocument;
    const isElsewhere = activeElement !== this.host.ownerDocument.body && activeElement !== null;
    if (!isElsewhere)
      this.host.renderRoot.querySelector<HTMLElement>(this.heir)?.focus({ preventScroll: true });
    this.isLost = !isElsewhere && this.focused === null;
  }

  private get focused(): Element | null {
    return this.host.renderRoot instanceof ShadowRoot ? this.host.renderRoot.activeElement : null;
  }
}
