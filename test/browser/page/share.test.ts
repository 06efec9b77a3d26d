/** Sessions that travel: a link opened elsewhere, a link that is broken, and the session of an earlier visit. */
import type { Page } from '@playwright/test';

import type { LrLab } from '../../../components/index.js';
import { rowsKept } from '../support/kept-session.js';
import { expect, LabPage, test } from '../support/lab-page.js';

const markup = '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="4" share></lr-lab>';

/** Opens a page that embeds a lab, with this hash in its address. */
async function openAt(page: Page, hash: string, html = markup): Promise<LabPage> {
  const lab = new LabPage(page);
  await page.goto(`test/browser/support/pages/embed.html${hash}`);
  await page.waitForFunction(() => customElements.get('lr-lab'));
  await page.evaluate((html) => (document.body.innerHTML = html), html);
  return lab;
}

async function sharedLink(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const field = page.getByRole('dialog').getByRole('textbox', { name: 'Link' });
  await expect(field).toHaveValue(/#lab=/);
  return field.inputValue();
}

test('a link reproduces the same losses in another page', async ({ lab, context }) => {
  const { page } = lab;
  await openAt(page, '', markup.replace('seed', ''));
  await lab.step(10);
  await lab.untilStep(10);
  await lab.page.getByRole('radio', { name: 'Exponential', exact: true }).check();
  await lab.button('Chain on top').click();
  await expect.poll(async () => (await lab.run()).interventions.length).toBe(1);
  await lab.button('Start').or(lab.button('Resume')).click();
  await lab.untilState('finished');
  const link = await sharedLink(page);
  const made = await lab.run();

  const other = await openAt(await context.newPage(), new URL(link).hash, '<lr-lab share></lr-lab>');
  await expect.poll(async () => (await other.run()).plan.steps).toBe(40);
  // Nothing is kept yet, so a reload opens it a second time.
  expect(new URL(other.page.url()).hash).toBe(new URL(link).hash);
  await other.button('Start').click();
  await expect.poll(() => new URL(other.page.url()).hash).toBe('');
  await other.untilState('finished');
  const again = await other.run();
  expect(again.loss).toEqual(made.loss);
  expect(again.lr).toEqual(made.lr);
  expect(again.interventions).toEqual(made.interventions);
});

test('the page says what a link holds, until something of it is changed', async ({ lab }) => {
  const { page } = lab;
  await openAt(page, '');
  const link = await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.swap(lab!.runs.value[0], { type: 'ExponentialLR', gamma: 0.9 }, { at: 20 });
    return lab!.shareLink();
  });
  const notice = page.getByRole('status').filter({ hasText: 'Shared session' });
  const changes = [
    () => page.getByRole('radio', { name: 'Cosine', exact: true }).check(),
    () => lab.element.evaluate(({ lab }: LrLab) => lab!.reset({ seed: 3 })),
    () => page.getByRole('button', { name: 'Cancel: ' }).click(),
  ];
  for (const [index, change] of changes.entries()) {
    await openAt(page, `?${index}${new URL(link).hash}`);
    await expect(notice).toContainText('Run A: StepLR. At step 20, ExponentialLR takes over. Press Start');
    await change();
    await expect(notice).toHaveCount(0);
  }
  await openAt(page, `?zh${new URL(link).hash}`, markup.replace('share', 'share lang="zh-CN"'));
  await expect(page.getByText('运行 A：StepLR；从第 20 步起换用 ExponentialLR。点击“开始”')).toBeVisible();
});

