/** Drives a Firefox as it is installed, over WebDriver BiDi. */
import { launch } from 'puppeteer-core';

import { type OpenDriver, screenOf, windowSize } from './driver.js';

/** Firefox for Linux has WebGPU behind these preferences; Mesa's software driver is on its block list. */
const webGpu = {
  'dom.webgpu.enabled': true,
  'dom.webgpu.workers.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
};

export const openFirefox: OpenDriver = async ({ language } = {}) => {
  const browser = await launch({
    browser: 'firefox',
    // Without a screen, Firefox has no WebGL.
    executablePath: '/usr/bin/xvfb-run',
    ignoreDefaultArgs: true,
    args: [...screenOf(windowSize), process.env.LR_LAB_FIREFOX!],
    defaultViewport: null,
    extraPrefsFirefox: {
      ...webGpu,
      ...(language === undefined ? {} : { 'intl.accept_languages': language }),
    },
  });
  const [page] = await browser.pages();
  await page.setViewport(windowSize);
  return {
    name: await browser.version(),
    async open(url) {
      await page.goto(url);
    },
    evaluate: (work, ...given) => page.evaluate(work as never, ...given),
    clickAt: (x, y) => page.mouse.click(x, y),
    resize: (size) => page.setViewport(size),
    async screenshot(path) {
      await page.screenshot({ path });
    },
    close: () => browser.close(),
  };
};
