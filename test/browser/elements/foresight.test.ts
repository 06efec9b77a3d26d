/** What a reader is shown of a change before it is made, by the panel and by the chart. */
import type { LrLab } from '../../../components/index.js';
import { expect, test, type LabPage } from '../support/lab-page.js';

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

test('a swap at the next epoch is drawn as a draft, then as planned, and then happens as drawn', async ({
  lab,
}) => {
  const { page } = lab;
  const would = (first: string, last: string) =>
    page.getByText(`Preview (dotted): ${first} → ${last}`, { exact: false });
  const gamma = page.getByRole('textbox', { name: 'gamma', exact: true });
  const milestones = page.getByRole('slider', { name: /milestone/ });
  const draft = page.getByText(/preview for A/);
  const problem = page.getByText('Another change is already planned for that step.', { exact: false });

  await lab.embed(markup);
  await gamma.fill('0.1');
  // Before the start it is the run's own.
  await expect(draft).toBeHidden();
  await gamma.fill('0.5');
  await expect(draft).toBeHidden();

  await step(lab, 25);
  await expect(milestones).toHaveCount(1);
  await gamma.fill('0.1');
  // From the rate of now, a milestone 20 steps later and none after it in this run.
  await expect(would('0.05', '0.005')).toBeVisible();
  await expect(draft).toBeVisible();
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole('radio', { name: 'next epoch' }).check();
  await page.keyboard.press('Escape');
  await lab.button(/^Swap in/).click();
  await expect(page.getByText(/Will be swapped in at step 30/)).toBeVisible();
  await expect(would('0.05', '0.005')).toBeHidden();
  await expect(draft).toBeHidden();
  await expect(problem).toBeHidden();
  // Out of sight it is not drawn.
  await page.getByRole('group', { name: 'Learning rate', exact: true }).scrollIntoViewIfNeeded();
  await expect(milestones).toHaveCount(0);

  await gamma.fill('0.2');
  await expect(problem).toBeVisible();
  await expect(lab.button(/^Swap in/)).toBeDisabled();
  await gamma.fill('0.1');
  await expect(problem).toBeHidden();
  await expect(lab.button(/^Swap in/)).toBeEnabled();

  const { from, lr } = await ghost(lab);
  await step(lab, 35);
  expect(lr).toEqual((await lab.run()).lr.slice(from));
});

test('the draft of a change follows a run that trains', async ({ lab }) => {
  const { page } = lab;
  const decay = JSON.stringify({ scheduler: { type: 'ExponentialLR', gamma: 0.999 }, interval: 'step' });
  await lab.embed(markup.replace(policy, decay).replace('epochs="6"', 'epochs="500"'));
  const would = (first: string) => page.getByText(new RegExp(`Preview \\(dotted\\): ${first}`));
  await step(lab, 5);
  await page.getByRole('textbox', { name: 'gamma', exact: true }).fill('0.9985');
  await expect(would('0\\.099')).toBeVisible();
  await lab.button('Resume').click();
  await lab.untilStep(110);
  await expect(would('0\\.0[78]')).toBeVisible();
  await expect(page.getByText(/preview for A/)).toBeVisible();
  await lab.button('Pause').click();
  await lab.untilState('paused');
  const [rate] = await lab.element.evaluate((element: LrLab) => element.lab!.runs.value[0].lr.value);
  await expect(would(`${Number(rate.toPrecision(4))}`)).toBeVisible();
});
