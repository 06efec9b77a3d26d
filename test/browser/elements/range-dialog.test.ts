/** The range test: its dialog as a person works it, and what becomes of a suggestion. */
import type { LrLab } from '../../../components/index.js';
import type { LabPage } from '../support/lab-page.js';
import { expect, test } from '../support/lab-page.js';

const small = '<lr-lab model="tiny" batch-size="8" steps-per-epoch="10" epochs="40"></lr-lab>';

const languages = [
  {
    lang: 'en',
    open: 'LR range test',
    title: 'Learning-rate range test',
    steps: 'Steps',
    start: 'Start the test',
    use: /^Use ([\d.e-]+) as the learning rate$/,
    done: /^The learning rate is [\d.e-]+ now\.$/,
  },
  {
    lang: 'zh-CN',
    open: '学习率范围测试',
    title: '学习率范围测试（LR range test）',
    steps: '步数',
    start: '开始测试',
    use: /^把学习率设为 ([\d.e-]+)$/,
    done: /^学习率现在是 [\d.e-]+。$/,
  },
] as const;

const rates = (lab: LabPage) =>
  lab.element.evaluate(({ lab }: LrLab) => ({
    configured: lab!.config.value.optimizer.lr,
    next: lab!.runs.value[0].lr.value[0],
    steps: lab!.runs.value[0].history.length,
  }));

for (const words of languages) {
  test(`a range test before the start suggests a rate that becomes the run’s, in ${words.lang}`, async ({
    lab,
  }) => {
    const { page } = lab;
    await lab.embed(small);
    await page.evaluate((lang) => (document.documentElement.lang = lang), words.lang);
    await lab.press(words.open);
    const dialog = page.getByRole('dialog', { name: words.title });
    await dialog.getByRole('textbox', { name: words.steps }).fill('60');
    await dialog.getByRole('button', { name: words.start }).click();
    const use = dialog.getByRole('button', { name: words.use }).first();
    await use.click();
    const wanted = Number(words.use.exec((await use.textContent())!.trim())![1]);
    await expect(dialog.getByRole('status').filter({ hasText: words.done })).toBeVisible();
    expect(await rates(lab)).toEqual({ configured: wanted, next: wanted, steps: 0 });
  });
}

test('a range test leaves a trained run as it is, and its suggestion becomes the rate of the next step', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(small);
  await lab.element.evaluate(({ lab }: LrLab) => lab!.step(5));
  const before = await lab.run();
  await lab.openMenu();
  await page.getByRole('button', { name: 'LR range test' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Learning-rate range test' });
  await dialog.getByRole('textbox', { name: 'Steps', exact: true }).fill('60');
  await page.keyboard.press('Enter');
  const use = dialog.getByRole('button', { name: /^Use .* as the learning rate$/ }).first();
  await expect(use).toBeVisible();
  expect((await lab.run()).loss).toEqual(before.loss);
  await use.focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('status').filter({ hasText: 'now' })).toBeVisible();
  const wanted = Number(/Use (\S+) as/.exec((await use.textContent())!)![1]);
  expect((await rates(lab)).next).toBe(wanted);
  expect((await rates(lab)).configured).toBe(0.1);

  // The curve is there for those who do not see it.
  await expect(dialog.getByRole('img', { name: /logarithmic\. Suggested: 1: / })).toBeVisible();
  await dialog.getByText('The curve as a table').click();
  await expect(dialog.getByRole('row')).not.toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('a range test can set OneCycleLR’s maximum', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small.replace('>', ' policy=\'{"type":"OneCycleLR","maxLr":3,"totalSteps":400}\'>'));
  await lab.element.evaluate(({ lab }: LrLab) => lab!.step(2));
  await lab.press('LR range test');
  await page.getByRole('textbox', { name: 'Steps', exact: true }).fill('60');
  await page.getByRole('button', { name: 'Start the test' }).click();
  const use = page.getByRole('button', { name: /as OneCycleLR’s max_lr$/ }).first();
  await use.click();
  const wanted = Number(/Use (\S+) as/.exec((await use.textContent())!)![1]);
  await expect
    .poll(async () => (await lab.run()).entries[0].scheduler)
    .toMatchObject({ type: 'OneCycleLR', maxLr: wanted });
});

test('a range test reports wrong bounds at their fields, and can be cancelled', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  await lab.press('LR range test');
  const field = (name: string) => page.getByRole('textbox', { name });
  await field('From lr').fill('fast');
  await page.getByRole('button', { name: 'Start the test' }).click();
  await expect(field('From lr')).toHaveAttribute('aria-invalid', 'true');
  await expect(field('From lr')).toBeFocused();
  await field('From lr').fill('1');
  await field('To lr').fill('0.1');
  await page.getByRole('button', { name: 'Start the test' }).click();
  await expect(field('To lr')).toHaveAttribute('aria-invalid', 'true');

  await field('From lr').fill('1e-6');
  await field('To lr').fill('1e-5');
  await field('Steps').fill('9000');
  await page.getByRole('button', { name: 'Start the test' }).click();
  await expect(page.getByRole('dialog').getByText(/^Testing rates: /)).toBeVisible();
  await page.getByRole('button', { name: 'Cancel the test' }).click();
  await expect(page.getByRole('button', { name: 'Start the test' })).toBeEnabled();
  expect(await rates(lab)).toMatchObject({ configured: 0.1, steps: 0 });
});

test('a suggestion for a run that has finished says why it cannot be used', async ({ lab }) => {
  const { page } = lab;
  await lab.embed('<lr-lab model="tiny" batch-size="8" steps-per-epoch="5" epochs="1"></lr-lab>');
  await lab.element.evaluate(({ lab }: LrLab) => lab!.step(5));
  await lab.press('LR range test');
  const dialog = page.getByRole('dialog', { name: 'Learning-rate range test' });
  await dialog.getByRole('textbox', { name: 'Steps', exact: true }).fill('60');
  await dialog.getByRole('button', { name: 'Start the test' }).click();
  const use = dialog.getByRole('button', { name: /^Use .* as the learning rate$/ }).first();
  await expect(use).toHaveAttribute('aria-disabled', 'true');
  await expect(use).toHaveAccessibleDescription(/^Run A has finished, so its rate can no longer change\./);
});
