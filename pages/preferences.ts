/**
 * What a reader has chosen on these pages and finds again: language and theme on each of them, and the speed of the lab.
 * It runs before any element is rendered, so that no page shows one language or theme first and then another.
 */
import type { LrLab } from '../components/index.js';
import { speedOf, speeds } from '../components/internal/lab/speed.js';
import { keys, remember, remembered } from './remembered.js';

const titles = { en: 'lr-lab · Watch what your learning rate does', 'zh-CN': 'lr-lab · 看清学习率的作用' };

const root = document.documentElement;
const page = document.querySelector<HTMLElement>('lr-lab, schedulers-page');
const lab = document.querySelector<LrLab>('lr-lab');

function showLanguage(language: string): void {
  const lang = /^zh\b/i.test(language) ? 'zh-CN' : 'en';
  if (root.lang !== lang) root.lang = lang;
  // The page of all schedulers names itself.
  if (lab !== null) document.title = titles[lang];
}

showLanguage(remembered(keys.language) ?? navigator.language);
const theme = remembered(keys.theme);
if (theme === 'light' || theme === 'dark') page?.setAttribute('theme', theme);

// A switch in the page sets `lang` or `theme` on its element.
new MutationObserver((records) => {
  for (const { target, attributeName } of records) {
    if (!(target instanceof HTMLElement)) continue;
    const value = target.getAttribute(attributeName ?? '');
    if (value === null || value === '') continue;
    if (attributeName === 'theme') remember(keys.theme, value);
    else {
      remember(keys.language, value);
      showLanguage(value);
    }
  }
}).observe(root, { attributes: true, attributeFilter: ['lang', 'theme'], subtree: true });

// Slow enough to see each step of the first run, and at the reader's speed once there is one.
if (lab !== null) {
  void customElements.whenDefined('lr-lab').then(() => {
    if (lab.lab === undefined) return;
    const speed = speedOf(lab.lab);
    speed.value = speeds.find((each) => each === remembered(keys.speed)) ?? 'real';
    speed.subscribe((chosen) => {
      if (chosen !== undefined) remember(keys.speed, chosen);
    });
  });
}
