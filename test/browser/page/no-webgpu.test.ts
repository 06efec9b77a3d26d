/** Without WebGPU the lab still trains, and says in words what it does without. */
import { launchOptions } from '../../../scripts/browser.js';
import { expect, test } from '../support/lab-page.js';

const options = launchOptions();
test.use({
  launchOptions: {
    ...options,
    args: [
      ...options.args.filter((flag) => !flag.includes('webgpu')),
      '--disable-features=WebGPU,WebGPUService',
    ],
  },
});

test('a lab without WebGPU trains on a fallback, and shows the reason', async ({ lab }) => {
  await lab.embed('<lr-lab batch-size="4" steps-per-epoch="5" epochs="1"></lr-lab>');
  await lab.button('Start').click();
  await lab.untilState('finished');
  const { backend, modelName } = await lab.run();
  expect(backend?.name).not.toBe('webgpu');
  expect(backend?.refused[0]).toMatchObject({ name: 'webgpu' });
  expect(backend?.refused[0].reason).toBeTruthy();
  expect(modelName).toBe(backend?.software ? 'tiny' : 'lenet');

  const chip = lab.page.getByRole('button', { name: /WebGL|CPU/ });
  await expect(chip).toContainText(/fallback|no GPU/);
  await chip.click();
  await expect(lab.page.getByText(/^WebGPU: /)).toContainText(backend!.refused[0].reason);
});
