/** What axe says of a page. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { expect } from './console-watch.js';

/**
 * Expects that axe finds nothing in the page, or in one part of it.
 *
 * @param view what the page shows, for the message
 * @param inside the part: selectors from the outside in, one for each shadow root on the way
 */
export async function expectNoViolations(page: Page, view: string, ...inside: string[]): Promise<void> {
  await untilColoursStay(page);
  const axe = builderFor(page);
  if (inside.length > 0) axe.include({ fromShadowDom: inside as [string, string, ...string[]] });
  await expectNoneOf(axe, view);
}

/** Colours change over some frames, and in between have a contrast that nobody reads. */
const untilColoursStay = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    const changes = () => document.getAnimations().filter((each) => each instanceof CSSTransition);
    while (changes().length > 0) await new Promise(requestAnimationFrame);
  });

/** One frame needs no other page to merge the results in, and the rules that pass need no report. */
const builderFor = (page: Page): AxeBuilder =>
  new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });

async function expectNoneOf(axe: AxeBuilder, view: string): Promise<void> {
  const { violations } = await axe.analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
    view,
  ).toEqual([]);
}
