/** What only one lab of a page can have: the name under which its session is kept, the links that it opens. */
interface Holder {
  readonly element: Element;
  readonly release: () => void;
}

const holders = new Map<string, Holder>();

/**
 * Claims something for an element, and says whether it has it now. An element that has left the page yields.
 *
 * @param name such as `keep lesson-1`
 * @param release called when the element must give up all that it holds
 */
export function claim(name: string, element: Element, release: () => void): boolean {
  const holder = holders.get(name);
  if (holder !== undefined && holder.element !== element) {
    if (holder.element.isConnected) return false;
    holder.release();
  }
  holders.set(name, { element, release });
  return true;
}

/** Ends all claims of an element. */
export function endClaims(element: Element): void {
  for (const [name, holder] of holders) if (holder.element === element) holders.delete(name);
}
