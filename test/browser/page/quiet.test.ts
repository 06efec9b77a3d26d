/** What is closed or out of sight costs the GPU nothing: the dispatches and the losses of a bare run. */
import type { LrLab } from '../../../components/index.js';
import { expect, test, type LabPage } from '../support/lab-page.js';

/** Steps without a validation between them. */
const steps = 100;
const attributes = 'model="tiny" batch-size="4" steps-per-epoch="200" epochs="1"';

/** Trains a lab with these parts beside these elements, and counts the dispatches of its worker. */
async function trained(lab: LabPage, parts: string, beside = '') {
  const { page } = lab;
  await lab.embed(`<lr-lab ${attributes}>${parts}</lr-lab>${beside}`);
  // The first steps are made by tf.js and recorded.
  await lab.step(10);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const counted = { dispatches: 0 };
    Object.assign(globalThis, { counted });
    const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
    GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...size) {
      counted.dispatches += 1;
      dispatchWorkgroups.apply(this, size);
    };
  });
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    // Slowly enough for what is in sight to ask.
    await lab!.limitSpeed(100);
  });
  await lab.step(steps);
  const dispatches = await worker.evaluate(
    () => (globalThis as unknown as { counted: { dispatches: number } }).counted.dispatches,
  );
  const { loss } = await lab.run();
  return { dispatches, loss };
}

test('closed reasons, experiments and hidden digits add no dispatch and change no loss', async ({ lab }) => {
  const controls = '<lr-run-controls></lr-run-controls>';
  const bare = await trained(lab, controls);
  expect(bare.loss).toHaveLength(steps + 10);
  expect(bare.dispatches).toBeGreaterThanOrEqual(steps);
  const parts = `${controls}<lr-rate-chart></lr-rate-chart><lr-scheduler-panel></lr-scheduler-panel><lr-samples hidden></lr-samples>`;
  expect(await trained(lab, parts, '<lr-experiment name="step-decay"></lr-experiment>')).toEqual(bare);
  // The digits in sight are what the hidden ones save; the losses stay the same bits.
  const shown = await trained(lab, `${controls}<lr-samples></lr-samples>`);
  expect(shown.loss).toEqual(bare.loss);
  expect(shown.dispatches).toBeGreaterThan(bare.dispatches);
});
