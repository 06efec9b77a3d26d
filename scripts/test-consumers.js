/**
 * `npm run test:consumers`: packs the package and uses it as other people's projects do, each of `test/consumers` in a
 * folder of its own, and the site from a sub-path; what has a page presses Start in Chromium and trains 20 steps, and then
 * one more on the CPU, whose backend is a file of its own. With `--fast` only those that need
 * nothing but this project's packages; names choose others. Prints a row for each.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { ensureDependencies, giveUp, root } from './prepare.js';

ensureDependencies();
const { ensureBrowser, launchOptions } = await import('./browser.js');

const wantedSteps = 20;
const vites = { 8: '8.3.8', 7: '7.3.8', 6: '6.4.6' };
/** Beside a page whose bundler copies no worker. */
const copyWorker =
  'cp node_modules/lr-lab/cdn/worker.js node_modules/lr-lab/cdn/worker-webgl.js node_modules/lr-lab/cdn/worker-cpu.js .';
const devVite = { command: 'npx', args: ['vite', '--strictPort', '--port'] };
const react = {
  react: '19.0.9',
  'react-dom': '19.0.9',
  '@types/react': '19.3.1',
  '@types/react-dom': '19.2.3',
  typescript: '5.9.3',
};

/**
 * The consumers: `files` names a folder of `test/consumers`, `packages` what it installs besides lr-lab, `manifest` the rest
 * of its package.json, `build` its
 * commands, `serve` the folder of its page, `act` what is done there, `dev` a server of its own, `program` what Node runs instead of a page.
 */
const consumers = [
  { name: 'CDN file from a second origin', files: 'cdn', serve: '.', fast: true },
  { name: 'strict CSP and Trusted Types', files: 'trusted-types', serve: '.', fast: true },
  {
    name: 'experiment from a second origin',
    files: 'experiment',
    serve: '.',
    act: runExperiment,
    fast: true,
  },
  { name: 'sandboxed iframe', files: 'iframe', serve: '.', fast: true },
  { name: 'Node', files: 'node', program: 'program.js', fast: true },
  { name: 'jsdom', files: 'jsdom', packages: { jsdom: '26.1.0' }, program: 'program.js', fast: true },
  { name: 'the site, under a sub-path', site: 'some/where', fast: true },
  { name: 'import map', files: 'import-map', serve: '.', edit: writeImportMap },
  ...Object.entries(vites).flatMap(([major, version]) => [
    {
      name: `Vite ${major}, build`,
      files: 'bundlers',
      packages: { vite: version },
      build: ['npx vite build --logLevel error'],
      serve: 'dist',
      fast: major === '8',
    },
    { name: `Vite ${major}, dev server`, files: 'bundlers', packages: { vite: version }, dev: devVite },
  ]),
  {
    name: 'webpack 5',
    files: 'webpack',
    packages: { webpack: '5.113.0', 'webpack-cli': '6.0.1' },
    build: ['npx webpack'],
    serve: '.',
  },
  {
    name: 'Rollup',
    files: 'rollup',
    packages: { rollup: '4.68.8', '@rollup/plugin-node-resolve': '16.0.3' },
    build: ['npx rollup --config --silent', copyWorker],
    serve: '.',
  },
  {
    name: 'esbuild',
    files: 'esbuild',
    packages: { esbuild: '0.28.2' },
    build: ['npx esbuild main.js --bundle --format=esm --minify --outdir=dist --log-level=error', copyWorker],
    serve: '.',
    fast: true,
  },
  {
    name: 'Parcel 2',
    files: 'parcel',
    packages: { parcel: '2.16.4' },
    manifest: { '@parcel/resolver-default': { packageExports: true } },
    build: [
      'npx parcel build index.html --public-url . --log-level error',
      copyWorker.replace(/\.$/, 'dist'),
    ],
    serve: 'dist',
  },
  {
    name: 'React 19, TypeScript strict',
    files: 'react',
    packages: { vite: vites[8], ...react },
    build: ['npx tsc', 'npx vite build --logLevel error'],
    serve: 'dist',
  },
  {
    name: 'Vue 3',
    files: 'vue',
    packages: { vite: vites[8], vue: '3.5.45' },
    build: ['npx vite build --logLevel error'],
    serve: 'dist',
  },
  {
    name: 'TypeScript without skipLibCheck',
    files: 'types',
    packages: { typescript: '6.0.3' },
    build: ['npx tsc'],
  },
];

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Serves a folder on a port of its own, to any origin. */
async function served(folder) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    try {
      const path = join(folder, decodeURIComponent(pathname), pathname.endsWith('/') ? 'index.html' : '');
      const content = readFileSync(path);
      response.writeHead(200, {
        'content-type': types[extname(path)] ?? 'application/octet-stream',
        'access-control-allow-origin': '*',
      });
      response.end(content);
    } catch {
      response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, resolve));
  return { origin: `http://localhost:${server.address().port}`, close: () => server.close() };
}

