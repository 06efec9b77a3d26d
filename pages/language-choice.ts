/** The language that the reader chose last, or else the browser's. */
const key = 'lr-lab-language';

/** A browser may block storage; then every visit starts in the browser's language. */
function remembered(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a choice for the next visit. */
export function rememberLanguage(language: string): void {
  try {
    localStorage.setItem(key, language);
  } catch {
    // Blocked: only the convenience is lost.
  }
}

/** The language for this visit. */
export function preferredLanguage(): 'en' | 'zh-CN' {
  return /^zh\b/i.test(remembered() ?? navigator.language) ? 'zh-CN' : 'en';
}
