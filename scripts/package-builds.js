/** How the package is built: one Vite config for each of its parts. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './prepare.js';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Where everything but the files of a page without a build lies. */
export const packageFolder = join(root, 'dist/package');

/** Where the files for a page without a build lie, and the worker, which every page loads as one file. */
export const cdnFolder = join(root, 'cdn');

/** The folders of src that `exports` names, each by its index.ts. */
export const entries = ['lab', 'schedulers', 'policy', 'optimizers', 'training', 'tfjs', 'experiment'];

/** The elements that a page may use by themselves, each in a folder of its name; the others are parts of these. */
export const elements = [
  'lr-lab',
  'lr-backend-status',
  'lr-experiment',
  'lr-loss-chart',
  'lr-rate-chart',
  'lr-run-controls',
  'lr-run-table',
  'lr-samples',
  'lr-schedule-plot',
  'lr-scheduler-panel',
  'lr-step-report',
];

/** The packages that are imported as they are installed. uPlot is not: it loads between two modules of ours. */
const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
  (name) => name !== 'uplot',
);

/** Stands for `import.meta.url` where Vite would otherwise change the expression around it. */
const hiddenMeta = '__import_meta_url__';

/** An import that bundlers leave as it is, and what stands for it while the worker is built. */
const ignoredImport = 'import(/* webpackIgnore: true */ /* @vite-ignore */ ';
const hiddenImport = '__import__'.padEnd(ignoredImport.length - 1, '_');

/** The backends without WebGPU that have files of their own. */
const fallbackNames = ['webgl', 'cpu'];

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
      modulePreload: false,
      reportCompressedSize: false,
      ...build,
      rolldownOptions: { checks: { pluginTimings: false }, ...build.rolldownOptions },
    },
  };
}

/** A module for each source file, so that a page loads what it uses; it finds the worker as the user's bundler does. */
export const modules = ({ packages = new Set() } = {}) =>
  part(
    {
      outDir: packageFolder,
      emptyOutDir: true,
      lib: {
        formats: ['es'],
        entry: [
          'components/index.ts',
          'cli/lr-lab.ts',
          ...elements.map((name) => `components/${name}/${name}.ts`),
          ...entries.map((name) => `src/${name}/index.ts`),
        ].map((path) => resolve(root, path)),
      },
      rolldownOptions: {
        // Not a style sheet that is asked for as text (`?inline`): browsers import none.
        external: (id) =>
          id.startsWith('node:') ||
          (!id.includes('?') && installed.some((name) => id === name || id.startsWith(`${name}/`))),
        output: {
          preserveModules: true,
          preserveModulesRoot: root,
          // npm packs no folder named node_modules; `_virtual` holds what the compiler itself adds.
          entryFileNames: ({ name }) => `${name.replace(/node_modules|_virtual\/.*(?=\/)/, 'vendor')}.js`,
        },
      },
    },
    {
      plugins: [plainWorkerAddress('../../../../../cdn/worker.js'), bundledPackages(packages), slimMaps()],
    },
  );

/** The worker of a page, tf.js with it, in one file; the backends that are used without WebGPU lie beside it. */
export const browserWorker = ({ outDir = cdnFolder, packages = new Set(), sourcemap = true } = {}) =>
  part(
    {
      outDir,
      sourcemap,
      minify: true,
      rolldownOptions: { input: resolve(root, 'src/worker/worker.ts'), output: oneFile },
    },
    { plugins: [fallbackFiles(), bundledPackages(packages), slimMaps()] },
  );

/**
 * tf.js's backends for pages without WebGPU, each in a file that the worker imports when it needs it. It hands its own
 * tf.js to the file, which stays usable wherever a bundler moves it: it imports nothing.
 */
export const fallbackBackends = ({ outDir = cdnFolder, packages = new Set() } = {}) =>
  fallbackNames.map((name) =>
    part(
      {
        outDir,
        minify: true,
        sourcemap: false,
        rolldownOptions: {
          input: { [`worker-${name}`]: `@tensorflow/tfjs-backend-${name}` },
          external: ['@tensorflow/tfjs-core'],
          output: { ...oneFile, format: 'iife', globals: { '@tensorflow/tfjs-core': 'core' } },
        },
      },
      { plugins: [takingCore(), bundledPackages(packages)] },
    ),
  );

/** The worker of Node, tf.js with it, in one file: it lies beside the host, as in the sources. */
export const nodeWorker = ({ outDir = join(packageFolder, 'src/worker'), packages = new Set() } = {}) =>
  part(
    {
      ssr: resolve(root, 'src/worker/node-worker.ts'),
      target: 'node20',
      outDir,
      sourcemap: false,
      minify: true,
      rolldownOptions: {
        external: ['webgpu'],
        output: oneFile,
      },
    },
    { plugins: [bundledPackages(packages)], ssr: { noExternal: true, external: ['webgpu'] } },
  );

