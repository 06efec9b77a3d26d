/**
 * The article, once its elements are there: one section at a time, and parameters in the text that mark their lines. The
 * text itself needs no script.
 */
import '../components/lr-experiment/lr-experiment.js';
import '../components/lr-schedule-plot/lr-schedule-plot.js';
import type { LrExperiment } from '../components/lr-experiment/lr-experiment.js';

const root = document.documentElement;
const sections = [...document.querySelectorAll<HTMLElement>('article > section[id]')];
const links = [...document.querySelectorAll<HTMLAnchorElement>('.contents a')];
const layoutSwitch = document.querySelector<HTMLButtonElement>('.contents button');

/** The section in the address, or the first. */
function currentSection(): HTMLElement {
  const id = decodeURIComponent(location.hash.slice(1));
  return sections.find((section) => section.id === id) ?? sections[0];
}

function showCurrent(): void {
  const current = currentSection();
  for (const section of sections) section.classList.toggle('current', section === current);
  document.querySelector('.opening')?.classList.toggle('current', current === sections[0]);
  for (const link of links) {
    const isCurrent = link.hash === `#${current.id}` && root.classList.contains('stepwise');
    if (isCurrent) link.setAttribute('aria-current', 'step');
    else link.removeAttribute('aria-current');
  }
}

function handleHash(): void {
  showCurrent();
  if (!root.classList.contains('stepwise')) return;
  scrollTo(0, 0);
  // So that a screen reader and the Tab key continue in the section that has appeared.
  currentSection().querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
}

function setStepwise(isStepwise: boolean): void {
  root.classList.toggle('stepwise', isStepwise);
  if (layoutSwitch) {
    const { all = '', steps = '' } = layoutSwitch.dataset;
    layoutSwitch.textContent = isStepwise ? all : steps;
  }
  showCurrent();
}

/** The experiment of the section that a parameter is in. */
const experimentOf = (parameter: HTMLElement): LrExperiment | null | undefined =>
  parameter.closest('section')?.querySelector('lr-experiment');

function mark(parameter: HTMLElement, isMarked: boolean): void {
  const experiment = experimentOf(parameter);
  if (!experiment) return;
  for (const each of parameter.closest('section')!.querySelectorAll('.parameter'))
    each.setAttribute('aria-pressed', String(isMarked && each === parameter));
  experiment.highlight = isMarked ? (parameter.dataset.run ?? null) : null;
}

for (const parameter of document.querySelectorAll<HTMLElement>('.parameter')) {
  parameter.setAttribute('aria-pressed', 'false');
  parameter.addEventListener('pointerenter', ({ pointerType }) => {
    if (pointerType === 'mouse') mark(parameter, true);
  });
  parameter.addEventListener('pointerleave', ({ pointerType }) => {
    if (pointerType === 'mouse') mark(parameter, false);
  });
  parameter.addEventListener('focus', () => {
    if (parameter.matches(':focus-visible')) mark(parameter, true);
  });
  parameter.addEventListener('blur', () => mark(parameter, false));
  // A mouse marks it already by being over it.
  parameter.addEventListener('click', (event) => {
    const isMouse = event instanceof PointerEvent && event.pointerType === 'mouse';
    mark(parameter, isMouse || parameter.getAttribute('aria-pressed') !== 'true');
  });
}

/** Print shows all sections; plots in those that were hidden are drawn once they have a width. */
function showForPrint(): void {
  if (!root.classList.contains('stepwise')) return;
  setStepwise(false);
  addEventListener('afterprint', () => setStepwise(true), { once: true });
}

for (const section of sections) section.querySelector('h2')?.setAttribute('tabindex', '-1');
addEventListener('hashchange', handleHash);
// Before the elements' own listeners.
addEventListener('beforeprint', showForPrint, { capture: true });
layoutSwitch?.addEventListener('click', () => setStepwise(!root.classList.contains('stepwise')));
root.classList.add('scripted');
setStepwise(true);
