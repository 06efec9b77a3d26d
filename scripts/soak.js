/**
 * `npm run test:soak`: the property tests, each on 20,000 cases that `npm test` does not try; the kernels on
 * hundreds; the recorded LeNet run on the cpu, and what the drawn digits teach; 10,000 replayed steps, and 200
 * returns to a checkpoint; a race of 2,000 steps each; each loss of a device, a GPU process, a worker and a page ten
 * times; every experiment on ten seeds; storms of 10,000 commands; labs that come and go fifty times; 300 steps on
 * every backend, by the command too; a visit in both languages by pointer, keyboard and touch; 20,000 malicious
 * inputs of each kind within their budgets; and the memory of a page after 1,000 forks and after 80,000 steps with
 * 160 swaps.
 */
import { ensureDependencies, giveUp, runs } from './prepare.js';

ensureDependencies();
const seed = process.env.LR_LAB_SEED ?? String(Date.now() % 2 ** 31);
const parts = ['components', 'schedulers', 'policy', 'timeline', 'data', 'lab', 'experiment'];
const unit = [...parts, 'training/digits', 'training/golden'].map((path) => `test/unit/${path}`);
const browser = [
  'experiment',
  'engine/checkpoint',
  'engine/kernels',
  'engine/replayed-step',
  'elements/lifecycle',
  'lab/backends',
  'lab/gpu-crash',
  'lab/many-runs',
  'lab/nothing-lost',
  'lab/storm',
  'elements/memory',
  'page/journey',
].map((path) => `test/browser/${path}`);
const env = { ...process.env, LR_LAB_SOAK: '1', LR_LAB_SEED: seed };
const { ensureBrowser } = await import('./browser.js');
await ensureBrowser();
const checks = [
  ['npx', '--no-install', 'vitest', 'run', ...unit],
  [process.execPath, 'scripts/bounded-input.js', '20000', seed],
  ['npx', '--no-install', 'playwright', 'test', ...browser],
  [process.execPath, 'scripts/check-package.js'],
];
if (!checks.every(([command, ...args]) => runs(command, args, { env }))) {
  giveUp(`the soak failed; LR_LAB_SEED=${seed} npm run test:soak repeats it.`);
}
