/**
 * `npm test`: installs what is missing and runs every check, each named and timed; stops at the first stage in which one
 * fails. What keeps one core busy is checked side by side, and shown when it is done.
 */
import { spawn } from 'node:child_process';
import { ensureDependencies, giveUp, root } from './prepare.js';

ensureDependencies();
const { ensureBrowser } = await import('./browser.js');

const installed = (command, ...args) => ['npx', ['--no-install', command, ...args]];

const stages = [
  {
    types: installed('tsc', '--noEmit'),
    lint: installed('eslint', '.'),
    structure: installed('depcruise', 'src', 'components', 'pages'),
    format: installed('prettier', '--check', '.'),
    package: ['npm', ['run', '--silent', 'test:package']],
  },
  { 'unit tests': installed('vitest', 'run') },
  { 'browser tests': installed('playwright', 'test') },
];

/** Runs a check; its output is shown at once, or, side by side with others, when it ends. */
async function passes(name, [command, args], isAlone) {
  const start = Date.now();
  if (isAlone) console.log(`\n── ${name}`);
  const child = spawn(command, args, {
    cwd: root,
    stdio: isAlone ? 'inherit' : 'pipe',
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  const passed = await new Promise((resolve) => {
    child.on('close', (status) => resolve(status === 0));
    child.on('error', () => resolve(false));
  });
  if (!isAlone) console.log(`\n── ${name}\n${output.trimEnd()}`);
  console.log(`── ${name}: ${passed ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - start) / 1000)} s`);
  return passed;
}

console.log(`lr-lab: browser ${await ensureBrowser()}`);
for (const stage of stages) {
  const names = Object.keys(stage);
  const results = await Promise.all(names.map((name) => passes(name, stage[name], names.length === 1)));
  const failed = names.filter((_, index) => !results[index]);
  if (failed.length > 0) giveUp(`${failed.join(', ')} failed.`);
}
