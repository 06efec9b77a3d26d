import * as tf from '@tensorflow/tfjs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.js';
import { previewPolicy } from '../../../src/policy/index.js';
import type { PolicyInput } from '../../../src/policy/index.js';
import { ReduceLROnPlateau } from '../../../src/schedulers/index.js';
import { paramGroupsOf, SchedulerCallback } from '../../../src/tfjs/index.js';
import type { RateRow } from '../../../src/tfjs/index.js';
import { everyOptimizer } from './every-optimizer.js';

beforeAll(() => tf.setBackend('cpu'));

const batchesPerEpoch = 4;

/** One weight whose gradient is 1 in every batch: the loss is the mean of the output, the input is all ones. */
function knownGradient(optimizer: tf.Optimizer | string): tf.LayersModel {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 1, useBias: false, kernelInitializer: 'zeros', inputShape: [1] }));
  model.compile({ optimizer, loss: (_: tf.Tensor, output: tf.Tensor) => output.mean() });
  return model;
}

/** A classifier with something to learn, so that its losses and accuracies differ from epoch to epoch. */
function classifier(): tf.LayersModel {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: 'ones', inputShape: [1] }));
  model.compile({ optimizer: tf.train.sgd(0.5), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

let ones: tf.Tensor;
let inputs: tf.Tensor;
let labels: tf.Tensor;

beforeEach(() => {
  tf.disposeVariables();
  ones = tf.ones([2 * batchesPerEpoch, 1]);
  inputs = tf.tensor2d([-1, -0.5, 0.25, 0.5, 1, 2, -2, 3], [8, 1]);
  labels = tf.oneHot(tf.tensor1d([0, 0, 1, 1, 1, 0, 0, 1], 'int32'), 2);
});

interface Fit {
  readonly model: tf.LayersModel;
  readonly callback: SchedulerCallback;
  readonly epochs: number;
}

/** Trains the model of the known gradient and returns the size of each update; the weight is reset to 0 after each. */
async function updatesOfFit({ model, callback, epochs }: Fit): Promise<number[]> {
  const updates: number[] = [];
  const observer = new tf.CustomCallback({
    onBatchEnd: () => {
      tf.tidy(() => {
        const [weight] = model.getWeights();
        updates.push(-weight.dataSync()[0]);
        model.setWeights([tf.zeros([1, 1])]);
      });
    },
  });
  const args = { epochs, batchSize: 2, shuffle: false, callbacks: [callback, observer] };
  await model.fit(ones, ones, args);
  return updates;
}

async function fit(callback: SchedulerCallback, args: tf.ModelFitArgs = {}, model = classifier()) {
  const { history } = await model.fit(inputs, labels, {
    epochs: 8,
    batchSize: 2,
    shuffle: false,
    callbacks: callback,
    ...args,
  });
  return history as Record<string, number[]>;
}

const constantRate = (): SchedulerCallback => new SchedulerCallback([]);

const policies: readonly (readonly [string, PolicyInput])[] = [
  ['per epoch', { type: 'ExponentialLR', gamma: 0.5 }],
  ['per step', [{ scheduler: { type: 'CosineAnnealingLR', tMax: 10 }, interval: 'step' }]],
  [
    'per step and per epoch',
    [
      { scheduler: { type: 'LinearLR', startFactor: 0.25, totalIters: 6 }, interval: 'step' },
      { scheduler: { type: 'MultiStepLR', milestones: [2], gamma: 0.1 }, interval: 'epoch' },
    ],
  ],
  [
    'every few steps and epochs',
    [
      { scheduler: { type: 'StepLR', stepSize: 1, gamma: 0.9 }, interval: 'step', frequency: 3 },
      { scheduler: { type: 'StepLR', stepSize: 1, gamma: 0.5 }, interval: 'epoch', frequency: 2 },
    ],
  ],
];

describe.each(everyOptimizer)('model.fit with $name', ({ create }) => {
  it.each(policies)('logs and uses the learning rates of a policy %s', async (_, policy) => {
    const epochs = 4;
    const unit = await updatesOfFit({ model: knownGradient(create(1)), callback: constantRate(), epochs });
    const rows: RateRow[] = [];
    const callback = new SchedulerCallback(policy, { onLr: (row) => rows.push(row) });
    const updates = await updatesOfFit({ model: knownGradient(create(0.1)), callback, epochs });

    const steps = epochs * batchesPerEpoch;
    const [expected] = previewPolicy(policy, { lr: 0.1, steps, stepsPerEpoch: batchesPerEpoch }).lr;
    expect(rows.map(({ lr }) => lr)).toEqual([...expected]);
    expect(updates).toHaveLength(steps);
    updates.forEach((update, index) => {
      const size = expected[index] * unit[index];
      expect(Math.abs(update - size), `update ${index}`).toBeLessThanOrEqual(1e-6 * Math.abs(size));
    });
  });
});

describe('SchedulerCallback', () => {
  it('makes each update of SGD the float32 of the learning rate, to the last bit', async () => {
    const rates: number[] = [];
    const callback = new SchedulerCallback(
      [{ scheduler: { type: 'ExponentialLR', gamma: 0.9 }, interval: 'step' }],
      { onLr: ({ lr }) => rates.push(lr) },
    );
    const updates = await updatesOfFit({ model: knownGradient(tf.train.sgd(0.1)), callback, epochs: 5 });
    expect(updates).toEqual(rates.map(Math.fround));
  });

  it('is added to an existing program in two lines', async () => {
    const model = knownGradient('sgd');
    const { history } = await model.fit(ones, ones, {
      epochs: 3,
      callbacks: new SchedulerCallback({ type: 'StepLR', stepSize: 1, gamma: 0.5 }),
    });
    expect(history.lr).toEqual([0.01, 0.005, 0.0025]);
  });

  it('puts the learning rate of an epoch’s last batch into the history', async () => {
    const callback = new SchedulerCallback([
      { scheduler: { type: 'StepLR', stepSize: 1, gamma: 0.5 }, interval: 'step' },
    ]);
    const { lr } = await fit(callback, { epochs: 3 });
    expect(lr).toEqual([0.5 * 0.5 ** 3, 0.5 * 0.5 ** 7, 0.5 * 0.5 ** 11]);
  });

  it('puts each batch’s learning rate into its logs, for the callbacks after it', async () => {
    const callback = new SchedulerCallback([
      { scheduler: { type: 'StepLR', stepSize: 1, gamma: 0.5 }, interval: 'step' },
    ]);
    const seen: (number | undefined)[] = [];
    const reader = new tf.CustomCallback({ onBatchEnd: (_, logs) => void seen.push(logs?.lr) });
    await fit(callback, { epochs: 1, callbacks: [callback, reader] });
    expect(seen).toEqual([0.5, 0.25, 0.125, 0.0625]);
  });

  it('reports the step, the epoch and the batch to onLr', async () => {
    const rows: RateRow[] = [];
    await fit(new SchedulerCallback([], { onLr: (row) => rows.push(row) }), { epochs: 4, initialEpoch: 2 });
    expect(rows.map(({ step, epoch, batch }) => [step, epoch, batch])).toEqual([
      [0, 2, 0],
      [1, 2, 1],
      [2, 2, 2],
      [3, 2, 3],
      [4, 3, 0],
      [5, 3, 1],
      [6, 3, 2],
      [7, 3, 3],
    ]);
  });

  it('cycles the momentum of tf.train.momentum with the learning rate', async () => {
    const policy: PolicyInput = [
      { scheduler: { type: 'OneCycleLR', maxLr: 0.4, totalSteps: 12 }, interval: 'step' },
    ];
    const optimizer = tf.train.momentum(0.1, 0.9);
    const [group] = paramGroupsOf(optimizer).paramGroups;
    const momenta: (number | undefined)[] = [];
    const observer = new tf.CustomCallback({ onBatchBegin: () => void momenta.push(group.momentum) });
    const callback = new SchedulerCallback(policy);
    await knownGradient(optimizer).fit(ones, ones, {
      epochs: 3,
      batchSize: 2,
      callbacks: [callback, observer],
    });
    expect(momenta).toEqual([...previewPolicy(policy, { lr: 0.1, steps: 12 }).momentum![0]]);
  });

  it('works in fitDataset', async () => {
    const one = tf.data.array([[1], [1], [1], [1]]);
    const batches: unknown = tf.data.zip({ xs: one, ys: one }).batch(2);
    const dataset = batches as Parameters<tf.LayersModel['fitDataset']>[0];
    const model = knownGradient(tf.train.sgd(0.5));
    const { history } = await model.fitDataset(dataset, {
      epochs: 3,
      callbacks: new SchedulerCallback([
        { scheduler: { type: 'ReduceLROnPlateau', factor: 0.5, patience: 0 }, monitor: 'trainLoss' },
        { scheduler: { type: 'StepLR', stepSize: 1, gamma: 0.5 }, interval: 'step' },
      ]),
    });
    // The loss falls at each step, so only StepLR acts: twice an epoch.
    expect(history.lr).toEqual([0.25, 0.0625, 0.015625]);
  });

  it('leaves no tensor behind', async () => {
    const model = classifier();
    const callback = new SchedulerCallback([
      { scheduler: { type: 'ReduceLROnPlateau', patience: 0 }, monitor: 'trainLoss' },
      { scheduler: { type: 'ReduceLROnPlateau', patience: 0 }, interval: 'step' },
      { scheduler: { type: 'ReduceLROnPlateau', patience: 0 }, monitor: 'valLoss' },
    ]);
    await fit(callback, { validationData: [inputs, labels] }, model);
    const count = tf.memory().numTensors;
    await fit(callback, { validationData: [inputs, labels] }, model);
    expect(tf.memory().numTensors).toBe(count);
  });
});

describe('a plateau in model.fit', () => {
  /** The learning rates, epoch by epoch, of ReduceLROnPlateau for these metrics. */
  function ratesOf(metrics: readonly number[], mode: 'min' | 'max'): number[] {
    const optimizer = { paramGroups: [{ lr: 0.5 }] };
    const scheduler = new ReduceLROnPlateau(optimizer, { mode, factor: 0.5, patience: 0, threshold: 0.05 });
    return metrics.map((metric) => {
      const [{ lr }] = optimizer.paramGroups;
      scheduler.step(metric);
      return lr;
    });
  }

  const plateau = (mode: 'min' | 'max') =>
    ({ type: 'ReduceLROnPlateau', mode, factor: 0.5, patience: 0, threshold: 0.05 }) as const;

  it('watches val_loss', async () => {
    const callback = new SchedulerCallback(plateau('min'));
    const history = await fit(callback, { validationData: [inputs, labels] });
    expect(history.lr).toEqual(ratesOf(history.val_loss, 'min'));
    expect(history.lr.at(-1)).toBeLessThan(0.5);
  });

  it('watches val_acc', async () => {
    const callback = new SchedulerCallback([{ scheduler: plateau('max'), monitor: 'valAccuracy' }]);
    const history = await fit(callback, { validationData: [inputs, labels] });
    expect(history.lr).toEqual(ratesOf(history.val_acc, 'max'));
    expect(history.lr.at(-1)).toBeLessThan(0.5);
  });

  it.each(['val_accuracy', 'val_categoricalAccuracy'])('watches an accuracy named %s', async (name) => {
    const metrics = [0.5, 0.6, 0.6, 0.7, 0.7, 0.7, 0.9, 0.9];
    const writer = new tf.CustomCallback({
      onEpochEnd: (epoch, logs) => void Object.assign(logs!, { [name]: metrics[epoch] }),
    });
    const callback = new SchedulerCallback([{ scheduler: plateau('max'), monitor: 'valAccuracy' }]);
    const history = await fit(callback, { callbacks: [writer, callback] });
    expect(history.lr).toEqual(ratesOf(metrics, 'max'));
  });

  it('watches the mean of the training losses of an epoch', async () => {
    const losses: number[] = [];
    const reader = new tf.CustomCallback({ onBatchEnd: (_, logs) => void losses.push(logs!.loss) });
    const callback = new SchedulerCallback([{ scheduler: plateau('min'), monitor: 'trainLoss' }]);
    const history = await fit(callback, { callbacks: [callback, reader] });
    const means = history.lr.map((_, epoch) => {
      const batches = losses.slice(epoch * batchesPerEpoch, (epoch + 1) * batchesPerEpoch);
      return batches.reduce((sum, loss) => sum + loss, 0) / batchesPerEpoch;
    });
    expect(history.lr).toEqual(ratesOf(means, 'min'));
    expect(history.lr.at(-1)).toBeLessThan(0.5);
  });

  it('watches the training loss of each step', async () => {
    const losses: number[] = [];
    const rates: number[] = [];
    const reader = new tf.CustomCallback({ onBatchEnd: (_, logs) => void losses.push(logs!.loss) });
    const callback = new SchedulerCallback([{ scheduler: plateau('min'), interval: 'step' }], {
      onLr: ({ lr }) => rates.push(lr),
    });
    await fit(callback, { epochs: 2, callbacks: [callback, reader] });
    expect(rates).toEqual(ratesOf(losses, 'min'));
  });

  it('rejects if fit does not compute its metric, with a remedy', async () => {
    await expect(fit(new SchedulerCallback(plateau('min')))).rejects.toMatchObject({
      name: 'InputError',
      code: 'missing-metric',
      received: 'loss, acc, lr',
      accepted: 'val_loss',
      message: expect.stringContaining('give fit validationData or validationSplit') as string,
    });
    const callback = new SchedulerCallback([{ scheduler: plateau('max'), monitor: 'valAccuracy' }]);
    await expect(fit(callback)).rejects.toThrow(/val_acc or val_accuracy/);
  });

  it('names the accuracy of each output if the model has several', async () => {
    const input = tf.input({ shape: [1] });
    const output = (name: string) => tf.layers.dense({ units: 2, activation: 'softmax', name }).apply(input);
    const model = tf.model({
      inputs: input,
      outputs: [output('digit'), output('parity')] as tf.SymbolicTensor[],
    });
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const callback = new SchedulerCallback([{ scheduler: plateau('max'), monitor: 'valAccuracy' }]);
    const targets = [labels, labels];
    const training = model.fit(inputs, targets, { validationData: [inputs, targets], callbacks: callback });
    await expect(training).rejects.toMatchObject({
      code: 'missing-metric',
      message: expect.stringContaining(
        'the model has an accuracy for each output (val_digit_acc, val_parity_acc) and none of its own',
      ) as string,
    });
  });

  it('accepts an epoch that stopTraining ends early', async () => {
    const model = classifier();
    const stop = new tf.CustomCallback({ onBatchEnd: () => void (model.stopTraining = true) });
    const callback = new SchedulerCallback(plateau('min'));
    const args = { validationData: [inputs, labels] as [tf.Tensor, tf.Tensor] };
    const history = await fit(callback, { ...args, callbacks: [callback, stop] }, model);
    expect(history.lr).toEqual([0.5]);
  });
});

describe('several calls of fit', () => {
  const policy: PolicyInput = { scheduler: { type: 'StepLR', stepSize: 1, gamma: 0.5 }, frequency: 2 };

  it('with one callback continue where the last one ended', async () => {
    const model = classifier();
    const callback = new SchedulerCallback(policy);
    const rates: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      rates.push(...(await fit(callback, { epochs: 1 }, model)).lr);
    }
    expect(rates).toEqual([0.5, 0.5, 0.25, 0.25, 0.125, 0.125]);
  });

  it('with a new callback start new schedulers, as PyTorch does on a used optimizer', async () => {
    const model = classifier();
    await fit(new SchedulerCallback({ type: 'ExponentialLR', gamma: 0.5 }), { epochs: 2 }, model);
    const callback = new SchedulerCallback({ type: 'LambdaLR', lrLambda: '1 / (epoch + 1)' });
    const { lr } = await fit(callback, { epochs: 2 }, model);
    expect(lr).toEqual([0.5, 0.25]);
  });

  const ratesAsTensors: [string, () => tf.Optimizer][] = [
    ['SGD', () => tf.train.sgd(0.5)],
    ['Momentum', () => tf.train.momentum(0.5, 0)],
  ];

  it.each(ratesAsTensors)('use the rate that was assigned to %s between them', async (_, create) => {
    const optimizer = create();
    const model = knownGradient(optimizer);
    const rates: number[] = [];
    const callback = new SchedulerCallback([], { onLr: ({ lr }) => rates.push(lr) });
    await updatesOfFit({ model, callback, epochs: 1 });
    Object.assign(optimizer, { learningRate: 0.25 });
    const updates = await updatesOfFit({ model, callback, epochs: 1 });
    expect(updates).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(rates.slice(batchesPerEpoch)).toEqual(updates);
  });

  it.each(ratesAsTensors)('use the rate that onLr assigns to %s in between', async (_, create) => {
    const optimizer = create();
    const model = knownGradient(optimizer);
    const callback = new SchedulerCallback([], {
      onLr: ({ step }) => {
        if (step === 3) Object.assign(optimizer, { learningRate: 0.25 });
      },
    });
    const updates = await updatesOfFit({ model, callback, epochs: 2 });
    expect(updates).toEqual([0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]);
  });

  it('start again on a model that was compiled with another optimizer', async () => {
    const model = classifier();
    const callback = new SchedulerCallback({ type: 'ExponentialLR', gamma: 0.5 });
    await fit(callback, { epochs: 2 }, model);
    model.compile({ optimizer: tf.train.adam(0.25), loss: 'meanSquaredError' });
    expect((await fit(callback, { epochs: 2 }, model)).lr).toEqual([0.25, 0.125]);
  });

  it('give access to the schedulers', async () => {
    const callback = new SchedulerCallback({ type: 'ExponentialLR', gamma: 0.5 });
    expect(callback.live).toBeUndefined();
    await fit(callback, { epochs: 2 });
    expect(callback.live?.entries[0].scheduler.getLastLr()).toEqual([0.125]);
  });
});

describe('SchedulerCallback refuses', () => {
  it('an invalid policy, at once', () => {
    const policy = { type: 'StepLR', stepSize: 0 } as const;
    expect(() => new SchedulerCallback(policy)).toThrow(expect.objectContaining({ code: 'policy' }));
  });

  it('a policy that the optimizer does not allow', async () => {
    const policy = { type: 'CyclicLR', baseLr: 0.1, maxLr: 1 } as const;
    await expect(fit(new SchedulerCallback(policy))).rejects.toMatchObject({ code: 'policy-refused' });
  });

  it('a step beyond the end of OneCycleLR', async () => {
    const scheduler = { type: 'OneCycleLR', maxLr: 1, totalSteps: 6, cycleMomentum: false } as const;
    const callback = new SchedulerCallback([{ scheduler, interval: 'step' }]);
    await expect(fit(callback)).rejects.toThrow(/policy\[0\] \(OneCycleLR\).*6/);
  });

  it('a model that is not compiled', async () => {
    const callback = new SchedulerCallback([]);
    callback.setModel(
      tf.sequential({ name: 'mine', layers: [tf.layers.dense({ units: 1, inputShape: [1] })] }),
    );
    await expect(callback.onTrainBegin()).rejects.toMatchObject({
      code: 'model-not-compiled',
      message: expect.stringContaining('mine') as string,
    });
  });

  it('an unknown optimizer', async () => {
    const model = classifier();
    class Mine extends tf.Optimizer {
      override applyGradients() {
        return undefined;
      }
      override getConfig() {
        return {};
      }
    }
    model.compile({ optimizer: new Mine(), loss: 'meanSquaredError' });
    await expect(fit(new SchedulerCallback([]), {}, model)).rejects.toMatchObject({
      code: 'unknown-optimizer',
    });
  });

  it('a model of another copy of tf.js, which does not recognise the callback', async () => {
    const callback = new SchedulerCallback([]);
    // `fit` wraps an object like this if it is not its own BaseCallback.
    const { onTrainBegin, onBatchEnd } = callback;
    const stranger = new tf.CustomCallback({ onTrainBegin, onBatchEnd });
    await expect(stranger.onTrainBegin({})).rejects.toBeInstanceOf(InputError);
    await expect(stranger.onTrainBegin({})).rejects.toThrow(/two copies of @tensorflow\/tfjs/);
  });
});
