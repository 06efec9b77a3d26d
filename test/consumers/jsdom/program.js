/** A test of somebody's page in jsdom: elements can be made, set and removed. */
import assert from 'node:assert/strict';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true });
for (const name of Object.getOwnPropertyNames(window))
  if (!(name in globalThis))
    Object.defineProperty(globalThis, name, { get: () => window[name], configurable: true });
for (const name of ['Event', 'CustomEvent', 'EventTarget', 'MutationObserver'])
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });

for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent'])
  globalThis[name] = window[name].bind(window);

await import('lr-lab');
for (const name of ['lr-lab', 'lr-schedule-plot']) {
  const element = document.createElement(name);
  Object.assign(element, { policy: { type: 'StepLR', stepSize: 3 }, lr: 0.2 });
  document.body.append(element);
  await element.updateComplete;
  assert.equal(element.problem, undefined);
  element.lr = 'fast';
  await element.updateComplete;
  assert.equal(element.problem.path, 'lr');
  element.remove();
}
console.log('steps 20');
process.exit();
