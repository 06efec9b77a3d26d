/** What `npm run test:browsers` does in each browser besides the one visit. */
import { describe, expect, it } from 'vitest';

import type { LrLab } from '../../components/index.js';
import { zhCn } from '../../components/locales/zh-cn.js';
import type { OpenDriver } from './driver.js';
import { staged } from './stage.js';
import { Visit } from './visit.js';

/** What a browser can train on. */
export interface Abilities {
  backends: readonly ('webgpu' | 'webgl' | 'cpu')[];
}

export function describeMoreVisits(browser: string, open: OpenDriver, { backends }: Abilities): void {
  describe(`${browser}, in Chinese`, () => {
    const stage = staged(() => open({ language: 'zh-CN' }));

    it('a whole visit', async () => {
      const visit = new Visit(stage.driver, stage.site, zhCn);
      await visit.load();
      await visit.makeWhole();
    });

    it.each(['schedulers.html', 'learn.zh.html'])('%s', async (page) => {
      const visit = new Visit(stage.driver, stage.site, zhCn);
      await visit.read(page);
    });
  });

  describe(`${browser}, in English`, () => {
    const stage = staged(() => open());

    it.each(['schedulers.html', 'learn.html'])('%s', (page) => stage.visit.read(page));

    it.each(backends)('trains tiny on %s', async (backend) => {
      const { visit } = stage;
      await visit.load();
      await visit.pick({ backend });
      await visit.train();
      expect((await visit.backend())?.name).toBe(backend);
      await visit.expectSilence();
    });

    it.each(['lenet', 'mlp', 'alexnet'] as const)('trains %s', async (model) => {
      const { visit } = stage;
      await visit.load();
      await visit.pick({ model, backend: backends[0] });
      await visit.train();
      const [{ loss }] = await visit.runs();
      expect(loss.every(Number.isFinite)).toBe(true);
      await visit.expectSilence();
    });

    it.each(['SGD', 'Adam', 'AdamW', 'RMSprop', 'Adagrad'] as const)('trains with %s', async (type) => {
      const { visit } = stage;
      await visit.load();
      await visit.pick({ optimizer: { type, lr: 0.001 } });
      await visit.train();
      const [{ loss }] = await visit.runs();
      expect(loss.every(Number.isFinite)).toBe(true);
    });

    it('a fork shares what was trained, and trains on by itself', async () => {
      const { visit } = stage;
      await visit.load();
      await visit.pick();
      await visit.train();
      await visit.fork();
      await visit.expectSilence();
    });

    it('a link gives the same losses, bit for bit', async () => {
      const { visit } = stage;
      await visit.load();
      await visit.pick();
      await visit.train();
      await visit.swap();
      const link = await visit.share();
      const [made] = await visit.runs();
      await visit.openLink(link);
      await visit.untilStep(made.loss.length);
      const [again] = await visit.runs();
      expect(again.loss.slice(0, made.loss.length)).toEqual(made.loss);
      expect(again.changes).toEqual(made.changes);
    });

    it('a range test draws its plot, also in a low window', async () => {
      const { visit, driver } = stage;
      await visit.load();
      await visit.pick();
      await driver.resize({ width: 1280, height: 660 });
      await visit.testRange();
      const overlap = await driver.evaluate(() => {
        const lab = document.querySelector<LrLab>('lr-lab')!.shadowRoot!;
        const plot = lab.querySelector('lr-range-dialog')!.shadowRoot!.querySelector('svg.plot')!;
        return plot.getBoundingClientRect().bottom - plot.nextElementSibling!.getBoundingClientRect().top;
      });
      expect(overlap).toBeLessThanOrEqual(0);
      await driver.resize({ width: 1280, height: 900 });
    });

    it('fits windows from 360 to 1920 pixels', async () => {
      const { visit, driver } = stage;
      await visit.load();
      const overflows = [];
      for (const width of [360, 390, 640, 920, 1280, 1920]) {
        await driver.resize({ width, height: 900 });
        const [seen, overflow] = await driver.evaluate(() => [
          innerWidth,
          document.documentElement.scrollWidth - document.documentElement.clientWidth,
        ]);
        if (overflow > 0) overflows.push({ width, seen, overflow });
      }
      await driver.resize({ width: 1280, height: 900 });
      expect(overflows).toEqual([]);
    });
  });
}
