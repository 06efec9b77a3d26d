/** The lab in a lesson: an experiment or a few parts by address, and a link as a QR code. */
import type { LrLab } from '../../../components/index.js';
import { expect, test } from '../support/lab-page.js';

test('?experiment= opens a guided experiment in the lab, ready to start', async ({ lab }) => {
  const { page } = lab;
  await page.goto('?experiment=step-decay&seed=3');
  const runs = () =>
    lab.element.evaluate(({ lab }: LrLab) =>
      lab!.runs.value.map((run) => [run.name.value, run.config.seed, run.config.policy.length]),
    );
  await expect.poll(runs).toEqual([
    ['lr 0.5', 3, 0],
    ['StepLR', 3, 1],
  ]);
});

test('an unknown experiment is said in place, and loses nothing', async ({ lab }) => {
  const { page } = lab;
  await page.goto('?experiment=no-such');
  await expect(page.getByRole('alert').getByText(/session/)).toBeVisible();
  expect(await lab.element.evaluate(({ lab }: LrLab) => lab!.runs.value.length)).toBe(1);
});

test('?controls= shows only the named parts, and without any the charts', async ({ lab }) => {
  const { page } = lab;
  await page.goto('?controls=run,loss');
  await expect(lab.button('Start')).toBeVisible();
  expect(await lab.element.evaluate((element) => element.childElementCount)).toBe(2);
  await expect(page.locator('lr-scheduler-panel')).toHaveCount(0);
  await page.goto('?controls=none');
  await expect(page.locator('lr-lab > lr-loss-chart')).toBeVisible();
  await expect(page.locator('lr-lab > lr-rate-chart')).toBeVisible();
  await expect(lab.button('Start')).toHaveCount(0);
});

test('the link to an experiment is a QR code, and one that is too long says so', async ({ lab }) => {
  const { page } = lab;
  await page.goto('learn.html#cosine');
  const card = page.getByRole('region', { name: 'T_max: half, all or twice the run' });
  await card.getByRole('button', { name: 'QR code' }).click();
  await expect(card.getByRole('img', { name: 'QR code of the link to this experiment' })).toBeVisible();
  await card.getByRole('button', { name: 'QR code' }).click();
  await expect(card.getByRole('img', { name: /^QR code/ })).toHaveCount(0);

  const milestones = Array.from({ length: 900 }, (_, index) => index * index * 7 + 1);
  const long = {
    title: 'Long',
    setup: {},
    runs: [{ name: 'a', policy: { type: 'MultiStepLR', milestones } }],
    check: [{ code: 'falls', run: 'a', share: 1 }],
  };
  await page.route('**/long.json', (route) => route.fulfill({ json: long }));
  await lab.embed('<lr-experiment src="long.json" lab-href="/index.html"></lr-experiment>');
  await lab.button('QR code').click();
  await expect(
    page.getByText(/This link has [\d,]+ characters; a QR code holds at most 1,200\./),
  ).toBeVisible();
});
