import type { Page } from '@playwright/test';
import { test as base, expect } from '@playwright/test';

/**
 * A page with the engine in `window.engine`, on WebGPU: without an adapter the test fails here. Anything written to the
 * console fails it as well.
 */
export const test = base.extend<{ enginePage: Page }>({
  enginePage: async ({ page }, use) => {
    const messages: string[] = [];
    page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => messages.push(`uncaught: ${error.message}`));
    await page.goto('test/browser/pages/engine.html');
    await page.waitForFunction(() => 'engine' in window);
    const adapter = await page.evaluate(async () => {
      const info = (await navigator.gpu.requestAdapter())?.info;
      return info && `${info.vendor} ${info.architecture} ${info.description}`.trim();
    });
    expect(adapter, 'a WebGPU adapter').toBeTruthy();
    await use(page);
    expect(messages).toEqual([]);
  },
});

export { expect };
