/** `<lr-experiment>` in a stranger's page: by name, by address, with faults, and headless. */
import type { LrExperiment } from '../../../components/lr-experiment/lr-experiment.js';
import { expectNoViolations } from '../support/axe.js';
import { expect, test } from '../support/lab-page.js';

const own = {
  title: 'Halve it',
  setup: { batchSize: 8, stepsPerEpoch: 10, epochs: 4 },
  runs: [
    { name: 'constant' },
    { name: 'halved', policy: { type: 'ExponentialLR', gamma: 0.5 } },
    { name: 'cut', policy: { type: 'MultiStepLR', milestones: [2] } },
  ],
  watch: ['loss', 'lr'],
  stop: [{ when: 'cut', run: 'cut', more: 4 }],
  guess: {
    choices: [
      { name: 'sooner', when: [{ code: 'rate-below', run: 'halved', share: 0.5, by: 10 }] },
      { name: 'later', when: [] },
    ],
  },
  check: [{ code: 'ends-higher', run: 'constant', than: 'halved', times: 2 }],
};

test('an experiment of the page trains, says why it stopped, and opens in a lab', async ({ lab }) => {
  const { page } = lab;
  await page.route('**/my.json', (route) => route.fulfill({ json: own }));
  await lab.embed('<lr-experiment src="my.json" lab-href="/index.html" seed="3"></lr-experiment>');
  const card = page.getByRole('region', { name: 'Halve it' });
  await expect(
    card.getByText('Not run yet. Press Run to train it in this page. 3 runs, at most 40 steps each'),
  ).toBeVisible();
  await card.getByRole('radio', { name: 'later' }).check();
  await card.getByRole('button', { name: 'Run' }).click();
  await expect(card.getByText('constant ended with a rate of 0.1, halved with 0.025.')).toBeVisible();
  await expect(card.getByText('You guessed “later”; the answer was “sooner”.')).toBeVisible();
  await expect(
    card.getByText('It stopped once the cut of cut at step 20 had shown its effect.'),
  ).toBeVisible();
  await expect(card.getByRole('link', { name: 'Open in the lab' })).toHaveAttribute('href', /#lab=/);
  await card.getByText('PyTorch code').click();
  await expect(card.getByText(/MultiStepLR\(optimizer, milestones=\[2\]\)/)).toBeVisible();
  await expectNoViolations(page, 'an experiment of the page', 'lr-experiment');
});

test('run({ seed }) resolves with the outcome, and honest words offer another seed', async ({ lab }) => {
  const { page } = lab;
  const impossible = { ...own, check: [{ code: 'diverges', run: 'constant' }] };
  await page.route('**/my.json', (route) => route.fulfill({ json: impossible }));
  await lab.embed('<lr-experiment src="my.json"></lr-experiment>');
  const outcome = await page.locator('lr-experiment').evaluate(async (element: LrExperiment) => {
    const { holds, says, runs, seed } = await element.run({ seed: 5 });
    return { holds, seed, codes: says.map(({ code }) => code), steps: runs.map(({ loss }) => loss.length) };
  });
  expect(outcome).toEqual({ holds: false, seed: 5, codes: ['diverges'], steps: [25, 25, 25] });
  await expect(page.getByText(/constant did not diverge; its loss ended at/)).toBeVisible();
  // Without a lab's address there is no link to one.
  await expect(page.getByRole('link')).toHaveCount(0);
  await page.getByRole('button', { name: 'Run with another seed' }).click();
  await expect(page.getByText('Trained in this page just now, with seed 6.')).toBeVisible({
    timeout: 60_000,
  });
});

test('a run that is changed meanwhile is a whole program, written when it is looked at', async ({ lab }) => {
  const { page } = lab;
  await lab.embed('<lr-experiment name="resume"></lr-experiment>');
  const program = page.getByText(/for epoch in range\(.*optimizer\.step\(\)/s);
  await expect(page.getByText(/^In the recorded run:/)).toBeVisible();
  // The run that is resumed from its state dicts has one schedule all along.
  await expect(program).toHaveCount(1);
  await page.getByText('PyTorch code').click();
  await expect(program).toHaveCount(4);
});

test('faults of the JSON are shown in place, with their paths', async ({ lab }) => {
  const { page } = lab;
  const faulty = {
    ...own,
    runs: [{ name: 'constant' }, { name: 'halved', policy: { type: 'ExponentialLR', gama: 0.5 } }],
  };
  await page.route('**/my.json', (route) => route.fulfill({ json: faulty }));
  await lab.embed('<lr-experiment src="my.json"></lr-experiment>');
  const alert = page.getByRole('alert');
  await expect(alert.getByText('This experiment has errors.')).toBeVisible();
  await expect(alert.getByText('experiment.runs[1].policy.gama')).toBeVisible();
  await expect(alert.getByText(/experiment\.stop\[0\]\.run/)).toBeVisible();
  await expectNoViolations(page, 'a faulty experiment', 'lr-experiment');
  await page.evaluate(
    () => (document.body.innerHTML = '<lr-experiment lang="zh-CN" src="my.json"></lr-experiment>'),
  );
  await expect(page.getByText('这个实验的定义有错误。')).toBeVisible();
});

test.describe('what cannot be loaded', () => {
  test.use({ allowedMessages: [/Failed to load resource/] });

  test('is named, and an unknown name lists those that exist', async ({ lab }) => {
    const { page } = lab;
    await page.route('**/gone.json', (route) => route.fulfill({ status: 404 }));
    await lab.embed('<lr-experiment src="gone.json"></lr-experiment>');
    await expect(page.getByText('The experiment at gone.json cannot be loaded.')).toBeVisible();
    await page.evaluate(
      () => (document.body.innerHTML = '<lr-experiment name="three-raits"></lr-experiment>'),
    );
    await expect(page.getByText('There is no experiment named “three-raits”.')).toBeVisible();
    await expect(page.getByText(/three-rates, step-decay, /)).toBeVisible();
    await page.evaluate(() => (document.body.innerHTML = '<lr-experiment></lr-experiment>'));
    await expect(page.getByText(/the name or src attribute is missing/)).toBeVisible();
  });
});
