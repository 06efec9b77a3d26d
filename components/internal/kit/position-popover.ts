/**
 * Puts an open popover below its button, aligned at its end and inside the window. Through the CSSOM, which a strict
 * CSP allows; not every browser has CSS anchors yet.
 */
export function positionPopover(popover: HTMLElement, anchor: HTMLElement, gap = 6): void {
  const margin = 8;
  const box = anchor.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const left = Math.min(Math.max(margin, box.right - width), innerWidth - width - margin);
  const below = box.bottom + gap;
  const top = below + height + margin <= innerHeight ? below : Math.max(margin, box.top - gap - height);
  popover.style.left = `${Math.max(margin, left)}px`;
  popover.style.top = `${top}px`;
}
