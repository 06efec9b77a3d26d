/** How the package is built: one Vite config for each of its parts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './prepare.js';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Where everything but the files of a page without a build lies. */
export const packageFolder = join(root, 'dist/package');

/** Where the workers lie: beside the host, as in the sources. */
const workerFolder = join(packageFolder, 'src/worker');

/** The folders of src that `exports` names, each by its index.ts. */
export const entries = ['lab', 'schedulers', 'policy', 'optimizers', 'training', 'tfjs'];

/** The elements, each in a folder of its name. */
export const elements = readdirSync(join(root, 'components')).filter((name) => name.startsWith('lr-'));

const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** Licences are collected in a file of their own. */
const oneFile = { codeSplitting: false, comments: { legal: false }, entryFileNames: '[name].js' };

/**
 * What all parts share.
 *
 * @returns {import('vite').InlineConfig}
 */
function part(build, rest = {}) {
  return {
    root,
    configFile: false,
    base: './',
    publicDir: false,
    logLevel: 'warn',
    ...rest,
    build: {
      target: 'es2022',
      emptyOutDir: false,
      minify: false,
      sourcemap: true,
      chunkSizeWarningLimit: 3000,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      ...build,
      rolldownOptions: { checks: { pluginTimings: false }, ...build.rolldownOptions },
    },
  };
}

/** A module for each source file, so that a page loads what it uses; it finds the worker as the user's bundler does. */
export const modules = () =>
  part(
    {
      outDir: packageFolder,
      emptyOutDir: true,
      lib: {
        formats: ['es'],
        entry: [
          'components/index.ts',
          ...elements.map((name) => `components/${name}/${name}.ts`),
          ...entries.map((name) => `src/${name}/index.ts`),
        ].map((path) => resolve(root, path)),
      },
      rolldownOptions: {
        // Not a style sheet that is asked for as text (`?inline`): browsers import none.
        external: (id) =>
          !id.includes('?') && installed.some((name) => id === name || id.startsWith(`${name}/`)),
        output: {
          preserveModules: true,
          preserveModulesRoot: root,
          // npm packs no folder named node_modules; `_virtual` holds what the compiler itself adds.
          entryFileNames: ({ name }) => `${name.replace(/node_modules|_virtual\/.*(?=\/)/, 'vendor')}.js`,
        },
      },
    },
    { plugins: [plainWorkerAddress()] },
  );

/** The worker of a page, tf.js with it, in one file. */
export const browserWorker = ({ outDir = workerFolder, packages = new Set(), sourcemap = true } = {}) =>
  part(
    {
      outDir,
      sourcemap,
      minify: true,
      rolldownOptions: { input: resolve(root, 'src/worker/worker.ts'), output: oneFile },
    },
    { plugins: [bundledPackages(packages)] },
  );

/** The worker of Node, and what else runs there with tf.js bundled. */
export const nodeWorker = ({ outDir = workerFolder, packages = new Set(), sourcemap = true } = {}) =>
  nodeProgram('src/worker/node-worker.ts', { outDir, packages, sourcemap });

function nodeProgram(entry, { outDir, packages, sourcemap }) {
  return part(
    {
      ssr: resolve(root, entry),
      target: 'node20',
      outDir,
      sourcemap,
      minify: true,
      rolldownOptions: {
        external: ['webgpu'],
        output: oneFile,
      },
    },
    { plugins: [bundledPackages(packages)], ssr: { noExternal: true, external: ['webgpu'] } },
  );
}

/**
 * Keeps `new Worker(new URL('…', import.meta.url))` as it is, with the name of the file in the package: Vite would
 * otherwise bundle the worker again, and write an expression that other bundlers do not know.
 */
function plainWorkerAddress() {
  const hidden = '__import_meta_url__';
  return {
    name: 'plain-worker-address',
    enforce: 'pre',
    transform(code, id) {
      if (!/lab\/drive\/(browser|node)-worker\.ts$/.test(id)) return undefined;
      return {
        code: code.replaceAll('import.meta.url', hidden).replaceAll('/worker.ts', '/worker.js'),
        map: null,
      };
    },
    renderChunk(code) {
      return code.includes(hidden)
        ? { code: code.replaceAll(hidden, 'import.meta.url'), map: null }
        : undefined;
    },
  };
}

/** Notes the folders of the packages whose code is bundled. */
function bundledPackages(packages) {
  return {
    name: 'bundled-packages',
    generateBundle(_, bundle) {
      for (const { moduleIds = [] } of Object.values(bundle)) {
        for (const id of moduleIds) {
          const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, '')) ?? [];
          if (folder && existsSync(folder)) packages.add(folder);
        }
      }
    },
  };
}
