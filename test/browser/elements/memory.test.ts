/**
 * However often something is done, the page and its worker hold no more than before. `npm test` looks at a few forks; the
 * soak looks at a thousand, and at a long training.
 */
import type { LrLab } from '../../../components/index.js';
import { expect, test } from '../support/lab-page.js';
import { pageMemory } from '../support/page-memory.js';
import { isSoak } from '../support/seeded-pick.js';

const keep = 'keep="memory"';

test('runs that are forked, trained and removed leave nothing in the page, its store or its worker', async ({
  lab,
}) => {
  const { page, element } = lab;
  const times = isSoak ? 1000 : 10;
  test.setTimeout(1_800_000);
  await lab.embed(`<lr-lab ${keep} model="tiny" batch-size="4" steps-per-epoch="20" epochs="5000"></lr-lab>`);
  await lab.step(5);
  const before = await pageMemory(page);
  await element.evaluate(async ({ lab }: LrLab, times) => {
    const [run] = lab!.runs.value;
    for (let time = 0; time < times; time++) {
      const fork = await lab!.fork(run, { lr: 0.01 });
      await new Promise(requestAnimationFrame);
      if (time % 10 === 0) await lab!.step(1, { run: fork });
      await lab!.remove(fork);
    }
  }, times);
  const after = await pageMemory(page);
  console.log(`${times} forks and removals: ${JSON.stringify({ before, after })}`);
  // Templates that a second run needs are made once, and what was said last has a button.
  expect(after.domNodes).toBeLessThan(before.domNodes + 100);
  expect(after.listeners).toBeLessThan(before.listeners + 40);
  // A single run that stays takes 2.5 MB.
  expect(after.heap).toBeLessThan(before.heap + 20_000);
  // tf.js keeps every name of a variable and of a layer's output: 12 for each model here, some 0.6 kB.
  expect(after.workerHeap).toBeLessThan(before.workerHeap + 30_000 + 700 * times);
  expect(after.keys).toBeLessThan(before.keys + 10);
  expect(after.tensors).toBeLessThanOrEqual(before.tensors);
  expect(after.gpuBytes).toBeLessThanOrEqual(before.gpuBytes * 1.1);
});

if (isSoak)
  test('a long training with many swaps grows by its history and its flags only', async ({ lab }) => {
    const { page, element } = lab;
    const steps = 20_000;
    const swaps = 40;
    test.setTimeout(3_600_000);
    await lab.embed(
      `<lr-lab ${keep} model="tiny" batch-size="4" steps-per-epoch="100" epochs="5000"></lr-lab>`,
    );
    await lab.step(5);
    await element.evaluate(async ({ lab }: LrLab) => {
      const [run] = lab!.runs.value;
      for (const lr of [0.02, 0.03, 0.04]) await lab!.fork(run, { lr });
    });
    const trainTo = (until: number, swaps: number) =>
      element.evaluate(
        async ({ lab }: LrLab, [until, swaps]) => {
          const from = lab!.runs.value[0].step.value;
          for (let swap = 1; swap <= swaps; swap++) {
            await lab!.step(
              Math.round(((until - from) * swap) / swaps) + from - lab!.runs.value[0].step.value,
            );
            const scheduler = { type: 'ExponentialLR', gamma: 0.9 + swap / 1000 } as const;
            for (const run of lab!.runs.value) await lab!.swap(run, { scheduler });
          }
        },
        [until, swaps],
      );
    await trainTo(steps / 10, swaps / 4);
    const before = await pageMemory(page);
    const changes = swaps - swaps / 4;
    await trainTo(steps, changes);
    const after = await pageMemory(page);
    console.log(`${4 * steps} steps and ${4 * swaps} swaps: ${JSON.stringify({ before, after })}`);
    // Runs as they are kept: each under its own key, and at most so many checkpoints.
    expect(after.keys).toBeLessThanOrEqual(260);
    // A row has a loss and a rate.
    const history = 4 * steps * 12;
    expect(after.keptBytes).toBeLessThan(before.keptBytes + history + 256 * 12_000);
    // The page has room for the history from the beginning; its smoothed curve takes 16 bytes a step, and room to grow.
    const [checkpoints, curve] = [after.keys - before.keys, 4 * steps * 32];
    expect(after.heap).toBeLessThan(before.heap + curve + checkpoints * 12_000 + 4 * changes * 2000 + 30_000);
    expect(after.workerHeap).toBeLessThan(before.workerHeap + 4 * changes * 2000 + 150_000);
    // Only the selected run's changes are shown: in the list of what can be undone, and in the list of each chart.
    expect(after.domNodes).toBeLessThan(before.domNodes + changes * 26 + 20);
    expect(after.listeners).toBeLessThan(before.listeners + changes + 20);
    expect(after.tensors).toBeLessThanOrEqual(before.tensors + 4);
    expect(after.gpuBytes).toBeLessThanOrEqual(before.gpuBytes * 1.1);
  });
