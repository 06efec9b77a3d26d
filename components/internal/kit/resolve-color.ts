/**
 * The colour that a CSS expression such as `var(--run-a)` has at an element, as `rgb(…)`: a canvas takes no
 * `light-dark()` and no custom property. The probe must lie in the element's shadow root to see its tokens.
 */
export function resolveColor(root: ShadowRoot, expression: string): string {
  const probe = document.createElement('span');
  probe.style.color = expression;
  probe.hidden = true;
  root.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
