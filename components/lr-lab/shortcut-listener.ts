/**
 * Single letters that press the buttons of a lab.
 *
 * They must not act by accident (WCAG 2.1.4, Character Key Shortcuts). So they act only while the focus is inside the lab,
 * and where the lab is all of the page, also while nothing has the focus. A lab in another page never takes that page's
 * keys. They do nothing in a field, in a dialog or in a menu, and a reader can turn them off.
 */
import type { ReactiveController, ReactiveElement } from 'lit';
import { shortcutKeys } from '../internal/lab/shortcuts.js';

/** What the listener asks its element. */
export interface ShortcutSettings {
  isOn(): boolean;
  /** Whether the element is all of the page. */
  isPage(): boolean;
  /** Lists the keys. */
  showKeys(): void;
}

/** Where letters are text, or choose an option. */
const fields = 'textarea, select, input:not([type="radio"], [type="checkbox"], [type="range"])';

const letters: readonly string[] = Object.values(shortcutKeys);

/** Presses the button that announces a letter with `aria-keyshortcuts`, and lists the keys on a question mark. */
export class ShortcutListener implements ReactiveController {
  private readonly host: ReactiveElement;
  private readonly settings: ShortcutSettings;

  constructor(host: ReactiveElement, settings: ShortcutSettings) {
    this.host = host;
    this.settings = settings;
    host.addController(this);
  }

  hostConnected(): void {
    this.host.ownerDocument.addEventListener('keydown', this.handleKey);
  }

  hostDisconnected(): void {
    this.host.ownerDocument.removeEventListener('keydown', this.handleKey);
  }

  private readonly handleKey = (event: KeyboardEvent): void => {
    const { host, settings } = this;
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!settings.isOn() || !isPlain || event.defaultPrevented || event.repeat || event.isComposing) return;
    // A Chinese keyboard has a question mark of its own.
    const asks = event.key === '?' || event.key === '？';
    if (!asks && (event.shiftKey || !letters.includes(event.key.toLowerCase()))) return;
    const path = event.composedPath();
    const isOurs = path.includes(host) || (settings.isPage() && path[0] === host.ownerDocument.body);
    if (!isOurs || path.some(takesText) || this.roots.some(hasOverlay)) return;
    if (asks) settings.showKeys();
    else if (!this.press(event.key.toLowerCase())) return;
    event.preventDefault();
  };

  /** Its own parts, and those that a page has put inside. */
  private get roots(): ParentNode[] {
    return [this.host.renderRoot, this.host];
  }

  /** Whether there is such a button in view, and not disabled. */
  private press(letter: string): boolean {
    const button = this.roots
      .flatMap((root) => [...root.querySelectorAll('*')])
      .map(({ shadowRoot }) =>
        shadowRoot?.querySelector<HTMLButtonElement>(`[aria-keyshortcuts="${letter}"]`),
      )
      .find((each) => each?.checkVisibility({ visibilityProperty: true }) && !each.disabled);
    button?.click();
    return button !== undefined;
  }
}

function takesText(target: EventTarget): boolean {
  return target instanceof HTMLElement && (target.matches(fields) || target.isContentEditable);
}

/** Whether a dialog or a menu is open; it has keys of its own. */
function hasOverlay(root: ParentNode): boolean {
  if (root.querySelector(':modal, :popover-open') !== null) return true;
  return [...root.querySelectorAll('*')].some(
    ({ shadowRoot }) => shadowRoot !== null && hasOverlay(shadowRoot),
  );
}
