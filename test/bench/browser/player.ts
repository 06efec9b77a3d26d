/** A contestant in a page of its own. */
import type { Browser } from '@playwright/test';

import type { ContestantName } from '../contestant.js';
import type { Player } from '../tournament.js';
import { traceJavascript } from './traced-javascript.js';

/**
 * Opens the page of a contestant.
 *
 * @param address of the server of the built pages
 */
export async function openPlayer(browser: Browser, address: string, name: ContestantName): Promise<Player> {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`${name}: ${message.text()}`);
  });
  await page.goto(`${address}page.html?contestant=${name}`);
  await page.waitForFunction(() => 'stand' in window);

  // Chromium adds up how long the page's main thread worked on tasks; asked for thread ticks, it leaves out the time
  // in which other threads had the processor, which on few cores would count the software adapter's work as ours.
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busyMs = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    const duration = metrics.find((metric) => metric.name === 'TaskDuration');
    if (!duration) throw new Error('Chromium does not report its TaskDuration.');
    return duration.value * 1000;
  };

  return {
    name,
    adapter: () => page.evaluate(() => window.stand!.adapter()),
    start: (caseName) => page.evaluate((given) => window.stand!.start(given), caseName),
    async run(steps, options) {
      await page.bringToFront();
      const before = await busyMs();
      const result = await page.evaluate(([steps, options]) => window.stand!.run(steps, options), [
        steps,
        options,
      ] as const);
      return { ...result, busyMs: (await busyMs()) - before };
    },
    async profile(steps) {
      await page.bringToFront();
      return traceJavascript(browser, page, () =>
        page.evaluate(async (steps) => {
          // So that all of it is a promise job, which a trace shows.
          await Promise.resolve();
          return window.stand!.train(steps);
        }, steps),
      );
    },
    end: () => page.evaluate(() => window.stand!.end()),
    close: () => page.close(),
  };
}
