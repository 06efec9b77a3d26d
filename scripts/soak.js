/** `npm run test:soak`: the property tests, each on 20,000 cases that `npm test` does not try. */
import { ensureDependencies, giveUp, runs } from './prepare.js';

ensureDependencies();
const seed = process.env.LR_LAB_SEED ?? String(Date.now() % 2 ** 31);
const rooms = ['schedulers', 'policy', 'data'].map((room) => `test/unit/${room}`);
const env = { ...process.env, LR_LAB_SOAK: '1', LR_LAB_SEED: seed };
if (!runs('npx', ['--no-install', 'vitest', 'run', ...rooms], { env })) {
  giveUp(`the soak failed; LR_LAB_SEED=${seed} npm run test:soak repeats it.`);
}
