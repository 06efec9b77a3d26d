/** `npm run picture`: trains on the page, forks and changes the rate meanwhile, and takes the README's picture. */
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
    const cosine = { type: 'CosineAnnealingLR', tMax: 6, etaMin: 0.001 };
    await lab.fork(run, { policy: cosine, name: 'cosine' });
    await lab.swap(run, { type: 'StepLR', stepSize: 2, gamma: 0.4 }, { at: 200 });
    await lab.step(150);
    await lab.chain(run, { type: 'MultiStepLR', milestones: [2], gamma: 0.3 });
    // Slowly, so that the picture shows a run that still trains.
    await lab.limitSpeed(20);
    void lab.start();
  });
  await page.waitForFunction(() => document.querySelector('lr-lab').lab.speed.value > 0);
  await page.waitForTimeout(3000);
  await page.screenshot({ path: `${root}public/picture.png`, fullPage: true });
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);
