/** The article's programs and its closing wish, set up by a click and trained on the page. */
import type { LrLab } from '../../../components/index.js';
import programs from '../../golden/programs.json' with { type: 'json' };
import type { LabPage } from '../support/lab-page.js';
import { expect, test } from '../support/lab-page.js';

/** Chooses a program from the menu, sets it up, and makes its epochs cheap enough for a machine without a GPU. */
async function runProgram(lab: LabPage, name: RegExp, batchSize: number) {
  const { page } = lab;
  await lab.embed('<lr-lab model="tiny"></lr-lab>');
  const preset = page.getByLabel('Preset');
  const label = await preset.locator('option', { hasText: name }).textContent();
  await preset.selectOption({ label: label!.trim() });
  await lab.button('Run this program').click();
  const config = await lab.element.evaluate(({ lab }: LrLab) => lab!.config.value);
  await lab.element.evaluate(({ lab }: LrLab, changes) => lab!.reset(changes), {
    batchSize,
    stepsPerEpoch: 1,
    checkValEveryNEpoch: 50,
  });
  await lab.button('Start').click();
  await lab.untilState('finished');
  return { config, ...(await lab.run()) };
}

test('program 1, SGD with ExponentialLR, trains with PyTorch’s rates', async ({ lab }) => {
  const { config, lr } = await runProgram(lab, /Program 1/, 4);
  expect(config).toMatchObject({ optimizer: { type: 'SGD', lr: 0.1 }, epochs: 20 });
  expect(lr).toEqual(programs['article-exponential']);
});

test('program 2, a two-class AlexNet with Adam and LinearLR, trains with PyTorch’s rates', async ({
  lab,
}) => {
  const { config, lr, plan, evaluations, modelName } = await runProgram(lab, /Program 2/, 2);
  expect(config).toMatchObject({ model: 'alexnet', classes: [0, 1], epochs: 100, stepsPerEpoch: 1 });
  expect(config.optimizer).toEqual({ type: 'Adam', lr: 0.01 });
  expect(modelName).toBe('alexnet');
  expect(plan).toEqual({ steps: 100, stepsPerEpoch: 1, epochs: 100 });
  expect(lr).toEqual(programs['article-warmup']);
  expect(evaluations.map(({ epoch }) => epoch)).toEqual([50, 100]);
});

test('program 3, ExponentialLR and MultiStepLR both stepped, trains with PyTorch’s rates', async ({
  lab,
}) => {
  const { entries, lr } = await runProgram(lab, /Program 3/, 4);
  expect(entries.map(({ scheduler }) => scheduler.type)).toEqual(['ExponentialLR', 'MultiStepLR']);
  expect(lr).toEqual(programs['article-chain']);
});

test('the article’s closing wish comes true: the rate falls every few epochs, and when the loss stalls', async ({
  lab,
}) => {
  const { entries, lr } = await runProgram(lab, /wish/i, 4);
  expect(entries.map(({ scheduler }) => scheduler.type)).toEqual(['StepLR', 'ReduceLROnPlateau']);
  // StepLR halves four times in 20 epochs; the plateau can only lower the rate further.
  expect(lr.slice(0, 3)).toEqual([0.1, 0.1, 0.1]);
  expect(lr[19]).toBeLessThanOrEqual(0.1 * 0.5 ** 3);
});
