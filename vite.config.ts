import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const testPages = resolve(here, 'test/browser/support/pages');

/** `--mode test` builds the very same lab, and beside it the pages through which the browser tests reach the engine. */
export default defineConfig(({ mode }) => ({
  base: './',
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
  worker: { format: 'es' },
}));
