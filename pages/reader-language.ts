import { keys, remember, remembered } from './remembered.js';

/**
 * The language that the address asks for (`?lang=zh`), or the one that the reader chose last, or the browser's. What the
 * address asks for is kept like a choice and leaves the address, so that a later choice stands.
 */
export function readerLanguage(): 'en' | 'zh-CN' {
  const address = new URL(location.href);
  const asked = address.searchParams.get('lang');
  if (asked !== null) {
    remember(keys.language, asked);
    address.searchParams.delete('lang');
    history.replaceState(history.state, '', address);
  }
  return pageLanguage(asked ?? remembered(keys.language) ?? navigator.language);
}

/** The language of the pages that comes nearest to a language of the browser's. */
export const pageLanguage = (language: string): 'en' | 'zh-CN' => (/^zh\b/i.test(language) ? 'zh-CN' : 'en');
