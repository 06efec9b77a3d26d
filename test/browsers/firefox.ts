/** Drives a Firefox as it is installed, over WebDriver BiDi. */
import { launch } from 'puppeteer-core';

import { type OpenDriver, windowSize } from './driver.js';

/** Firefox for Linux has WebGPU behind these preferences; Mesa's software driver is on its block list. */
const webGpu = {
  'dom.webgpu.enabled': true,
  'dom.webgpu.workers.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
};

export const openFirefox: OpenDriver = async ({ language } = {}) => {
  const browser = await launch({
    browser: 'firefox',
    executablePath: process.env.LR_LAB_FIREFOX,
    defaultViewport: windowSize,
    extraPrefsFirefox: {
      ...webGpu,
      ...(language === undefined ? {} : { 'intl.accept_languages': language }),
    },
  });
  const [page] = await browser.pages();
  return {
    name: await browser.version(),
    async open(url) {
      await page.goto(url);
    },
    evaluate: (work, ...given) => page.evaluate(work as never, ...given),
    clickAt: (x, y) => page.mouse.click(x, y),
    type: (text) => page.keyboard.type(text),
    async screenshot(path) {
      await page.screenshot({ path });
    },
    close: () => browser.close(),
  };
};
