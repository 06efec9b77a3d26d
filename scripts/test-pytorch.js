/** `npm run test:pytorch`: runs policies in real PyTorch and compares. */
import { ensureDependencies, giveUp, runs } from './prepare.js';
import { findPyTorch } from './python.js';

ensureDependencies();
console.log(`lr-lab: Python ${findPyTorch()}`);
if (!runs('npx', ['--no-install', 'vitest', 'run', '--config', 'test/pytorch/vitest.config.ts'])) {
  giveUp('PyTorch and lr-lab differ (see above).');
}
