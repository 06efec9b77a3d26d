/** Saving and loading an optimizer, as PyTorch does it and through JSON. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import type { Optimizer, OptimizerOptions, OptimizerStateDict } from '../../../src/optimizers/index.js';
import { createOptimizer } from '../../../src/optimizers/index.js';

function begin(options: OptimizerOptions): Optimizer {
  const variables = [tf.variable(tf.tensor2d([[1, 2, 3]])), tf.variable(tf.scalar(4))];
  const parameters = variables.map((variable, index) => ({ name: `layer${index}/kernel`, variable }));
  return createOptimizer(parameters, options);
}

const gradients: Record<string, tf.Tensor> = {
  'layer0/kernel': tf.tensor2d([[0.5, -1, 0.25]]),
  'layer1/kernel': tf.scalar(-0.5),
};

function step(optimizer: Optimizer): void {
  optimizer.step(optimizer.parameters.map(({ name }) => gradients[name]));
}

const adam: OptimizerOptions = { type: 'Adam', lr: 0.1, groups: [{ layers: ['layer1'], lr: 0.2 }] };

async function stepped(options: OptimizerOptions): Promise<OptimizerStateDict> {
  const optimizer = begin(options);
  step(optimizer);
  return optimizer.stateDict();
}

describe('a state dict', () => {
  it('has PyTorch’s keys, nesting and numbering', async () => {
    const { state, param_groups } = await stepped(adam);
    expect(Object.keys(state)).toEqual(['0', '1']);
    // The named group comes first: its parameter is number 0.
    expect(state[0]).toEqual({
      step: 1,
      exp_avg: expect.any(Number) as number,
      exp_avg_sq: expect.any(Number) as number,
    });
    expect(state[1].exp_avg).toEqual([[expect.closeTo(0.05), expect.closeTo(-0.1), expect.closeTo(0.025)]]);
    expect(param_groups.map(({ lr, params, weight_decay }) => ({ lr, params, weight_decay }))).toEqual([
      { lr: 0.2, params: [0], weight_decay: 0 },
      { lr: 0.1, params: [1], weight_decay: 0 },
    ]);
  });

  it('has no state for weights without a gradient so far, except in Adagrad', async () => {
    const states = await Promise.all(
      (['SGD', 'Adam', 'AdamW', 'RMSprop', 'Adagrad'] as const).map(async (type) => {
        const optimizer = begin({ type, lr: 0.1 });
        return (await optimizer.stateDict()).state;
      }),
    );
    expect(states).toEqual([{}, {}, {}, {}, { 0: { step: 0, sum: [[0, 0, 0]] }, 1: { step: 0, sum: 0 } }]);
  });

  it('saves and restores the values that schedulers keep in the groups', async () => {
    const optimizer = begin({ type: 'SGD', lr: 0.1 });
    Object.assign(optimizer.paramGroups[0], { initialLr: 0.3, maxLr: 2 });
    const saved = await optimizer.stateDict();
    expect(saved.param_groups[0]).toMatchObject({ initial_lr: 0.3, max_lr: 2 });
    const fresh = begin({ type: 'SGD', lr: 5 });
    Object.assign(fresh.paramGroups[0], { swaLr: 1 });
    fresh.loadStateDict(saved);
    expect(fresh.paramGroups[0]).toMatchObject({ lr: 0.1, initialLr: 0.3, maxLr: 2 });
    expect(fresh.paramGroups[0]).not.toHaveProperty('swaLr');
  });

  it('ignores keys that select an implementation in PyTorch, and accepts older states that lack an option', async () => {
    const saved = await stepped({ type: 'SGD', lr: 0.1, momentum: 0.9 });
    const [{ maximize, ...group }] = saved.param_groups;
    expect(maximize).toBe(false);
    const optimizer = begin({ type: 'SGD', lr: 1 });
    optimizer.loadStateDict({ ...saved, param_groups: [{ ...group, foreach: null, fused: false }] });
    expect(optimizer.paramGroups[0]).toMatchObject({ lr: 0.1, momentum: 0.9, maximize: false });
    expect(Object.keys(optimizer.paramGroups[0])).not.toContain('fused');
  });

  it('does not change with later steps', async () => {
    const optimizer = begin(adam);
    step(optimizer);
    const pending = optimizer.stateDict();
    step(optimizer);
    optimizer.paramGroups[0].lr = 7;
    expect(await pending).toEqual(await stepped(adam));
  });

  it.each<[string, (saved: OptimizerStateDict) => unknown, string, string]>([
    ['state dict', () => null, 'null', 'param_groups'],
    [
      'param_groups.length',
      ({ state, param_groups }) => ({ state, param_groups: param_groups.slice(1) }),
      '1',
      '2',
    ],
    [
      'param_groups.1.params.length',
      ({ state, param_groups: [first, second] }) => ({
        state,
        param_groups: [first, { ...second, params: [] }],
      }),
      '0',
      '1',
    ],
    [
      'param_groups.0.betas',
      ({ state, param_groups: [first, second] }) => ({
        state,
        param_groups: [{ ...first, betas: 0.9 }, second],
      }),
      '0.9',
      'number[2]',
    ],
    [
      'state.1.exp_avg',
      ({ state, param_groups }) => ({
        param_groups,
        state: { ...state, 1: { ...state[1], exp_avg: [[1, 2]] } },
      }),
      'number[1][2]',
      'number[1][3]',
    ],
    [
      'state.0.square_avg',
      ({ state, param_groups }) => ({ param_groups, state: { ...state, 0: { step: 1, square_avg: 2 } } }),
      'square_avg',
      'exp_avg, exp_avg_sq, max_exp_avg_sq',
    ],
    [
      'state.0.step',
      ({ state, param_groups }) => ({ param_groups, state: { ...state, 0: { ...state[0], step: 1.5 } } }),
      '1.5',
      'integer ≥ 0',
    ],
  ])('with a mismatch at %s is refused, and nothing changes', async (path, spoil, received, accepted) => {
    const optimizer = begin(adam);
    step(optimizer);
    const before = await optimizer.stateDict();
    expect(() => optimizer.loadStateDict(spoil(before))).toThrow(
      expect.objectContaining({
        code: 'optimizer-state',
        path,
        received,
        accepted: expect.stringContaining(accepted) as string,
      }) as Error,
    );
    expect(await optimizer.stateDict()).toEqual(before);
  });
});

describe('an optimizer', () => {
  it('refuses too few gradients, and gradients of another size', () => {
    const optimizer = begin({ type: 'SGD', lr: 1 });
    expect(() => optimizer.step([null])).toThrow('got 1 gradients for 2 parameters');
    expect(() => optimizer.step([null, gradients['layer0/kernel']])).toThrow(
      'the gradient of layer1/kernel is [1, 3]; layer1/kernel is [].',
    );
  });

  it('refuses weights that are not float32, duplicate weights, and no weights', () => {
    const create = (...variables: tf.Variable[]) =>
      createOptimizer(
        variables.map((variable) => ({ name: 'dense/kernel', variable })),
        { type: 'SGD', lr: 1 },
      );
    const weight = tf.variable(tf.scalar(1));
    expect(() => create(tf.variable(tf.scalar(1, 'int32')))).toThrow(
      'dense/kernel is int32; accepted: float32.',
    );
    expect(() => create(weight, weight)).toThrow('dense/kernel is param_groups: 2');
    expect(() => create()).toThrow('parameters is []');
  });

  it('has no fused update on other backends than WebGPU', () => {
    expect(() => begin(adam).fused).toThrow('webgpu');
  });
});
