import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const out = resolve(here, '../../dist/bench');

/** `--mode page`: the contestants' page, built as the product is. `--mode node`: the rest, and the contestants for Node. */
export default defineConfig(({ mode }) => ({
  root: resolve(here, 'browser'),
  base: './',
  publicDir: false,
  build:
    mode === 'page'
      ? {
          target: 'es2022',
          outDir: resolve(out, 'page'),
          emptyOutDir: true,
          chunkSizeWarningLimit: 3000,
          modulePreload: { polyfill: false },
          rolldownOptions: { input: resolve(here, 'browser/page.html') },
        }
      : {
          ssr: true,
          target: 'node20',
          outDir: resolve(out, 'node'),
          emptyOutDir: true,
          chunkSizeWarningLimit: 3000,
          rolldownOptions: {
            input: {
              index: resolve(here, 'index.ts'),
              main: resolve(here, 'node/main.ts'),
              'contestant-process': resolve(here, 'node/contestant-process.ts'),
            },
            external: ['webgpu', 'prettier'],
          },
        },
  // The folder runs without installed packages.
  ssr: { noExternal: true, external: ['webgpu', 'prettier'] },
}));
