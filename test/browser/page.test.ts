/** The page as a whole: its first visit, its dialogs for everybody, its widths, and that nothing moves while it trains. */
import AxeBuilder from '@axe-core/playwright';

import type { LrLab } from '../../components/index.js';
import type { LabPage } from './lab-page.js';
import { expect, test } from './lab-page.js';

const small =
  '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="400" share schedulers-href="."></lr-lab>';

async function expectAccessible({ page }: LabPage, view: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
    view,
  ).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, `pixels that ${view} scrolls sideways`).toBeLessThanOrEqual(0);
}

const appearances = [
  { colorScheme: 'light', forcedColors: 'none', width: 1440, lang: 'en' },
  { colorScheme: 'dark', forcedColors: 'none', width: 390, lang: 'zh-CN' },
  { colorScheme: 'light', forcedColors: 'active', width: 1440, lang: 'zh-CN' },
  { colorScheme: 'dark', forcedColors: 'none', width: 320, lang: 'en' },
] as const;

for (const { colorScheme, forcedColors, width, lang } of appearances) {
  const name = `${colorScheme}${forcedColors === 'active' ? ', forced colours' : ''}, ${width} px, ${lang}`;
  test(`every view and dialog is accessible: ${name}`, async ({ lab }) => {
    const { page } = lab;
    await page.emulateMedia({ colorScheme, forcedColors });
    await page.setViewportSize({ width, height: 900 });
    await lab.embed(small);
    await page.evaluate((lang) => (document.documentElement.lang = lang), lang);
    await lab.element.evaluate(async ({ lab }: LrLab) => {
      await lab!.step(12);
      const fork = await lab!.fork(lab!.runs.value[0], { policy: { type: 'StepLR', stepSize: 2 } });
      await lab!.fork(fork, { lr: 1e6 });
      await lab!.step(6);
    });
    const isNarrow = width < 920;
    if (width < 760) await page.getByRole('button', { name: /^(More:|更多：)/ }).click();

    for (const section of isNarrow ? [/^(Runs|各次运行)$/, /^(Look inside|细看)$/] : []) {
      await page.getByRole('radio', { name: section }).check();
      await expectAccessible(lab, String(section));
    }
    await page.getByText(/^(Proof|实证)$/).click();
    await expectAccessible(lab, 'the page');

    await page.getByRole('button', { name: /^(LR range test|学习率范围测试)$/ }).click();
    await page.getByRole('textbox', { name: /^(Steps|步数)$/ }).fill('40');
    await page.getByRole('button', { name: /^(Start the test|开始测试)$/ }).click();
    await expect(page.getByRole('button', { name: /^(Test again|再测一次)$/ })).toBeVisible();
    await page.getByText(/^(The curve as a table|曲线的数据表)$/).click();
    await expectAccessible(lab, 'the range test');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /^(Share|分享)$/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(lab, 'sharing');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /^(Export|导出)$/ }).click();
    await expectAccessible(lab, 'the export menu');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /^(Set-up|设置)…$/ }).click();
    await page.getByRole('button', { name: /^(Add a group|增加一组)$/ }).click();
    await page.getByRole('textbox', { name: /^lr$/ }).first().fill('fast');
    await page.getByRole('button', { name: /^(Apply|应用)$/ }).click();
    await expect(page.getByRole('alert').first()).toBeVisible();
    await expectAccessible(lab, 'the set-up');
    await page.keyboard.press('Escape');

    if (isNarrow) await page.getByRole('radio', { name: /^(Runs|各次运行)$/ }).check();
    await page.getByRole('button', { name: /^(More for run A|运行 A 的更多操作)$/ }).click();
    await expectAccessible(lab, 'the menu of a run');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /^(Reset|重置)$/ }).click();
    await expectAccessible(lab, 'the question before a reset');
  });
}

