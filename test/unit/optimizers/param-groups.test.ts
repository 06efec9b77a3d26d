/** The groups of a config over a network's weights. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import type { OptimizerOptions, Parameter } from '../../../src/optimizers/index.js';
import { createOptimizer } from '../../../src/optimizers/index.js';

const layers = ['conv1', 'conv2', 'conv10', 'dense'];

const parameters: Parameter[] = layers.flatMap((layer) =>
  ['kernel', 'bias'].map((weight) => ({
    name: `${layer}/${weight}`,
    variable: tf.variable(tf.scalar(1), true, `${layer}/${weight}`),
  })),
);

/** The weights of each param group by name. */
function groupsOf(options: OptimizerOptions): string[][] {
  const { paramGroups } = createOptimizer(parameters, options);
  return paramGroups.map(({ parameters }) => parameters.map(({ name }) => name));
}

const sgd = (...groups: string[][]): OptimizerOptions => ({
  type: 'SGD',
  lr: 0.1,
  groups: groups.map((names) => ({ layers: names })),
});

describe('param groups', () => {
  it('are one group of all weights by default', () => {
    expect(groupsOf({ type: 'Adam', lr: 0.1 })).toEqual([parameters.map(({ name }) => name)]);
  });

  it('take a layer by its name, even if other names start with it', () => {
    const [first, rest] = groupsOf(sgd(['conv1']));
    expect(first).toEqual(['conv1/kernel', 'conv1/bias']);
    expect(rest).toContain('conv10/kernel');
  });

  it('take all layers whose names start alike, and put the others into a last group', () => {
    expect(groupsOf(sgd(['conv']))).toEqual([
      ['conv1', 'conv2', 'conv10'].flatMap((layer) => [`${layer}/kernel`, `${layer}/bias`]),
      ['dense/kernel', 'dense/bias'],
    ]);
  });

  it('take single weights, and keep the network’s order', () => {
    const kernels = layers.map((layer) => `${layer}/kernel`);
    const biases = layers.map((layer) => `${layer}/bias`);
    expect(groupsOf(sgd(kernels.toReversed(), biases))).toEqual([kernels, biases]);
  });

  it('have no last group if no weight is left', () => {
    expect(groupsOf(sgd(['dense'], ['conv', 'conv2']))).toHaveLength(2);
  });

  it('override their own options and share the others', () => {
    const { paramGroups } = createOptimizer(parameters, {
      type: 'AdamW',
      lr: 0.1,
      weightDecay: 0.2,
      groups: [
        { layers: ['conv'], lr: 0.01 },
        { layers: ['dense/bias'], weightDecay: 0, betas: [0.5, 0.6] },
      ],
    });
    expect(paramGroups).toMatchObject([
      { lr: 0.01, weightDecay: 0.2, betas: [0.9, 0.999], eps: 1e-8, amsgrad: false },
      { lr: 0.1, weightDecay: 0, betas: [0.5, 0.6] },
      { lr: 0.1, weightDecay: 0.2, betas: [0.9, 0.999] },
    ]);
    expect(paramGroups[0]).not.toHaveProperty('layers');
  });

  it('refuse a name that matches nothing, and list the layers', () => {
    expect(() => groupsOf(sgd(['conv'], ['dense', 'output']))).toThrow(
      expect.objectContaining({
        code: 'unknown-layer',
        path: 'optimizer.groups.1.layers',
        received: '"output"',
        accepted: 'conv1, conv2, conv10, dense',
      }) as Error,
    );
  });

  it('refuse a weight that an earlier group has', () => {
    expect(() => groupsOf(sgd(['conv2/bias'], ['conv']))).toThrow(
      expect.objectContaining({
        code: 'layer-twice',
        path: 'optimizer.groups.1.layers',
        received: '"conv" (conv2/bias ∈ optimizer.groups.0.layers)',
      }) as Error,
    );
  });
});
