/**
 * `npm run record:experiments [name …]`: runs the built-in experiments on Chromium's software adapter and writes what they
 * showed to src/experiment/recorded. A test of the browser runs them again and allows no drift.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser, launchOptions } from './browser.js';
import { ensureDependencies, giveUp, root } from './prepare.js';

ensureDependencies();
await ensureBrowser();
const { chromium } = await import('@playwright/test');
const { build, preview } = await import('vite');
const folder = join(root, 'src/experiment/recorded');
await build({ root, mode: 'test', logLevel: 'warn' });
const server = await preview({ root, mode: 'test', preview: { port: 0, host: 'localhost' } });
const browser = await chromium.launch(launchOptions());

try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${server.resolvedUrls.local[0]}test/browser/support/pages/experiments.html`);
  await page.waitForFunction(() => 'experiments' in globalThis);
  const known = await page.evaluate(() => globalThis.experiments.builtInNames);
  const names = process.argv.length > 2 ? process.argv.slice(2) : known;
  for (const name of names) {
    if (!known.includes(name)) giveUp(`no experiment is named "${name}"; accepted: ${known.join(', ')}.`);
    const { record, holds } = await page.evaluate(async (wanted) => {
      const { builtInExperiment, recordOf } = globalThis.experiments;
      const outcome = await builtInExperiment(wanted).run();
      return { record: recordOf(outcome), holds: outcome.holds };
    }, name);
    if (!holds) giveUp(`${name} did not show what it claims; give its set-up another seed.`);
    const path = join(folder, `${name}.json`);
    const isNew = !existsSync(path);
    writeFileSync(path, `${JSON.stringify(record)}\n`);
    console.log(`${name}: ${record.runs[0].loss.length} steps, ${isNew ? 'recorded' : 'recorded again'}`);
  }
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);
