/** A run whose updates are replayed is the run that tf.js makes step by step, only without tf.js. */
import type { Page } from '@playwright/test';
import type { SymbolicTensor, Tensor } from '@tensorflow/tfjs';

import type { PolicyInput } from '../../../src/policy/index.js';
import { expect, test } from '../support/engine-page.js';
import { isSoak } from '../support/seeded-pick.js';

/** Cosine learning rate, and a momentum that one-cycle moves at every step. */
const cosine: PolicyInput = [
  { scheduler: { type: 'CosineAnnealingLR', tMax: 200, etaMin: 1e-4 }, interval: 'step' },
];
const oneCycle: PolicyInput = [
  { scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 201 }, interval: 'step' },
];

interface Plan {
  policy: PolicyInput;
  capture: boolean;
  stepsPerSubmit?: number;
  steps: number;
  model?: 'tiny' | 'alexnet';
  optimizer?: object;
}

async function runsOf(page: Page, plans: Plan[]) {
  return page.evaluate(async (plans) => {
    const results = [];
    for (const { policy, capture, steps, ...config } of plans) {
      const trainer = await window.engine.Trainer.create({
        model: 'tiny',
        optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 },
        batchSize: 8,
        stepsPerEpoch: 40,
        epochs: 5,
        seed: 3,
        ...(config as object),
        policy,
        capture,
      });
      const rows = await trainer.step(steps);
      const weights = Object.values(await trainer.weights()).map(({ values }) => Array.from(values));
      results.push({ losses: rows.map(({ loss }) => loss), weights, captured: trainer.execution.captured });
      await trainer.dispose();
    }
    return results;
  }, plans);
}

test('a replayed run has the losses and weights of tf.js’s own steps, bit for bit, over 200 steps', async ({
  enginePage,
}) => {
  // The second moves both the rate and the momentum; the cosine follows from step 0 in the first.
  for (const policy of [cosine, oneCycle]) {
    const [replayed, again, stepByStep] = await runsOf(enginePage, [
      { policy, capture: true, steps: 200 },
      { policy, capture: true, steps: 200 },
      { policy, capture: false, steps: 200 },
    ]);
    expect([replayed.captured, stepByStep.captured]).toEqual([true, false]);
    expect(again).toEqual(replayed);
    expect(stepByStep.losses).toEqual(replayed.losses);
    expect(stepByStep.weights).toEqual(replayed.weights);
  }
});

test('a run has the same losses and weights, bit for bit, with one step and with eight in a submit', async ({
  enginePage,
}) => {
  const optimizer = { type: 'Adam', lr: 1e-3 };
  const [one, eight] = await runsOf(enginePage, [
    { policy: cosine, optimizer, capture: true, stepsPerSubmit: 1, steps: 60 },
    { policy: cosine, optimizer, capture: true, stepsPerSubmit: 8, steps: 60 },
  ]);
  expect(eight).toEqual(one);
});

test('a replayed run has other losses with another schedule', async ({ enginePage }) => {
  const [first, second] = await runsOf(enginePage, [
    { policy: cosine, capture: true, steps: 20 },
    { policy: oneCycle, capture: true, steps: 20 },
  ]);
  expect(first.losses[0]).toBe(second.losses[0]);
  expect(first.losses.slice(2)).not.toEqual(second.losses.slice(2));
});

test('a network with dropout is replayed bit for bit, with a new mask at every step', async ({
  enginePage,
}) => {
  const plan = { policy: [], steps: 4, model: 'alexnet' as const, optimizer: { type: 'Adam', lr: 1e-3 } };
  const [replayed, stepByStep] = await runsOf(enginePage, [
    { ...plan, capture: true },
    { ...plan, capture: false },
  ]);
  expect(replayed.captured).toBe(true);
  expect(stepByStep.losses).toEqual(replayed.losses);
  expect(stepByStep.weights).toEqual(replayed.weights);
});

