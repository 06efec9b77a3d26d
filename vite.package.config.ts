import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };

const here = import.meta.dirname;
const rooms = ['schedulers', 'policy', 'optimizers', 'training', 'tfjs'];
const elements = readdirSync(resolve(here, 'components')).filter((name) => name.startsWith('lr-'));
const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** Builds the package: a module for each source file, so that a page loads what it uses, and the worker in one piece. */
export default defineConfig({
  base: './',
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: 'dist/package',
    emptyOutDir: true,
    minify: false,
    lib: {
      formats: ['es'],
      entry: [
        'components/index.ts',
        ...elements.map((name) => `components/${name}/${name}.ts`),
        ...rooms.map((room) => `src/${room}/index.ts`),
      ].map((path) => resolve(here, path)),
    },
    rolldownOptions: {
      checks: { pluginTimings: false },
      // Not a style sheet that is asked for as text (`?inline`): browsers import none.
      external: (id) =>
        !id.includes('?') && installed.some((name) => id === name || id.startsWith(`${name}/`)),
      output: {
        preserveModules: true,
        preserveModulesRoot: here,
        // npm packs no folder named node_modules; `_virtual` holds what the compiler itself adds.
        entryFileNames: ({ name }) => `${name.replace(/node_modules|_virtual\/.*(?=\/)/, 'vendor')}.js`,
      },
    },
  },
  worker: { format: 'es', rolldownOptions: { output: { minify: true } } },
});
