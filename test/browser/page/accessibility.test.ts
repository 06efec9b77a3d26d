/**
 * Every view and every dialog for everybody: in light, dark and forced colours, in both languages, wide and narrow, axe
 * finds nothing and nothing scrolls sideways. And the two languages; the keyboard alone makes the visit of `journey.test.ts`.
 */
import type { LrLab } from '../../../components/index.js';
import { expectNoViolations } from '../support/axe.js';
import type { LabPage } from '../support/lab-page.js';
import { expect, test } from '../support/lab-page.js';

/** Looks at the page, or at what is inside one of the elements of the lab. */
async function expectAccessible(
  { page }: LabPage,
  view: string,
  element?: string,
  ...inside: string[]
): Promise<void> {
  await expectNoViolations(page, view, ...(element === undefined ? [] : ['lr-lab', element, ...inside]));
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, `pixels that ${view} scrolls sideways`).toBeLessThanOrEqual(0);
}

// Long, and independent of each other.
test.describe.configure({ mode: 'parallel' });

/** Each view is seen in each of these values at least once. */
const appearances = [
  { name: 'light', colorScheme: 'light', forcedColors: 'none', width: 1440, lang: 'en' },
  { name: 'dark', colorScheme: 'dark', forcedColors: 'none', width: 390, lang: 'zh-CN' },
  { name: 'forced colours', colorScheme: 'light', forcedColors: 'active', width: 320, lang: 'en' },
] as const;

for (const { name, colorScheme, forcedColors, width, lang } of appearances) {
  test(`every view and dialog is accessible: ${name}, ${width} px, ${lang}`, async ({ lab }) => {
    const { page } = lab;
    await page.emulateMedia({ colorScheme, forcedColors });
    await page.setViewportSize({ width, height: 900 });
    await lab.embed(
      '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="400" share schedulers-href="."></lr-lab>',
    );
    await page.evaluate((lang) => (document.documentElement.lang = lang), lang);
    await expectAccessible(lab, 'the page before the start');

    await lab.element.evaluate(async ({ lab }: LrLab) => {
      await lab!.step(12);
      const [run] = lab!.runs.value;
      await lab!.chain(run, { type: 'StepLR', stepSize: 1 });
      await lab!.swap(run, { type: 'StepLR', stepSize: 3 }, { at: 60 });
      const fork = await lab!.fork(run, { policy: { type: 'StepLR', stepSize: 2 } });
      await lab!.fork(fork, { lr: 1e6 });
      await lab!.step(6);
    });
    const isNarrow = width < 920;
    const show = async (section: RegExp) => {
      if (isNarrow) await page.getByRole('radio', { name: section }).check();
    };
    await show(/^(Details|训练细节)$/);
    await page.getByText(/^(Under the hood|底层核验)$/).click();
    await expectAccessible(lab, 'the page');
    await show(/^(Runs|运行列表)$/);
    if (isNarrow) await expectAccessible(lab, 'the runs', 'lr-run-table');
    await page.getByRole('button', { name: /^(More for run A|运行 A 的更多操作)$/ }).click();
    await expectAccessible(lab, 'the menu of a run', 'lr-run-table', '[popover]:popover-open');
    await page.keyboard.press('Escape');

    await show(/^(Schedule|策略)$/);
    await expectPanelAccessible(lab);

    await lab.openMenu();
    await expectAccessible(lab, 'the menu of the page');
    await page.getByRole('button', { name: /^(LR range test|学习率范围测试)$/ }).click();
    await page.getByRole('textbox', { name: /^(Steps|步数)$/ }).fill('40');
    await page.getByRole('button', { name: /^(Start the test|开始测试)$/ }).click();
    await expect(page.getByRole('button', { name: /^(Test again|再测一次)$/ })).toBeVisible();
    await page.getByText(/^(The curve as a table|曲线的数据表)$/).click();
    await expectAccessible(lab, 'the range test', 'lr-range-dialog', 'dialog');
    await page.keyboard.press('Escape');

    if (isNarrow) await lab.openMenu();
    await page.getByRole('button', { name: /^(Share|分享)$/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(lab, 'sharing', 'lr-share-dialog', 'dialog');
    await page.keyboard.press('Escape');

    await lab.openMenu();
    await page.getByRole('button', { name: /^(Export|导出)$/ }).click();
    await expectAccessible(lab, 'the export menu', 'lr-export-menu', '[popover]:popover-open');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');

    if (isNarrow) await lab.openMenu();
    await page.getByRole('button', { name: /^(Settings: |设置：)/ }).click();
    await page.getByRole('button', { name: /^(Add a group|增加一组)$/ }).click();
    await page.getByRole('textbox', { name: /^lr$/ }).first().fill('fast');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^(Apply|应用)$/ })
      .click();
    await expect(page.getByRole('alert').first()).toBeVisible();
    await expectAccessible(lab, 'the set-up', 'lr-setup-dialog', 'dialog');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /^(Start over|重新开始)$/ }).click();
    await expectAccessible(lab, 'the question before a reset', 'lr-run-controls', '[popover]:popover-open');
  });
}

