/** The fused update on WebGPU: the same recordings as on the cpu, and what the captured step relies on. */
import type { Page } from '@playwright/test';

import type { OptimizerOptions } from '../../../src/optimizers/index.js';
import adagradCases from '../../golden/optim/Adagrad.json' with { type: 'json' };
import adamCases from '../../golden/optim/Adam.json' with { type: 'json' };
import adamwCases from '../../golden/optim/AdamW.json' with { type: 'json' };
import rmspropCases from '../../golden/optim/RMSprop.json' with { type: 'json' };
import sgdCases from '../../golden/optim/SGD.json' with { type: 'json' };
import type { GoldenCase } from '../../unit/optimizers/replay.js';
import { expect, test } from '../support/engine-page.js';

const recordings = {
  SGD: sgdCases,
  Adam: adamCases,
  AdamW: adamwCases,
  RMSprop: rmspropCases,
  Adagrad: adagradCases,
} as unknown as Record<OptimizerOptions['type'], GoldenCase[]>;

/** Float32 on any device stays within this of PyTorch's float64. */
const tolerance = 1e-5;

test.beforeEach(({ enginePage }) =>
  enginePage.evaluate(async () => {
    await window.engine.optimizers.chooseBackend('webgpu');
  }),
);

for (const [type, cases] of Object.entries(recordings)) {
  test(`fused ${type} has PyTorch's weights and state, from the start and from a checkpoint`, async ({
    enginePage,
  }) => {
    const results = await enginePage.evaluate(async (all) => {
      const { tf, optimizers } = window.engine;
      const before = tf.memory().numTensors;
      const replays = [];
      for (const golden of all) {
        replays.push({ id: golden.id, ...(await optimizers.replay(golden)) });
        if (golden.checkpoint) {
          const deviation = await optimizers.replay(golden, 'checkpoint');
          replays.push({ id: `${golden.id} from its checkpoint`, ...deviation });
        }
      }
      return { replays, leaked: tf.memory().numTensors - before };
    }, cases);
    const off = results.replays.filter(
      ({ weights, state, differences }) =>
        !(weights < tolerance && state < tolerance && differences.length === 0),
    );
    expect(off).toEqual([]);
    expect(results.replays.length).toBeGreaterThan(cases.length);
    expect(results.leaked).toBe(0);
  });
}

/**
 * Trains four weights, the largest spread over several workgroups, in two groups for ten steps with a rate and a momentum
 * of their own each, and reports what is asserted about that below.
 */
function tenSteps(page: Page, options: OptimizerOptions, backend: 'webgpu' | 'cpu') {
  return page.evaluate(
    async ([options, backend]) => {
      const { tf, optimizers } = window.engine;
      await tf.setBackend(backend);
      const shapes: [string, number[]][] = [
        ['conv1/kernel', [3, 3, 1, 4]],
        ['conv1/bias', [4]],
        ['dense/kernel', [71, 10]],
        ['dense/bias', []],
      ];
      const numbers = (size: number, seed: number) =>
        Float32Array.from({ length: size }, (_, index) => Math.sin((index + 0.5) * 12.9898 + seed * 78.233));
      const parameters = shapes.map(([name, shape], index) => ({
        name,
        variable: tf.tidy(() => tf.variable(tf.tensor(numbers(tf.util.sizeFromShape(shape), index), shape))),
      }));
      const optimizer = optimizers.createOptimizer(parameters, options);
      const device = backend === 'webgpu' ? optimizers.webGpuBackend() : undefined;
      const buffers = () => parameters.map(({ variable }) => device?.tensorMap.get(variable.dataId).resource);

      let dispatches = 0;
      const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
      GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...counts) {
        dispatches++;
        dispatchWorkgroups.apply(this, counts);
      };
      const report = {
        dispatches: [] as number[],
        tensors: [] as number[],
        usedBuffers: [] as (number | undefined)[],
        used: [] as number[][],
        scheduled: [] as number[][],
        movedBuffers: 0,
        weights: [] as number[][],
        betweenParameters: 0,
      };
      let home: ReturnType<typeof buffers> = [];
      for (let step = 0; step < 10; step++) {
        for (const [index, group] of optimizer.paramGroups.entries()) {
          group.lr = 0.1 / (step + 1 + index);
          if (Array.isArray(group.betas)) group.betas = [0.9 - 0.03 * step - 0.1 * index, 0.99];
          if (typeof group.momentum === 'number') group.momentum = 0.9 - 0.03 * step - 0.1 * index;
        }
        report.scheduled.push(
          optimizer.paramGroups.flatMap(({ lr, betas, momentum = 0 }) => [
            Math.fround(lr),
            Math.fround(Array.isArray(betas) ? (betas[0] as number) : (momentum as number)),
          ]),
        );
        const gradients = optimizer.parameters.map(({ variable }, index) =>
          tf.tensor(numbers(variable.size, 10 * step + index), variable.shape),
        );
        dispatches = 0;
        optimizer.step(gradients);
        report.dispatches.push(dispatches);
        tf.dispose(gradients);
        if (step === 0) home = buffers();
        if (device) report.used.push([...(await optimizer.fused.used.data())]);
        report.tensors.push(tf.memory().numTensors);
        report.usedBuffers.push(device?.bufferManager.getNumUsedBuffers());
        report.movedBuffers += buffers().filter((buffer, index) => buffer !== home[index]).length;
      }
      GPUComputePassEncoder.prototype.dispatchWorkgroups = dispatchWorkgroups;
      report.weights = await Promise.all(
        parameters.map(async ({ variable }) => [...(await variable.data())]),
      );
      if (device) {
        const { flatWeights, flatGradients, offsets } = optimizer.fused;
        for (const flat of [flatWeights, flatGradients]) {
          const values = await flat.data();
          for (const [index, { variable }] of optimizer.parameters.entries())
            values.fill(0, offsets[index], offsets[index] + variable.size);
          report.betweenParameters += values.filter((value) => value !== 0).length;
        }
      }
      optimizer.dispose();
      tf.dispose(parameters.map(({ variable }) => variable));
      return report;
    },
    [options, backend] as const,
  );
}

