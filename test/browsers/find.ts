/** Finds what is on the page by role and name, as a reader does; these functions run in the page. */

/** The roles that the visits look for. */
export type Role = 'button' | 'radio' | 'textbox' | 'dialog' | 'heading';

/** What is looked for: what has this role and this name, or any name. */
export interface Wanted {
  readonly role: Role;
  readonly name?: string;
  /** Only within what has this role. */
  readonly within?: Role;
}

/** Where something is in the window, and what it holds. */
export interface Found {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly value: string;
  readonly isDisabled: boolean;
  /** What covers its middle, if anything does. */
  readonly cover?: string;
}

/** The first visible element that is wanted, scrolled into view; `null` if there is none. Uses nothing from outside. */
export function findInPage({ role, name, within }: Wanted): Found | null {
  const selectors = {
    button: 'button, [role="button"]',
    radio: 'input[type="radio"], [role="radio"]',
    textbox: 'input:not([type="radio"], [type="checkbox"], [type="range"]), textarea',
    dialog: 'dialog[open], [role="dialog"]',
    heading: 'h1, h2, h3',
  };
  /** All descendants that match, those of shadow trees too. */
  const all = (root: ParentNode, selector: string): HTMLElement[] =>
    Array.from(root.querySelectorAll<HTMLElement>('*')).flatMap((element) => [
      ...(element.matches(selector) ? [element] : []),
      ...(element.shadowRoot ? all(element.shadowRoot, selector) : []),
    ]);
  const nameOf = (element: HTMLElement): string => {
    const label = element.getAttribute('aria-label');
    const ids = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
    const root = element.getRootNode() as Document | ShadowRoot;
    const labels = (element as Partial<HTMLInputElement>).labels ?? [];
    const texts = [...ids.map((id) => root.getElementById(id)), ...Array.from(labels), element];
    const text = label ?? texts.find((each) => each?.textContent)?.textContent ?? '';
    return text.replace(/\s+/g, ' ').trim();
  };
  const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const roots = within === undefined ? [document] : all(document, selectors[within]).filter(isShown);
  const element = roots
    .flatMap((root) => all(root, selectors[role]))
    .find((each) => isShown(each) && (name === undefined || nameOf(each) === name));
  if (element === undefined) return null;
  element.scrollIntoView({ block: 'center', inline: 'nearest' });
  // A radio button may be hidden under its label, which is what a reader presses.
  const target = role === 'radio' ? (element.closest('label') ?? element) : element;
  const { left, top, width, height } = target.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  let hit = document.elementFromPoint(x, y);
  while (hit?.shadowRoot?.elementFromPoint(x, y)) {
    const inner = hit.shadowRoot.elementFromPoint(x, y);
    if (inner === hit) break;
    hit = inner;
  }
  const isHit = hit !== null && (target.contains(hit) || hit.contains(target));
  return {
    x,
    y,
    width,
    height,
    value: (element as Partial<HTMLInputElement>).value ?? '',
    isDisabled: (element as Partial<HTMLButtonElement>).disabled === true,
    ...(isHit ? {} : { cover: hit?.localName ?? 'nothing' }),
  };
}

/** How many curves of the page are drawn: canvases with something on them, and paths. Uses nothing from outside. */
export function curvesDrawn(): number {
  const all = (root: ParentNode): Element[] =>
    Array.from(root.querySelectorAll('*')).flatMap((element) => [
      element,
      ...(element.shadowRoot ? all(element.shadowRoot) : []),
    ]);
  const isDrawn = (element: Element) =>
    element instanceof SVGPathElement
      ? element.getTotalLength() > 100
      : element instanceof HTMLCanvasElement &&
        element.width > 0 &&
        element
          .getContext('2d')!
          .getImageData(0, 0, element.width, element.height)
          .data.some((value) => value > 0);
  return all(document).filter(isDrawn).length;
}
