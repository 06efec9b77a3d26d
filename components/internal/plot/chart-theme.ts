import { runColors } from '../kit/run-style.js';

/** The colours and fonts of a chart, in the form a canvas accepts. */
export interface ChartTheme {
  surface: string;
  text: string;
  muted: string;
  grid: string;
  /** A change that is not made yet. */
  draft: string;
  /** One colour per run, in order. */
  runs: readonly string[];
  /** The font of axis values and flags, in CSS pixels. */
  font: string;
  /** How much wider lines are than on a usual screen. */
  scale: number;
}

/** Reads the tokens of theme.styles.ts at an element: the page may set them, and they depend on light or dark. */
export function readChartTheme(
  element: HTMLElement & { readonly shadowRoot: ShadowRoot | null },
): ChartTheme {
  const root = element.shadowRoot!;
  const { fontFamily, fontSize } = getComputedStyle(element);
  // 14 px is the size of text on usual screens.
  const scale = Math.max(1, parseFloat(fontSize) / 14);
  return {
    surface: resolveColor(root, 'var(--surface)'),
    text: resolveColor(root, 'var(--text)'),
    muted: resolveColor(root, 'var(--text-muted)'),
    grid: resolveColor(root, 'var(--grid)'),
    draft: resolveColor(root, 'var(--draft)'),
    runs: runColors.map((color) => resolveColor(root, color)),
    font: `${Math.round(22 * scale) / 2}px ${fontFamily}`,
    scale,
  };
}

/** The colour of a run by the index of its style. */
export function runColor(theme: ChartTheme, index: number): string {
  return theme.runs[index % theme.runs.length];
}

/**
 * The colour of a CSS expression such as `var(--run-a)` at an element, as `rgb(…)`: a canvas accepts neither
 * `light-dark()` nor custom properties. The probe must be in the element's shadow root to see its tokens.
 */
function resolveColor(root: ShadowRoot, expression: string): string {
  const probe = document.createElement('span');
  probe.style.color = expression;
  probe.hidden = true;
  root.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
