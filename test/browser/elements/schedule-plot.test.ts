/** `<lr-schedule-plot>` as a reader meets it, and the page of all schedulers. */
import type { Locator, Page } from '@playwright/test';

import { presets, schedulerTypes } from '../../../src/policy/index.js';
import { expectNoViolations } from '../support/axe.js';
import { expect, test } from '../support/lab-page.js';

const step = `'{ "type": "StepLR", "stepSize": 30, "gamma": 0.1 }'`;

const plotIn = (page: Page): Locator => page.locator('lr-schedule-plot');
const sliderIn = (page: Page): Locator => page.getByRole('slider');
const value = (slider: Locator): Promise<string | null> => slider.getAttribute('aria-valuetext');

/** How far a layout has shifted since the page was opened, as browsers count it. */
const layoutShift = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const entries = list.getEntries() as (PerformanceEntry & { value: number })[];
          resolve(entries.reduce((sum, { value }) => sum + value, 0));
        }).observe({ type: 'layout-shift', buffered: true });
        // No entry, no call.
        setTimeout(() => resolve(0), 300);
      }),
  );

test.describe('a schedule plot', () => {
  test('reports the learning rate of the step that the keyboard selects', async ({ lab }) => {
    const { page } = lab;
    await lab.embed(`<lr-schedule-plot policy=${step}></lr-schedule-plot>`);
    const slider = sliderIn(page);
    await expect(slider).toHaveAccessibleName('StepLR: step under the cursor');
    await expect(slider).toHaveAttribute('aria-valuemax', '99');
    expect(await value(slider)).toContain('starts at 0.1, ends at 1e-4');

    await slider.focus();
    for (const [keys, step, rate] of [
      [['ArrowRight'], 0, '0.1'],
      [['End'], 99, '1e-4'],
      [['Home', 'Shift+ArrowRight'], 1, '0.1'],
      [Array<string>(29).fill('Shift+ArrowRight'), 30, '0.01'],
    ] as const) {
      for (const key of keys) await page.keyboard.press(key);
      await expect(slider).toHaveAttribute('aria-valuenow', String(step));
      expect(await value(slider)).toBe(`Step ${step} of 100. StepLR: learning rate ${rate}.`);
    }
    await expect(plotIn(page).getByText('step 30', { exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(plotIn(page).getByText('100 steps', { exact: true })).toBeVisible();
  });

  test('reports step and value under the pointer, and shifts nothing', async ({ lab }) => {
    const { page } = lab;
    await lab.embed(`<lr-schedule-plot policy=${step} steps="200" steps-per-epoch="2"></lr-schedule-plot>
      <p>after</p>`);
    const slider = sliderIn(page);
    const { width } = (await slider.boundingBox())!;
    const before = await page.getByText('after').boundingBox();
    for (const [share, text, rate] of [
      [0.1, 'step 20 · epoch 11', '0.1'],
      [0.5, 'step 100 · epoch 51', '0.01'],
      [1, 'step 199 · epoch 100', '1e-4'],
    ] as const) {
      await slider.hover({ position: { x: Math.min(share * width, width - 1), y: 20 } });
      await expect(plotIn(page).getByText(text, { exact: true })).toBeVisible();
      await expect(plotIn(page).getByText(rate, { exact: true })).toBeVisible();
    }
    expect(await page.getByText('after').boundingBox()).toEqual(before);
    expect(await layoutShift(page)).toBe(0);
  });

  test('draws 100,000 steps, out of view too', async ({ lab }) => {
    const { page } = lab;
    await lab.embed('<p></p>');
    await page.evaluate(() => {
      document.querySelector('p')!.style.blockSize = '3000px';
      const plot = document.createElement('lr-schedule-plot');
      Object.assign(plot, { policy: 'sgdr', steps: 100_000, stepsPerEpoch: 1000 });
      document.body.append(plot);
    });
    await expect(page.getByText('100,000 steps')).toBeAttached();
    // A picture of the whole page shows it.
    await expect(plotIn(page).locator('.uplot')).toHaveCount(1);
    await plotIn(page).scrollIntoViewIfNeeded();
    await sliderIn(page).focus();
    await page.keyboard.press('End');
    await expect(sliderIn(page)).toHaveAttribute('aria-valuenow', '99999');
  });

  test('can be read as a table', async ({ lab }) => {
    const { page } = lab;
    await lab.embed(`<lr-schedule-plot policy=${step}></lr-schedule-plot>`);
    await lab.button('Show as table').click();
    const table = page.getByRole('table');
    await expect(table.getByRole('row')).toHaveCount(51);
    await expect(table.getByRole('row').nth(1)).toHaveText(/0\s*0\.1/);
    await expect(table.getByRole('row').last()).toHaveText(/99\s*1e-4/);
    await lab.button('Show as table').click();
    await expect(page.getByRole('slider')).toBeVisible();
  });

  test('shows several policies, which differ in name, colour and dash', async ({ lab }) => {
    const { page } = lab;
    await lab.embed(`<lr-schedule-plot label="Three ways down" policy="cosine">
      <lr-schedule-curve policy="one-cycle"></lr-schedule-curve>
      <lr-schedule-curve policy=${step} label="Thirties"></lr-schedule-curve>
    </lr-schedule-plot>`);
    await expect(page.getByRole('figure', { name: 'Three ways down' })).toBeVisible();
    for (const name of ['Cosine', 'One cycle', 'Thirties']) {
      await expect(plotIn(page).getByText(name, { exact: true })).toBeVisible();
    }
    const looks = await plotIn(page)
      .locator('.key')
      .evaluateAll((keys) =>
        keys.map((key) => [
          getComputedStyle(key).color,
          key.querySelector('line')!.getAttribute('stroke-dasharray'),
        ]),
      );
    expect(new Set(looks.map(([color]) => color)).size).toBe(3);
    expect(new Set(looks.map(([, dash]) => dash)).size).toBe(3);
    await sliderIn(page).focus();
    await page.keyboard.press('Home');
    expect(await value(sliderIn(page))).toMatch(
      /Cosine: learning rate 0\.1\. One cycle: learning rate 0\.004\. One cycle: momentum 0\.95\. Thirties: learning rate 0\.1\.$/,
    );

    await page.evaluate(() => {
      const curve = document.createElement('lr-schedule-curve');
      curve.policy = 'constant';
      document.querySelector('lr-schedule-plot')!.append(curve);
    });
    await expect(plotIn(page).getByText('Constant', { exact: true })).toBeVisible();
    await page.evaluate(() => (document.querySelector('lr-schedule-curve')!.label = 'Up and down'));
    await expect(plotIn(page).getByText('Up and down', { exact: true })).toBeVisible();
    await page.evaluate(() => document.querySelector('lr-schedule-curve')!.remove());
    await expect(plotIn(page).getByText('Up and down', { exact: true })).toHaveCount(0);
  });

  test('draws a cycled momentum and an example metric below the rate', async ({ lab }) => {
    const { page } = lab;
    await lab.embed(`<lr-schedule-plot policy="one-cycle"></lr-schedule-plot>
      <lr-schedule-plot policy="plateau" metric="max(0.4, 1 - epoch / 30)"></lr-schedule-plot>
      <lr-schedule-plot policy="plateau"></lr-schedule-plot>`);
    const [cycle, stalls, improves] = await plotIn(page).all();
    await expect(cycle.locator('.uplot')).toHaveCount(2);
    await expect(cycle.getByText('momentum', { exact: true })).toBeVisible();
    await cycle.getByRole('slider').hover({ position: { x: 2, y: 10 } });
    await expect(cycle.getByText('momentum 0.95', { exact: true })).toBeVisible();
    await expect(stalls.locator('.uplot')).toHaveCount(2);
    await expect(stalls.getByText('example metric', { exact: true })).toBeVisible();
    expect(await value(stalls.getByRole('slider'))).toContain('ends at 7.81e-4');
    await expect(improves.getByText(/as if it always improved/)).toBeVisible();
    expect(await value(improves.getByRole('slider'))).toContain('ends at 0.1');
  });

  test('reports in place where a schedule ends too early', async ({ lab }) => {
    const { page } = lab;
    await lab.embed(
      `<lr-schedule-plot policy='{ "type": "OneCycleLR", "maxLr": 0.1, "totalSteps": 40 }'></lr-schedule-plot>`,
    );
    await expect(page.getByText(/Ends after step 40/)).toBeVisible();
  });

  for (const [name, attribute, wrong, received, accepted, corrected] of [
    [
      'policy with a bad value',
      'policy',
      '{ "type": "StepLR", "stepSize": -3 }',
      '-3',
      'integer ≥ 1',
      'cosine',
    ],
    ['policy that is not JSON', 'policy', '{ "type": ', 'line 1', 'JSON', 'cosine'],
    ['preset that does not exist', 'policy', 'cosin', '"cosin"', '"cosine"', 'cosine'],
    ['learning rate', 'lr', 'fast', '"fast"', 'number ≥ 0', '0.2'],
    ['number of steps', 'steps', '0', '"0"', '1 ≤ integer ≤ 1000000', '50'],
    ['length of an epoch', 'steps-per-epoch', '1.5', '"1.5"', '1 ≤ integer', '5'],
    ['scale', 'scale', 'cubic', '"cubic"', '"linear" | "log"', 'log'],
    ['metric', 'metric', 'loss(epoch)', 'loss', 'min', '1'],
  ] as const) {
    test(`reports a wrong ${name} in place of the picture, and recovers once it is corrected`, async ({
      lab,
    }) => {
      const { page } = lab;
      await lab.embed('<lr-schedule-plot policy="cosine"></lr-schedule-plot>');
      await expect(sliderIn(page)).toBeVisible();
      const set = (text: string) =>
        plotIn(page).evaluate((plot, [name, text]) => plot.setAttribute(name, text), [
          attribute,
          text,
        ] as const);
      await set(wrong);
      const alert = page.getByRole('alert');
      await expect(alert).toContainText(received);
      await expect(alert).toContainText(accepted);
      await expect(plotIn(page).locator('.uplot')).toHaveCount(0);
      await expect(lab.button('Show as table')).toBeDisabled();
      await set(corrected);
      await expect(alert).toHaveCount(0);
      await expect(sliderIn(page)).toBeVisible();
    });
  }

  test('names the wrong one of several curves', async ({ lab }) => {
    const { page } = lab;
    await lab.embed(`<lr-schedule-plot><lr-schedule-curve policy="cosine"></lr-schedule-curve>
      <lr-schedule-curve policy="sine" label="Wave"></lr-schedule-curve></lr-schedule-plot>`);
    await expect(page.getByRole('alert')).toContainText('Wave');
    await expect(page.getByRole('alert')).toContainText('"sine"');
    await page.evaluate(() => (document.querySelectorAll('lr-schedule-curve')[1].policy = 'sgdr'));
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(plotIn(page).getByText('Wave', { exact: true })).toBeVisible();
  });

  test('asks for a policy where it has none', async ({ lab }) => {
    await lab.embed('<lr-schedule-plot></lr-schedule-plot>');
    await expect(lab.page.getByText(/the policy attribute is missing/)).toBeVisible();
  });

  test('follows the language around it, and its own', async ({ lab }) => {
    const { page } = lab;
    await lab.embed('<lr-schedule-plot policy="cosine"></lr-schedule-plot>');
    await expect(page.getByText('100 steps', { exact: true })).toBeVisible();
    await page.evaluate(() => (document.documentElement.lang = 'zh-CN'));
    await expect(page.getByText('共 100 步', { exact: true })).toBeVisible();
    await expect(page.getByRole('slider', { name: '余弦退火' })).toBeVisible();
    await plotIn(page).evaluate((plot: HTMLElement) => (plot.lang = 'en'));
    await expect(page.getByText('100 steps', { exact: true })).toBeVisible();
    await expect(page.getByRole('slider', { name: 'Cosine' })).toBeVisible();
  });

  test('works where it is moved to, with what changed meanwhile', async ({ lab }) => {
    const { page } = lab;
    await lab.embed('<main></main><lr-schedule-plot></lr-schedule-plot>');
    await page.evaluate(() => {
      const plot = document.querySelector('lr-schedule-plot')!;
      plot.remove();
      plot.innerHTML = '<lr-schedule-curve policy="sgdr"></lr-schedule-curve>';
      document.querySelector('main')!.append(plot);
    });
    await expect(page.getByRole('slider', { name: 'Warm restarts' })).toBeVisible();
  });

  test('fits into 320 pixels', async ({ lab }) => {
    const { page } = lab;
    await page.setViewportSize({ width: 320, height: 640 });
    await lab.embed(`<lr-schedule-plot label="Ways to bring a learning rate down" steps="100000" policy="cosine">
      <lr-schedule-curve policy="warmup-stable-decay"></lr-schedule-curve>
      <lr-schedule-curve policy="one-cycle" label="A name that goes on and on and on and on"></lr-schedule-curve>
    </lr-schedule-plot>`);
    await expect(sliderIn(page)).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });
});

test.describe('the page of all schedulers', () => {
  const open = async (page: Page): Promise<void> => {
    await page.goto('schedulers.html');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  };

  test('shows all schedulers and presets, each with a sentence, a plot and its code', async ({ lab }) => {
    const { page } = lab;
    await open(page);
    const cards = page.getByRole('listitem');
    await expect(cards).toHaveCount(schedulerTypes.length + presets.length);
    const names = await cards.getByRole('heading').allTextContents();
    expect(names.slice(0, 16)).toEqual(schedulerTypes);
    for (const card of await cards.all()) {
      await card.scrollIntoViewIfNeeded();
      await expect(card.getByRole('slider').first()).toBeVisible();
      await expect(card.locator('.sentence')).not.toBeEmpty();
      await expect(card.locator('code')).not.toBeEmpty();
    }
    await expect(page.getByRole('alert')).toHaveCount(0);
    expect(await layoutShift(page)).toBe(0);
  });

  test('loads neither tf.js nor the lab, and nothing from elsewhere', async ({ lab }) => {
    const { page } = lab;
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await open(page);
    await page.waitForLoadState('networkidle');
    const { origin } = new URL(page.url());
    expect(requests.length).toBeGreaterThan(1);
    expect(requests.filter((url) => !url.startsWith(origin))).toEqual([]);
    const sizes = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((entry) => (entry as PerformanceResourceTiming).decodedBodySize),
    );
    // tf.js alone is larger than two megabytes.
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(600_000);
    expect(await page.evaluate(() => customElements.get('lr-lab'))).toBeUndefined();
  });

  test('switches every axis, the language and the colours', async ({ lab }) => {
    const { page } = lab;
    await open(page);
    await page.getByRole('radio', { name: 'logarithmic' }).check({ force: true });
    await expect(page.locator('lr-schedule-plot[scale="log"]')).toHaveCount(
      schedulerTypes.length + presets.length,
    );
    await lab.button('Switch to Chinese (中文)').click();
    await expect(page).toHaveTitle('学习率调整策略 · lr-lab');
    await expect(page.getByRole('heading', { name: 'PyTorch 的 16 种 scheduler' })).toBeVisible();
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    await lab.button('配色：切换为深色').click();
    expect(await background()).toBe('dark');
    await lab.button('配色：切换为浅色').click();
    expect(await background()).toBe('light');
  });

  test('leads to the lab', async ({ lab }) => {
    const { page } = lab;
    await open(page);
    await page.getByRole('link', { name: 'Lab', exact: true }).click();
    await expect(lab.element).toBeVisible();
  });

  for (const [colorScheme, width, lang, asTable] of [
    ['light', 390, 'en', 'Show as table'],
    ['dark', 1440, 'zh-CN', '以表格显示'],
  ] as const) {
    test(`has nothing that axe reports, ${colorScheme}, ${width} pixels wide, ${lang}`, async ({ lab }) => {
      const { page } = lab;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await open(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      for (const plot of await plotIn(page).all()) {
        await plot.scrollIntoViewIfNeeded();
        await expect(plot.getByRole('slider').first()).toBeVisible();
      }
      await page.evaluate((lang) => (document.documentElement.lang = lang), lang);
      await expect(page).toHaveTitle(lang === 'en' ? /schedules/ : /学习率/);
      await lab.button(asTable).first().click();
      await expect(page.getByRole('table')).toBeVisible();
      await expectNoViolations(page, 'all schedulers, the first as a table');
    });
  }
});
