/** A media query; undefined where nothing is displayed: on a server, or in jsdom. */
export const mediaQuery = (query: string): MediaQueryList | undefined =>
  (globalThis as { matchMedia?: typeof matchMedia }).matchMedia?.(query);
