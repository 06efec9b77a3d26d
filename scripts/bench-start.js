/**
 * `npm run bench:start -- [--beside FOLDER] [--rounds 5]`: how long the demo page takes from Start to the first point, and
 * for what, in Chromium: cold (a new browser that has nothing stored) and warm (the page has trained before in it). With
 * `--beside`, the built pages of another version (its `dist/lab`) take turns with this one.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser, launchOptions } from './browser.js';
import { ensureDependencies, giveUp, root } from './prepare.js';

ensureDependencies();
await ensureBrowser();
const { values } = parseArgs({
  options: { beside: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});
const rounds = Number(values.rounds);
if (values.beside && !existsSync(resolve(values.beside, 'index.html')))
  giveUp(`--beside needs the folder of built pages; got "${values.beside}".`);

const { chromium } = await import('@playwright/test');
const { build, preview } = await import('vite');
console.log('lr-lab: building …');
await build({ root, configFile: `${root}vite.config.ts`, logLevel: 'error' });

const serve = (outDir) =>
  preview({ root, configFile: false, build: { outDir }, preview: { port: 0, host: 'localhost' } });
const servers = { 'this version': await serve(`${root}dist/lab`) };
if (values.beside) servers.beside = await serve(resolve(values.beside));

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** The parts in the order in which they begin; the first steps end with the first point. */
const parts = {
  backend: 'worker loads',
  dataset: 'GPU starts',
  model: 'digits are drawn',
  ready: 'network is made',
  point: 'first steps',
};

/** Presses Start, and returns when each stage began, in milliseconds. */
async function timeStart(page, address) {
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector('lr-lab')?.lab !== undefined);
  await page.waitForTimeout(500);
  return page.evaluate(async () => {
    const { lab } = document.querySelector('lr-lab');
    const times = {};
    const begin = performance.now();
    const mark = (stage) => (times[stage] ??= performance.now() - begin);
    lab.loading.subscribe((progress) => progress && mark(progress.stage));
    const run = lab.runs.value[0];
    run.state.subscribe((state) => state === 'running' && mark('ready'));
    const first = new Promise((done) => {
      run.step.subscribe((made) => {
        if (made === 0) return;
        mark('point');
        done();
      });
    });
    await lab.start();
    await first;
    await lab.pause();
    return times;
  });
}

/** Milliseconds of each part; digits that are drawn when they are needed are a part of the steps. */
function sharesOf({ dataset, ...rest }) {
  const times = { ...rest, dataset: dataset ?? rest.model };
  const stages = Object.keys(parts);
  return stages.map((stage, index) => {
    const before = stages.slice(0, index).map((each) => times[each] ?? 0);
    return Math.max(0, (times[stage] ?? 0) - Math.max(0, ...before));
  });
}

/** The rounds of each version: cold, then warm in the same browser. */
const measured = { cold: {}, warm: {} };
try {
  for (let round = 0; round < rounds; round++) {
    for (const [name, server] of Object.entries(servers)) {
      const browser = await chromium.launch(launchOptions());
      const page = await browser.newPage();
      const [address] = server.resolvedUrls.local;
      for (const visit of ['cold', 'warm']) {
        const times = await timeStart(page, address);
        (measured[visit][name] ??= []).push({ total: times.point, shares: sharesOf(times) });
      }
      await browser.close();
    }
  }
  for (const [visit, versions] of Object.entries(measured)) {
    for (const [name, list] of Object.entries(versions)) {
      const shares = Object.values(parts).map((part, index) => {
        const ms = median(list.map((each) => each.shares[index]));
        return `${part} ${ms.toFixed(0)}`;
      });
      const total = median(list.map((each) => each.total));
      console.log(`${visit}, ${name}: ${total.toFixed(0)} ms to the first point (${shares.join(', ')})`);
    }
    if (!values.beside) continue;
    const ratios = versions['this version'].map(({ total }, round) => total / versions.beside[round].total);
    console.log(
      `${visit}, this version / beside: ${median(ratios).toFixed(2)} (${ratios.map((each) => each.toFixed(2)).join(', ')})`,
    );
  }
} finally {
  for (const server of Object.values(servers)) await server.close();
}
process.exit();
