/**
 * Texts in a rendered template that change with every frame. Lit renders `<span data-text="loss"></span>` once; this
 * class then sets the text without a rendering, and only when it changes.
 */
export class LiveTexts {
  private readonly root: () => ParentNode;
  private readonly spots = new Map<string, { element: Element | null; text?: string }>();

  constructor(root: () => ParentNode) {
    this.root = root;
  }

  /** Forgets the elements; call it after each rendering. */
  refresh(): void {
    this.spots.clear();
  }

  /** Sets a text; one that is not on the page is ignored. */
  set(name: string, text: string): void {
    let spot = this.spots.get(name);
    if (spot === undefined) {
      spot = { element: this.root().querySelector(`[data-text="${name}"]`) };
      this.spots.set(name, spot);
    }
    if (spot.text === text) return;
    spot.text = text;
    if (spot.element !== null && spot.element.textContent !== text) spot.element.textContent = text;
  }
}
