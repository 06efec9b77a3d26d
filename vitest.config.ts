import { defineConfig } from 'vitest/config';
import { timeLimit } from './test/property-runs.js';

export default defineConfig({
  test: {
    // Both of a small machine's cores: the default leaves one to the watching terminal.
    maxWorkers: '100%',
    include: ['test/unit/**/*.test.ts'],
    globalSetup: 'test/property-runs.ts',
    testTimeout: timeLimit,
  },
});
