import { defineConfig } from 'vitest/config';
import { timeLimit } from './test/property-runs.js';

/** The folders whose tests need modules of their own: they count tensors, or replace what a worker runs in. */
const isolated = ['training', 'worker'].map((folder) => `test/unit/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Both of a small machine's cores: the default leaves one to the watching terminal.
    maxWorkers: '100%',
    globalSetup: 'test/property-runs.ts',
    testTimeout: timeLimit,
    projects: [
      // Files that share their modules save loading them for each.
      {
        extends: true,
        test: { name: 'shared', include: ['test/unit/**/*.test.ts'], exclude: isolated, isolate: false },
      },
      { extends: true, test: { name: 'isolated', include: isolated } },
    ],
  },
});
