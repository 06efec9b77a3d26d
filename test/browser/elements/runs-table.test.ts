/** The table of runs, as a person works it: by role and label, by keyboard alone, and by touch on a phone. */
import { readFile } from 'node:fs/promises';

import type { Download, Page } from '@playwright/test';

import type { LrLab } from '../../../components/index.js';
import type { LabPage } from '../support/lab-page.js';
import { expect, test } from '../support/lab-page.js';

const small = '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="400"></lr-lab>';

/** Words of the page in both languages. */
const languages = [
  {
    lang: 'en',
    fork: 'Fork here',
    confirm: 'Fork',
    select: 'Select run B',
    hide: 'Hide run A in the charts',
    show: 'Show run A in the charts',
    more: 'More for run B',
    rename: 'Rename…',
    newName: 'New name of run B',
    nameLimit: 'At most 40 characters.',
    forked: /forked from A at 10/,
  },
  {
    lang: 'zh-CN',
    fork: '在此分叉',
    confirm: '分叉',
    select: '选中运行 B',
    hide: '在图上隐藏运行 A',
    show: '在图上显示运行 A',
    more: '运行 B 的更多操作',
    rename: '重命名…',
    newName: '运行 B 的新名称',
    nameLimit: '最多 40 个字符。',
    forked: /在第 10 步从 A 分叉/,
  },
] as const;

async function open(lab: LabPage, lang = 'en', markup = small): Promise<void> {
  await lab.embed(markup);
  await lab.page.evaluate((lang) => (document.documentElement.lang = lang), lang);
}

const rowOf = (page: Page, header: RegExp) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: header }) });

const names = (lab: LabPage) =>
  lab.element.evaluate(({ lab }: LrLab) => lab!.runs.value.map((run) => run.name.value));

for (const words of languages) {
  test(`a run is forked, its parent hidden and the fork renamed, in ${words.lang}`, async ({ lab }) => {
    const { page } = lab;
    await open(lab, words.lang);
    await lab.step(10);
    await lab.untilStep(10);
    await lab.button(words.fork).click();
    await page.getByRole('dialog').getByRole('button', { name: words.confirm, exact: true }).click();
    await expect(rowOf(page, /B/)).toContainText(words.forked);
    await page.getByRole('radio', { name: words.select }).check();
    await expect(page.locator('lr-loss-chart')).toContainText('A');

    await lab.button(words.hide).click();
    await expect(lab.button(words.show)).toHaveAttribute('aria-pressed', 'true');
    const legend = page.locator('lr-loss-chart b');
    await expect(legend.filter({ hasText: /^A$/ })).toHaveCount(0);
    await lab.button(words.show).click();
    await expect(lab.button(words.hide)).toBeVisible();

    await lab.button(words.more).click();
    await page.getByRole('menuitem', { name: words.rename }).click();
    const name = page.getByRole('textbox', { name: words.newName });
    await name.fill('x'.repeat(40));
    await expect(page.getByText(words.nameLimit)).toBeVisible();
    await name.fill('余弦');
    await expect(page.getByText(words.nameLimit)).toBeHidden();
    await page.keyboard.press('Enter');
    await expect(rowOf(page, /余弦/)).toBeVisible();
    expect(await names(lab)).toEqual(['A', '余弦']);
  });
}

test('the table of runs works with the keyboard alone', async ({ lab }) => {
  const { page } = lab;
  await open(lab);
  await lab.element.evaluate(({ lab }: LrLab) => lab!.step(5));
  const press = async (name: string, key = 'Enter') => {
    await page.getByRole('button', { name, exact: true }).focus();
    await page.keyboard.press(key);
  };
  await press('Fork run A');
  await press('Fork');
  await expect.poll(() => names(lab)).toEqual(['A', 'B']);
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('radio', { name: 'Select run A' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'Select run B' })).toBeChecked();

  await press('More for run B', 'Space');
  await expect(page.getByRole('menuitem', { name: 'Resume this run' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Rename…' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.type('slow');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('radio', { name: 'Select run slow' })).toBeFocused();
  expect(await names(lab)).toEqual(['A', 'slow']);

  await press('More for run slow');
  await page.keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: 'Remove this run' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect.poll(() => names(lab)).toEqual(['A']);
});

test('Escape cancels a renaming', async ({ lab }) => {
  const { page } = lab;
  await open(lab);
  await lab.step(1);
  await lab.button('More for run A').click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.keyboard.type('no');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('radio', { name: 'Select run A' })).toBeVisible();
  expect(await names(lab)).toEqual(['A']);
});

test('one run is paused while the other trains on', async ({ lab }) => {
  const { page } = lab;
  await open(lab);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.step(3);
    await lab!.fork(lab!.runs.value[0]);
    await lab!.start();
  });
  await lab.button('More for run B').click();
  await page.getByRole('menuitem', { name: 'Pause this run' }).click();
  await expect(rowOf(page, /B/)).toContainText('paused');
  const steps = () =>
    lab.element.evaluate(({ lab }: LrLab) => lab!.runs.value.map(({ history }) => history.length));
  const [before, paused] = await steps();
  await lab.untilStep(before + 5);
  expect((await steps())[1]).toBe(paused);
  await lab.button('Pause').click();
});

