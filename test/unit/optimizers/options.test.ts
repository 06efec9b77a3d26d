import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { completeConfig, expectedGroups } from '../../../src/config/index.js';
import { createOptimizer } from '../../../src/optimizers/index.js';
import type { OptimizerOptions } from '../../../src/optimizers/names.js';
import { defaultsOf, optimizerTypes, optionsOf, pythonOptions } from '../../../src/optimizers/names.js';

beforeAll(() => tf.setBackend('cpu'));

const options = optimizerTypes.flatMap((type) =>
  Object.entries(optionsOf(type)).map(([name, option]) => ({ type, name, option })),
);

const configOf = (type: string, changes: object) =>
  completeConfig({ optimizer: { type, lr: 1, ...changes } as OptimizerOptions });

describe('the table of optimizers', () => {
  it.each(optimizerTypes)('gives %s its param group, with PyTorch’s defaults', (type) => {
    const variable = tf.variable(tf.scalar(0));
    const defaults = defaultsOf(type);
    const parameter = { name: 'weight', variable };
    const optimizer = createOptimizer([parameter], { type, lr: defaults.lr });
    expect(optimizer.paramGroups).toEqual([{ parameters: [parameter], ...defaults }]);
    expect(Object.keys(defaults)).toEqual(Object.keys(optionsOf(type)));
    optimizer.dispose();
    variable.dispose();
  });

  it.each(options)('accepts the default of $type’s $name in a config', ({ type, name }) => {
    const value: unknown = defaultsOf(type)[name as 'lr'];
    expect(configOf(type, { [name]: value }).optimizer).toMatchObject({ [name]: value });
  });

  const bounded = options.flatMap(({ type, name, option }) =>
    option.kind === 'number' && (option.min ?? option.above) !== undefined
      ? [{ type, name, below: option.above ?? option.min! - 1e-9 }]
      : [],
  );

  it.each(bounded)('refuses $type’s $name outside its bounds', ({ type, name, below }) => {
    expect(() => configOf(type, { [name]: below })).toThrow(
      expect.objectContaining({ code: 'config-value', path: `optimizer.${name}` }) as Error,
    );
  });

  it('writes options under PyTorch’s names and in its order', () => {
    const given = { type: 'Adagrad', maximize: true, initialAccumulatorValue: 1, lr: 0.1, groups: [] };
    expect(Object.entries(pythonOptions('Adagrad', given))).toEqual([
      ['lr', 0.1],
      ['initial_accumulator_value', 1],
      ['maximize', true],
    ]);
  });

  it.each([
    [{ type: 'SGD', lr: 1 }, [{ lr: 1, momentum: 0 }]],
    [{ type: 'RMSprop', lr: 1, momentum: 0.5 }, [{ lr: 1, momentum: 0.5 }]],
    [
      { type: 'AdamW', lr: 1, groups: [{ layers: ['conv'], lr: 2, betas: [0.5, 0.9] }] },
      [
        { lr: 2, betas: [0.5, 0.9] },
        { lr: 1, betas: [0.9, 0.999] },
      ],
    ],
    [{ type: 'Adagrad', lr: 1 }, [{ lr: 1 }]],
  ] as [OptimizerOptions, object[]][])(
    'gives schedulers the groups of %o before the optimizer exists',
    (given, groups) => {
      expect(expectedGroups(given)).toEqual(groups);
    },
  );
});
