/** The GPU process dies while runs train: no step is missing afterwards, and the losses are those of runs left alone. */
import type { Browser } from '@playwright/test';

import { launchOptions } from '../../../scripts/browser.js';
import { expect, test } from '../support/engine-page.js';
import { expectWhole, makeRuns, rounds, startUntil, steps, untouchedStory } from '../support/lost-run.js';
import { trainAcrossLoss } from '../support/runs-in-page.js';
import { seed } from '../support/seeded-pick.js';

const options = launchOptions();
test.use({
  launchOptions: {
    ...options,
    // Without these, Chromium gives a page no adapter for minutes after its second crash.
    args: [...options.args, '--disable-gpu-process-crash-limit', '--disable-domain-blocking-for-3d-apis'],
  },
  // The browser itself says in the console that the device is lost.
  allowedMessages: [/external Instance reference/],
});

async function crash(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess').catch(() => undefined);
  await session.detach();
}

test(`a GPU process that crashes at step ${steps.join(', ')} costs a run nothing (seed ${seed})`, async ({
  ownEnginePage: page,
  browser,
}) => {
  test.setTimeout(rounds * 120_000);
  const untouched = await untouchedStory(page);
  for (const step of steps) {
    await makeRuns(page);
    await startUntil(page, step);
    await crash(browser);
    await expectWhole(page, untouched);
    expect(await page.evaluate(() => window.lab.recoveries.value)).toBeGreaterThan(0);
    await page.evaluate(() => window.lab.dispose());
  }
});

test('a GPU process that crashes changes no row of two runs', async ({ ownEnginePage: page, browser }) => {
  const { A, whole, codes, left } = await trainAcrossLoss(page, 60, () => crash(browser));
  expect(new Set(codes)).toEqual(new Set(['device-lost']));
  expect(A.loss).toEqual(whole.loss);
  expect(A.evaluations).toEqual(whole.evaluations);
  expect(left).toEqual({ tensors: 0, bytes: 0, buffers: 0 });
});
