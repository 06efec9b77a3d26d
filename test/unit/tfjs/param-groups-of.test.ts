import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { InputError } from '../../../src/errors.js';
import { buildPolicy } from '../../../src/policy/index.js';
import { CyclicLR, ExponentialLR, StepLR } from '../../../src/schedulers/index.js';
import { paramGroupsOf } from '../../../src/tfjs/index.js';
import { everyOptimizer, updatesOf } from './every-optimizer.js';

beforeAll(() => tf.setBackend('cpu'));

const gradients = [0.5, -1, 0.25, 2, 0.125];
const rates = [0.1, 0.02, 0.02, 0.3, 0];

describe.each(everyOptimizer)('the param group of $name', ({ create }) => {
  it('has the learning rate with which the optimizer was made', () => {
    expect(paramGroupsOf(create(0.25)).paramGroups[0].lr).toBe(0.25);
  });

  it('sets the learning rate of the very next update', () => {
    const unit = updatesOf(create(1), gradients);
    const optimizer = create(0.5);
    const [group] = paramGroupsOf(optimizer).paramGroups;
    const updates = updatesOf(optimizer, gradients, (index) => (group.lr = rates[index]));
    updates.forEach((update, index) => {
      const expected = rates[index] * unit[index];
      expect(Math.abs(update - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected));
    });
    expect(unit.every((update) => update !== 0)).toBe(true);
  });

  it('does not change the number of tensors', () => {
    const optimizer = create(0.5);
    const [group] = paramGroupsOf(optimizer).paramGroups;
    const count = tf.memory().numTensors;
    for (let index = 0; index < 50; index += 1) {
      group.lr = index;
      if (group.momentum !== undefined) group.momentum = index / 50;
      if (group.betas) group.betas = [index / 50, 0.99];
    }
    expect(tf.memory().numTensors).toBe(count);
  });

  it('stays in effect after a write inside a tf.tidy', () => {
    const optimizer = create(0.5);
    const [group] = paramGroupsOf(optimizer).paramGroups;
    tf.tidy(() => {
      group.lr = 0.25;
      if (group.momentum !== undefined) group.momentum = 0.5;
      if (group.betas) group.betas = [0.5, 0.99];
    });
    expect(updatesOf(optimizer, [1, 1]).every((update) => update > 0)).toBe(true);
  });
});

test('an SGD update is the float32 of the learning rate, to the last bit', () => {
  const optimizer = tf.train.sgd(0.1);
  const groups = paramGroupsOf(optimizer);
  const scheduler = new ExponentialLR(groups, { gamma: 0.9 });
  const used: number[] = [];
  const updates = updatesOf(optimizer, [1, 1, 1, 1, 1, 1], (index) => {
    if (index > 0) scheduler.step();
    used.push(groups.paramGroups[0].lr);
  });
  expect(updates).toEqual(used.map(Math.fround));
  expect(used[5]).toBeCloseTo(0.1 * 0.9 ** 5, 15);
});

describe('momentum in a param group', () => {
  it('can be read in Momentum and RMSProp, and is absent elsewhere', () => {
    expect(paramGroupsOf(tf.train.momentum(0.1, 0.75)).paramGroups[0].momentum).toBe(0.75);
    expect(paramGroupsOf(tf.train.rmsprop(0.1, 0.9, 0.5)).paramGroups[0].momentum).toBe(0.5);
    for (const optimizer of [tf.train.sgd(0.1), tf.train.adam(0.1), tf.train.adagrad(0.1)]) {
      expect(paramGroupsOf(optimizer).paramGroups[0]).not.toHaveProperty('momentum');
    }
  });

  it.each([false, true])('acts in the very next update of Momentum (nesterov: %s)', (nesterov) => {
    const optimizer = tf.train.momentum(0.5, 0.9, nesterov);
    const [group] = paramGroupsOf(optimizer).paramGroups;
    const momenta = [0.9, 0.5, 0.75, 0];
    const updates = updatesOf(optimizer, [1, 1, 1, 1], (index) => (group.momentum = momenta[index]));
    let velocity = 0;
    const expected = momenta.map((momentum) => {
      velocity = momentum * velocity + 1;
      return 0.5 * (nesterov ? 1 + momentum * velocity : velocity);
    });
    updates.forEach((update, index) => expect(update).toBeCloseTo(expected[index], 6));
  });

  it('acts in the very next update of RMSProp', () => {
    const updatesWith = (second: number): number => {
      const optimizer = tf.train.rmsprop(0.5, 0.9, 0.9);
      const [group] = paramGroupsOf(optimizer).paramGroups;
      return updatesOf(optimizer, [1, 1], (index) => (group.momentum = index === 0 ? 0.9 : second))[1];
    };
    const first = updatesOf(tf.train.rmsprop(0.5, 0.9, 0.9), [1])[0];
    expect(updatesWith(0.5) - updatesWith(0)).toBeCloseTo(0.5 * first, 5);
  });

  it('is needed by CyclicLR to cycle it', () => {
    const groups = paramGroupsOf(tf.train.sgd(0.1));
    expect(() => new CyclicLR(groups, { baseLr: 0.01, maxLr: 0.1 })).toThrow(
      /momentum can be cycled only if/,
    );
    expect(() => new CyclicLR(groups, { baseLr: 0.01, maxLr: 0.1, cycleMomentum: false })).not.toThrow();
  });
});

