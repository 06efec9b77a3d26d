import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

/** The page of the charts' benchmark, built as the product is. */
export default defineConfig({
  root: here,
  base: './',
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: resolve(here, '../../../dist/bench/charts'),
    emptyOutDir: true,
    chunkSizeWarningLimit: 3000,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: resolve(here, 'page.html') },
  },
  worker: { format: 'es' },
});