test('the device uses the scheduled rate and momentum at every step, rounded to float32', async ({
  enginePage,
}) => {
  const steps = await enginePage.evaluate(
    async ({ policy }) => {
      const trainer = await window.engine.Trainer.create({
        model: 'tiny',
        optimizer: {
          type: 'SGD',
          lr: 0.1,
          momentum: 0.9,
          groups: [{ layers: ['conv'], lr: 0.02 }],
        },
        batchSize: 4,
        stepsPerEpoch: 60,
        epochs: 1,
        policy,
      });
      const steps = [];
      for (let step = 0; step < 60; step++) {
        const report = trainer.report();
        const [row] = await trainer.step(1);
        const { lr, momentum } = await report;
        steps.push({ scheduled: row.lr, lr, momentum });
      }
      await trainer.dispose();
      return steps;
    },
    {
      policy: {
        scheduler: { type: 'OneCycleLR' as const, maxLr: [0.05, 0.2], totalSteps: 61 },
        interval: 'step' as const,
      },
    },
  );
  for (const { scheduled, lr } of steps) expect(lr).toEqual(scheduled.map(Math.fround));
  const rates = new Set(steps.map(({ lr }) => lr[0]));
  const momenta = new Set(steps.map(({ momentum }) => momentum[1]));
  expect(rates.size).toBeGreaterThan(50);
  expect(momenta.size).toBeGreaterThan(50);
  expect(Math.max(...momenta)).toBe(Math.fround(0.95));
});

test('a replayed run runs no tf.js kernel, submits once a step, and creates no buffer or bind group', async ({
  ownEnginePage,
}) => {
  const counts = await ownEnginePage.evaluate(async () => {
    const { tf, Trainer } = window.engine;
    const trainer = await Trainer.create({ model: 'tiny', batchSize: 4, policy: [], stepsPerEpoch: 100 });
    await trainer.step(50);
    const counts = { kernels: 0, submits: 0, bindGroups: 0, buffers: 0, dispatches: 0 };
    const count = (owner: object, name: string, key: keyof typeof counts) => {
      const original = Reflect.get(owner, name) as (...parameters: unknown[]) => unknown;
      Reflect.set(owner, name, function (this: unknown, ...parameters: unknown[]) {
        counts[key]++;
        return original.apply(this, parameters);
      });
    };
    count(tf.engine(), 'runKernelFunc', 'kernels');
    const { submit } = GPUQueue.prototype;
    GPUQueue.prototype.submit = function (commands) {
      // What is empty only makes the browser look for the end of a read.
      if (Array.from(commands).length > 0) counts.submits++;
      submit.call(this, commands);
    };
    count(GPUDevice.prototype, 'createBindGroup', 'bindGroups');
    count(GPUDevice.prototype, 'createBuffer', 'buffers');
    count(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'dispatches');
    // A tf.js operation, to know that kernels would be counted.
    tf.scalar(1).add(1).dispose();
    const counted = counts.kernels;
    counts.kernels = 0;
    await trainer.step(50);
    return { ...counts, counted };
  });
  expect(counts.counted).toBeGreaterThan(0);
  expect(counts.kernels).toBe(0);
  expect(counts.submits).toBeLessThanOrEqual(50);
  expect(counts.dispatches / 50).toBeLessThanOrEqual(24);
  expect([counts.bindGroups, counts.buffers]).toEqual([0, 0]);
});

test('waits for no read in a browser that looks for its end only at a submit, and loses no bit', async ({
  ownEnginePage: enginePage,
}) => {
  const { untouched, polled, idle } = await enginePage.evaluate(async () => {
    const { Trainer } = window.engine;
    const train = async () => {
      const trainer = await Trainer.create({ model: 'tiny', batchSize: 4, policy: [], stepsPerEpoch: 6 });
      const report = trainer.report();
      const rows = await trainer.step(9);
      const read = [
        await report,
        await trainer.evaluate(),
        await trainer.weights(),
        await trainer.checkpoint(),
      ];
      await trainer.dispose();
      return { loss: rows.map(({ loss }) => loss), reads: read.length };
    };
    const untouched = await train();
    const { mapAsync } = GPUBuffer.prototype;
    const { submit } = GPUQueue.prototype;
    const mapped: (() => void)[] = [];
    let empty = 0;
    GPUBuffer.prototype.mapAsync = async function (...given) {
      await mapAsync.apply(this, given);
      await new Promise<void>((resolve) => mapped.push(resolve));
    };
    GPUQueue.prototype.submit = function (commands) {
      submit.call(this, commands);
      if (Array.from(commands).length === 0) empty += 1;
      for (const answer of mapped.splice(0)) answer();
    };
    const late = new Promise<string>((resolve) => setTimeout(resolve, 60_000, 'a read was never answered'));
    const polled = await Promise.race([train(), late]);
    empty = 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { untouched, polled, idle: empty };
  });
  expect(polled).toEqual(untouched);
  expect(idle).toBe(0);
});

