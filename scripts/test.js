/** `npm test`: installs what is missing and runs every check, each named and timed; stops at the first that fails. */
import { ensureDependencies, giveUp, runs } from './prepare.js';

ensureDependencies();
const { ensureBrowser } = await import('./browser.js');

const installed = (command, ...args) => ['npx', ['--no-install', command, ...args]];

const checks = [
  ['types', ...installed('tsc', '--noEmit')],
  ['lint', ...installed('eslint', '.')],
  ['format', ...installed('prettier', '--check', '.')],
  ['unit tests', ...installed('vitest', 'run')],
  ['package', 'npm', ['run', '--silent', 'test:package']],
  ['browser tests', ...installed('playwright', 'test')],
];

console.log(`lr-lab: browser ${await ensureBrowser()}`);
for (const [name, command, args] of checks) {
  const start = Date.now();
  console.log(`\n── ${name}`);
  if (!runs(command, args)) giveUp(`${name} failed.`);
  console.log(`── ${name}: passed in ${Math.round((Date.now() - start) / 1000)} s`);
}
