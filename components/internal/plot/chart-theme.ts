import { runColors } from '../kit/run-style.js';

/** The colours and fonts of a chart, in the form a canvas accepts. */
export interface ChartTheme {
  surface: string;
  text: string;
  muted: string;
  grid: string;
  /** One colour per run, in order. */
  runs: readonly string[];
  /** The font of axis values and flags, in CSS pixels. */
  font: string;
}

/** Reads the tokens of theme.styles.ts at an element: the page may set them, and they depend on light or dark. */
export function readChartTheme(
  element: HTMLElement & { readonly shadowRoot: ShadowRoot | null },
): ChartTheme {
  const root = element.shadowRoot!;
  return {
    surface: resolveColor(root, 'var(--surface)'),
    text: resolveColor(root, 'var(--text)'),
    muted: resolveColor(root, 'var(--text-muted)'),
    grid: resolveColor(root, 'var(--grid)'),
    runs: runColors.map((color) => resolveColor(root, color)),
    font: `11px ${getComputedStyle(element).fontFamily}`,
  };
}

/** The colour of a run by its index in the list of runs. */
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
