/** The optimizers against parameter values that PyTorch itself recorded, on tf.js's cpu backend. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { Adam, SGD } from '../../../src/optimizers/index.js';
import adamCases from '../../golden/optim/Adam.json' with { type: 'json' };
import sgdCases from '../../golden/optim/SGD.json' with { type: 'json' };

type Hyper = Record<string, unknown>;

interface GoldenCase {
  id: string;
  steps: number;
  optimizer: { type: string; options: Hyper; groups: ({ params: number[] } & Hyper)[] };
  params: { shape: number[]; values: number[] }[];
  grads: (number[] | null)[][];
  lr_changes?: { step: number; groups: Hyper[] }[];
  trace: number[][][];
}

const camelCase = (record: Hyper): Hyper =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

/** Float32 on any device stays within this of PyTorch's float64, relative to 1 + |value|. */
const tolerance = 1e-5;

function largestError(golden: GoldenCase): number {
  const variables = golden.params.map(({ shape, values }) =>
    tf.tidy(() => tf.variable(tf.tensor(values, shape))),
  );
  const order = golden.optimizer.groups.flatMap(({ params }) => params);
  const groups = golden.optimizer.groups.map(({ params, ...own }) => ({
    parameters: params.map((index) => ({ name: String(index), variable: variables[index] })),
    ...camelCase(own),
  }));
  // PyTorch's default, which a lab's config always names.
  const options = { lr: 1e-3, ...camelCase(golden.optimizer.options) };
  const optimizer = golden.optimizer.type === 'SGD' ? new SGD(groups, options) : new Adam(groups, options);

  let worst = 0;
  for (let step = 0; step < golden.steps; step++) {
    for (const [index, change] of (
      golden.lr_changes?.find((each) => each.step === step)?.groups ?? []
    ).entries()) {
      Object.assign(optimizer.paramGroups[index], camelCase(change));
    }
    const gradients = order.map((index) => {
      const values = golden.grads[step][index];
      return values && tf.tensor(values, golden.params[index].shape);
    });
    optimizer.step(gradients);
    tf.dispose(gradients.filter((gradient) => gradient !== null));
    for (const [index, recorded] of golden.trace[step].entries()) {
      for (const [element, value] of variables[index].dataSync().entries()) {
        worst = Math.max(worst, Math.abs(value - recorded[element]) / (1 + Math.abs(recorded[element])));
      }
    }
  }
  optimizer.dispose();
  tf.dispose(variables);
  return worst;
}

const cases = [...sgdCases, ...adamCases] as unknown as GoldenCase[];

describe("an optimizer's parameters are PyTorch's after every step", () => {
  // `maximize` is not offered.
  it.each(
    cases
      .filter(({ optimizer }) => !optimizer.options.maximize)
      .map((golden) => [golden.id, golden] as const),
  )('%s', (_, golden) => {
    const before = tf.memory().numTensors;
    expect(largestError(golden)).toBeLessThan(tolerance);
    expect(tf.memory().numTensors).toBe(before);
  });
});
