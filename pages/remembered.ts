/** What a reader has chosen on these pages, kept by the browser for the next visit. */

/** The names under which it is kept. */
export const keys = {
  language: 'lr-lab-language',
  theme: 'lr-lab-theme',
  shortcuts: 'lr-lab-shortcuts',
  speed: 'lr-lab-speed',
  lossScale: 'lr-lab-loss-scale',
  rateScale: 'lr-lab-rate-scale',
  visited: 'lr-lab-visited',
} as const;

/** How long something is kept: for good, or until its tab is closed. */
export type Span = 'always' | 'visit';

const storageOf = (span: Span): Storage => (span === 'always' ? localStorage : sessionStorage);

/** A browser may block storage; then every visit starts with the browser's own. */
export function remembered(key: string, span: Span = 'always'): string | null {
  try {
    return storageOf(span).getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a choice, by default for the next visit. */
export function remember(key: string, value: string, span: Span = 'always'): void {
  try {
    storageOf(span).setItem(key, value);
  } catch {
    // Blocked: only the convenience is lost.
  }
}
