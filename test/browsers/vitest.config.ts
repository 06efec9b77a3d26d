import { defineConfig } from 'vitest/config';

/** Apart from the unit tests, because these need other browsers than Chromium: `npm run test:browsers`. */
export default defineConfig({
  test: {
    include: ['test/browsers/*.test.ts'],
    // One for each of the two browsers.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
