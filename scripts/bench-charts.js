/**
 * `npm run bench:charts -- [--beside FOLDER] [--rounds 3]`: measures in Chromium the cost of drawing the charts in the
 * page's main thread with 8 runs of 100,000 steps, and how much of the long tasks in 30 s of training is our JavaScript;
 * writes its section of test/bench/RESULTS.md. With `--beside`, the built pages of another version (its
 * `dist/bench/charts`) take turns with this one in the same browser; only the ratios are printed, and nothing is written.
 */
/* global window -- in code that runs in the page */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser, launchOptions } from './browser.js';
import { ensureDependencies, giveUp, root } from './prepare.js';

ensureDependencies();
await ensureBrowser();
const { values } = parseArgs({
  options: { beside: { type: 'string' }, rounds: { type: 'string', default: '3' } },
});
const rounds = Number(values.rounds);
// More rounds would come to the end of the runs.
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 5)
  giveUp(`--rounds needs a whole number from 1 to 5; got "${values.rounds}".`);
if (values.beside && !existsSync(resolve(values.beside, 'page.html')))
  giveUp(`--beside needs the folder of built pages; got "${values.beside}".`);
const { chromium } = await import('@playwright/test');
const { build, preview, runnerImport } = await import('vite');
const { format } = await import('prettier');
const configFile = `${root}test/bench/charts/vite.config.ts`;
const file = `${root}test/bench/RESULTS.md`;

const runs = 8;
const steps = 100_000;
const updates = 60;
const rowsPerUpdate = 25;
const trainingSeconds = 30;
const longMs = 50;

const { tasksOf } = (await runnerImport(`${root}test/bench/charts/long-tasks.ts`)).module;

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const share = (sorted, part) => sorted[Math.floor(sorted.length * part)];

/** A page that draws charts, and what its main thread does meanwhile. */
async function openPage(browser, address) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(`${address}page.html`);
  await page.waitForFunction(() => 'charts' in window);
  const session = await page.context().newCDPSession(page);
  // Thread ticks leave out the time in which other threads used the processor.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });

  const busyMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return ['TaskDuration', 'ScriptDuration'].map(
      (metric) => metrics.find(({ name }) => name === metric).value * 1000,
    );
  };
  /** The costs of drawings, in total and in JavaScript, each in ascending order. */
  const costs = async (work) => {
    const [all, scripts] = [[], []];
    for (let update = 0; update < updates; update++) {
      const before = await busyMs();
      await work();
      const after = await busyMs();
      all.push(after[0] - before[0]);
      scripts.push(after[1] - before[1]);
    }
    return [all, scripts].map((found) => found.sort((one, other) => one - other));
  };
  const update = (rows = rowsPerUpdate) => page.evaluate((rows) => window.charts.update(rows), rows);
  const press = (keys) => page.evaluate((keys) => window.charts.press(keys), keys);
  return {
    page,
    update,
    press,
    show: (charts) =>
      page.evaluate(
        ([charts, runs, steps]) => window.charts.show(charts, runs, steps),
        [charts, runs, steps],
      ),
    /** Milliseconds of drawings, less those of frames in which nothing is drawn. */
    async measure(work) {
      await page.bringToFront();
      const idle = await costs(() => update(0));
      const [all, scripts] = (await costs(work)).map((found, kind) =>
        found.map((cost) => Math.max(0, cost - share(idle[kind], 0.5))),
      );
      return { median: share(all, 0.5), worst: share(all, 0.95), script: share(scripts, 0.5) };
    },
  };
}

// A loaded machine slows down even thread ticks, because threads share the processor's caches.
const [load] = loadavg();
console.log('lr-lab: building …');
await build({ configFile, logLevel: 'error' });
const servers = [await preview({ configFile, preview: { port: 0, host: 'localhost' } })];
if (values.beside)
  servers.push(
    await preview({
      configFile: false,
      build: { outDir: resolve(values.beside) },
      preview: { port: 0, host: 'localhost' },
    }),
  );
const browser = await chromium.launch(launchOptions());

