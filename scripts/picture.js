/** `npm run picture`: trains on the page, swaps a schedule in on a second run, picks a third one, and takes the README's picture. */
import { ensureBrowser, launchOptions } from './browser.js';
import { ensureDependencies, root } from './prepare.js';

ensureDependencies();
await ensureBrowser();
const { chromium } = await import('@playwright/test');
const { build, preview } = await import('vite');
await build({ root, logLevel: 'warn' });
const server = await preview({ root, preview: { port: 0, host: 'localhost' } });
const browser = await chromium.launch(launchOptions());

try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
  await page.goto(server.resolvedUrls.local[0]);
  await page.locator('lr-lab').evaluate(async ({ lab }) => {
    await lab.reset({ model: 'tiny', epochs: 10, stepsPerEpoch: 50 });
    const [run] = lab.runs.value;
    await lab.step(150);
    // Fitted to the epochs that are left, as the panel fits it.
    await lab.swap(run, { type: 'CosineAnnealingLR', tMax: 7 }, { counterfactual: true });
    await lab.step(130);
    // Slowly, so that the picture shows a run that still trains.
    await lab.limitSpeed(20);
    void lab.start();
  });
  await page.waitForFunction(() => document.querySelector('lr-lab').lab.speed.value > 0);
  await page.getByRole('radio', { name: 'One cycle', exact: true }).check();
  await page.waitForTimeout(3000);
  await page.screenshot({ path: `${root}public/picture.png` });
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);