test('a report gives what one update did to each weight, and leaves no tensor behind', async ({
  enginePage,
}) => {
  const { report, expected } = await enginePage.evaluate(async () => {
    const { tf, Trainer } = window.engine;
    const trainer = await Trainer.create({
      model: 'mlp',
      batchSize: 8,
      optimizer: { type: 'SGD', lr: 0.05 },
      policy: [],
    });
    await trainer.step(4);
    const before = await trainer.weights();
    const asked = trainer.report();
    await trainer.step(1);
    const report = await asked;
    const after = await trainer.weights();
    const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
    const expected = Object.entries(after).map(([name, { values }]) => {
      const old = before[name].values;
      const change = norm(Array.from(values, (value, index) => value - old[index]));
      return { name, gradientNorm: change / 0.05, updateRatio: change / norm(old) };
    });
    await trainer.dispose();
    return { report: { ...report, tensors: tf.memory().numTensors }, expected };
  });
  expect(report.step).toBe(4);
  expect(report.lr).toEqual([Math.fround(0.05)]);
  expect(report.weights.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
  for (const [index, { gradientNorm, updateRatio }] of report.weights.entries()) {
    expect(gradientNorm / expected[index].gradientNorm).toBeCloseTo(1, 3);
    expect(updateRatio / expected[index].updateRatio).toBeCloseTo(1, 3);
  }
  expect(report.execution).toMatchObject({ captured: true });
  expect(report.tensors).toBe(0);
});

test('a run that is not replayed gives the reason', async ({ enginePage }) => {
  const reasons = await enginePage.evaluate(async () => {
    const reasonOf = async (config: object) => {
      const trainer = await window.engine.Trainer.create({
        model: 'mlp',
        batchSize: 4,
        policy: [],
        ...config,
      });
      await trainer.step(3);
      const { execution } = trainer;
      await trainer.dispose();
      return 'reason' in execution ? execution.reason : undefined;
    };
    return { off: await reasonOf({ capture: false }), cpu: await reasonOf({ backend: 'cpu' }) };
  });
  expect(reasons.off).toContain('turned off');
  expect(reasons.cpu).toContain('"cpu"');
});

test('a given model with branches and batch normalization is replayed as tf.js trains it', async ({
  enginePage,
}) => {
  const runs = await enginePage.evaluate(async () => {
    const { tf, Trainer } = window.engine;
    await tf.ready();
    const { layers } = tf;
    const input = tf.input({ shape: [28, 28, 1] });
    const convolved = layers
      .conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'relu' })
      .apply(input);
    const branch = layers.conv2d({ filters: 4, kernelSize: 1 }).apply(convolved) as SymbolicTensor;
    const joined = layers.add().apply([convolved as SymbolicTensor, branch]);
    const normal = layers.batchNormalization().apply(joined) as SymbolicTensor;
    const output = layers.dense({ units: 10 }).apply(layers.flatten().apply(normal)) as SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: output });
    const runs: Record<string, number[]> = {};
    for (const [way, config] of Object.entries({
      replayed: { capture: true },
      stepByStep: { capture: false },
      cpu: { backend: 'cpu' as const },
    })) {
      const trainer = await Trainer.create({
        model,
        batchSize: 8,
        optimizer: { type: 'SGD', lr: 0.05 },
        policy: [],
        ...config,
      });
      runs[way] = (await trainer.step(5)).map(({ loss }) => loss);
      await trainer.dispose();
    }
    model.dispose();
    return runs;
  });
  expect(runs.stepByStep).toEqual(runs.replayed);
  for (const [step, loss] of runs.cpu.entries())
    expect(runs.replayed[step], `step ${step}`).toBeCloseTo(loss, 3);
});

test('a layer that draws noise in JavaScript is not replayed, with the reason', async ({ enginePage }) => {
  const { losses, execution } = await enginePage.evaluate(async () => {
    const { tf, Trainer } = window.engine;
    await tf.ready();
    class Noise extends tf.layers.Layer {
      static readonly className = 'TestNoise';
      override call(inputs: Tensor | Tensor[]): Tensor {
        const [value] = [inputs].flat();
        return value.add(tf.randomNormal(value.shape));
      }
    }
    tf.serialization.registerClass(Noise);
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [28, 28, 1] }),
        new Noise({}),
        tf.layers.dense({ units: 10, kernelInitializer: 'glorotNormal' }),
      ],
    });
    const batch = [0, 1, 2, 3];
    const trainer = await Trainer.create({
      model,
      optimizer: { type: 'SGD', lr: 1e-30 },
      policy: [],
      batches: Array.from({ length: 6 }, () => batch),
    });
    const losses = (await trainer.step(6)).map(({ loss }) => loss);
    const { execution } = trainer;
    await trainer.dispose();
    model.dispose();
    return { losses, execution };
  });
  expect(new Set(losses).size).toBe(6);
  expect(execution).toMatchObject({ captured: false });
  expect('reason' in execution && execution.reason).toContain('other values at every step');
});

