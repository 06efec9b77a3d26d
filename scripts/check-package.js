/**
 * `npm run test:package`: builds the package and uses it as others do: from Node, from TypeScript and through a bundler;
 * then checks what it declares, and its sizes.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
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
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { checkSnippets } from './docs/snippets.js';
import { elements, entries } from './package-builds.js';
import { ensureDependencies, giveUp, root, runs } from './prepare.js';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** The public imports, each with its files according to package.json. */
const imports = Object.entries(manifest.exports)
  .filter(([, target]) => target.default)
  .map(([key, { types, default: module }]) => ({ name: `lr-lab${key.slice(1)}`, files: [types, module] }));

/** Whether it runs for a soak, which takes longer. */
const isSoak = process.env.LR_LAB_SOAK === '1';

ensureDependencies();
if (!runs('npm', ['run', '--silent', 'build:package'])) giveUp('the package could not be built (see above).');
const folder = mkdtempSync(join(tmpdir(), 'lr-lab-'));
try {
  runSchedulersAlone(join(folder, 'alone'));
  resolveImports();
  await importEverything();
  const user = makeUser(join(folder, 'user'));
  checkTypes(user);
  checkCommand(user);
  await checkSnippets(user, (...args) => command(user, ...args));
  await bundle(user);
  checkDeclarations();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
checkSizesInReadmes();
if (!runs('npx', ['--no-install', 'size-limit'])) giveUp('a part is larger than its budget (see above).');

/** Runs the schedulers' files in a folder of their own, in plain Node without TypeScript or packages. */
function runSchedulersAlone(alone) {
  cpSync(join(root, 'dist/package/src/schedulers'), join(alone, 'schedulers'), {
    recursive: true,
    filter: (path) => !/\.(d\.ts|map)$/.test(path),
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
  for (const name of ['internal/kit/format.js', 'lr-setup-dialog', 'lr-lab/attributes.js'])
    assert.throws(() => import.meta.resolve(`lr-lab/components/${name}`), /not defined by "exports"/);
  const given = Object.keys(manifest.exports).filter((key) => key.startsWith('./components/'));
  assert.deepEqual(
    given,
    elements.map((name) => `./components/${name}`),
  );
  console.log(`${imports.length} imports resolve, with their types`);
}

/** Checks that every import is safe in Node: it needs no page, starts nothing and changes no built-in. */
async function importEverything() {
  const before = Reflect.ownKeys(globalThis);
  for (const { name } of imports) {
    const names = Object.keys(await import(name));
    if (name === 'lr-lab/jsx') continue;
    assert(names.length > 0, `${name} exports nothing`);
    if (entries.some((entry) => name === `lr-lab/${entry}`))
      console.log(`${name} exports ${names.length} names`);
  }
  // Lit stands in for what its server rendering needs, and tf.js keeps its registry here.
  const own = Reflect.ownKeys(globalThis).filter(
    (key) => !before.includes(key) && /lr|lab/i.test(String(key)),
  );
  assert.deepEqual(
    own.filter((key) => !/^lit|^_tf/.test(String(key))),
    [],
  );
  const { LrLab, LrSchedulePlot } = await import('lr-lab');
  for (const Element of [LrLab, LrSchedulePlot]) assert(new Element() instanceof Element);
  // A second copy of an element leaves the first one registered.
  await import(`${import.meta.resolve('lr-lab/components/lr-run-table')}?copy`);
  console.log('every import is safe in Node, where elements can be constructed, and twice');
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
  writeFileSync(
    join(user, 'elements.tsx'),
    `import type {} from 'lr-lab/jsx';
    declare global {
      namespace JSX {
        interface Element {}
        interface ElementChildrenAttribute { children: unknown }
      }
    }
    export const lab = (
      <lr-lab dataset="digits" lr={0.05} batch-size="32" epochs={2} policy={{ type: 'StepLR', stepSize: 3 }} share
        autostart="visible" onlr-step={(event) => event.detail.steps.length}>
        <lr-loss-chart y-scale="linear" smoothing={0.5} />
        <lr-run-controls></lr-run-controls>
      </lr-lab>
    );
    // @ts-expect-error -- a learning rate is a number
    export const wrong = <lr-lab lr={true} />;
    // @ts-expect-error -- the elements have no such property
    export const unknown = <lr-schedule-plot polici="cosine" />;`,
  );
  const compilerOptions = {
    target: 'es2022',
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    jsx: 'preserve',
  };
  const files = ['program.ts', 'elements.tsx'];
  writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const args = ['--project', user, '--module', module, '--moduleResolution', resolution];
    if (!runs('npx', ['--no-install', 'tsc', ...args])) giveUp(`the types fail for ${resolution}.`);
  }
  console.log('a strict TypeScript program uses every import, and the elements in JSX');
}

/** Runs `lr-lab` in a folder. */
function command(cwd, ...args) {
  return spawnSync(process.execPath, [join(root, manifest.bin['lr-lab']), ...args], {
    cwd,
    encoding: 'utf8',
  });
}

/** Checks that the command trains the same losses twice, and refuses bad arguments in one line. */
function checkCommand(user) {
  const run = (...args) => command(user, ...args);
  writeFileSync(join(user, 'p.json'), '{ "type": "StepLR", "stepSize": 1, "gamma": 0.5 }');
  writeFileSync(
    join(user, 'q.json'),
    '[{ "scheduler": { "type": "ExponentialLR", "gamma": 0.9 }, "interval": "step" }]',
  );
  const [steps, swapped] = isSoak ? [300, 150] : [30, 15];
  const training = ['train', '--dataset', 'digits', '--model', 'tiny', '--policy', 'p.json', '--seed', '7'];
  const losses = new Map();
  for (const backend of isSoak ? ['cpu', 'webgpu'] : ['cpu']) {
    const csvs = ['one.csv', 'two.csv'].flatMap((csv) => {
      const plan = ['--backend', backend, '--steps', `${steps}`, '--swap', `${swapped}:q.json`, '--csv', csv];
      const { status, stderr } = run(...training, ...plan);
      if (backend === 'webgpu' && !stderr.includes('steps on webgpu')) return [];
      assert.equal(status, 0, stderr);
      return [readFileSync(join(user, csv), 'utf8')];
    });
    if (csvs.length === 0) {
      console.log("without npm's package webgpu and an adapter, the command was tried on the cpu alone");
      continue;
    }
    assert.equal(csvs[0], csvs[1]);
    const rows = csvs[0].trim().split('\r\n').slice(1);
    const columns = rows.map((line) => line.split(',').map(Number));
    losses.set(
      backend,
      columns.map(([, , loss]) => loss),
    );
    const rates = columns.map(([, , , rate]) => rate);
    assert.equal(rates.length, steps);
    assert.equal(rates[swapped], rates[swapped - 1]);
    assert.equal((rates[swapped + 1] / rates[swapped]).toFixed(6), '0.900000');
    console.log(`${steps} steps on ${backend}: the same file twice, last loss ${losses.get(backend).at(-1)}`);
  }
  const [first, ...others] = losses.values();
  for (const other of others) {
    const differences = first.map((loss, step) => Math.abs(loss - other[step]));
    console.log(`between the backends the losses differ by at most ${Math.max(...differences)}`);
    assert(Math.max(...differences) < 1e-4);
  }
  const idx = ['images', 'labels'].map((kind) => {
    writeFileSync(join(user, `t10k-${kind}`), idxFile(kind));
    return `--idx=t10k-${kind}`;
  });
  const own = run(
    'train',
    ...idx,
    '--model',
    'tiny',
    '--batch-size',
    '4',
    '--steps',
    '6',
    '--csv',
    '-',
    '--quiet',
  );
  assert.equal(own.status, 0, own.stderr);
  assert.equal(own.stdout.trim().split('\r\n').length, 7);
  for (const [args, words] of [
    [['train', '--idx', 'p.json'], 'p.json does not start with the magic number'],
    [['trian'], 'accepted: train, preview, from-pytorch, to-pytorch'],
    [['train', '--steps', 'ten'], '--steps is "ten"; accepted: a number'],
    [['train', '--steps', '1e9'], '--steps is "1e9"; accepted: 1 ≤ integer ≤ 1000000'],
    [['train', '--epochs', '1e9'], '--epochs is 1000000000; accepted: 1 ≤ integer ≤ 1000000'],
    [['train', '--batch-size', '6001'], 'A batch of 6001 cannot be taken from 6000 training images'],
    [['preview', '--policy', 'q.json', '--lr', '-1'], '--lr is -1; accepted: number ≥ 0'],
    [['train', '--seed', '-1'], '--seed is -1; accepted: 0 ≤ integer < 2³²'],
    [['train', '--backend', 'webgl'], '--backend is "webgl"; accepted: webgpu | cpu'],
    [['train', '--csv', 'absent/losses.csv'], '--csv is "absent/losses.csv", which cannot be written'],
    [['train', '--lr', '0'], '--lr is 0; accepted: number > 0'],
    [['train', '--stepz', '10'], "Unknown option '--stepz'"],
    [['train', '--policy', 'absent.json'], '--policy is "absent.json", which cannot be read'],
    [['train', '--policy', '{ "type": "StepLRR" }'], 'did you mean StepLR?'],
    [['train', '--swap', 'q.json'], 'accepted: STEP:FILE'],
    [['train', '--swap', '30:q.json', '--steps', '30'], 'accepted: a step from 0 to 29'],
  ]) {
    const { status, stderr } = run(...args);
    assert.equal(status, 2, `lr-lab ${args.join(' ')} exits with ${status}`);
    assert(stderr.includes(words) && stderr.trim().split('\n').length === 1, stderr);
  }
  const diverged = run('train', '--model', 'tiny', '--lr', '1e9', '--steps', '20');
  assert.equal(diverged.status, 1);
  assert.match(diverged.stderr, /the loss diverged at step/);
  const program = run('to-pytorch', 'p.json').stdout;
  writeFileSync(join(user, 'program.py'), program);
  assert.deepEqual(JSON.parse(run('from-pytorch', 'program.py').stdout)[0].scheduler.stepSize, 1);
  writeFileSync(join(user, 'asks.py'), program.replace(/step_size=1\b/, 'step_size=cuts'));
  const asked = run('from-pytorch', 'asks.py');
  assert.equal(asked.status, 1);
  assert.match(asked.stderr, /--assume='cuts=VALUE'/);
  const answered = JSON.parse(run('from-pytorch', 'asks.py', '--assume', 'cuts=3').stdout);
  assert.equal(answered[0].scheduler.stepSize, 3);
  // A value that begins with a minus, and a file that begins with a byte order mark.
  assert.equal(run('from-pytorch', 'asks.py', '--assume', '-cuts=3').stderr.includes('cuts=VALUE'), true);
  writeFileSync(join(user, 'marked.json'), `\uFEFF${readFileSync(join(user, 'q.json'), 'utf8')}`);
  assert.equal(run('preview', '--policy', 'marked.json', '--steps', '3').status, 0);
  assert.equal(
    run('preview', '--policy', 'q.json', '--steps', '3').stdout.split('\r\n')[2],
    '1,0.09000000000000001',
  );
  console.log('the command trains the same losses twice, and refuses bad arguments with 2');
}

/** A small IDX file: 40 images of 28×28 pixels, or the digits that they stand for. */
function idxFile(kind) {
  const count = 40;
  const head = kind === 'images' ? [0x803, count, 28, 28] : [0x801, count];
  const bytes = Buffer.alloc(4 * head.length + count * (kind === 'images' ? 784 : 1));
  head.forEach((value, index) => bytes.writeUInt32BE(value, 4 * index));
  for (let index = 4 * head.length; index < bytes.length; index++)
    bytes[index] = kind === 'images' ? (index * 37) % 256 : index % 10;
  return bytes;
}

/** Checks that a bundler finds the elements and their worker, and includes only what is used. */
async function bundle(user) {
  const lab = await bundled(user, "import 'lr-lab';");
  assert(
    lab.some(({ type, fileName }) => type === 'asset' && /worker.*\.js$/.test(fileName)),
    'the bundle of lr-lab has no worker',
  );
  const [{ code: one }] = await bundled(user, "export { StepLR } from 'lr-lab/schedulers';");
  const sizes = join(root, 'dist/sizes');
  mkdirSync(sizes, { recursive: true });
  for (const name of ['schedulers', 'policy', 'lab', 'experiment', 'tfjs', 'optimizers', 'training']) {
    const [{ code }] = await bundled(user, `export * from 'lr-lab/${name}';`);
    writeFileSync(join(sizes, `${name}.js`), code);
    if (name === 'schedulers')
      assert(one.length < code.length / 2, 'a bundle with StepLR alone also contains the other schedulers');
  }
  writeFileSync(join(sizes, 'step-lr.js'), one);
  const [{ code: preview }] = await bundled(user, "export { previewPolicy } from 'lr-lab/policy';");
  writeFileSync(join(sizes, 'preview.js'), preview);
  console.log(`bundled and minified, StepLR alone: ${sizeOf(one)}`);
}

/** Checks that package.json declares what is packed. */
function checkDeclarations() {
  if (!runs('npx', ['--no-install', 'publint', '--strict'])) giveUp('publint found problems (see above).');
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename, size, unpackedSize }] = JSON.parse(
    execFileSync('npm', pack, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }),
  );
  console.log(`packed: ${kilobytes(size)}; unpacked: ${kilobytes(unpackedSize)}`);
  // Modules alone are packed, and the worker is a file to load, not to import.
  const checks = ['--profile', 'esm-only', '--exclude-entrypoints', 'worker', '--format', 'ascii'];
  const attw = ['--no-install', 'attw', join(folder, filename), ...checks];
  if (!runs('npx', [...attw, '--quiet'])) {
    runs('npx', attw);
    giveUp('the types do not resolve everywhere (see above).');
  }
  console.log('publint and attw agree with package.json');
}

