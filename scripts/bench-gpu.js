/**
 * `npm run bench:gpu -- [case …] [--rounds 5] [--seconds 2] [--contestants a,b]`: measures lr-lab, tf.js and jax-js side
 * by side in Node, on the machine's GPU, through npm's `webgpu` (Dawn). `-- --build` only makes dist/bench/node, a folder that
 * also runs on another machine; `-- --record FILE` writes its report to test/bench/RESULTS.md.
 */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDependencies, giveUp, root, runs } from './prepare.js';

ensureDependencies();
const folder = join(root, 'dist/bench/node');
const results = join(root, 'test/bench/RESULTS.md');
const [first, file] = process.argv.slice(2);

if (first === '--record') {
  if (!file || !existsSync(file)) giveUp(`--record needs the report.json of a run; got "${file ?? ''}".`);
  // Building empties the folder, which may hold the file.
  const report = readJson(file);
  await buildFolder();
  await recordReport(report);
} else if (first === '--build') {
  await buildFolder();
  console.log('lr-lab: dist/bench/node is ready; copy it to the other machine and run: node main.js');
} else {
  await buildFolder();
  if (!runs(process.execPath, [join(folder, 'main.js'), ...process.argv.slice(2)])) {
    giveUp('nothing was recorded (see above).');
  }
  await recordReport(readJson(join(folder, 'report.json')));
}

/** Builds the benchmark and adds Dawn for this machine's system and processor. */
async function buildFolder() {
  const dawn = ensureDawn();
  const { build } = await import('vite');
  await build({ configFile: `${root}test/bench/vite.config.ts`, mode: 'node', logLevel: 'error' });
  const platform = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
  const binary = `dist/${platform}`;
  if (!existsSync(join(dawn, binary))) giveUp(`npm's webgpu has no Dawn for ${platform}.`);
  for (const part of ['package.json', 'index.js', binary]) {
    cpSync(join(dawn, part), join(folder, 'node_modules/webgpu', part), { recursive: true });
  }
}

/** The folder of npm's webgpu: 130 MB with a lockfile of its own, because only this command needs it. */
function ensureDawn() {
  const home = join(root, 'test/bench/dawn');
  const path = join(home, 'node_modules/webgpu');
  const wanted = readJson(join(home, 'package.json')).dependencies.webgpu;
  const installed = join(path, 'package.json');
  if (existsSync(installed) && readJson(installed).version === wanted) return path;
  console.log(`lr-lab: installing webgpu ${wanted} (Dawn) …`);
  if (!runs('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: home })) {
    giveUp(`webgpu ${wanted} could not be installed (see above).`);
  }
  return path;
}

/** Records a report, unless it is incomplete or from a software adapter, which `npm run bench` measures. */
async function recordReport(report) {
  if (!report.complete || report.adapter.software) {
    console.log('lr-lab: not recorded: only complete runs on a GPU are.');
    return;
  }
  const { record } = await import('../dist/bench/node/index.js');
  await record(report, results);
  console.log('lr-lab: written to test/bench/RESULTS.md');
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
