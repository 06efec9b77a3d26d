/** Pages with the engine and without any element: `window.engine`. */
import type { BrowserContext, Page } from '@playwright/test';

import { expect, expectSilence, test as base, watchConsole } from './console-watch.js';

/** Opens the page of the engine, on WebGPU: without an adapter it fails here. */
async function openEngine(page: Page): Promise<void> {
  await page.goto('test/browser/support/pages/engine.html');
  await page.waitForFunction(() => 'engine' in window);
  const adapter = await page.evaluate(async () => {
    const info = (await navigator.gpu.requestAdapter())?.info;
    return info && `${info.vendor} ${info.architecture} ${info.description}`.trim();
  });
  expect(adapter, 'a WebGPU adapter').toBeTruthy();
}

/** A tab that the tests of a file share. */
class SharedTab {
  readonly page: Page;
  readonly messages: string[];
  private file?: string;

  constructor(context: BrowserContext, page: Page) {
    this.page = page;
    this.messages = watchConsole(context);
  }

  /** Tests of another file begin with a page of their own. */
  async openFor(file: string): Promise<void> {
    if (file === this.file) return;
    await openEngine(this.page);
    this.file = file;
  }
}

interface Fixtures {
  /**
   * The tab of the engine. All tests of a file share it, and so what makes a page slow to begin with: tf.js, the device
   * and its shaders. A test must leave it as it was: its tensors are counted, its labs are disposed of.
   */
  enginePage: Page;
  /** A tab of the test's own, for a test that changes the page itself: it reloads it, loses its device or its workers. */
  ownEnginePage: Page;
}

export const test = base.extend<Fixtures, { sharedTab: SharedTab }>({
  sharedTab: [
    async ({ browser }, use, { project }) => {
      const { baseURL } = project.use;
      const context = await browser.newContext({ baseURL });
      await use(new SharedTab(context, await context.newPage()));
      await context.close();
    },
    { scope: 'worker' },
  ],

  enginePage: async ({ sharedTab, allowedMessages }, use, { file }) => {
    const { page, messages } = sharedTab;
    messages.length = 0;
    await sharedTab.openFor(file);
    const before = await page.evaluate(async () => {
      const { tf } = window.engine;
      // The test before may have left tf.js on the cpu.
      await tf.setBackend('webgpu');
      return tf.memory().numTensors;
    });
    await use(page);
    const after = await page.evaluate(async () => {
      await (window as Partial<Window>).lab?.dispose();
      return window.engine.tf.memory().numTensors;
    });
    expect(after, 'the tensors that tf.js holds in the tab after the test').toBe(before);
    expectSilence(messages, allowedMessages);
  },

  ownEnginePage: async ({ page }, use) => {
    await openEngine(page);
    await use(page);
  },
});

export { expect };
