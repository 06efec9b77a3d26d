/** The article in the reader's theme, and in the language that the reader chose last, or the browser's. */
import { readerLanguage } from './reader-language.js';
import { keys, remember, remembered } from './remembered.js';

const theme = remembered(keys.theme);
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

const themeButton = document.querySelector<HTMLButtonElement>('.theme');

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
}

/** Names the button for what it does next. */
function nameThemeButton(): void {
  if (!themeButton) return;
  const { light = '', dark = '' } = themeButton.dataset;
  themeButton.title = themeButton.ariaLabel = isDark() ? light : dark;
  themeButton.hidden = false;
}

themeButton?.addEventListener('click', () => {
  const next = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = next;
  remember(keys.theme, next);
  nameThemeButton();
});
nameThemeButton();

for (const link of document.querySelectorAll<HTMLAnchorElement>('a[hreflang]'))
  link.addEventListener('click', () => {
    remember(keys.language, link.hreflang);
    // The same section in the other language.
    link.hash = location.hash;
  });

// Only from the English page: a reader who opens the Chinese one has chosen it.
const chinese = document.querySelector<HTMLAnchorElement>('a[hreflang=zh-CN]');
if (chinese && readerLanguage() === 'zh-CN') {
  const address = new URL(chinese.href);
  address.hash = location.hash;
  location.replace(address);
}