/** The three ways to write a policy, valid and with faults, and the fields below them. */
async function expectPanelAccessible(lab: LabPage): Promise<void> {
  const { page } = lab;
  await page.getByRole('tab', { name: 'JSON' }).click();
  const json = page.getByRole('textbox', { name: /JSON/ });
  await json.fill(`{ "type": "SequentialLR", "milestones": [5], "schedulers": [
    { "type": "ChainedScheduler", "schedulers": [
      { "type": "LinearLR", "totalIters": 5 }, { "type": "StepLR", "stepSize": 3 }] },
    { "type": "CosineAnnealingLR", "tMax": 20 }] }`);
  await page.getByRole('button', { name: /^(Options|选项)/ }).click();
  await page.getByRole('radio', { name: /^(at step…|指定步数…)$/ }).check();
  await page.getByRole('textbox', { name: /^(step|步数)$/ }).fill('3');
  await expectAccessible(
    lab,
    'the options of a swap',
    'lr-scheduler-panel',
    'lr-swap-options',
    '[popover]:popover-open',
  );
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: /^(Set learning rate|设置学习率)$/ }).fill('fast');
  await page.getByRole('button', { name: /^(Set|应用)$/ }).click();
  await expect(page.getByRole('alert').filter({ hasText: /number > 0/ })).toBeVisible();
  await expectAccessible(lab, 'valid JSON', 'lr-scheduler-panel');

  await page.getByRole('tab', { name: 'PyTorch' }).click();
  await expectAccessible(lab, 'PyTorch code', 'lr-scheduler-panel', 'lr-policy-editor');

  await page.getByRole('tab', { name: /^(Build|搭建)$/ }).click();
  await page.getByRole('button', { name: /^LinearLR/ }).click();
  const factor = page.getByRole('textbox', { name: 'start_factor' });
  await factor.fill('2');
  await expect(factor).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(lab, 'cards and a form with a fault', 'lr-scheduler-panel', 'lr-policy-editor');
  await page.getByRole('button', { name: /^(Undo|撤销)$/ }).click();

  await page.getByRole('tab', { name: 'JSON' }).click();
  await json.fill('{ "type": "StepLR", "stepSize": 0 }');
  await expect(json).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(lab, 'JSON with a fault', 'lr-scheduler-panel', 'lr-policy-editor');
}

test('the lab switches its language in place, and back', async ({ lab }) => {
  await lab.embed('<lr-lab model="tiny"></lr-lab>');
  await lab.page.getByRole('button', { name: /中文/ }).click();
  await expect(lab.button('开始')).toBeVisible();
  await lab.page.getByRole('button', { name: /English/ }).click();
  await expect(lab.button('Start')).toBeVisible();
});

test.describe('in a browser that speaks Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('the page starts in Chinese, and remembers English from page to page', async ({ page }) => {
    await page.goto('');
    await page.getByRole('link', { name: '策略一览' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('学习率调整策略');
    await page.getByRole('button', { name: /English/ }).click();
    await page.getByRole('link', { name: 'Lab', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
  });
});
