/** What a reader is shown of a change before it is made, by the panel and by the chart. */
import type { LrLab } from '../../components/index.js';
import { expect, test, type LabPage } from './lab-page.js';

const policy = JSON.stringify([
  { scheduler: { type: 'MultiStepLR', milestones: [20, 40], gamma: 0.5 }, interval: 'step' },
]);
const markup = `<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="6" lr="0.1" policy='${policy}'>
  <lr-run-controls></lr-run-controls><lr-rate-chart></lr-rate-chart><lr-scheduler-panel></lr-scheduler-panel></lr-lab>`;

const step = (lab: LabPage, count: number) =>
  lab.element.evaluate((element: LrLab, steps) => element.lab!.step(steps), count);

/** The rates to come of the run, step by step. */
const ghost = (lab: LabPage) =>
  lab.element.evaluate((element: LrLab) => {
    const { from, lr } = element.lab!.runs.value[0].preview.value;
    return { from, lr: Array.from(lr[0]) };
  });

test('a swap at the next epoch is drawn before it is made, then as planned, and then it comes', async ({
  lab,
}) => {
  const { page } = lab;
  const would = (first: string, last: string) =>
    page.getByText(`the rate would go ${first} → ${last}: dotted`, { exact: false });
  const gamma = page.getByRole('textbox', { name: 'gamma', exact: true });
  const milestones = page.getByRole('slider', { name: /milestone/ });
  const draft = page.getByText(/preview for A/);
  const problem = page.getByText('Something else acts at that step already.', { exact: false });

  await lab.embed(markup);
  await gamma.fill('0.1');
  await expect(would('0.1', '0.001')).toBeVisible();
  await gamma.fill('0.5');
  await expect(draft).toBeHidden();

  await step(lab, 25);
  await expect(milestones).toHaveCount(1);
  await gamma.fill('0.1');
  // From the rate of now, a milestone 20 steps later and none after it in this run.
  await expect(would('0.05', '0.005')).toBeVisible();
  await expect(draft).toBeVisible();
  await page.getByRole('radio', { name: 'next epoch' }).check();
  await lab.button('Swap the schedule').click();
  await expect(page.getByText(/Will be swapped in at step 30/)).toBeVisible();
  await expect(would('0.05', '0.005')).toBeHidden();
  await expect(draft).toBeHidden();
  await expect(problem).toBeHidden();
  // Out of sight it is not drawn.
  await page.getByRole('region', { name: 'Learning rate' }).scrollIntoViewIfNeeded();
  await expect(milestones).toHaveCount(0);

  await gamma.fill('0.2');
  await expect(problem).toBeVisible();
  await expect(lab.button('Swap the schedule')).toBeDisabled();
  await gamma.fill('0.1');
  await expect(problem).toBeHidden();
  await expect(lab.button('Swap the schedule')).toBeEnabled();

  const { from, lr } = await ghost(lab);
  await step(lab, 35);
  expect(lr).toEqual((await lab.run()).lr.slice(from));
});

test('what would happen now is told anew while the run trains', async ({ lab }) => {
  const { page } = lab;
  const decay = JSON.stringify({ scheduler: { type: 'ExponentialLR', gamma: 0.999 }, interval: 'step' });
  await lab.embed(markup.replace(policy, decay).replace('epochs="6"', 'epochs="500"'));
  await page.getByRole('textbox', { name: 'gamma', exact: true }).fill('0.9985');
  const would = (first: string) => page.getByText(new RegExp(`the rate would go ${first}`));
  await expect(would('0\\.1 ')).toBeVisible();
  await lab.button('Start').click();
  await lab.untilStep(110);
  await expect(would('0\\.0[78]')).toBeVisible();
  await expect(page.getByText(/preview for A/)).toBeVisible();
  await lab.button('Pause').click();
  await lab.untilState('paused');
  const [rate] = await lab.element.evaluate((element: LrLab) => element.lab!.runs.value[0].lr.value);
  await expect(would(`${Number(rate.toPrecision(4))}`)).toBeVisible();
});