/** Checks that the sizes in both READMEs are within a tenth of what size-limit measures. */
function checkSizesInReadmes() {
  const budgets = JSON.parse(readFileSync(join(root, '.size-limit.json'), 'utf8'));
  const pathsOf = (part) =>
    budgets.find(({ name }) => name.startsWith(part))?.path ?? `dist/sizes/${part}.js`;
  for (const [part, pattern] of [
    ['lr-lab/schedulers', /^\| \[`lr-lab\/schedulers`.*?\| (\d+) kB/m],
    ['lr-lab/policy', /^\| \[`lr-lab\/policy`.*?\| (\d+) kB/m],
    ['lr-lab/lab', /^\| \[`lr-lab\/lab`.*\| (\d+) kB/m],
    ['experiment', /^\| \[`lr-lab\/experiment`.*\| (\d+) kB/m],
    ['<lr-schedule-plot>', /^\| `lr-lab\/components.* (\d+) kB/m],
    ['<lr-lab>', /^\| `lr-lab` .*?\| (\d+) kB/m],
    ['the worker', /^\| `lr-lab` .* (\d+) kB/m],
    ['tfjs', /^\| \[`lr-lab\/tfjs`.*\| (\d+) kB/m],
    ['optimizers', /^\| \[`lr-lab\/optimizers`.*\| (\d+) kB/m],
    ['training', /^\| \[`lr-lab\/training`.*\| (\d+) kB/m],
    ['step-lr', /^\| \[`lr-lab\/schedulers`.* (\d+) kB/m],
    ['preview', /^\| \[`lr-lab\/policy`.* (\d+) kB/m],
  ]) {
    const measured =
      sum(filesOf([pathsOf(part)].flat()).map((file) => gzipSync(readFileSync(file)).length)) / 1000;
    for (const readme of ['README.md', 'README.zh.md']) {
      const stated = Number(pattern.exec(readFileSync(join(root, readme), 'utf8'))?.[1]);
      assert(
        Math.abs(stated - measured) < Math.max(1, measured / 10),
        `${readme} says that ${part} has ${stated} kB; it has ${measured.toFixed(0)}`,
      );
    }
  }
}

/** The files that size-limit's patterns name: some, less those after "!". */
function filesOf(patterns) {
  const expand = (pattern) => {
    const [folder, name] = [dirname(pattern), basename(pattern)];
    const matcher = new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
    return readdirSync(join(root, folder))
      .filter((each) => matcher.test(each))
      .map((each) => join(root, folder, each));
  };
  const without = patterns.filter((each) => each.startsWith('!')).flatMap((each) => expand(each.slice(1)));
  return patterns
    .filter((each) => !each.startsWith('!'))
    .flatMap(expand)
    .filter((file) => !without.includes(file));
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

async function bundled(user, program) {
  const { build } = await import('vite');
  const entry = join(user, 'program.js');
  writeFileSync(entry, program);
  const { output } = await build({
    root: user,
    configFile: false,
    logLevel: 'warn',
    // Vite replaces it after this check has looked.
    worker: { rolldownOptions: { checks: { emptyImportMeta: false } } },
    build: {
      write: false,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: entry,
        // A reader installs tf.js besides.
        external: /^@tensorflow\//,
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
