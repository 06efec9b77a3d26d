/** Without WebGPU the lab still trains, and says in words what it does without. */
import { launchOptions } from '../../../scripts/browser.js';
import type { LrLab } from '../../../components/index.js';
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

test('a lost WebGL context is recovered from, and the losses are those of a run that was left alone', async ({
  lab,
}) => {
  // The worker keeps hold of tf.js's context.
  await lab.page.route(/worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const hold = `{
      const { getContext } = OffscreenCanvas.prototype;
      OffscreenCanvas.prototype.getContext = function (...given) {
        return (globalThis.context = Reflect.apply(getContext, this, given));
      };
    }`;
    await route.fulfill({ response, body: `${hold}\n${await response.text()}` });
  });
  const markup = '<lr-lab model="tiny" batch-size="4" steps-per-epoch="30" epochs="1"></lr-lab>';
  const finish = async () => {
    await lab.untilState('finished');
    return lab.run();
  };
  await lab.embed(markup);
  await lab.button('Start').click();
  const untouched = await finish();
  expect(untouched.backend?.name).toBe('webgl');

  await lab.embed(markup);
  await lab.button('Start').click();
  await lab.untilStep(5);
  await lab.page
    .workers()
    .at(-1)!
    .evaluate(() => {
      const { context } = globalThis as unknown as { context: WebGL2RenderingContext };
      context.getExtension('WEBGL_lose_context')!.loseContext();
    });
  const { loss, backend } = await finish();
  expect(loss).toEqual(untouched.loss);
  expect(backend).toEqual(untouched.backend);
  const recoveries = await lab.element.evaluate((element: LrLab) => element.lab!.recoveries.value);
  expect(recoveries).toBeGreaterThan(0);
});