test('fits every width from 320 to 2560 px', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.step(11);
    await lab!.fork(lab!.runs.value[0]);
    await lab!.rename(lab!.runs.value[1], 'cosine at step 60');
  });
  for (const lang of ['en', 'zh-CN']) {
    await page.evaluate((lang) => (document.documentElement.lang = lang), lang);
    for (const width of [320, 360, 390, 480, 640, 760, 800, 919, 920, 1024, 1280, 1440, 1920, 2560]) {
      await page.setViewportSize({ width, height: 800 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${lang}, ${width} px`).toBeLessThanOrEqual(0);
    }
  }
});

test('shows the newcomer one next step at a time', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  await expect(page.getByText(/^Press Start: /)).toBeVisible();
  await lab.button('Start').click();
  await expect(page.getByText(/^Now change the schedule: /)).toBeVisible();
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.pause();
    await lab!.setLr(lab!.runs.value[0], 0.01);
  });
  await expect(page.getByText(/^Want to compare\? Fork here: /)).toBeVisible();
  await lab.button('Fork here').click();
  await expect(page.getByText(/^Want to compare\?/)).toHaveCount(0);
});

test('moves nothing while it trains', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  await lab.button('Start').click();
  await lab.untilStep(5);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.fork(lab!.runs.value[0]);
  });
  await page.getByText('Proof').click();
  await expect(page.getByText('the same number')).toBeVisible();
  await page.evaluate(() => {
    type Shift = PerformanceEntry & {
      value: number;
      sources: { previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
    };
    // The nodes themselves are hidden from the page: they are in shadow trees.
    const place = ({ x, y, width, height }: DOMRectReadOnly) =>
      [x, y, width, height].map(Math.round).join(' ');
    const shifts: { value: number; moved: string[] }[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as Shift[])
        // Less is a column that grows by a part of a pixel.
        if (value >= 0.001)
          shifts.push({
            value,
            moved: sources.map((each) => `${place(each.previousRect)} → ${place(each.currentRect)}`),
          });
    }).observe({ type: 'layout-shift', buffered: false });
  });
  const from = (await lab.run()).loss.length;
  await lab.untilStep(from + 40);
  const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: unknown[] }).shifts);
  expect(shifts).toEqual([]);
});

test('asks the device about a step only while the proof is open and a run trains', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  await lab.element.evaluate(({ lab }: LrLab) => {
    const report = lab!.report.bind(lab);
    Object.assign(globalThis, { asked: 0 });
    lab!.report = (run) => {
      (globalThis as unknown as { asked: number }).asked += 1;
      return report(run);
    };
  });
  const asked = () => page.evaluate(() => (globalThis as unknown as { asked: number }).asked);
  await lab.button('Start').click();
  await lab.untilStep(20);
  await page.waitForTimeout(1500);
  expect(await asked()).toBe(0);
  await page.getByText('Proof').click();
  await expect(page.getByText('the same number')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: /kernel/ }).first()).toBeVisible();
  await lab.button('Pause').click();
  await lab.untilState('paused');
  const before = await asked();
  await page.waitForTimeout(1500);
  expect(await asked()).toBe(before);
});

test('keeps to the speed that is chosen, and tells loss and learning rate to those who listen', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(small);
  const limit = () => lab.element.evaluate(({ lab }: LrLab) => lab!.speedLimit.value);
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('2 steps/s');
  expect(await limit()).toBe(2);
  await lab.button('Start').click();
  await lab.untilStep(2);
  const status = page.locator('lr-run-controls').getByRole('status');
  await expect(status).toHaveText(/Training, step/);
  // A pause does not wait for the next step that the limit allows.
  await lab.button('Pause').click();
  await lab.untilState('paused');
  await expect(status).toHaveText(/^Paused at step \d+ of 4,000\. Loss [\d.]+, learning rate 0\.1\.$/);
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('full');
  expect(await limit()).toBeUndefined();
});

test('asks before a reset takes forks away', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.step(3);
    await lab!.fork(lab!.runs.value[0]);
  });
  const runs = () => lab.element.evaluate(({ lab }: LrLab) => lab!.runs.value.length);
  await lab.button('Reset').click();
  await page.getByRole('button', { name: 'Keep them' }).click();
  expect(await runs()).toBe(2);
  await lab.button('Reset').click();
  await page.getByRole('button', { name: 'Begin again' }).click();
  await expect.poll(runs).toBe(1);
  expect((await lab.run()).loss).toHaveLength(0);
});

test('sets up every optimizer with its options and param groups, and trains with them', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  const wanted = [
    { type: 'SGD', fields: { momentum: '0.5', dampening: '0.1' }, flags: [], has: { dampening: 0.1 } },
    { type: 'Adam', fields: { 'betas[1]': '0.9' }, flags: ['amsgrad'], has: { amsgrad: true } },
    { type: 'AdamW', fields: { weight_decay: '0.1' }, flags: [], has: { weightDecay: 0.1 } },
    { type: 'RMSprop', fields: { alpha: '0.9' }, flags: ['centered'], has: { alpha: 0.9, centered: true } },
    { type: 'Adagrad', fields: { lr_decay: '0.01' }, flags: [], has: { lrDecay: 0.01 } },
  ] as const;
  for (const { type, fields, flags, has } of wanted) {
    await page.getByRole('button', { name: 'Set-up…' }).click();
    await page.getByRole('combobox', { name: 'Optimizer class' }).selectOption(type);
    for (const [name, value] of Object.entries(fields))
      await page.getByRole('textbox', { name, exact: true }).first().fill(value);
    for (const flag of flags) await page.getByRole('checkbox', { name: flag }).check();
    if (type === 'SGD') {
      await page.getByRole('button', { name: 'Add a group' }).click();
      const group = page.getByRole('group', { name: 'Param group 1' });
      await group.getByRole('textbox', { name: 'Layers' }).fill('conv');
      await group.getByRole('textbox', { name: 'lr', exact: true }).fill('0.01');
    }
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await lab.button('Step').click();
    await lab.untilStep(1);
    const { optimizer, rates } = await lab.element.evaluate(({ lab }: LrLab) => ({
      optimizer: lab!.config.value.optimizer,
      rates: lab!.runs.value[0].history.lr.map((group) => group[0]),
    }));
    expect(optimizer).toMatchObject({ type, ...has });
    expect(rates).toHaveLength(2);
    expect(rates[0]).toBe(0.01);
  }
});
