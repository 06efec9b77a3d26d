/** The article: its steps, deep links, guesses, outcomes and languages, and how it reads without a run. */
import type { Locator, Page } from '@playwright/test';
import { builtInNames } from '../../../src/experiment/index.js';
import { expectNoViolations } from '../support/axe.js';
import { expect, test } from '../support/console-watch.js';

const experiment = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

test('the article shows one section at a time, each with its recorded result', async ({ page }) => {
  await page.goto('learn.html');
  await expect(page).toHaveTitle('The learning rate, live · lr-lab');
  await expect(page.getByRole('heading', { level: 2, name: /^\d+ · / })).toHaveCount(1);
  const contents = page.getByRole('navigation', { name: 'Contents' });
  await expect(contents.getByRole('link')).toHaveCount(builtInNames.length);
  for (const [index, name] of builtInNames.entries()) {
    await expect(page).toHaveURL(index === 0 ? /learn\.html$/ : new RegExp(`#${name}$`));
    const section = page.locator(`section[id="${name}"]`);
    await expect(section.getByText(/^Recorded earlier, with seed 7\./)).toBeVisible();
    await expect(section.getByText(/^In the recorded run:/)).toBeVisible();
    await expect(section.getByRole('img', { name: /^Loss\./ })).toBeVisible();
    await expect(contents.getByRole('link').nth(index)).toHaveAttribute('aria-current', 'step');
    if (index < builtInNames.length - 1) await page.getByRole('link', { name: /^Next: / }).click();
  }
  await page.getByRole('link', { name: /Back: / }).click();
  await expect(page.getByRole('heading', { name: '10 · Find a rate' })).toBeFocused();
});

test('a deep link opens its section, and all sections fit on one page', async ({ page }) => {
  await page.goto('learn.html#plateau');
  await expect(page.getByRole('heading', { name: '9 · When the loss stalls' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all on one page' }).click();
  await expect(page.getByRole('heading', { level: 2, name: /^\d+ · / })).toHaveCount(11);
  await page.getByRole('button', { name: 'Show one at a time' }).click();
  await expect(page.getByRole('heading', { level: 2, name: /^\d+ · / })).toHaveCount(1);
});

test('a guess, a run, and what was seen', async ({ page }) => {
  await page.goto('learn.html');
  const card = experiment(page, 'Three rates from one start');
  await card.getByRole('radio', { name: 'never comes down' }).check();
  const outcome = page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener('lr-outcome', (event) => {
          const { holds, says, runs } = event.detail;
          resolve({ holds, codes: says.map(({ code }) => code), runs: runs.length });
        });
      }),
  );
  await card.getByRole('button', { name: 'Run' }).click();
  await expect(card.getByRole('button', { name: 'Stop' })).toBeVisible();
  await expect(card.getByText(/^You saw it:/)).toBeVisible({ timeout: 60_000 });
  expect(await outcome).toEqual({ holds: true, codes: ['falls', 'stays', 'diverges'], runs: 3 });
  await expect(
    card.getByText(/With lr 0\.1 the loss fell from [\d.]+ to [\d.]+ in \d+ steps\./),
  ).toBeVisible();
  await expect(card.getByText('You guessed “never comes down”, and that is what happened.')).toBeVisible();
  await expect(
    card.getByText(/^It stopped soon after step \d+, where lr 0\.1 had clearly learned\.$/),
  ).toBeVisible();
  await expect(card.getByText('Trained in this page just now, with seed 7.')).toBeVisible();
  await page.evaluate(() => (document.querySelector('lr-experiment')!.lang = 'zh-CN'));
  // The same history, in the other language.
  await expect(page.getByText(/^如你所见：/)).toBeVisible();
  await expect(page.getByText('你猜的是“降不下来”，猜对了。')).toBeVisible();
});

test('a run can be stopped, and its recorded result stays', async ({ page }) => {
  await page.goto('learn.html#cosine');
  const card = experiment(page, 'T_max: half, all or twice the run');
  await card.getByRole('button', { name: 'Run' }).click();
  await expect(card.getByText(/^Step \d+ of at most 240$/)).toBeVisible({ timeout: 60_000 });
  await card.getByRole('button', { name: 'Stop' }).click();
  await expect(card.getByText('Stopped. Press Run to start over.')).toBeVisible();
  await expect(card.getByText(/^In the recorded run:/)).toBeVisible();
});

test('the counter of a plateau is shown', async ({ page }) => {
  await page.goto('learn.html#plateau');
  await expect(page.getByText(/ReduceLROnPlateau: \d of 3 bad epochs; needs < [\d.]+/)).toBeVisible();
});

