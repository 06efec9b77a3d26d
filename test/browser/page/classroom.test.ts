/** The lab in a lesson: an experiment or a few parts by address, and a link as a QR code. */
import type { LrLab } from '../../../components/index.js';
import { builtInNames } from '../../../src/experiment/index.js';
import { expectNoViolations } from '../support/axe.js';
import { expect, test, type LabPage } from '../support/lab-page.js';

const namesOf = ({ element }: LabPage) =>
  element.evaluate(({ lab }: LrLab) => lab!.runs.value.map(({ name }) => name.value));

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

test('the menu lists the guided experiments, and loads them when it is opened', async ({ lab }) => {
  const { page } = lab;
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  const isLoaded = () => loaded.some((url) => /experiments-dialog|recorded/.test(url));
  await lab.openDemo();
  await expect(lab.button('Start')).toBeEnabled();
  await lab.openMenu();
  expect(isLoaded()).toBe(false);
  await lab.button('Experiments').click();
  const dialog = page.getByRole('dialog', { name: 'Guided experiments' });
  await expect(dialog.getByRole('listitem')).toHaveCount(builtInNames.length);
  expect(isLoaded()).toBe(true);
  await expectNoViolations(page, 'the experiments', 'lr-lab', 'lr-experiments-dialog');
  await dialog.getByRole('button', { name: /^A constant rate against StepLR/ }).click();
  const question =
    'A constant rate against StepLR. After the cut at epoch 4, the loss ends… lower / higher / about the same';
  await expect(page.getByText(`${question}. Run “lr 0.5”: Constant.`)).toBeVisible();
  await expect.poll(() => namesOf(lab)).toEqual(['lr 0.5', 'StepLR']);
  await expect(lab.button(/^More: /)).toBeFocused();
});

test('an experiment keeps its question beside its runs, which sentences name in quotes', async ({ lab }) => {
  const { page } = lab;
  await lab.embed('<lr-lab model="tiny" batch-size="4"></lr-lab>');
  await lab.press('Experiments');
  await lab.button(/^StepLR\(5\), stepped two ways/).click();
  await expect(
    page.getByText(/Run “StepLR per epoch”: StepLR\. Run “StepLR per batch”: StepLR\./),
  ).toBeVisible();
  await lab.step(25);
  const question = page.getByText(
    'StepLR(5), stepped two ways. Stepped after every batch, the run… learns faster / gets stuck / stays the same',
    { exact: true },
  );
  await expect(question).toBeVisible();
  await expect(
    page.getByText(/“StepLR per \w+” (leads|and “StepLR per \w+” are about equal) at step 25/),
  ).toBeVisible();
  await lab.button('Start over').click();
  await lab.button('Delete and start over').click();
  await expect(question).toBeHidden();
});

test('an experiment replaces trained runs only after a question', async ({ lab }) => {
  await lab.embed('<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="4"></lr-lab>');
  await lab.step(3);
  const choose = async () => {
    await lab.press('Experiments');
    await lab.button(/^Cut the rate when the loss stalls/).click();
  };
  await choose();
  await expect(lab.page.getByText('Opening this experiment replaces your current runs.')).toBeVisible();
  await lab.button('Keep my runs').click();
  expect((await lab.run()).loss).toHaveLength(3);
  await choose();
  await lab.button('Open').click();
  await expect.poll(() => namesOf(lab)).toEqual(['lr 0.7', 'ReduceLROnPlateau']);
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
  await expect(card.getByRole('img', { name: 'QR code of this link' })).toBeVisible();
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
