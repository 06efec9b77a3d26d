/** An adapter with the limits that every adapter has, and no feature, trains as any other does. */
import { expect, test } from '../support/engine-page.js';

for (const model of ['tiny', 'lenet', 'mlp'] as const) {
  test(`${model} trains on the weakest adapter that WebGPU allows, to the same losses`, async ({
    enginePage: page,
  }) => {
    const train = () =>
      page.evaluate(async (model) => {
        const { tf, Trainer } = window.engine;
        const trainer = await Trainer.create({ model, batchSize: 8, stepsPerEpoch: 4, seed: 3 });
        const rows = await trainer.step(6);
        const { device } = tf.backend() as unknown as { device: GPUDevice };
        await trainer.dispose();
        return { loss: rows.map(({ loss }) => loss), features: device.features.has('timestamp-query') };
      }, model);
    const usual = await train();
    await page.reload();
    await page.waitForFunction(() => 'engine' in window);
    await page.evaluate(() => {
      // The defaults of the specification, of what tf.js asks for.
      const limits = {
        maxBufferSize: 256 * 1024 ** 2,
        maxComputeInvocationsPerWorkgroup: 256,
        maxComputeWorkgroupSizeX: 256,
        maxComputeWorkgroupStorageSize: 16_384,
        maxComputeWorkgroupsPerDimension: 65_535,
        maxStorageBufferBindingSize: 128 * 1024 ** 2,
      };
      Object.defineProperty(GPUAdapter.prototype, 'limits', { value: limits });
      Object.defineProperty(GPUAdapter.prototype, 'features', { value: new Set() });
    });
    const weakest = await train();
    expect(weakest).toEqual({ loss: usual.loss, features: false });
  });
}
