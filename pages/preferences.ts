/**
 * What a reader has chosen on these pages and finds again: language, theme, and whether letters press buttons on each of
 * them; the speed of the lab, and the scales of its charts. It runs before any element is rendered, so that no page shows
 * one language or theme first and then another.
 */
import type { LrLab } from '../components/index.js';
import type { ChartElement } from '../components/internal/chart/chart-element.js';
import { speedOf, speeds } from '../components/internal/lab/speed.js';
import { pageLanguage, readerLanguage } from './reader-language.js';
import { keys, remember, remembered } from './remembered.js';

const titles = { en: 'lr-lab · Watch what your learning rate does', 'zh-CN': 'lr-lab · 看清学习率的作用' };

const root = document.documentElement;
const page = document.querySelector<HTMLElement>('lr-lab, schedulers-page');
const lab = document.querySelector<LrLab>('lr-lab');

function showLanguage(language: string): void {
  const lang = pageLanguage(language);
  if (root.lang !== lang) root.lang = lang;
  // The page of all schedulers names itself.
  if (lab !== null) document.title = titles[lang];
}

showLanguage(readerLanguage());
const theme = remembered(keys.theme);
if (theme === 'light' || theme === 'dark') page?.setAttribute('theme', theme);
lab?.toggleAttribute('no-shortcuts', remembered(keys.shortcuts) === 'off');

// A switch in the page sets `lang`, `theme` or `no-shortcuts` on its element.
new MutationObserver((records) => {
  for (const { target, attributeName } of records) {
    if (!(target instanceof HTMLElement)) continue;
    const value = target.getAttribute(attributeName ?? '');
    if (attributeName === 'no-shortcuts') {
      remember(keys.shortcuts, value === null ? 'on' : 'off');
      continue;
    }
    if (value === null || value === '') continue;
    if (attributeName === 'theme') remember(keys.theme, value);
    else {
      remember(keys.language, value);
      showLanguage(value);
    }
  }
}).observe(root, { attributes: true, attributeFilter: ['lang', 'theme', 'no-shortcuts'], subtree: true });

/** Keeps whether a chart is logarithmic or linear, as soon as the reader chooses it. */
function keepScale(chart: ChartElement, key: string): void {
  const chosen = remembered(key);
  if (chosen === 'log' || chosen === 'linear') chart.yScale = chosen;
  // A choice replaces a value; the first one is the chart's own.
  new MutationObserver((records) => {
    if (records.some(({ oldValue }) => oldValue !== null)) remember(key, chart.yScale);
  }).observe(chart, { attributeFilter: ['y-scale'], attributeOldValue: true });
}

// The first visit, which a reload does not end, is slow enough to see each step; a speed that the reader chose is kept.
if (remembered(keys.visited) === null) remember(keys.visited, 'now', 'visit');
remember(keys.visited, 'yes');
if (lab !== null) {
  void customElements.whenDefined('lr-lab').then(async () => {
    await lab.updateComplete;
    const [loss, rate] = (['lr-loss-chart', 'lr-rate-chart'] as const).map((name) =>
      lab.shadowRoot?.querySelector(name),
    );
    if (loss) keepScale(loss, keys.lossScale);
    if (rate) keepScale(rate, keys.rateScale);
    if (lab.lab === undefined) return;
    const speed = speedOf(lab.lab);
    const chosen = speeds.find((each) => each === remembered(keys.speed));
    if (chosen !== undefined) speed.value = chosen;
    else if (remembered(keys.visited, 'visit') !== null) speed.value = 'real';
    let isChoice = false;
    speed.subscribe((now) => {
      if (isChoice && now !== undefined) remember(keys.speed, now);
      isChoice = true;
    });
  });
}
