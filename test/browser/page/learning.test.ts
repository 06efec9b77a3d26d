/** The main job, as a newcomer does it: press Start, and the network learns. */
import { expect, test } from '../support/lab-page.js';

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('the network learns the drawn digits on WebGPU after a click on Start', async ({ lab }) => {
  await lab.embed('<lr-lab model="tiny" steps-per-epoch="75" epochs="4"></lr-lab>');
  await lab.button('Start').click();
  await lab.untilState('finished');

  const { backend, loss, evaluations } = await lab.run();
  expect(backend?.name).toBe('webgpu');
  const adapter = await lab.page.evaluate(
    async () => (await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }))?.info.vendor,
  );
  expect(adapter).toBeTruthy();
  expect(backend?.adapter).toContain(adapter);
  expect(loss).toHaveLength(300);
  expect(mean(loss.slice(-20))).toBeLessThan(mean(loss.slice(0, 20)) / 2);
  expect(evaluations.map(({ step }) => step)).toEqual([75, 150, 225, 300]);
  expect(evaluations.at(-1)!.accuracy).toBeGreaterThan(0.85);
});
