import { defineConfig } from '@playwright/test';
import { launchOptions } from './scripts/browser.js';

const port = Number(process.env.LR_LAB_PORT ?? 4199);

export default defineConfig({
  testDir: 'test/browser',
  // While one page loads, or is looked at, the software adapter can compute for the other.
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  // A shared machine may stall a page; a test that fails twice is red, one that passes then is named as flaky.
  retries: 1,
  reporter: [['list', { printSteps: false }]],
  use: {
    baseURL: `http://localhost:${port}/`,
    launchOptions: launchOptions(),
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: `npx vite build --mode test --logLevel error && npx vite preview --mode test --port ${port} --strictPort`,
    port,
    timeout: 120_000,
    reuseExistingServer: false,
  },
});
