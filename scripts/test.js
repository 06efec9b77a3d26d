/**
 * `npm test`: installs what is missing and runs every check, each named and timed; stops at the first stage with a failed
 * check. Checks that use one core run side by side; their output is shown when they end. It ends with a table of minutes.
 */
import { spawn } from 'node:child_process';
import { ensureDependencies, giveUp, root } from './prepare.js';

ensureDependencies();
const { ensureBrowser } = await import('./browser.js');

const installed = (command, ...args) => ['npx', ['--no-install', command, ...args]];

/** How many checks run side by side: two use a core each, and the third what they leave while they wait. */
const lanes = 3;

/** The checks of each stage, the longest first. */
const stages = [
  {
    package: ['npm', ['run', '--silent', 'test:package']],
    'unit tests': installed('vitest', 'run'),
    'lint and types': installed('oxlint'),
    format: installed('prettier', '--check', '.'),
    'other browsers': ['node', ['scripts/test-browsers.js', '--journey']],
    docs: ['node', ['scripts/write-docs.js', '--check']],
    unused: installed('knip'),
    structure: installed('depcruise', 'src', 'components', 'cli', 'pages'),
    english: [
      'node',
      [
        'scripts/check-english.js',
        ...['src', 'components', 'cli', 'pages', 'scripts', 'docs', 'examples'],
        ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md'],
      ],
    ],
  },
  { 'browser tests': installed('playwright', 'test') },
];

/** The result of each check, in the order in which they ended. */
const results = [];

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
  const milliseconds = Date.now() - start;
  results.push({ name, passed, milliseconds });
  console.log(`── ${name}: ${passed ? 'passed' : 'FAILED'} in ${minutes(milliseconds)}`);
  return passed;
}

/** Minutes and seconds, such as `3:07`. */
function minutes(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Checks of one stage run side by side, so their minutes add up to more than the whole. */
function printTable() {
  console.log('\n── minutes');
  for (const { name, passed, milliseconds } of [
    ...results,
    { name: 'all', passed: true, milliseconds: Date.now() - begin },
  ])
    console.log(`${name.padEnd(16)}${minutes(milliseconds).padStart(6)}${passed ? '' : '  FAILED'}`);
}

console.log(`lr-lab: browser ${await ensureBrowser()}`);
const begin = Date.now();
for (const stage of stages) {
  const waiting = Object.keys(stage);
  const isAlone = waiting.length === 1;
  const runLane = async () => {
    for (let name; (name = waiting.shift()) !== undefined;) await passes(name, stage[name], isAlone);
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length > 0) {
    printTable();
    giveUp(`${failed.map(({ name }) => name).join(', ')} failed.`);
  }
}
printTable();