test('batches of any size train, each size with a replay of its own', async ({ enginePage }) => {
  const runs = await enginePage.evaluate(async () => {
    const sizes = [4, 4, 4, 2, 4, 2, 2, 4, 3, 2, 4];
    const batches = sizes.map((size, step) =>
      Array.from({ length: size }, (_, row) => (step * 7 + row) % 50),
    );
    const run = async (capture: boolean) => {
      const trainer = await window.engine.Trainer.create({ model: 'tiny', batches, policy: [], capture });
      const losses = (await trainer.step(sizes.length)).map(({ loss }) => loss);
      await trainer.dispose();
      return losses;
    };
    return [await run(true), await run(false)];
  });
  expect(runs[0]).toEqual(runs[1]);
});

test('two runs that take turns on one device have the losses that they have alone', async ({
  enginePage,
}) => {
  const runs = await enginePage.evaluate(async () => {
    const { Trainer } = window.engine;
    const create = (seed: number) =>
      Trainer.create({
        model: 'tiny',
        batchSize: 8,
        seed,
        policy: [],
        optimizer: { type: 'Adam', lr: 0.01 },
      });
    const alone = async (seed: number) => {
      const trainer = await create(seed);
      const losses = (await trainer.step(12)).map(({ loss }) => loss);
      await trainer.dispose();
      return losses;
    };
    const [first, second] = [await create(1), await create(2)];
    const losses: number[][] = [[], []];
    for (let turn = 0; turn < 4; turn++) {
      for (const [index, trainer] of [first, second].entries()) {
        losses[index].push(...(await trainer.step(3)).map(({ loss }) => loss));
        await trainer.evaluate();
      }
    }
    await Promise.all([first.dispose(), second.dispose()]);
    return { together: losses, alone: [await alone(1), await alone(2)] };
  });
  expect(runs.together).toEqual(runs.alone);
});

test('overlapping calls of step take turns, and disposing of the run aborts them', async ({ enginePage }) => {
  const result = await enginePage.evaluate(async () => {
    const { codeOf, tf, Trainer } = window.engine;
    const trainer = await Trainer.create({ model: 'tiny', batchSize: 4, policy: [] });
    const rows = (await Promise.all([trainer.step(4), trainer.step(4)])).flat();
    const report = trainer.report().catch(codeOf);
    const training = trainer.step(1000).catch(codeOf);
    const unasked = await Trainer.create({ model: 'tiny', batchSize: 4, policy: [] });
    void unasked.report();
    await unasked.dispose();
    await trainer.dispose();
    const ended = await training;
    await report;
    return { steps: rows.map(({ step }) => step), ended, tensors: tf.memory().numTensors };
  });
  expect(result.steps.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(result).toMatchObject({ ended: 'aborted', tensors: 0 });
});

test(`a run holds as many tensors, buffers and bytes after ${isSoak ? '10,000' : '1,000'} steps as after 100`, async ({
  enginePage,
}) => {
  test.setTimeout(isSoak ? 1_800_000 : 180_000);
  const memory = await enginePage.evaluate(
    async (steps) => {
      const trainer = await window.engine.Trainer.create({
        model: 'tiny',
        batchSize: 16,
        optimizer: { type: 'Adam', lr: 1e-3 },
        policy: [{ scheduler: { type: 'CosineAnnealingLR', tMax: 100 }, interval: 'step' }],
        epochs: 1000,
      });
      const buffers = () => {
        const { bufferManager } = window.engine.optimizers.webGpuBackend();
        const used = bufferManager.getNumUsedBuffers();
        return { used, free: bufferManager.getNumFreeBuffers(), bytes: bufferManager.numBytesAllocated };
      };
      await trainer.step(100);
      const early = { ...trainer.memory(), ...buffers() };
      await trainer.step(steps - 100);
      const late = { ...trainer.memory(), ...buffers() };
      await trainer.dispose();
      return { early, late, end: trainer.memory() };
    },
    isSoak ? 10_000 : 1_000,
  );
  expect(memory.late).toEqual(memory.early);
  expect(memory.end.tensors).toBe(0);
});
