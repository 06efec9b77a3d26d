import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { completeConfig, configProblems, defaultConfig } from '../../../src/config/index.js';
import type { Config } from '../../../src/config/index.js';
import type { OptimizerOptions } from '../../../src/optimizers/names.js';

describe('a config', () => {
  it('is the default one if nothing is given, with its policy in the normal form', () => {
    expect(completeConfig({})).toEqual({
      ...defaultConfig,
      policy: [{ scheduler: { type: 'StepLR', stepSize: 4, gamma: 0.1 }, interval: 'epoch', frequency: 1 }],
    });
  });

  it('keeps the values of its base that are not given', () => {
    const base = completeConfig({ seed: 3, batchSize: 16 });
    expect(completeConfig({ batchSize: 32 }, base)).toMatchObject({ seed: 3, batchSize: 32 });
  });

  it('accepts any tf.LayersModel', () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    expect(completeConfig({ model }).model).toBe(model);
    model.dispose();
  });

  it.each([
    ['dataset', { dataset: 'cifar' }, '"cifar"', '"digits" | "mnist" | Dataset'],
    ['model', { model: 'resnet' }, '"resnet"', '"tiny" | "lenet" | "alexnet" | "mlp" | tf.LayersModel'],
    [
      'optimizer.type',
      { optimizer: { type: 'Lion', lr: 1 } },
      '"Lion"',
      '"SGD" | "Adam" | "AdamW" | "RMSprop" | "Adagrad"',
    ],
    ['optimizer.lr', { optimizer: { type: 'SGD', lr: 0 } }, '0', '> 0'],
    ['optimizer.lr', { optimizer: { type: 'Adam', lr: NaN } }, 'NaN', 'number'],
    ['optimizer.lr', { optimizer: { type: 'Adam', lr: Infinity } }, 'Infinity', 'finite number'],
    [
      'optimizer.groups',
      { optimizer: { type: 'SGD', lr: 1, groups: Array(1001).fill({ layers: ['conv1'] }) } },
      '1001',
      '≤ 1000',
    ],
    ['backend', { backend: 'wasm' }, '"wasm"', '"webgpu" | "webgl" | "cpu"'],
    ['batchSize', { batchSize: 2.5 }, '2.5', '1 ≤ integer ≤ 1000000'],
    ['batchSize', { batchSize: '64' }, '"64"', '1 ≤ integer ≤ 1000000'],
    ['epochs', { epochs: 0 }, '0', '1 ≤ integer ≤ 1000000'],
    ['epochs', { epochs: 1e9 }, '1000000000', '1 ≤ integer ≤ 1000000'],
    ['stepsPerEpoch', { stepsPerEpoch: 2 ** 53 }, '9007199254740992', '1 ≤ integer ≤ 1000000'],
    ['checkValEveryNEpoch', { checkValEveryNEpoch: Infinity }, 'Infinity', '1 ≤ integer ≤ 1000000'],
    ['seed', { seed: -1 }, '-1', '0 ≤ integer < 2³²'],
    ['seed', { seed: 2 ** 32 }, '4294967296', '0 ≤ integer < 2³²'],
    [
      'optimizer.nesterov',
      { optimizer: { type: 'SGD', lr: 1, nesterov: true } },
      'true with momentum 0',
      'momentum > 0',
    ],
    [
      'optimizer.nesterov',
      { optimizer: { type: 'SGD', lr: 1, momentum: 0.9, dampening: 0.1, nesterov: true } },
      'dampening 0.1',
      'dampening 0',
    ],
    ['optimizer.betas.1', { optimizer: { type: 'AdamW', lr: 1, betas: [0.9, 1] } }, '1', '< 1'],
    ['optimizer.weightDecay', { optimizer: { type: 'AdamW', lr: 1, weightDecay: -1 } }, '-1', '≥ 0'],
    ['optimizer.alpha', { optimizer: { type: 'RMSprop', lr: 1, alpha: -0.5 } }, '-0.5', '≥ 0'],
    [
      'optimizer.groups.0.layers',
      { optimizer: { type: 'SGD', lr: 1, groups: [{ lr: 0.5 }] } },
      'undefined',
      '["conv1", …]',
    ],
    [
      'optimizer.groups.0.layers',
      { optimizer: { type: 'SGD', lr: 1, groups: [{ layers: [], lr: 0.5 }] } },
      '0',
      '["conv1", …]',
    ],
    [
      'optimizer.groups.0.lr',
      { optimizer: { type: 'Adam', lr: 1, groups: [{ layers: ['conv'], lr: 0 }] } },
      '0',
      '> 0',
    ],
  ])(
    'with a bad %s is refused with the value received and what is accepted',
    (path, given, received, accepted) => {
      const attempt = () => completeConfig(given as Partial<Config>);
      expect(attempt).toThrow(
        expect.objectContaining({
          code: 'config-value',
          path,
          received: expect.stringContaining(received) as string,
          accepted: expect.stringContaining(accepted) as string,
        }) as Error,
      );
    },
  );

  it.each<[string, unknown, string]>([
    ['colour', { colour: 1 }, 'dataset, classes, model, '],
    ['batchsize', { batchsize: 3 }, 'policy, batchSize, epochs'],
    ['optimizer.momentun', { optimizer: { type: 'SGD', lr: 1, momentun: 0.9 } }, 'lr, momentum, dampening'],
    [
      'optimizer.momentum',
      { optimizer: { type: 'Adagrad', lr: 1, momentum: 0.9 } },
      'lrDecay, weightDecay, initialAccumulatorValue',
    ],
    [
      'optimizer.groups.1.betas',
      { optimizer: { type: 'SGD', lr: 1, groups: [{}, { layers: ['dense'], betas: [0.9, 0.9] }] } },
      'layers, lr, momentum',
    ],
    // Names that every object has.
    ...['valueOf', 'constructor', '__proto__'].map((key): [string, unknown, string] => [
      key,
      JSON.parse(`{ "${key}": {} }`),
      'dataset, classes, model, ',
    ]),
  ])('with a key %s is refused with the keys that are known', (path, given, accepted) => {
    const problem = configProblems(given as Partial<Config>).find(({ code }) => code === 'unknown-key');
    const received = `"${path.split('.').at(-1)!}"`;
    expect(problem).toMatchObject({ path, received, accepted: expect.stringContaining(accepted) as string });
    expect(problem?.message).toMatch(`${path} is not known here`);
  });

  it('names the key that was likely meant', () => {
    const optimizer = { type: 'SGD', lr: 0.1, weight_decay: 0.1 };
    expect(() => completeConfig({ optimizer } as Partial<Config>)).toThrow(
      'optimizer.weight_decay is not known here (did you mean weightDecay?); accepted: type, lr',
    );
  });

  it.each<OptimizerOptions>([
    { type: 'SGD', lr: 0.1, momentum: 0.9, nesterov: true, maximize: true },
    { type: 'Adam', lr: 0.1, betas: [0, 0.5], eps: 0, amsgrad: true },
    {
      type: 'AdamW',
      lr: 0.1,
      weightDecay: 0.1,
      groups: [{ layers: ['conv', 'dense/bias'], weightDecay: 0 }],
    },
    { type: 'RMSprop', lr: 0.1, alpha: 1.5, momentum: 0.5, centered: true },
    {
      type: 'Adagrad',
      lr: 0.1,
      lrDecay: 0.1,
      groups: [{ layers: ['dense'], lr: 1, initialAccumulatorValue: 1 }],
    },
  ])('accepts every option that PyTorch accepts: $type', (optimizer) => {
    expect(completeConfig({ optimizer }).optimizer).toEqual(optimizer);
  });

  const labelsOf = (length: number) => Uint8Array.from({ length }, (_, index) => index % 4);
  const tiny = (count: number) => {
    const part = { images: new Uint8Array(64 * count), labels: labelsOf(count) };
    return { ...part, height: 8, width: 8, channels: 1, classes: 4, validation: part };
  };

  it.each<[string, Partial<Config>, string]>([
    ['batch-size', { batchSize: 6001 }, 'a whole number from 1 to 6000'],
    ['steps-per-epoch', { batchSize: 64, stepsPerEpoch: 94 }, 'a whole number from 1 to 93'],
    ['batch-size', { dataset: tiny(20), batchSize: 21 }, 'a whole number from 1 to 20'],
    ['batch-size', { dataset: tiny(20), batchSize: 16, classes: [0, 1] }, 'a whole number from 1 to 10'],
  ])('asks for no more than the data holds: %s', (code, given, accepted) => {
    const attempt = () => completeConfig(given);
    expect(attempt).toThrow(expect.objectContaining({ code, accepted }) as Error);
  });

  it('leaves what is not known of the data to its start', () => {
    const unknown: Partial<Config>[] = [
      { dataset: 'mnist', batchSize: 100_000 },
      { classes: [3, 8], batchSize: 5000 },
    ];
    for (const given of unknown) expect(() => completeConfig(given)).not.toThrow();
  });

  it('with an invalid policy is refused with its issues', () => {
    const attempt = () => completeConfig({ policy: { type: 'StepLR', stepSize: 0 } });
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'policy', issues: [expect.anything()] }) as Error,
    );
  });
});
