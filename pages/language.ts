/** The language of the demo pages: what the reader chose last, else the browser's own. Elements follow `lang` by themselves. */
const key = 'lr-lab-language';

/** The browser may forbid a page to keep anything; it then begins in the browser's language each time. */
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
    // Forbidden: nothing is lost but the convenience.
  }
}

const language = remembered() ?? navigator.language;
document.documentElement.lang = /^zh\b/i.test(language) ? 'zh-CN' : 'en';

// A switch in the page sets `lang` on the element it belongs to.
new MutationObserver((records) => {
  for (const { target } of records)
    if (target instanceof HTMLElement && target.lang !== '') remember(target.lang);
}).observe(document.documentElement, { attributes: true, attributeFilter: ['lang'], subtree: true });
