/** What an optimizer takes: weights, groups of weights, or a model. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { Adam, RMSprop, SGD } from '../../../src/optimizers/index.js';

beforeAll(() => tf.setBackend('cpu'));

const variable = (name?: string) => tf.variable(tf.scalar(1), true, name);
/** Calls a constructor as JavaScript can. */
const withAny = (weights: unknown, options: object = {}) => new SGD(weights as tf.Variable[], options);

describe('an optimizer', () => {
  it('takes variables, which are named by themselves', () => {
    const weights = [variable('first'), variable('second')];
    const optimizer = new SGD(weights, { lr: 0.5 });
    expect(optimizer.parameters).toEqual(weights.map((weight) => ({ name: weight.name, variable: weight })));
    optimizer.step([tf.scalar(1), tf.scalar(2)]);
    expect(weights.map((weight) => weight.dataSync()[0])).toEqual([0.5, 0]);
  });

  it('takes a model, and updates its trainable weights alone', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 2, inputShape: [3], name: 'given', trainable: false }),
        tf.layers.dense({ units: 1, name: 'learned' }),
      ],
    });
    const optimizer = new Adam(model);
    expect(optimizer.parameters.map(({ name }) => name)).toEqual(['learned/kernel', 'learned/bias']);
    expect(optimizer.parameters.map(({ variable }) => variable.shape)).toEqual([[2, 1], [1]]);
  });

  it('takes groups of variables and of named parameters, each with options of its own', () => {
    const [first, second] = [variable(), variable()];
    const { paramGroups } = new RMSprop(
      [{ parameters: [first], lr: 1 }, { parameters: [{ name: 'second', variable: second }] }],
      { lr: 0.1 },
    );
    expect(paramGroups.map(({ lr }) => lr)).toEqual([1, 0.1]);
    expect(paramGroups[1].parameters).toEqual([{ name: 'second', variable: second }]);
  });

  it.each([
    ['an option that it does not have', () => withAny([variable()], { learningRate: 3 }), 'learningRate'],
    [
      'an option of a group that it does not have',
      () => withAny([{ parameters: [variable()], betas: [0, 0] }]),
      'groups[0].betas',
    ],
    ['nothing', () => withAny(undefined), 'parameters'],
    ['no weight', () => withAny([]), 'parameters'],
    ['a tensor that is no variable', () => withAny([tf.scalar(1)]), 'parameters[0]'],
    [
      'weights and groups in one list',
      () => withAny([{ parameters: [variable()] }, variable()]),
      'groups[1]',
    ],
  ])('refuses %s, and says what it accepts', (_, construct, path) => {
    expect(construct).toThrow(
      expect.objectContaining({
        code: 'config-value',
        path,
        message: expect.stringContaining('accepted: ') as string,
      }) as Error,
    );
  });
});
