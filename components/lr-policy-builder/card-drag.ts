/** Cards that are dragged by their grip to another position of their list. */
import { html, type ReactiveControllerHost, type TemplateResult } from 'lit';
import {
  canMove,
  cardPositionOf,
  type DraftEntry,
  keyOf,
  type Path,
  siblingPath,
} from '../internal/policy/policy-tree.js';

/** What a drag needs from the list of cards. */
export interface CardDragOptions {
  tree: () => readonly DraftEntry[];
  /** Where the card at a path is on the screen. */
  boxOf: (path: Path) => DOMRect | undefined;
  /** A card is dropped at an index of its list. */
  onDrop: (path: Path, to: number) => void;
}

/** The card that is dragged, and the index where it would be dropped. Renders its host again when that changes. */
export class CardDrag {
  private readonly host: ReactiveControllerHost;
  private readonly options: CardDragOptions;
  private drag: { readonly path: Path; readonly to: number } | undefined;

  constructor(host: ReactiveControllerHost, options: CardDragOptions) {
    this.host = host;
    this.options = options;
  }

  private set(drag: { readonly path: Path; readonly to: number } | undefined): void {
    this.drag = drag;
    this.host.requestUpdate();
  }

  private handleDown(event: PointerEvent, path: Path): void {
    if (event.button !== 0) return;
    event.preventDefault();
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.set({ path, to: cardPositionOf(this.options.tree(), path).index });
  }

  private handleMove(event: PointerEvent): void {
    const { drag } = this;
    if (drag === undefined) return;
    const tree = this.options.tree();
    const { index, count } = cardPositionOf(tree, drag.path);
    let to = 0;
    for (let position = 0; position < count; position += 1) {
      if (position === index) continue;
      const box = this.options.boxOf(siblingPath(drag.path, position));
      if (box && event.clientY > box.top + box.height / 2) to += 1;
    }
    // Over a position that it cannot take, the card stays where it was.
    if (to !== index && !canMove(tree, drag.path, to)) to = index;
    if (to !== drag.to) this.set({ ...drag, to });
  }

  private handleUp(isKept: boolean): void {
    const { drag } = this;
    this.set(undefined);
    if (drag !== undefined && isKept) this.options.onDrop(drag.path, drag.to);
  }

  /** The classes of the list item of a card: whether it is dragged, or where the dragged one would be dropped. */
  marksOf(path: Path): string {
    const { drag } = this;
    if (drag === undefined || keyOf(drag.path.slice(0, -2)) !== keyOf(path.slice(0, -2))) return '';
    const tree = this.options.tree();
    const { index, parent } = cardPositionOf(tree, path);
    if (parent === undefined && drag.path.length !== 2) return '';
    const from = cardPositionOf(tree, drag.path).index;
    if (from === index) return 'dragged';
    if (drag.to !== index) return '';
    return from > index ? 'before' : 'after';
  }

  /** The grip of the card at a path. */
  grip(path: Path, title: string): TemplateResult {
    return html`<span
      class="grip"
      aria-hidden="true"
      title=${title}
      @pointerdown=${(event: PointerEvent) => this.handleDown(event, path)}
      @pointermove=${(event: PointerEvent) => this.handleMove(event)}
      @pointerup=${() => this.handleUp(true)}
      @pointercancel=${() => this.handleUp(false)}
      >⠿</span
    >`;
  }
}