describe('betas in a param group', () => {
  const betas: [number, number][] = [
    [0.95, 0.999],
    [0.9, 0.999],
    [0.85, 0.99],
    [0.85, 0.99],
    [0.9, 0.999],
  ];

  it('are those of Adam and Adamax', () => {
    expect(paramGroupsOf(tf.train.adam(0.1, 0.8, 0.9)).paramGroups[0].betas).toEqual([0.8, 0.9]);
    expect(paramGroupsOf(tf.train.adamax(0.1, 0.8, 0.9)).paramGroups[0].betas).toEqual([0.8, 0.9]);
    expect(paramGroupsOf(tf.train.sgd(0.1)).paramGroups[0]).not.toHaveProperty('betas');
  });

  it('give the updates of PyTorch’s Adam when they change, bias correction included', () => {
    const optimizer = tf.train.adam(0.5);
    const [group] = paramGroupsOf(optimizer).paramGroups;
    const updates = updatesOf(optimizer, gradients, (index) => (group.betas = betas[index]));
    let first = 0;
    let second = 0;
    gradients.forEach((gradient, index) => {
      const [beta1, beta2] = betas[index];
      first = beta1 * first + (1 - beta1) * gradient;
      second = beta2 * second + (1 - beta2) * gradient ** 2;
      const step = index + 1;
      const direction = first / (1 - beta1 ** step) / (Math.sqrt(second / (1 - beta2 ** step)) + 1e-7);
      expect(updates[index]).toBeCloseTo(0.5 * direction, 4);
    });
  });

  it('give the updates of PyTorch’s Adamax when they change, bias correction included', () => {
    const optimizer = tf.train.adamax(0.5);
    const [group] = paramGroupsOf(optimizer).paramGroups;
    const updates = updatesOf(optimizer, gradients, (index) => (group.betas = betas[index]));
    let first = 0;
    let norm = 0;
    gradients.forEach((gradient, index) => {
      const [beta1, beta2] = betas[index];
      first = beta1 * first + (1 - beta1) * gradient;
      norm = Math.max(beta2 * norm, Math.abs(gradient));
      const direction = first / (1 - beta1 ** (index + 1)) / (norm + 1e-7);
      expect(updates[index]).toBeCloseTo(0.5 * direction, 5);
    });
  });

  it('leave Adam’s updates equal to the bit when they are assigned unchanged', () => {
    const optimizer = tf.train.adam(0.5);
    const [group] = paramGroupsOf(optimizer).paramGroups;
    const updates = updatesOf(optimizer, gradients, () => (group.betas = [0.9, 0.999]));
    expect(updates).toEqual(updatesOf(tf.train.adam(0.5), gradients));
  });

  it('cannot be changed in place, which would have no effect', () => {
    const { betas: pair } = paramGroupsOf(tf.train.adam(0.1)).paramGroups[0];
    expect(() => (pair![0] = 0.5)).toThrow(TypeError);
  });
});

describe('paramGroupsOf', () => {
  it('returns the same group each time, so that initialLr stays with the optimizer', () => {
    const optimizer = tf.train.sgd(0.1);
    const scheduler = new StepLR(paramGroupsOf(optimizer), { stepSize: 1 });
    scheduler.step();
    expect(paramGroupsOf(optimizer)).toBe(paramGroupsOf(optimizer));
    expect(new StepLR(paramGroupsOf(optimizer), { stepSize: 1 }).baseLrs).toEqual([0.1]);
  });

  it('puts a learning rate into effect that was assigned to SGD before', () => {
    const optimizer = tf.train.sgd(0.5);
    Object.assign(optimizer, { learningRate: 0.25 });
    expect(updatesOf(optimizer, [1])).toEqual([0.5]);
    paramGroupsOf(optimizer);
    expect(updatesOf(optimizer, [1])).toEqual([0.25]);
  });

  it('follows a learning rate that is set on the optimizer itself', () => {
    const optimizer = tf.train.sgd(0.5);
    const [group] = paramGroupsOf(optimizer).paramGroups;
    optimizer.setLearningRate(0.25);
    expect(group.lr).toBe(0.25);
  });

  it('leaves the learning rate unchanged if a policy is refused', () => {
    const optimizer = tf.train.sgd(0.5);
    const groups = paramGroupsOf(optimizer);
    const policy = [{ type: 'LinearLR' }, { type: 'OneCycleLR', maxLr: 1, totalSteps: 100 }] as const;
    expect(() => buildPolicy(policy, groups)).toThrow(InputError);
    expect(updatesOf(optimizer, [1])).toEqual([0.5]);
  });

  it('accepts an optimizer that extends one of tf.js', () => {
    class Descent extends tf.SGDOptimizer {
      static override get className() {
        return 'Descent';
      }
    }
    const optimizer = new Descent(0.5);
    paramGroupsOf(optimizer).paramGroups[0].lr = 0.25;
    expect(updatesOf(optimizer, [1])).toEqual([0.25]);
  });

  it('refuses an unknown optimizer, and lists the known ones', () => {
    class Mine extends tf.Optimizer {
      learningRate = 0.1;
      override applyGradients() {
        return undefined;
      }
      override getConfig() {
        return {};
      }
    }
    expect(() => paramGroupsOf(new Mine())).toThrow(
      expect.objectContaining({
        name: 'InputError',
        code: 'unknown-optimizer',
        received: 'an instance of Mine',
        accepted: 'an optimizer of tf.train: SGD, Momentum, Adam, Adamax, RMSProp, Adagrad, Adadelta',
      }),
    );
  });

  it.each([undefined, null, 'sgd', 3, {}])('refuses %j', (value) => {
    expect(() => paramGroupsOf(value as tf.Optimizer)).toThrow(InputError);
  });
});
