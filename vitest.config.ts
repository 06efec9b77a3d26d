import { defineConfig } from 'vitest/config';
import { timeLimit } from './test/property-runs.js';

/** The folders whose tests keep nothing in modules: their files share them, which saves loading them for each. */
const pure = [
  'components',
  'config',
  'data',
  'docs',
  'export',
  'pages',
  'policy',
  'schedulers',
  'timeline',
].map((folder) => `test/unit/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Both of a small machine's cores: the default leaves one to the watching terminal.
    maxWorkers: '100%',
    globalSetup: 'test/property-runs.ts',
    testTimeout: timeLimit,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'isolated', include: ['test/unit/**/*.test.ts'], exclude: pure } },
    ],
  },
});
