/** On WebGPU, where updates are replayed, a run that resumes from a checkpoint equals the run that never stopped. */
import type { Page } from '@playwright/test';

import type { PolicyInput } from '../../../src/policy/index.js';
import type { TrainerConfig } from '../../../src/training/index.js';
import { expect, test } from '../support/engine-page.js';
import { isSoak } from '../support/seeded-pick.js';

/** A run of 12×12 images that every device makes quickly. */
const base: TrainerConfig = {
  model: 'tiny',
  optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 },
  batchSize: 8,
  stepsPerEpoch: 10,
  epochs: 10,
  seed: 3,
  policy: [{ scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 101 }, interval: 'step' }],
};

/** The same run straight through, and stopped, cloned and taken on by another Trainer. */
async function bothWays(page: Page, config: TrainerConfig, { stop = 17, end = 40 } = {}) {
  return page.evaluate(
    async ({ config, stop, end }) => {
      const { Trainer } = window.engine;
      const states = [];
      for (const stops of [false, true]) {
        let trainer = await Trainer.create(config);
        const rows = await trainer.step(stop);
        if (stops) {
          const checkpoint = structuredClone(await trainer.checkpoint());
          await trainer.dispose();
          trainer = await Trainer.create(config);
          await trainer.restore(checkpoint);
        }
        rows.push(...(await trainer.step(end - stop)));
        const { weights, optimizer, rates } = await trainer.checkpoint();
        const plain = (values: Float32Array) => Array.from(values);
        states.push({
          rows,
          rates,
          weights: Object.entries(weights).map(([name, { values }]) => [name, plain(values)]),
          slots: optimizer.slots.map((slots) =>
            Object.entries(slots).map(([name, values]) => [name, plain(values)]),
          ),
          steps: optimizer.steps,
          captured: trainer.execution.captured,
        });
        await trainer.dispose();
      }
      return { straight: states[0], stopped: states[1], tensors: window.engine.tf.memory().numTensors };
    },
    { config, stop, end },
  );
}

const optimizers: TrainerConfig['optimizer'][] = [
  { type: 'SGD', lr: 0.1, momentum: 0.9, groups: [{ layers: ['conv'], lr: 0.02 }] },
  { type: 'Adam', lr: 0.01, amsgrad: true },
  { type: 'AdamW', lr: 0.01 },
  { type: 'RMSprop', lr: 0.002, centered: true, momentum: 0.5 },
  { type: 'Adagrad', lr: 0.02, initialAccumulatorValue: 0.1 },
];

test('a replayed run resumes from a checkpoint bit for bit, with each optimizer', async ({ enginePage }) => {
  for (const optimizer of optimizers) {
    const policy = { scheduler: { type: 'ExponentialLR', gamma: 0.98 }, interval: 'step' } as const;
    const { straight, stopped, tensors } = await bothWays(enginePage, { ...base, optimizer, policy });
    expect(straight.captured).toBe(true);
    expect(straight.rows).toHaveLength(40);
    expect(stopped).toEqual(straight);
    expect(tensors).toBe(0);
  }
});

test('a replayed run resumes bit for bit with cycled momentum, with a plateau’s unfinished mean, and on validation', async ({
  enginePage,
}) => {
  const plateau = { type: 'ReduceLROnPlateau', factor: 0.7, patience: 0, threshold: 0.2 } as const;
  const policies: (PolicyInput | undefined)[] = [
    base.policy,
    [{ scheduler: plateau, interval: 'step', frequency: 5, monitor: 'trainLoss' }],
    [{ scheduler: { ...plateau, threshold: 0.9 }, interval: 'epoch', monitor: 'valLoss' }],
  ];
  for (const policy of policies) {
    const { straight, stopped } = await bothWays(enginePage, { ...base, policy });
    expect(new Set(straight.rows.map(({ lr }) => lr[0])).size).toBeGreaterThan(1);
    expect(stopped).toEqual(straight);
  }
});

test('a run resumes bit for bit with dropout, and where steps are not replayed', async ({ enginePage }) => {
  const dropout = { ...base, model: 'alexnet' as const, batchSize: 2, optimizer: optimizers[1], policy: [] };
  // The first step is tf.js's, the second recorded, the third replayed.
  const withDropout = await bothWays(enginePage, dropout, { stop: 3, end: 7 });
  expect(withDropout.stopped).toEqual(withDropout.straight);

  const plain = await bothWays(enginePage, { ...base, capture: false }, { stop: 5, end: 11 });
  expect(plain.straight.captured).toBe(false);
  expect(plain.stopped).toEqual(plain.straight);
});

test('a replayed run returns to a checkpoint again and again without a new buffer or tensor', async ({
  enginePage,
}) => {
  const { expected, losses, memory, captured } = await enginePage.evaluate(
    async ({ config, times }) => {
      const { Trainer, tf, optimizers } = window.engine;
      const trainer = await Trainer.create(config);
      await trainer.step(10);
      const checkpoint = await trainer.checkpoint();
      const lossesOf = async () => (await trainer.step(6)).map(({ loss }) => loss);
      const expected = await lossesOf();
      const losses = [];
      const memory = [];
      for (let time = 0; time < times; time++) {
        await trainer.step(time % 3);
        await trainer.restore(checkpoint);
        losses.push(await lossesOf());
        const { bufferManager } = optimizers.webGpuBackend();
        memory.push(`${tf.memory().numTensors} tensors, ${bufferManager.getNumUsedBuffers()} buffers`);
      }
      const { captured } = trainer.execution;
      await trainer.dispose();
      return { expected, losses, memory, captured };
    },
    { config: base, times: isSoak ? 200 : 6 },
  );
  expect(captured).toBe(true);
  for (const each of losses) expect(each).toEqual(expected);
  expect(new Set(memory).size).toBe(1);
});

test('a range test leaves the Trainer’s run unchanged, bit for bit', async ({ enginePage }) => {
  const { rows, undisturbed, result, tensors } = await enginePage.evaluate(async (config) => {
    const { Trainer, rangeTest, tf } = window.engine;
    const trainer = await Trainer.create(config);
    const rows = await trainer.step(12);
    const before = tf.memory().numTensors;
    const { lr, loss } = await rangeTest(config, await trainer.checkpoint(), { steps: 40, to: 1e4 });
    const tensors = tf.memory().numTensors - before;
    rows.push(...(await trainer.step(12)));
    await trainer.dispose();
    const other = await Trainer.create(config);
    const undisturbed = await other.step(24);
    await other.dispose();
    return { rows, undisturbed, tensors, result: { lr: Array.from(lr), loss: Array.from(loss) } };
  }, base);
  expect(rows).toEqual(undisturbed);
  expect(tensors).toBe(0);
  // At 1e4 nothing learns any more: it stopped before its end, on this batch of the run first.
  expect(result.lr.length).toBeLessThan(40);
  expect(result.loss[0]).toBe(rows[12].loss);
});

test('divergence at a rate of 1e4 is noticed within ten steps, at the same step each time', async ({
  enginePage,
}) => {
  const reported = await enginePage.evaluate(
    async (config) => {
      const reported: number[] = [];
      for (let time = 0; time < 2; time++) {
        const onDiverged = (step: number) => reported.push(step);
        const trainer = await window.engine.Trainer.create(config, { onDiverged });
        await trainer.step(24);
        await trainer.dispose();
      }
      return reported;
    },
    { ...base, optimizer: { type: 'SGD' as const, lr: 1e4 }, policy: [] },
  );
  expect(reported).toHaveLength(2);
  expect(reported[0]).toBe(reported[1]);
  expect(reported[0]).toBeLessThanOrEqual(10);
});
