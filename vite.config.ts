import { cpSync, existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, defineConfig, type Plugin } from 'vite';
import { browserWorker, cdn, fallbackBackends } from './scripts/package-builds.js';

const here = import.meta.dirname;
const testPages = resolve(here, 'test/browser/support/pages');

/** The examples as they are, and beside them the files without a build that they load. */
function examples(): Plugin {
  let outDir = '';
  const buildFiles = async (folder: string) => {
    for (const config of [
      ...cdn({ outDir: folder }),
      browserWorker({ outDir: folder, sourcemap: false }),
      ...fallbackBackends({ outDir: folder }),
    ])
      await build(config);
  };
  return {
    name: 'examples',
    configResolved(config) {
      outDir = resolve(here, config.build.outDir);
    },
    async configureServer() {
      const folder = resolve(here, 'cdn');
      if (!existsSync(folder)) await buildFiles(folder);
    },
    async closeBundle() {
      cpSync(resolve(here, 'examples'), resolve(outDir, 'examples'), {
        recursive: true,
        filter: (path) => !path.endsWith('.md'),
      });
      await buildFiles(resolve(outDir, 'cdn'));
    },
  };
}

/** `--mode test` builds the very same lab, and beside it the pages through which the browser tests reach the engine. */
export default defineConfig(({ mode }) => ({
  base: './',
  plugins: [examples()],
  build: {
    target: 'es2022',
    outDir: mode === 'test' ? 'dist/test' : 'dist/lab',
    emptyOutDir: true,
    // tf.js is one large chunk, loaded by the worker alone.
    chunkSizeWarningLimit: 3000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [
        resolve(here, 'index.html'),
        resolve(here, 'schedulers.html'),
        resolve(here, 'learn.html'),
        resolve(here, 'learn.zh.html'),
        ...(mode === 'test'
          ? readdirSync(testPages)
              .filter((file) => file.endsWith('.html'))
              .map((file) => resolve(testPages, file))
          : []),
      ],
    },
  },
  worker: {
    format: 'es',
    rolldownOptions: {
      output: {
        // What the backends share with the worker is a chunk beside it. If they imported the worker's own file, WebKit would
        // evaluate that again, and two hosts would answer on one thread.
        codeSplitting: {
          groups: [{ name: 'tfjs', test: /node_modules\/(@tensorflow\/tfjs-core|long|seedrandom)\// }],
        },
      },
    },
  },
}));
