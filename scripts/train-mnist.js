/**
 * `npm run train:mnist -- FOLDER`: trains on the page, headless, with the IDX files of MNIST in FOLDER (a single pair is
 * split 9 : 1) and prints loss, accuracy and steps/s, epoch by epoch. Environment: MODEL (tiny), EPOCHS (3).
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBrowser, launchOptions } from './browser.js';
import { ensureDependencies, giveUp, root } from './prepare.js';

const { MODEL = 'tiny', EPOCHS = '3' } = process.env;
const folder = resolve(process.argv[2] ?? '.');
const files =
  existsSync(folder) && statSync(folder).isDirectory()
    ? readdirSync(folder).filter((name) => name.includes('ubyte'))
    : [];
if (files.length < 2) {
  giveUp(
    `no pair of MNIST's IDX files (…-images-idx3-ubyte, …-labels-idx1-ubyte, gzipped or not) in "${folder}".`,
  );
}

ensureDependencies();
await ensureBrowser();
const { chromium } = await import('@playwright/test');
const { build, preview } = await import('vite');
await build({ root, logLevel: 'warn' });
const server = await preview({ root, preview: { port: 0, host: 'localhost' } });
const browser = await chromium.launch(launchOptions());

try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(server.resolvedUrls.local[0]);
  await page.getByRole('button', { name: 'Set-up…' }).click();
  await page.getByLabel('Data', { exact: true }).selectOption('MNIST');
  await page.getByLabel('IDX files…').setInputFiles(files.map((name) => join(folder, name)));
  await page.getByText('Here and checked.').waitFor();
  await page.getByLabel('Model', { exact: true }).selectOption(MODEL);
  await page.getByLabel('Epochs', { exact: true }).fill(EPOCHS);
  await page.getByRole('button', { name: 'Apply', exact: true }).click();

  const lab = page.locator('lr-lab');
  await page.exposeFunction('printLine', (line) => console.log(line));
  await lab.evaluate((element) => {
    const { lab } = element;
    let [before, then] = [0, performance.now()];
    element.addEventListener('lr-epoch', ({ detail: { epoch, loss, accuracy } }) => {
      const { history } = lab.runs.value[0];
      const now = performance.now();
      const recent = history.loss.slice(-100);
      const mean = recent.reduce((sum, value) => sum + value, 0) / recent.length;
      const speed = ((history.length - before) * 1000) / (now - then);
      [before, then] = [history.length, now];
      void globalThis.printLine(
        `epoch ${epoch}: step ${history.length}, loss of the last ${recent.length} steps ${mean.toFixed(4)}, ` +
          `validation loss ${loss.toFixed(4)}, accuracy ${(accuracy * 100).toFixed(2)} %, ${speed.toFixed(1)} steps/s`,
      );
    });
    globalThis.finished = new Promise((resolve, reject) => {
      element.addEventListener('lr-state', ({ detail: { state } }) => {
        if (state === 'finished') resolve();
        if (state === 'failed' || state === 'paused') reject(new Error(lab.problem.value?.message));
      });
    });
  });
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await lab.evaluate(() => globalThis.finished);
  const { name, adapter, software } = await lab.evaluate((element) => element.lab.backend.value);
  const { stepsPerEpoch } = await lab.evaluate((element) => element.lab.runs.value[0].plan.value);
  console.log(
    `${MODEL} on ${name}, ${adapter}${software ? ' (software, no GPU)' : ''}; ${stepsPerEpoch} steps an epoch`,
  );
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);