test('the link is a QR code too, unless it is too long for one', async ({ lab }) => {
  const { page } = lab;
  await openAt(page, '');
  await sharedLink(page);
  await lab.button('QR code').click();
  await expect(page.getByRole('img', { name: 'QR code of this link' })).toBeVisible();
  await lab.button('QR code').click();
  await expect(page.getByRole('img', { name: /^QR code/ })).toHaveCount(0);
  const milestones = Array.from({ length: 900 }, (_, index) => index * index * 7 + 1);
  const policy = JSON.stringify({ type: 'MultiStepLR', milestones });
  await openAt(page, '', markup.replace('share', `share policy='${policy}'`));
  await sharedLink(page);
  await lab.button('QR code').click();
  await expect(
    page.getByText(/This link has [\d,]+ characters; a QR code holds at most 1,200\./),
  ).toBeVisible();
});

test('the share dialog copies the link, or shows how to where the browser forbids it', async ({
  lab,
  context,
}) => {
  const { page } = lab;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openAt(page, '');
  const link = await sharedLink(page);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Copied.' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);

  await page.evaluate(() =>
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) },
    }),
  );
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'press Ctrl/⌘+C' })).toBeVisible();
});

test('a broken link is reported in words, and the page’s own run stays', async ({ lab }) => {
  const { page } = lab;
  await openAt(page, '#lab=nonsense');
  await expect(page.getByRole('alert')).toContainText('no session that can be opened');
  await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
  await lab.button('Step').click();
  await lab.untilStep(1);
  expect((await lab.run()).plan.steps).toBe(40);
});

test('a link opened over trained runs asks first', async ({ lab }) => {
  const { page } = lab;
  await openAt(page, '');
  const { hash } = new URL(await sharedLink(page));
  await page.keyboard.press('Escape');
  await lab.step(10);
  await lab.untilStep(10);
  await page.evaluate((hash) => (location.hash = hash), hash);
  await page.getByRole('button', { name: 'Keep my runs' }).click();
  expect((await lab.run()).loss).toHaveLength(10);
  expect(new URL(page.url()).hash).toBe('');
  await page.evaluate((hash) => (location.hash = hash), hash);
  await page.getByRole('button', { name: 'Open' }).click();
  await expect.poll(async () => (await lab.run()).loss.length).toBe(0);
});

test('a lab without the share attribute opens no link and offers none', async ({ lab }) => {
  const { page } = lab;
  await openAt(page, '#lab=nonsense', markup.replace(' share', ''));
  await expect(lab.button('Start')).toBeEnabled();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(lab.button('Share')).toHaveCount(0);
});

const kept = markup.replace('share', 'keep="test-of-the-page"');

test('a session that was paused is restored after a reload where it was, and trains when asked', async ({
  lab,
}) => {
  const { page } = lab;
  await openAt(page, '', kept);
  await lab.step(10);
  await lab.untilStep(10);
  await lab.untilState('paused');
  const before = await lab.run();
  await expect.poll(() => rowsKept(page, 'test-of-the-page')).toBe(10);
  await openAt(page, '?again', kept);
  const notice = page.getByRole('region', { name: 'Your last session' });
  await expect(notice).toContainText('Run A, 10 steps');
  await notice.getByRole('button', { name: 'Restore' }).click();
  await lab.untilState('paused');
  await lab.button('Resume').click();
  await lab.untilState('finished');
  expect((await lab.run()).loss.slice(0, 10)).toEqual(before.loss);
  expect((await lab.run()).loss).toHaveLength(40);
});

test('the last session is removed when asked', async ({ lab }) => {
  const { page } = lab;
  await openAt(page, '', kept);
  await lab.button('Step').click();
  await lab.untilStep(1);
  await lab.untilState('paused');
  await expect.poll(() => rowsKept(page, 'test-of-the-page')).toBe(1);
  await openAt(page, '?again', kept);
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('region', { name: 'Your last session' })).toHaveCount(0);
  await expect.poll(() => rowsKept(page, 'test-of-the-page')).toBe(0);
  await openAt(page, '?once-more', kept);
  await expect(lab.button('Start')).toBeEnabled();
  await page.waitForTimeout(1000);
  await expect(page.getByRole('region', { name: 'Your last session' })).toHaveCount(0);
});
