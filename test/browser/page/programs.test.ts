/** The programs of the presets, set up by a click and trained on the page. */
import type { LrLab } from '../../../components/index.js';
import { en } from '../../../components/locales/en.js';
import { type PresetId, presetOf } from '../../../src/policy/index.js';
import programs from '../../golden/programs.json' with { type: 'json' };
import type { LabPage } from '../support/lab-page.js';
import { expect, test } from '../support/lab-page.js';

/** Chooses a program from the presets, sets it up, and makes its epochs cheap enough for a machine without a GPU. */
async function runProgram(lab: LabPage, id: PresetId, batchSize: number) {
  const { page } = lab;
  await lab.embed('<lr-lab model="tiny"></lr-lab>');
  await page.getByRole('radio', { name: en.presets[id].name, exact: true }).check();
  await expect
    .poll(() => lab.element.evaluate(({ lab }: LrLab) => lab!.config.value.epochs))
    .toBe(presetOf(id)!.config!.epochs);
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

test('runs program 1, SGD with ExponentialLR, with PyTorch’s rates', async ({ lab }) => {
  const { config, lr } = await runProgram(lab, 'sgd-exponential', 4);
  expect(config).toMatchObject({ optimizer: { type: 'SGD', lr: 0.1 }, epochs: 20 });
  expect(lr).toEqual(programs['sgd-exponential']);
});

test('program 2, a two-class AlexNet with Adam and LinearLR, trains with PyTorch’s rates', async ({
  lab,
}) => {
  const { config, lr, plan, evaluations, modelName } = await runProgram(lab, 'adam-warmup', 2);
  expect(config).toMatchObject({ model: 'alexnet', classes: [0, 1], epochs: 100, stepsPerEpoch: 1 });
  expect(config.optimizer).toEqual({ type: 'Adam', lr: 0.01 });
  expect(modelName).toBe('alexnet');
  expect(plan).toEqual({ steps: 100, stepsPerEpoch: 1, epochs: 100 });
  expect(lr).toEqual(programs['adam-warmup']);
  expect(evaluations.map(({ epoch }) => epoch)).toEqual([50, 100]);
});

test('runs program 3, ExponentialLR and MultiStepLR both stepped, with PyTorch’s rates', async ({ lab }) => {
  const { entries, lr } = await runProgram(lab, 'exponential-and-milestones', 4);
  expect(entries.map(({ scheduler }) => scheduler.type)).toEqual(['ExponentialLR', 'MultiStepLR']);
  expect(lr).toEqual(programs['exponential-and-milestones']);
});

test('runs program 4, lower every few epochs and when the loss stalls', async ({ lab }) => {
  const { entries, lr } = await runProgram(lab, 'steps-and-plateau', 4);
  expect(entries.map(({ scheduler }) => scheduler.type)).toEqual(['StepLR', 'ReduceLROnPlateau']);
  // StepLR halves four times in 20 epochs; the plateau can only lower the rate further.
  expect(lr.slice(0, 3)).toEqual([0.1, 0.1, 0.1]);
  expect(lr[19]).toBeLessThanOrEqual(0.1 * 0.5 ** 3);
});
