import { defineConfig } from 'vitest/config';
import { timeLimit } from './test/property-runs.js';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    globalSetup: 'test/property-runs.ts',
    testTimeout: timeLimit,
  },
});