try {
  const pages = [];
  for (const { resolvedUrls } of servers) pages.push(await openPage(browser, resolvedUrls.local[0]));
  const [{ page }] = pages;

  const rows = [];
  /** Measures the same drawings on each page in turns. */
  const record = async (name, charts, keys, draw) => {
    for (const each of pages) {
      await each.show(charts);
      if (keys !== '') await each.press(keys);
      // The engine compiles what has been called often enough; before that, a round measures the compiler.
      await each.measure(() => draw(each));
    }
    const found = pages.map(() => []);
    for (let round = 0; round < rounds; round++)
      for (const [index, each] of pages.entries()) found[index].push(await each.measure(() => draw(each)));
    const [cost, other] = found.map((costs) => ({
      median: median(costs.map((each) => each.median)),
      worst: median(costs.map(({ worst }) => worst)),
      script: median(costs.map(({ script }) => script)),
    }));
    rows.push([name, cost]);
    const ms = ({ median: middle, worst, script }) =>
      `median ${middle.toFixed(2)} ms, 95 % ${worst.toFixed(2)} ms, JavaScript ${script.toFixed(2)} ms`;
    console.log(`${name}: ${ms(cost)}`);
    if (other === undefined) return;
    const ratio = median(found[0].map((each, round) => each.median / found[1][round].median));
    console.log(`  beside: ${ms(other)}; this version takes ${ratio.toFixed(2)} of its time`);
  };
  const [loss, rate] = ['lr-loss-chart', 'lr-rate-chart'];
  const updated = ({ update }) => update();
  let zooms = 0;
  await record('loss', [loss], '', updated);
  await record('learning rate', [rate], '', updated);
  await record('both', [loss, rate], '', updated);
  // A fifth of the run, zoomed in three times: some 2,750 steps, so that the window jumps every 14 drawings.
  await record('both, following the newest step', [loss, rate], 'f+++', updated);
  await record('both, drawn again (zoomed in or out)', [loss, rate], '', ({ press }) =>
    press('+0'[zooms++ % 2]),
  );
  if (!values.beside) await recordTraining();

  async function recordTraining() {
    await page.bringToFront();
    await page.evaluate(() => window.charts.train());
    await browser.startTracing(page, {
      categories: [
        '-*',
        'devtools.timeline',
        'disabled-by-default-devtools.timeline',
        'v8.execute',
        'disabled-by-default-v8.gc',
      ],
    });
    await page.waitForTimeout(trainingSeconds * 1000);
    const trace = (await browser.stopTracing()).toString();
    const made = await page.evaluate(() => window.charts.pause());
    const tasks = tasksOf(JSON.parse(trace).traceEvents);
    const long = tasks.filter(({ wallMs }) => wallMs > longMs).length;
    const ours = tasks.filter(({ scriptMs }) => scriptMs > longMs).length;
    const [longest, longestOurs] = ['wallMs', 'scriptMs'].map((time) =>
      Math.max(0, ...tasks.map((task) => task[time])),
    );
    const training =
      `In ${trainingSeconds} s of training \`tiny\` (${made.toLocaleString('en')} steps) beside both charts, our JavaScript worked for more than ${longMs} ms in ${ours} of the page’s ${tasks.length.toLocaleString('en')} tasks, at most ${longestOurs.toFixed(1)} ms. ` +
      `By the clock ${long} tasks took longer, at most ${Math.round(longest)} ms, with what the browser itself draws and collects and with the time in which other threads had the processor.`;
    console.log(training);

    const lines = [
      '## `npm run bench:charts`',
      '',
      `Measured on ${new Date().toISOString().slice(0, 10)}, processor: ${cpus()[0].model.split(' ').slice(0, 2).join(' ')}, ${cpus().length} threads, no GPU; load average before it ${load.toFixed(1)}.`,
      `Chromium ${browser.version()}, 1440×900. ${runs} runs of ${steps.toLocaleString('en')} steps and their plans; ${rowsPerUpdate} new steps of each run a drawing, ${updates} drawings a round, ${rounds} rounds after one that is not counted. Milliseconds of the page’s main thread, in thread ticks, less those of frames in which nothing is drawn; where there is no GPU, the browser’s own drawing of the canvases is among them.`,
      '',
      '| chart | median ms | 95th percentile ms | JavaScript, median ms |',
      '| --- | ---: | ---: | ---: |',
      ...rows.map(
        ([name, { median: middle, worst, script }]) =>
          `| ${name} | ${middle.toFixed(2)} | ${worst.toFixed(2)} | ${script.toFixed(2)} |`,
      ),
      '',
      training,
    ];
    const [begin, end] = ['<!-- bench:charts: begin -->', '<!-- bench:charts: end -->'];
    const text = readFileSync(file, 'utf8');
    const others = text.includes(begin)
      ? text.slice(0, text.indexOf(begin)) + text.slice(text.indexOf(end) + end.length)
      : text;
    const whole = `${others.trimEnd()}\n\n${begin}\n\n${lines.join('\n')}\n\n${end}\n`;
    writeFileSync(file, await format(whole, { parser: 'markdown' }));
    console.log('lr-lab: written to test/bench/RESULTS.md');
  }
} finally {
  await browser.close();
  for (const server of servers) await server.close();
}
process.exit();
