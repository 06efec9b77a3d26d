/**
 * The page and the panel, in both languages and colour schemes, wide and narrow: axe finds nothing, and nothing scrolls
 * sideways. The dialogs are in `page.test.ts`.
 */
import AxeBuilder from '@axe-core/playwright';

import type { LabPage } from './lab-page.js';
import { expect, test } from './lab-page.js';

async function expectAccessible(lab: LabPage): Promise<void> {
  const { violations } = await new AxeBuilder({ page: lab.page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual(
    [],
  );
  const overflow = await lab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, 'pixels that scroll sideways').toBeLessThanOrEqual(0);
}

const views = [
  { colorScheme: 'light', width: 1440, height: 900, lang: 'en' },
  { colorScheme: 'dark', width: 390, height: 844, lang: 'zh-CN' },
  { colorScheme: 'light', width: 320, height: 640, lang: 'en' },
] as const;

for (const { colorScheme, width, height, lang } of views) {
  test(`is accessible in ${colorScheme}, ${width} px wide, in ${lang}`, async ({ lab }) => {
    const { page } = lab;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await lab.embed(
      '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="4" schedulers-href="."></lr-lab>',
    );
    await page.evaluate((lang) => (document.documentElement.lang = lang), lang);
    await expectAccessible(lab);

    await lab.element.evaluate(async (element) => {
      const { lab } = element as HTMLElementTagNameMap['lr-lab'];
      await lab!.step(12);
      await lab!.chain(lab!.runs.value[0], { type: 'StepLR', stepSize: 1 });
      await lab!.step(3);
    });
    await expectAccessible(lab);

    await page.getByRole('tab', { name: 'JSON' }).click();
    await page.getByRole('textbox', { name: /JSON/ }).fill('{ "type": "StepLR", "stepSize": 0 }');
    await expect(page.getByRole('textbox', { name: /JSON/ })).toHaveAttribute('aria-invalid', 'true');
    await expectAccessible(lab);
  });
}

test('is worked by the keyboard alone', async ({ lab }) => {
  const { page } = lab;
  await lab.embed('<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="4"></lr-lab>');
  const focused = () =>
    page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent.trim() ?? '';
    });
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      if (name.test(await focused())) return;
    }
    throw new Error(`no way to ${name} by the Tab key`);
  };
  await tabTo(/^Step$/);
  await page.keyboard.press('Enter');
  await lab.untilStep(1);
  await tabTo(/^Chain on top$/);
  await page.keyboard.press('Space');
  await expect(page.getByText(/Chained on top at step 1/)).toBeVisible();
});

test('switches language in place, and back', async ({ lab }) => {
  await lab.embed('<lr-lab model="tiny"></lr-lab>');
  await lab.page.getByRole('button', { name: /中文/ }).click();
  await expect(lab.button('开始')).toBeVisible();
  await lab.page.getByRole('button', { name: /English/ }).click();
  await expect(lab.button('Start')).toBeVisible();
});

test('begins in the browser’s language and remembers another one from page to page', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto('');
  await page.getByRole('link', { name: '全部策略' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('学习率调整策略');
  await page.getByRole('button', { name: /English/ }).click();
  await page.getByRole('link', { name: 'Try them in the lab' }).click();
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
  await context.close();
});