test('the edge of the step moves before a run', async ({ page }) => {
  await page.goto('learn.html#step-decay');
  const card = experiment(page, 'A constant rate against StepLR');
  await expect(card.getByText(/^In the recorded run:/)).toBeVisible();
  await card.getByRole('slider', { name: 'step_size = 4' }).press('ArrowLeft');
  await expect(card.getByRole('slider', { name: 'step_size = 3' })).toBeFocused();
  await expect(card.getByText('Changed. Press Run to see what happens.')).toBeVisible();
  await expect(card.getByRole('link', { name: 'Open in the lab' })).toHaveAttribute('href', /#lab=/);
  await card.getByRole('slider').press('ArrowRight');
  await expect(card.getByText(/^In the recorded run:/)).toBeVisible();
  await expect(card.getByRole('link', { name: 'Open in the lab' })).toHaveAttribute(
    'href',
    /index\.html\?experiment=step-decay$/,
  );
});

test('a parameter in the text marks its line and its code, by pointer, keyboard and touch', async ({
  page,
}) => {
  await page.goto('learn.html');
  const plot = page.getByRole('img', { name: /^Loss\./ });
  await expect(plot).toBeVisible();
  const marked = () => page.locator('lr-experiment').first().locator('path.marked').count();
  const parameter = page.getByRole('button', { name: '0.1', exact: true });
  await parameter.hover();
  await expect.poll(marked).toBe(1);
  await page.mouse.move(0, 0);
  await expect.poll(marked).toBe(0);
  await page.getByRole('button', { name: '0.001' }).focus();
  await page.keyboard.press('Tab');
  await expect(parameter).toBeFocused();
  await expect.poll(marked).toBe(1);
  await expect(page.locator('pre.marked')).toHaveCount(1);
  await page.keyboard.press('Tab');
  await page.getByRole('heading', { level: 1 }).click();
  await expect.poll(marked).toBe(0);
  await parameter.click();
  await expect(parameter).toHaveAttribute('aria-pressed', 'true');
});

test('the Chinese article is complete, and a switch keeps the section', async ({ page }) => {
  await page.goto('learn.html#resume');
  await page.getByRole('link', { name: '中文' }).click();
  await expect(page).toHaveURL(/learn\.zh\.html#resume$/);
  await expect(page.getByRole('heading', { name: '11 · 停下与恢复' })).toBeVisible();
  await expect(page.locator('section.current').getByText(/^录制的结果：/)).toBeVisible();
  // The choice is kept: the English address opens the Chinese page.
  await page.goto('learn.html#cosine');
  await expect(page).toHaveURL(/learn\.zh\.html#cosine$/);
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page).toHaveURL(/learn\.html#cosine$/);
  await expect(page.getByRole('heading', { name: '6 · Cosine, T_max and restarts' })).toBeVisible();
});

test('it fits 320 px, prints all of its sections, and axe finds nothing', async ({ page }) => {
  for (const file of ['learn.html', 'learn.zh.html']) {
    await page.setViewportSize({ width: 320, height: 800 });
    await page.goto(file);
    await page.locator('.contents button').click();
    await expect(page.getByRole('img', { name: /./ })).toHaveCount(22);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, file).toBeLessThanOrEqual(0);
    await expectNoViolations(page, `${file} at 320 px`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectNoViolations(page, `${file}, dark`);
    await page.emulateMedia({ colorScheme: null });
    await page.locator('.contents button').click();
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('heading', { level: 2, name: /^\d+ · / })).toHaveCount(11);
    await expect(page.getByRole('button', { name: /^(Run|运行)$/ })).toHaveCount(0);
    await page.emulateMedia({ media: null });
  }
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('the whole text reads', async ({ page }) => {
    await page.goto('learn.html#resume');
    await expect(page.getByRole('heading', { level: 2, name: /^\d+ · / })).toHaveCount(11);
    await expect(page.getByRole('link', { name: '中文' })).toHaveAttribute('href', /learn\.zh\.html$/);
  });
});

test.describe('without WebGPU and without its worker', () => {
  test('recorded results are shown, and a run says in place why it cannot train', async ({ page }) => {
    await page.route(/worker-.*\.js$/, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: '' }),
    );
    await page.goto('learn.html#resume');
    const section = page.locator('section.current');
    await expect(section.getByText(/^In the recorded run:/)).toBeVisible();
    await expect(section.getByText(/used the same rates/)).toBeVisible();
  });
});