const grouped: OptimizerOptions[] = [
  { type: 'SGD', lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01, groups: [{ layers: ['dense'] }] },
  { type: 'Adam', lr: 0.1, amsgrad: true, groups: [{ layers: ['dense'], amsgrad: false }] },
  { type: 'AdamW', lr: 0.1, weightDecay: 0.1, eps: 0, groups: [{ layers: ['dense/bias'] }] },
  {
    type: 'RMSprop',
    lr: 0.1,
    momentum: 0.9,
    centered: true,
    groups: [{ layers: ['conv1'], maximize: true }],
  },
  { type: 'Adagrad', lr: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.1, groups: [{ layers: ['conv'] }] },
];

for (const options of grouped) {
  test(`fused ${options.type} is one dispatch in place, which uses the rates of every step`, async ({
    enginePage,
  }) => {
    const fused = await tenSteps(enginePage, options, 'webgpu');
    expect(fused.dispatches).toEqual(Array(10).fill(1));
    expect(fused.used).toEqual(fused.scheduled);
    expect(fused.movedBuffers).toBe(0);
    expect(new Set(fused.tensors).size).toBe(1);
    expect(new Set(fused.usedBuffers.slice(1)).size).toBe(1);
    expect(fused.betweenParameters).toBe(0);

    const plain = await tenSteps(enginePage, options, 'cpu');
    for (const [index, weights] of plain.weights.entries()) {
      const errors = weights.map(
        (value, element) => Math.abs(fused.weights[index][element] - value) / (1 + Math.abs(value)),
      );
      expect(errors.length).toBe(fused.weights[index].length);
      expect(Math.max(...errors)).toBeLessThan(1e-5);
    }
  });
}

test('the fused update uses values assigned to a variable since the last one', async ({ enginePage }) => {
  const values = await enginePage.evaluate(async () => {
    const { tf, optimizers } = window.engine;
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
    const optimizer = optimizers.createOptimizer([{ name: 'w', variable }], { type: 'SGD', lr: 0.5 });
    const gradient = tf.tensor1d([1, 1, 1]);
    optimizer.step([gradient]);
    const tens = tf.tensor1d([10, 20, 30]);
    variable.assign(tens);
    optimizer.step([gradient]);
    const values = [...(await variable.data())];
    optimizer.dispose();
    tf.dispose([variable, gradient, tens]);
    return values;
  });
  expect(values).toEqual([9.5, 19.5, 29.5]);
});

test('the fused update leaves a clone of a variable unchanged', async ({ enginePage }) => {
  const values = await enginePage.evaluate(async () => {
    const { tf, optimizers } = window.engine;
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
    const optimizer = optimizers.createOptimizer([{ name: 'w', variable }], { type: 'SGD', lr: 0.5 });
    const gradient = tf.tensor1d([1, 1, 1]);
    optimizer.step([gradient]);
    const before = variable.clone();
    optimizer.step([gradient]);
    const values = [[...(await before.data())], [...(await variable.data())]];
    optimizer.dispose();
    tf.dispose([variable, gradient, before]);
    return values;
  });
  expect(values).toEqual([
    [0.5, 1.5, 2.5],
    [0, 1, 2],
  ]);
});

test('an update with coefficients written ahead equals a whole step', async ({ enginePage }) => {
  const { whole, parts } = await enginePage.evaluate(async () => {
    const { tf, optimizers } = window.engine;
    const train = async (split: boolean) => {
      const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, -2, 3])));
      const optimizer = optimizers.createOptimizer([{ name: 'w', variable }], { type: 'Adam', lr: 0.1 });
      const gradient = tf.tensor1d([0.3, 0.2, 0.1]);
      const rows = split ? [1, 2, 3].map(() => optimizer.coefficients()) : [];
      for (let step = 0; step < 3; step++) {
        if (!split) optimizer.step([gradient]);
        else {
          const { fused } = optimizer;
          const backend = optimizers.webGpuBackend();
          const buffer = backend.tensorMap.get(fused.coefficients.dataId).resource!;
          backend.queue.writeBuffer(buffer, 0, rows[step]);
          fused.update([gradient]);
          // Reading submits what waits, before the next rows are written.
          await fused.used.data();
        }
      }
      const trained = { weights: [...(await variable.data())], state: await optimizer.stateDict() };
      optimizer.dispose();
      tf.dispose([variable, gradient]);
      return trained;
    };
    return { whole: await train(false), parts: await train(true) };
  });
  expect(parts).toEqual(whole);
  expect(whole.state.state[0].step).toBe(3);
});

test('a state that is read during training is that of its moment', async ({ enginePage }) => {
  const { early, waited } = await enginePage.evaluate(async () => {
    const { tf, optimizers } = window.engine;
    const train = async (goOn: boolean) => {
      const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, -2, 3])));
      const optimizer = optimizers.createOptimizer([{ name: 'w', variable }], { type: 'Adam', lr: 0.1 });
      const gradient = tf.tensor1d([0.3, 0.2, 0.1]);
      optimizer.step([gradient]);
      const state = optimizer.stateDict();
      if (goOn) optimizer.step([gradient]);
      const early = await state;
      optimizer.dispose();
      tf.dispose([variable, gradient]);
      return early;
    };
    return { early: await train(true), waited: await train(false) };
  });
  expect(early).toEqual(waited);
});
