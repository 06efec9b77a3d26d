/** `npm test`: installs what is missing and runs every check, each named and timed; stops at the first that fails. */
import { ensureDependencies, giveUp, runs } from './prepare.js';

ensureDependencies();
const { ensureBrowser } = await import('./browser.js');

const checks = [
  ['types', 'tsc', ['--noEmit']],
  ['lint', 'eslint', ['.']],
  ['format', 'prettier', ['--check', '.']],
  ['unit tests', 'vitest', ['run']],
  ['browser tests', 'playwright', ['test']],
];

console.log(`lr-lab: browser ${await ensureBrowser()}`);
for (const [name, command, args] of checks) {
  const start = Date.now();
  console.log(`\n── ${name}`);
  if (!runs('npx', ['--no-install', command, ...args])) giveUp(`${name} failed.`);
  console.log(`── ${name}: passed in ${Math.round((Date.now() - start) / 1000)} s`);
}
