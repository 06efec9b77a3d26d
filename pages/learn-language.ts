/** The article has a page for each language: opens the one that the reader chose last, or the browser's. */
import { preferredLanguage, rememberLanguage } from './language-choice.js';

for (const link of document.querySelectorAll<HTMLAnchorElement>('a[hreflang]'))
  link.addEventListener('click', () => {
    rememberLanguage(link.hreflang);
    // The same section in the other language.
    link.hash = location.hash;
  });

// Only from the English page: a reader who opens the Chinese one has chosen it.
const chinese = document.querySelector<HTMLAnchorElement>('a[hreflang=zh-CN]');
if (chinese && preferredLanguage() === 'zh-CN') {
  const address = new URL(chinese.href);
  address.hash = location.hash;
  location.replace(address);
}
