/** `npm run test:package`: builds the package and uses it from Node, from TypeScript and through a bundler. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ensureDependencies, giveUp, root, runs } from './prepare.js';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const elements = readdirSync(join(root, 'components')).filter((name) => name.startsWith('lr-'));
const engine = ['schedulers', 'policy', 'optimizers', 'training', 'tfjs'];

/** The public imports, each with its files according to package.json. */
const imports = Object.entries(manifest.exports)
  .filter(([, target]) => target?.default)
  .flatMap(([key, { types, default: module }]) => {
    const names = key === './components/*.js' ? elements.map((name) => `${name}/${name}`) : elements;
    return (key.includes('*') ? names : ['']).map((name) => ({
      name: `lr-lab${key.slice(1).replaceAll('*', name)}`,
      files: [types, module].map((file) => file.replaceAll('*', name)),
    }));
  });

ensureDependencies();
if (!runs('npm', ['run', '--silent', 'build:package'])) giveUp('the package could not be built (see above).');
const folder = mkdtempSync(join(tmpdir(), 'lr-lab-'));
try {
  runSchedulersAlone(join(folder, 'alone'));
  resolveImports();
  await importEngine();
  const user = makeUser(join(folder, 'user'));
  checkTypes(user);
  await bundle(user);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (!runs('npx', ['--no-install', 'publint', '--strict'])) giveUp('publint found problems (see above).');

/** Runs the schedulers' files in a folder of their own, in plain Node without TypeScript or packages. */
function runSchedulersAlone(alone) {
  cpSync(join(root, 'dist/package/src/schedulers'), join(alone, 'schedulers'), {
    recursive: true,
    filter: (path) => !path.endsWith('.d.ts'),
  });
  writeFileSync(join(alone, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(alone, 'program.js'),
    `import { LinearLR, ReduceLROnPlateau } from './schedulers/index.js';
    const optimizer = { paramGroups: [{ lr: 0.1 }] };
    const warmup = new LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 });
    const plateau = new ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.5 });
    for (const loss of [1, 1, 1, 1, 1]) {
      warmup.step();
      plateau.step(loss);
      console.log(optimizer.paramGroups[0].lr.toFixed(6));
    }`,
  );
  const printed = execFileSync(process.execPath, ['program.js'], { cwd: alone, encoding: 'utf8' });
  assert.deepEqual(printed.trim().split('\n'), ['0.075000', '0.100000', '0.050000', '0.050000', '0.025000']);
  const files = readdirSync(join(alone, 'schedulers'));
  const code = files.map((name) => readFileSync(join(alone, 'schedulers', name), 'utf8')).join('');
  console.log(`lr-lab/schedulers runs in plain Node, alone: ${files.length} files, ${sizeOf(code)}`);
}

function resolveImports() {
  for (const { name, files } of imports) {
    for (const file of files) assert(existsSync(join(root, file)), `${name}: there is no ${file}`);
    assert.equal(fileURLToPath(import.meta.resolve(name)), join(root, files[1]));
  }
  assert.throws(
    () => import.meta.resolve('lr-lab/components/internal/format.js'),
    /not defined by "exports"/,
  );
  console.log(`${imports.length} imports resolve, with their types`);
}

async function importEngine() {
  for (const folder of engine) {
    const names = Object.keys(await import(`lr-lab/${folder}`));
    assert(names.length > 0, `lr-lab/${folder} exports nothing`);
    console.log(`lr-lab/${folder} exports ${names.length} names`);
  }
}

/** A folder in which the package is installed. */
function makeUser(user) {
  mkdirSync(join(user, 'node_modules'), { recursive: true });
  symlinkSync(root, join(user, 'node_modules/lr-lab'), 'junction');
  writeFileSync(join(user, 'package.json'), '{ "type": "module" }');
  return user;
}

/** Checks that every import has types, with both of TypeScript's module resolutions. */
function checkTypes(user) {
  writeFileSync(
    join(user, 'program.ts'),
    `${imports.map(({ name }, index) => `import * as module${index} from '${name}';`).join('\n')}
    import { SchedulerCallback } from 'lr-lab/tfjs';
    // @ts-expect-error -- a step size is a number
    export const callback = new SchedulerCallback({ type: 'StepLR', stepSize: 'three' });
    export const plot = document.querySelector('lr-schedule-plot')?.policy;
    export const all = [${imports.map((_, index) => `module${index}`).join(', ')}];`,
  );
  const compilerOptions = { target: 'es2022', strict: true, skipLibCheck: true, noEmit: true };
  writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const args = ['--project', user, '--module', module, '--moduleResolution', resolution];
    if (!runs('npx', ['--no-install', 'tsc', ...args])) giveUp(`the types fail for ${resolution}.`);
  }
  console.log('a strict TypeScript program uses every import');
}

/** Checks that a bundler finds the elements and their worker, and includes only what is used. */
async function bundle(user) {
  const lab = await bundled(user, "import 'lr-lab';");
  assert(
    lab.some(({ type, fileName }) => type === 'asset' && /worker.*\.js$/.test(fileName)),
    'the bundle of lr-lab has no worker',
  );
  const [{ code: one }] = await bundled(user, "export { StepLR } from 'lr-lab/schedulers';");
  const [{ code: all }] = await bundled(user, "export * from 'lr-lab/schedulers';");
  assert(one.length < all.length / 2, 'a bundle with StepLR alone also contains the other schedulers');
  console.log(`bundled and minified: StepLR alone ${sizeOf(one)}; all schedulers ${sizeOf(all)}`);
}

async function bundled(user, program) {
  const { build } = await import('vite');
  const entry = join(user, 'program.js');
  writeFileSync(entry, program);
  const { output } = await build({
    root: user,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        checks: { pluginTimings: false },
      },
    },
  });
  return output;
}

function sizeOf(code) {
  return `${kilobytes(Buffer.byteLength(code))} raw, ${kilobytes(gzipSync(code).length)} gzipped`;
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
