/** What a reader has chosen on these pages, kept by the browser for the next visit. */

/** The names under which it is kept. */
export const keys = {
  language: 'lr-lab-language',
  theme: 'lr-lab-theme',
  speed: 'lr-lab-speed',
} as const;

/** A browser may block storage; then every visit starts with the browser's own. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a choice for the next visit. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Blocked: only the convenience is lost.
  }
}
