/**
 * `npm run bench:charts`: measures in Chromium the cost of drawing the charts in the page's main thread with 8 runs of
 * 100,000 steps, and how much of the long tasks in 30 s of training is our JavaScript; writes its section of
 * test/bench/RESULTS.md.
 */
/* global window -- in code that runs in the page */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { ensureBrowser, launchOptions } from './browser.js';
import { ensureDependencies, root } from './prepare.js';

ensureDependencies();
await ensureBrowser();
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

// A loaded machine slows down even thread ticks, because threads share the processor's caches.
const [load] = loadavg();
console.log('lr-lab: building …');
await build({ configFile, logLevel: 'error' });
const server = await preview({ configFile, preview: { port: 0, host: 'localhost' } });
const browser = await chromium.launch(launchOptions());

try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(`${server.resolvedUrls.local[0]}page.html`);
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
  const share = (sorted, part) => sorted[Math.floor(sorted.length * part)];
  const measure = async (work) => {
    const idle = await costs(() => page.evaluate(() => window.charts.update(0)));
    const [all, scripts] = (await costs(work)).map((found, kind) =>
      found.map((cost) => Math.max(0, cost - share(idle[kind], 0.5))),
    );
    return { median: share(all, 0.5), worst: share(all, 0.95), script: share(scripts, 0.5) };
  };

  const rows = [];
  const record = async (name, work) => {
    const cost = await measure(work);
    rows.push([name, cost]);
    const [middle, worst, script] = [cost.median, cost.worst, cost.script].map((ms) => ms.toFixed(2));
    console.log(`${name}: median ${middle} ms, 95 % ${worst} ms, JavaScript ${script} ms`);
  };
  const update = () => page.evaluate((rows) => window.charts.update(rows), rowsPerUpdate);
  const press = (keys) => page.evaluate((keys) => window.charts.press(keys), keys);
  for (const [name, charts] of [
    ['loss', ['lr-loss-chart']],
    ['learning rate', ['lr-rate-chart']],
    ['both', ['lr-loss-chart', 'lr-rate-chart']],
  ]) {
    await page.evaluate(
      ([charts, runs, steps]) => window.charts.show(charts, runs, steps),
      [charts, runs, steps],
    );
    await update();
    await record(name, update);
  }
  // A fifth of the run, zoomed in three times: some 2,750 steps, so that the window jumps every 14 drawings.
  await press('f+++');
  await record('both, following the newest step', update);
  await press('0');
  let zooms = 0;
  await record('both, drawn again (zoomed in or out)', () => press('+0'[zooms++ % 2]));

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
    `Chromium ${browser.version()}, 1440×900. ${runs} runs of ${steps.toLocaleString('en')} steps and their plans; ${rowsPerUpdate} new steps of each run a drawing, ${updates} drawings. Milliseconds of the page’s main thread, in thread ticks, less those of frames in which nothing is drawn; where there is no GPU, the browser’s own drawing of the canvases is among them.`,
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
} finally {
  await browser.close();
  await server.close();
}
process.exit();