test('a diverged run reports its step, and is rewound to before it', async ({ lab }) => {
  const { page } = lab;
  await open(
    lab,
    'en',
    '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="400" lr="1e6"></lr-lab>',
  );
  await lab.button('Start').click();
  await expect(rowOf(page, /A/)).toContainText('Diverged at step');
  const back = { name: /^Rewind and retry with lr / };
  await page.locator('lr-run-controls').getByRole('button', back).click();
  await expect(rowOf(page, /B/)).toContainText('same start as A');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByRole('radio', { name: 'Select run B' })).toBeChecked();
  const rates = await lab.element.evaluate(({ lab }: LrLab) =>
    lab!.runs.value.map((run) => [run.state.value, run.lr.value[0]]),
  );
  expect(rates[0][0]).toBe('held');
  expect(rates[1][1]).toBeLessThanOrEqual(0.01);

  // The same way is offered in the table, for as long as the run is there.
  await rowOf(page, /A/).getByRole('button', back).click();
  await expect(rowOf(page, /C/)).toContainText('same start as A');
});

/** What a click saves: the files, by name. */
async function saved(page: Page, click: () => Promise<void>, count = 1): Promise<Map<string, Buffer>> {
  const downloads: Download[] = [];
  const keep = (download: Download) => downloads.push(download);
  page.on('download', keep);
  await click();
  await expect.poll(() => downloads.length).toBe(count);
  page.off('download', keep);
  const files = downloads.map(
    async (download) => [download.suggestedFilename(), await readFile(await download.path())] as const,
  );
  return new Map(await Promise.all(files));
}

test('each kind of export saves a file with what it should hold', async ({ lab }) => {
  const { page } = lab;
  await open(lab);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.step(12);
    await lab!.setLr(lab!.runs.value[0], 0.05);
    await lab!.step(3);
  });
  const { loss } = await lab.run();
  const fromMenu = (name: string) => async () => {
    await lab.press('Export');
    await page.getByRole('button', { name }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
    await page.keyboard.press('Escape');
  };

  const session = await saved(page, fromMenu('Session (JSON)'));
  const file = JSON.parse(session.get('lr-lab-session.json')!.toString()) as { format: string };
  expect(file.format).toBe('lr-lab session');

  const csv = (await saved(page, fromMenu('All steps of all runs (CSV)')))
    .get('lr-lab-history.csv')!
    .toString();
  const rows = csv.trim().split('\r\n');
  expect(rows[0]).toBe('run,step,loss,lr,val_loss,val_accuracy');
  expect(rows).toHaveLength(16);
  expect(Number(rows[13].split(',')[2])).toBe(loss[12]);
  expect(Number(rows[13].split(',')[3])).toBe(0.05);

  const program = await saved(page, fromMenu('Export run A as PyTorch script'));
  expect(program.get('lr-lab-run-A.py')!.toString()).toMatch(/if step == 12:[\s\S]*0\.05/);

  const weights = await saved(page, fromMenu('Weights of run A (tf.js)'), 2);
  const model = JSON.parse(weights.get('model.json')!.toString()) as {
    weightsManifest: { weights: { name: string; shape: number[] }[] }[];
  };
  const sizes = model.weightsManifest[0].weights.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  expect(weights.get('weights.bin')!).toHaveLength(4 * sizes.reduce((a, b) => a + b, 0));
  const held = await lab.element.evaluate(async ({ lab }: LrLab) => {
    const weights = await lab!.weights(lab!.runs.value[0]);
    return Object.values(weights).map(({ values }) => Array.from(values));
  });
  const bytes = weights.get('weights.bin')!;
  const floats = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
  expect(floats).toEqual(held.flat());

  const own = await saved(page, async () => {
    await lab.button('More for run A').click();
    await page.getByRole('menuitem', { name: 'Save history (CSV)' }).click();
  });
  expect(own.get('lr-lab-history-A.csv')!.toString()).toBe(csv);
});

test('a session file opens, after a question where trained runs would be lost', async ({ lab }) => {
  const { page } = lab;
  await open(lab);
  await lab.element.evaluate(({ lab }: LrLab) => lab!.step(7));
  const before = await lab.run();
  const text = await lab.element.evaluate(({ lab }: LrLab) => JSON.stringify(lab!.toJSON()));
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.reset();
    await lab!.step(2);
  });
  const choose = async (name: string, content: string) => {
    await lab.press('Export');
    await page
      .getByLabel('Open a session file…')
      .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
  };
  await choose('session.json', text);
  await page.getByRole('button', { name: 'Keep my runs' }).click();
  expect((await lab.run()).loss).toHaveLength(2);

  await choose('broken.json', '{ "format": "lr-lab session", "version": 1, "runs": 3 }');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('alert')).toContainText('damaged');
  expect((await lab.run()).loss).toHaveLength(2);
  await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();

  await choose('session.json', text);
  await page.getByRole('button', { name: 'Open' }).click();
  await expect.poll(async () => (await lab.run()).loss).toEqual(before.loss);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the table of runs works by touch, as cards without sideways scrolling', async ({ lab }) => {
    const { page } = lab;
    await open(lab);
    await page.getByRole('button', { name: 'Step', exact: true }).tap();
    await expect(page.getByText('step 1 / 4,000')).toBeVisible();
    await page.getByRole('button', { name: 'Fork here' }).tap();
    await page.getByRole('dialog').getByRole('button', { name: 'Fork', exact: true }).tap();
    await page.getByRole('radio', { name: 'Runs' }).tap();
    await page.getByRole('button', { name: 'Hide run A in the charts' }).tap();
    await expect(page.getByRole('button', { name: 'Show run A in the charts' })).toBeVisible();
    // As cards the cells still have their roles.
    await expect(rowOf(page, /B/).getByRole('cell').first()).toContainText('StepLR');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });
});
