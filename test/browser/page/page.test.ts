/** The page as a whole: its first visit, its widths, and that nothing moves while it trains. */
import type { LrLab } from '../../../components/index.js';
import { expect, test } from '../support/lab-page.js';

const small =
  '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="400" share schedulers-href="."></lr-lab>';

test('the page fits every width from 320 to 2560 px', async ({ lab }) => {
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

test('an address asks for a language, and a later choice stands', async ({ page }) => {
  await page.goto('schedulers.html?lang=zh#cosine');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page).toHaveURL(/schedulers\.html#cosine$/);
  await page.goto('');
  await expect(page.getByRole('button', { name: '开始' })).toBeVisible();
  await page.getByRole('button', { name: /^切换到英文/ }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Start' })).toBeVisible();
  await page.goto('learn.html?lang=zh-CN');
  await expect(page).toHaveURL(/learn\.zh\.html$/);
});

test.describe('where no script can start', () => {
  test.use({ javaScriptEnabled: false });

  for (const address of ['', 'schedulers.html'])
    test(`/${address} says in both languages which browser it needs`, async ({ page }) => {
      await page.goto(address);
      const words = page.getByText(/a browser of 2024 or newer: Chrome or Edge 125/);
      await expect(words).toBeVisible();
      await expect(words).toBeInViewport();
      await expect(page.getByText(/2024 年及以后的浏览器：Chrome 或 Edge 125/)).toBeVisible();
    });
});

test('the page says nothing of the browser that it needs where its script starts', async ({ lab }) => {
  await lab.openDemo();
  await expect(lab.button('Start')).toBeVisible();
  await expect(lab.page.getByText('a browser of 2024 or newer')).toBeHidden();
});

test('the page shows a newcomer one next step at a time', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  await expect(page.getByText(/^Press Start\. /)).toBeVisible();
  await lab.button('Start').click();
  await expect(page.getByText(/^Now try another schedule: /)).toBeVisible();
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.pause();
    await lab!.setLr(lab!.runs.value[0], 0.01);
  });
  await expect(page.getByText(/^Want to compare\? Fork this run: /)).toBeVisible();
  await lab.button('Fork here').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Fork', exact: true }).click();
  await expect(page.getByText(/^Want to compare\?/)).toHaveCount(0);
});

test('after the end of its only run the page says how to compare', async ({ lab }) => {
  await lab.embed(small.replace('400', '2'));
  await lab.element.evaluate(({ lab }: LrLab) => lab!.step(20));
  await expect(lab.page.getByText(/^The run is over\. Pick another schedule and press Race: /)).toBeVisible();
});

test('the page shifts nothing while it trains', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  await lab.button('Start').click();
  await lab.untilStep(5);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.fork(lab!.runs.value[0]);
  });
  await page.getByText('Under the hood').click();
  await expect(page.getByText('match (float32)')).toBeVisible();
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

test('the device is asked for reports only while the proof is open, and of a paused run for one', async ({
  lab,
}) => {
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
  await page.getByText('Under the hood').click();
  await expect(page.getByText('match (float32)')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: /kernel/ }).first()).toBeVisible();
  await lab.button('Pause').click();
  await lab.untilState('paused');
  const before = await asked();
  await page.waitForTimeout(1500);
  expect(await asked()).toBeLessThanOrEqual(before + 1);
  for (let count = 0; count < 2; count += 1) {
    const { length } = (await lab.run()).loss;
    await lab.button('Step').click();
    await expect(page.getByText(`Run A, step ${length}`, { exact: true })).toBeVisible();
  }
});

test('a run keeps to the chosen speed, and its status names loss and learning rate', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  const limit = () => lab.element.evaluate(({ lab }: LrLab) => lab!.speedLimit.value);
  const speed = page.getByRole('group', { name: 'Speed' });
  await expect(speed.getByRole('radio', { name: 'max' })).toBeChecked();
  await speed.getByRole('radio', { name: '1×' }).check();
  expect(await limit()).toBe(4000 / 40);
  await lab.element.evaluate(({ lab }: LrLab) => lab!.limitSpeed(2));
  await expect(speed.getByRole('radio', { checked: true })).toHaveCount(0);
  await lab.button('Start').click();
  await lab.untilStep(2);
  const status = page.locator('lr-run-controls').getByRole('status');
  await expect(status).toHaveText(/Training, step/);
  // A pause does not wait for the next step that the limit allows.
  await lab.button('Pause').click();
  await lab.untilState('paused');
  await expect(status).toHaveText(/^Paused at step \d+ of 4,000\. Loss [\d.]+, learning rate 0\.1\.$/);
  await speed.getByRole('radio', { name: 'max' }).check();
  expect(await limit()).toBeUndefined();
});

test('the status reports the run that is selected while nothing trains', async ({ lab }) => {
  await lab.embed(small);
  await lab.step(3);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.fork(lab!.runs.value[0], { at: 1 });
  });
  const status = lab.page.locator('lr-run-controls').getByRole('status');
  for (const [name, step] of [
    ['B', 1],
    ['A', 3],
  ] as const) {
    await lab.page.getByRole('radio', { name: `Select run ${name}` }).check();
    await expect(status).toHaveText(new RegExp(`^Paused at step ${step} of`));
  }
});

test('a reset that removes forks asks first', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.step(3);
    await lab!.fork(lab!.runs.value[0]);
  });
  const runs = () => lab.element.evaluate(({ lab }: LrLab) => lab!.runs.value.length);
  await lab.button('Start over').click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await runs()).toBe(2);
  await lab.button('Start over').click();
  await page.getByRole('button', { name: 'Delete and start over' }).click();
  await expect.poll(runs).toBe(1);
  expect((await lab.run()).loss).toHaveLength(0);
});

test('every optimizer is set up with its options and param groups, and trains with them', async ({ lab }) => {
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
    await page.getByRole('button', { name: /^Settings: / }).click();
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
    // What has been trained is deleted only after a question.
    if ((await lab.run()).loss.length > 0) {
      await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Delete the run');
      await page.getByRole('button', { name: 'Delete and apply' }).click();
    }
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
