/**
 * The language of the demo pages: the reader's last choice, or the browser's. Elements follow `lang` by themselves.
 */
const key = 'lr-lab-language';

/** A browser may block storage; then every visit starts in the browser's language. */
function remembered(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(language: string): void {
  try {
    localStorage.setItem(key, language);
  } catch {
    // Blocked: only the convenience is lost.
  }
}

const language = remembered() ?? navigator.language;
document.documentElement.lang = /^zh\b/i.test(language) ? 'zh-CN' : 'en';

// A switch in the page sets `lang` on its element.
new MutationObserver((records) => {
  for (const { target } of records)
    if (target instanceof HTMLElement && target.lang !== '') remember(target.lang);
}).observe(document.documentElement, { attributes: true, attributeFilter: ['lang'], subtree: true });
