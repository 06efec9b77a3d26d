/**
 * `npm run bench -- [case …] [--rounds 5] [--seconds 2] [--contestants a,b]`: measures lr-lab, tf.js and jax-js side by
 * side in Chromium, prints the tables and, after a complete run, writes them to test/bench/RESULTS.md.
 */
import { ensureBrowser, launchOptions } from './browser.js';
import { ensureDependencies, root } from './prepare.js';

ensureDependencies();
await ensureBrowser();
const { chromium } = await import('@playwright/test');
const { build, preview } = await import('vite');
const configFile = `${root}test/bench/vite.config.ts`;
console.log('lr-lab: building …');
for (const mode of ['node', 'page']) await build({ configFile, mode, logLevel: 'error' });
const bench = await import('../dist/bench/node/index.js');
const { devDependencies } = (await import('../package.json', { with: { type: 'json' } })).default;

const server = await preview({ configFile, mode: 'page', preview: { port: 0, host: 'localhost' } });
const browser = await chromium.launch(launchOptions());
try {
  const options = bench.parseOptions(process.argv.slice(2));
  const report = await bench.measure(options, {
    command: 'bench',
    open: (name) => bench.openPlayer(browser, server.resolvedUrls.local[0], name),
    versions: {
      Chromium: browser.version(),
      'tf.js': devDependencies['@tensorflow/tfjs'],
      'jax-js': devDependencies['@jax-js/jax'],
      Node: process.versions.node,
    },
  });
  if (!bench.approve(report)) {
    process.exitCode = 1;
  } else if (report.complete) {
    await bench.record(report, `${root}test/bench/RESULTS.md`);
    console.log('lr-lab: written to test/bench/RESULTS.md');
  }
} catch (error) {
  if (!(error instanceof bench.BenchProblem)) throw error;
  console.error(`lr-lab: ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
}
process.exit();
