/**
 * Places in a rendered template whose text changes with every frame. Lit renders `<span data-text="loss"></span>`
 * once; the text is set here, without a rendering, and only where it has changed.
 */
export class LiveTexts {
  private readonly root: () => ParentNode;
  private readonly spots = new Map<string, { element: Element | null; text?: string }>();

  constructor(root: () => ParentNode) {
    this.root = root;
  }

  /** Forgets where the spots are; to be called after each rendering. */
  refresh(): void {
    this.spots.clear();
  }

  /** Sets the text of a spot; one that is not on the page is passed over. */
  set(name: string, text: string): void {
    let spot = this.spots.get(name);
    if (spot === undefined) {
      spot = { element: this.root().querySelector(`[data-text="${CSS.escape(name)}"]`) };
      this.spots.set(name, spot);
    }
    if (spot.text === text) return;
    spot.text = text;
    if (spot.element !== null && spot.element.textContent !== text) spot.element.textContent = text;
  }
}
