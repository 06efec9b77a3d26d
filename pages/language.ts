/**
 * The language of the demo pages: the reader's last choice, or the browser's. Elements follow `lang` by themselves.
 */
import { preferredLanguage, rememberLanguage } from './language-choice.js';

document.documentElement.lang = preferredLanguage();

// A switch in the page sets `lang` on its element.
new MutationObserver((records) => {
  for (const { target } of records)
    if (target instanceof HTMLElement && target.lang !== '') rememberLanguage(target.lang);
}).observe(document.documentElement, { attributes: true, attributeFilter: ['lang'], subtree: true });