/** The addresses of all modules of the package and of what it depends on. */
function writeImportMap(folder) {
  const page = join(folder, 'index.html');
  const imports = { 'lr-lab': '/node_modules/lr-lab/dist/package/components/index.js' };
  const visit = (name) => {
    const home = join(folder, 'node_modules', name);
    const { dependencies = {}, exports, module, main } = readManifest(home);
    if (name !== 'lr-lab') {
      const entry = exports?.['.'] ?? module ?? main ?? (exports?.['./package.json'] ? undefined : exports);
      if (entry !== undefined) imports[name] ??= `/node_modules/${name}/${fileOf(entry)}`;
      imports[`${name}/`] ??= `/node_modules/${name}/`;
      for (const key of Object.keys(exports ?? {}))
        if (key.startsWith('./') && !key.includes('*'))
          imports[`${name}${key.slice(1)}`] ??= `/node_modules/${name}/${fileOf(exports[key])}`;
    }
    for (const each of Object.keys(dependencies)) if (!(each in imports)) visit(each);
  };
  visit('lr-lab');
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace('{ "imports": {} }', JSON.stringify({ imports }, undefined, 2)),
  );
}

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The file that a browser gets of an entry of `exports`. */
function fileOf(entry) {
  const file =
    typeof entry === 'string' ? entry : (entry.browser ?? entry.import ?? entry.module ?? entry.default);
  return typeof file === 'string' ? file.replace(/^\.\//, '') : fileOf(file);
}

/** A folder with a consumer's files, in which lr-lab and its packages are installed. */
function prepare({ files, packages = {}, manifest: own, edit, fast }, { tarball, isFast }) {
  const folder = isFast
    ? join(root, 'dist/consumers', files)
    : mkdtempSync(join(tmpdir(), `lr-lab-${files}-`));
  if (isFast) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'test/consumers', files), folder, { recursive: true });
  const manifest = { private: true, type: 'module', dependencies: packages, ...own };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  if (isFast && fast) {
    // Other packages are found in this project's folder.
    const home = join(folder, 'node_modules/lr-lab');
    mkdirSync(home, { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', home]);
  } else {
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball];
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  edit?.(folder);
  return folder;
}

function build(commands, folder) {
  for (const command of commands) {
    const [name, ...args] = command.split(' ');
    execFileSync(name, args, { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
  }
}

/** Starts a server of the consumer's own. */
async function startServer({ command, args }, folder, port) {
  const child = spawn(command, [...args, String(port)], { cwd: folder, stdio: 'pipe', detached: true });
  const origin = `http://localhost:${port}`;
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(origin).catch(() => undefined);
    if (answer?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { origin, close: () => process.kill(-child.pid) };
}

/** Opens a page and acts on it; fails where something is written to its console. */
async function visit(browser, address, act) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const messages = [];
  page.on('console', (message) => {
    // Lit's development build, which dev servers take, says so and gives advice.
    if (['error', 'warning'].includes(message.type()) && !/lit\.dev\/msg/.test(message.text()))
      messages.push(message.text());
  });
  page.on('pageerror', (error) => messages.push(error.message));
  try {
    await page.goto(address);
    const result = await act(page);
    if (messages.length > 0) throw new Error('the console is not silent');
    return result;
  } catch (error) {
    throw new Error([...messages, error.message].join('\n'), { cause: error });
  } finally {
    await page.close();
  }
}

/**
 * What a page answers once it has an answer. It is asked again and again, because a browser may collect a promise of the
 * page that only a test waits for.
 */
async function answer(page, question, argument) {
  const end = Date.now() + 90_000;
  for (;;) {
    const result = await page.evaluate(question, argument);
    if (result) return result;
    if (Date.now() > end) throw new Error('the page gives no answer within 90 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Presses Start on a page, and returns how many steps were trained, and on what. */
async function train(page) {
  const frame = page.frames().at(-1);
  await frame.getByRole('button', { name: 'Start', exact: true }).first().click({ timeout: 20_000 });
  const lab = frame.locator('lr-lab').first();
  const { steps, backend, problem } = await answer(
    lab,
    (element, wanted) => {
      const { runs, backend, problem } = element.lab;
      const steps = runs.value[0].step.peek();
      const message = problem.peek()?.message;
      return (steps >= wanted || message) && { steps, backend: backend.peek()?.name, problem: message };
    },
    wantedSteps,
  );
  const curve = frame.locator('lr-schedule-plot');
  if ((await curve.count()) > 0) await curve.getByRole('slider').waitFor({ timeout: 20_000 });
  if (problem !== undefined) throw new Error(problem);
  const other = await lab.evaluate(async () => {
    const element = document.createElement('lr-lab');
    Object.assign(element, { backend: 'cpu', model: 'tiny', batchSize: 8 });
    document.body.append(element);
    await element.updateComplete;
    await element.lab.step(1);
    return element.lab.backend.peek()?.name;
  });
  if (other !== 'cpu') throw new Error(`a lab with backend="cpu" computes on ${other}`);
  return { steps, backend };
}

/** Runs the experiment of a page, beside which a faulty one names its faults; returns how many steps were trained. */
async function runExperiment(page) {
  await page.evaluate(() => {
    document.addEventListener('lr-outcome', ({ detail }) => {
      globalThis.outcome = detail;
    });
  });
  await page.getByRole('button', { name: 'Run' }).click({ timeout: 20_000 });
  const { holds, steps } = await answer(page, () => {
    const { holds, stop } = globalThis.outcome ?? {};
    return stop && { holds, steps: stop.steps };
  });
  if (!holds) throw new Error('the experiment does not show what it claims');
  await page.getByText('You saw it:').waitFor({ timeout: 20_000 });
  await page.getByText('experiment.runs[0].policy.gama').waitFor({ timeout: 20_000 });
  return { steps };
}

/** Builds the site, and trains on its first page in a folder of a server. */
async function useSite(browser, path) {
  const folder = mkdtempSync(join(tmpdir(), 'lr-lab-site-'));
  build([`npx vite build --logLevel error --outDir ${join(folder, path)}`], root);
  const server = await served(folder);
  try {
    return await visit(browser, `${server.origin}/${path}/`, train);
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Uses the package as one consumer; returns the steps that were trained. */
async function use(consumer, { browser, cdn, ...options }, index) {
  if (consumer.site) return useSite(browser, consumer.site);
  const folder = prepare(consumer, options);
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.html'))) {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('{cdn}', cdn.origin));
  }
  if (consumer.build) build(consumer.build, folder);
  if (consumer.program) {
    const printed = execFileSync(process.execPath, [consumer.program], {
      cwd: folder,
      stdio: 'pipe',
      encoding: 'utf8',
    });
    return { steps: Number(/steps (\d+)/.exec(printed)?.[1] ?? 0), backend: 'cpu' };
  }
  if (!consumer.serve && !consumer.dev) return {};
  const server = consumer.dev
    ? await startServer(consumer.dev, folder, 5500 + index)
    : await served(join(folder, consumer.serve));
  try {
    return await visit(browser, `${server.origin}/`, consumer.act ?? train);
  } finally {
    server.close();
  }
}

const isFast = process.argv.includes('--fast');
const names = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const chosen = consumers.filter(
  ({ name, fast }) => (!isFast || fast) && (names.length === 0 || names.some((each) => name.includes(each))),
);
const packs = mkdtempSync(join(tmpdir(), 'lr-lab-pack-'));
const pack = ['pack', '--json', '--pack-destination', packs, ...(isFast ? ['--ignore-scripts'] : [])];
const [{ filename }] = JSON.parse(
  execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).replace(/^[^[]*/, ''),
);
await ensureBrowser();
const { chromium } = await import('@playwright/test');
const browser = await chromium.launch(launchOptions());
const cdn = await served(join(root, 'cdn'));
let failures = 0;
try {
  for (const [index, consumer] of chosen.entries()) {
    let result;
    try {
      const { steps, backend } = await use(
        consumer,
        { browser, cdn, isFast, tarball: join(packs, filename) },
        index,
      );
      if (steps !== undefined && steps < wantedSteps) throw new Error(`only ${steps} steps were trained`);
      result =
        steps === undefined ? 'works' : `works: ${[`${steps} steps`, backend].filter(Boolean).join(', ')}`;
    } catch (error) {
      failures += 1;
      const said = [error.message, error.stdout, error.stderr].filter(Boolean).join('\n').trim();
      result = `FAILED: ${said.slice(0, 500)}${said.length > 1000 ? ` … ${said.slice(-500)}` : ''}`;
    }
    console.log(`${consumer.name.padEnd(34)} ${result}`);
  }
} finally {
  await browser.close();
  cdn.close();
  rmSync(packs, { recursive: true, force: true });
}
if (failures > 0) giveUp(`${failures} of ${chosen.length} consumers failed (see above).`);
