/**
 * `npm run test:browsers`: visits the lab in Firefox and in WebKitGTK, and prints what it counted. With `--journey` one
 * visit in each, which `npm test` makes. A browser that is missing and cannot be installed is named; under CI that fails.
 */
import { rmSync } from 'node:fs';
import { ensureOtherBrowsers, packagesOf } from './other-browsers.js';
import { ensureDependencies, giveUp, root, runs } from './prepare.js';

ensureDependencies();
const { found, missing } = ensureOtherBrowsers();
if (missing.length > 0) {
  const line = `NOT RUN: ${missing.map(({ name }) => name).join(' and ')}, missing here and not installable. Debian's packages: ${packagesOf(missing).join(' ')}.`;
  if (process.env.CI) giveUp(line);
  console.log(`lr-lab: ${line}`);
}
if (found.length === 0) process.exit(0);

const { build } = await import('vite');
const outDir = `${root}dist/browsers`;
rmSync(outDir, { recursive: true, force: true });
await build({ root, logLevel: 'error', build: { outDir } });

const kind = process.argv.includes('--journey') ? 'journey' : '';
const files = found.map(({ id }) => `test/browsers/${id}.${kind}`);
const config = ['--config', 'test/browsers/vitest.config.ts'];
if (!runs('npx', ['--no-install', 'vitest', 'run', ...config, ...files]))
  giveUp('the lab fails in another browser (see above).');