/** The files for a page without a build, by name. */
const cdnEntries = {
  'lr-lab': 'index.ts',
  'lr-schedule-plot': 'lr-schedule-plot/lr-schedule-plot.ts',
  'lr-experiment': 'lr-experiment/lr-experiment.ts',
};

/**
 * Files for a page without a build, for which one script tag is enough: what only some readers use, and the worker, lie
 * beside them and load when they are needed.
 */
export const cdn = ({ outDir = cdnFolder, packages = new Set() } = {}) =>
  Object.entries(cdnEntries).map(([name, entry], index) =>
    part(
      {
        outDir,
        minify: true,
        sourcemap: false,
        emptyOutDir: index === 0,
        rolldownOptions: {
          input: { [name]: resolve(root, 'components', entry) },
          // What the entry and a later file share stays in the entry, so that one request is enough at first.
          preserveEntrySignatures: 'allow-extension',
          output: {
            ...oneFile,
            codeSplitting: true,
            chunkFileNames: ({ facadeModuleId }) => {
              if (facadeModuleId?.includes('/experiment/recorded/'))
                return `${name}-recorded-[name]-[hash].js`;
              // Its only file is called `index`, as many others are.
              if (facadeModuleId?.includes('/node_modules/uqr/')) return `${name}-qr-code-[hash].js`;
              return `${name}-[name]-[hash].js`;
            },
          },
        },
      },
      {
        plugins: [
          plainWorkerAddress('./worker.js'),
          plainImports(),
          denseStyles(),
          bundledPackages(packages),
        ],
      },
    ),
  );

/** Makes a file that imports nothing of one that takes tf.js from outside. */
function takingCore() {
  return {
    name: 'taking-core',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk') chunk.code = `export const register=(core)=>{${chunk.code.trim()}};\n`;
    },
  };
}

/**
 * Lets the worker load the backends from the files of {@link fallbackBackends}, by the expression in which bundlers find
 * a file to copy. Bundlers leave the import itself as it is.
 */
function fallbackFiles() {
  const file = (name) => `new URL('./worker-${name}.js', ${hiddenMeta}).href`;
  return {
    name: 'fallback-files',
    enforce: 'pre',
    transform: (code, id) =>
      id.endsWith('/gpu/fallback-backends.ts')
        ? {
            code: `import * as core from '@tensorflow/tfjs-core';
              const load = async (url) => (await ${hiddenImport}(url)).register(core);
              export const loadFallback = { ${fallbackNames.map((name) => `${name}: () => load(${file(name)})`).join()} };`,
            map: null,
          }
        : undefined,
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk')
          // Of the same lengths, so that the map stays right.
          chunk.code = chunk.code
            .replaceAll(`${hiddenImport}(`, ignoredImport)
            .replaceAll(hiddenMeta, 'import.meta.url'.padEnd(hiddenMeta.length))
            .replaceAll(/`(\.\/worker-\w+\.js)`/g, '"$1"');
    },
  };
}

/**
 * Keeps `new Worker(new URL('…', import.meta.url))` as it is, with the address of the file in the package: Vite would
 * otherwise bundle the worker again, and write an expression that other bundlers do not know.
 */
function plainWorkerAddress(address) {
  return {
    name: 'plain-worker-address',
    enforce: 'pre',
    transform(code, id) {
      if (!/lab\/drive\/(browser|node)-worker\.ts$/.test(id)) return undefined;
      return {
        code: code.replaceAll('import.meta.url', hiddenMeta).replaceAll('../../worker/worker.ts', address),
        map: null,
      };
    },
    renderChunk(code) {
      return code.includes(hiddenMeta)
        ? { code: code.replaceAll(hiddenMeta, 'import.meta.url'), map: null }
        : undefined;
    },
  };
}

/** Leaves out what Vite adds to each dynamic import to load style sheets first: there are none. */
function plainImports() {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    load: (id) =>
      id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : undefined,
  };
}

/** Leaves the indentation and the comments out of style sheets, which lie in templates that are not minified. */
function denseStyles() {
  return {
    name: 'dense-styles',
    enforce: 'pre',
    transform: (code, id) =>
      id.endsWith('.styles.ts')
        ? { code: code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\n\s+/g, '\n'), map: null }
        : undefined,
  };
}

/**
 * Leaves the sources of packages out of maps, which would be larger than all else; their names and lines stay. A source
 * without a text is an empty one: Parcel looks for the others in files, which no package has.
 */
function slimMaps() {
  return {
    name: 'slim-maps',
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((name) => name.endsWith('.map'))) {
        const file = join(dir, name);
        const map = JSON.parse(readFileSync(file, 'utf8'));
        map.sourcesContent = map.sources.map((source, index) =>
          source.includes('node_modules') ? '' : (map.sourcesContent?.[index] ?? ''),
        );
        writeFileSync(file, JSON.stringify(map));
      }
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
