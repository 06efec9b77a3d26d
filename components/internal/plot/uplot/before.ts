/**
 * uPlot asks for a media query and formats numbers in the browser's language while it loads. Some places have neither:
 * jsdom has no `matchMedia`, and a browser whose language is "C" names one that no number format accepts. This module
 * lends uPlot both, and `after.ts` takes them back.
 */
const scope = globalThis as { matchMedia?: unknown; navigator?: Navigator };

/** What was lent; each is taken back by its function. */
export const loans: (() => void)[] = [];

if ('window' in globalThis) {
  if (scope.matchMedia === undefined) {
    scope.matchMedia = () => new EventTarget();
    loans.push(() => delete scope.matchMedia);
  }
  const { navigator } = scope;
  if (navigator !== undefined && !isAccepted(navigator.language)) {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
    loans.push(() => Reflect.deleteProperty(navigator, 'language'));
  }
}

function isAccepted(language: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language).length >= 0;
  } catch {
    return false;
  }
}
