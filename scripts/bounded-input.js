/**
 * `node scripts/bounded-input.js [cases] [seed]`: reads so many random and malicious formulas, policies, links, sessions
 * and IDX files, each within a budget of counted operations, in a process limited to 500 MB.
 */
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';
import { root } from './prepare.js';

const [cases = '20000', seed = '1'] = process.argv.slice(2);
const outfile = `${root}dist/bounded-input/main.js`;
await build({
  entryPoints: [`${root}test/bounded-input/main.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'es2022',
  external: ['fast-check'],
  logLevel: 'error',
});
const { status } = spawnSync(process.execPath, ['--max-old-space-size=256', outfile, cases, seed], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
