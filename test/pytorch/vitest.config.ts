import { defineConfig } from 'vitest/config';

/** Apart from the unit tests, because these need a Python with PyTorch: `npm run test:pytorch`. */
export default defineConfig({
  test: { include: ['test/pytorch/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 600_000 },
});
