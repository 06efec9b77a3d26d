/** The keyboard's focus among the cards, which an edit may move, replace or remove. */
import type { ReactiveController, ReactiveElement } from 'lit';
import { keyOf, type Path } from '../internal/policy/policy-tree.js';

/** What receives the focus after an edit. */
export type FocusTarget = 'head' | 'type' | 'earlier' | 'later' | 'add';

/** The card at a path; null for one that is not shown. */
export function cardAt(root: ParentNode, path: Path): Element | null {
  return root.querySelector(`[data-path="${keyOf(path)}"]`);
}

/** Gives the focus to a part of a card once it is rendered, and keeps it among the cards when its own is removed. */
export class CardFocus implements ReactiveController {
  private readonly host: ReactiveElement;
  private readonly openPath: () => Path | undefined;
  private target: { path: Path | undefined; part: FocusTarget } | undefined;
  private hadFocus = false;

  /** @param openPath the card whose parameters are shown, which receives the focus of a card that is removed */
  constructor(host: ReactiveElement, openPath: () => Path | undefined) {
    this.host = host;
    this.openPath = openPath;
    host.addController(this);
  }

  /** The part of a card that receives the focus after the next rendering. */
  move(path: Path | undefined, part: FocusTarget): void {
    this.target = { path, part };
  }

  hostUpdate(): void {
    this.hadFocus = this.focused !== null;
  }

  hostUpdated(): void {
    const { target } = this;
    const root = this.host.renderRoot;
    this.target = undefined;
    if (target !== undefined) {
      const card = target.path === undefined ? root : cardAt(root, target.path);
      const part = card?.querySelector<HTMLElement>(`.${target.part}:not([aria-disabled="true"])`);
      (part ?? card?.querySelector<HTMLElement>('.head, .add'))?.focus();
    } else if (this.hadFocus && this.focused === null) {
      // An undo may have removed the focused card; the next key must still arrive here.
      const open = this.openPath();
      const card = open && cardAt(root, open);
      (card ?? root).querySelector<HTMLElement>('.head, .add')?.focus({ preventScroll: true });
    }
  }

  private get focused(): Element | null {
    const { renderRoot } = this.host;
    return renderRoot instanceof ShadowRoot ? renderRoot.activeElement : null;
  }
}
