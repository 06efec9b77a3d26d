import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPolicy, presetOf, previewLive, previewPolicy } from '../../../src/policy/index.js';
import type { LivePolicy } from '../../../src/policy/index.js';
import { ExponentialLR, LinearLR, MultiStepLR } from '../../../src/schedulers/index.js';
import type { Scheduler, SchedulerOptimizer } from '../../../src/schedulers/index.js';
import { policies } from './arbitraries.js';
import { builtTypes } from './built-types.js';

/** The learning rates used in `steps` updates, found by stepping a live policy. */
function stepByHand(
  live: LivePolicy,
  optimizer: SchedulerOptimizer,
  from: number,
  steps: number,
  perEpoch: number,
) {
  const lr: number[][] = optimizer.paramGroups.map(() => []);
  for (let step = from; step < from + steps; step += 1) {
    optimizer.paramGroups.forEach((group, index) => lr[index].push(group.lr));
    live.afterStep({ batch: step % perEpoch });
    if ((step + 1) % perEpoch === 0) live.afterEpoch({ epoch: (step + 1) / perEpoch - 1 });
  }
  return lr;
}

describe('previewPolicy', () => {
  test('row k is the learning rate used in update k', () => {
    const { lr } = previewPolicy(
      { type: 'ExponentialLR', gamma: 0.5 },
      { lr: 1, steps: 7, stepsPerEpoch: 2 },
    );
    expect(lr.map((rows) => [...rows])).toEqual([[1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]]);
  });

  test('an empty policy leaves the rate alone', () => {
    expect([...previewPolicy([], { lr: 0.3, steps: 3, stepsPerEpoch: 1 }).lr[0]]).toEqual([0.3, 0.3, 0.3]);
  });

  test('each param group has its row', () => {
    const { lr } = previewPolicy(
      { type: 'ExponentialLR', gamma: 0.5 },
      { lr: 1, steps: 2, stepsPerEpoch: 1, groups: [{}, { lr: 8 }] },
    );
    expect(lr.map((rows) => [...rows])).toEqual([
      [1, 0.5],
      [8, 4],
    ]);
  });

  test('the curve is what stepping by hand gives, for any policy', () => {
    fc.assert(
      fc.property(
        policies(builtTypes),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (policy, steps, stepsPerEpoch) => {
          const optimizer = { paramGroups: [{ lr: 0.1, momentum: 0.9 }] };
          const expected = stepByHand(buildPolicy(policy, optimizer), optimizer, 0, steps, stepsPerEpoch);
          const { lr } = previewPolicy(policy, { lr: 0.1, steps, stepsPerEpoch });
          expect(lr.map((rows) => [...rows])).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    [{ lr: NaN, steps: 1, stepsPerEpoch: 1 }, 'lr is NaN'],
    [{ lr: 0.1, steps: -1, stepsPerEpoch: 1 }, 'steps is -1'],
    [{ lr: 0.1, steps: 1e9, stepsPerEpoch: 1 }, 'steps is 1000000000'],
    [{ lr: 0.1, steps: 1, stepsPerEpoch: 0 }, 'stepsPerEpoch is 0'],
  ])('options out of range are named: %j', (options, message) => {
    expect(() => previewPolicy([], options)).toThrow(message);
  });

  test("the article's programs give the rates that their schedulers give, epoch by epoch", () => {
    const programs: [string, number, (optimizer: SchedulerOptimizer) => Scheduler[]][] = [
      ['article-exponential', 0.1, (optimizer) => [new ExponentialLR(optimizer, { gamma: 0.9 })]],
      [
        'article-warmup',
        0.01,
        (optimizer) => [new LinearLR(optimizer, { startFactor: 0.1, totalIters: 100 })],
      ],
      [
        'article-chain',
        0.1,
        (optimizer) => [
          new ExponentialLR(optimizer, { gamma: 0.9 }),
          new MultiStepLR(optimizer, { milestones: [30, 80], gamma: 0.1 }),
        ],
      ],
    ];
    for (const [id, base, build] of programs) {
      const optimizer = { paramGroups: [{ lr: base }] };
      const schedulers = build(optimizer);
      const policy = presetOf(id)!.policy({ steps: 100, stepsPerEpoch: 1, epochs: 100 });
      const { lr } = previewPolicy(policy, { lr: base, steps: 100, stepsPerEpoch: 1 });
      for (let epoch = 0; epoch < 100; epoch += 1) {
        expect(lr[0][epoch]).toBe(optimizer.paramGroups[0].lr);
        for (const scheduler of schedulers) scheduler.step();
      }
    }
  });
});

describe('previewLive', () => {
  test('the ghost is what the live policy then does, for any policy at any moment', () => {
    fc.assert(
      fc.property(
        policies(builtTypes),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (policy, from, stepsPerEpoch) => {
          const optimizer = {
            paramGroups: [
              { lr: 0.1, momentum: 0.9 },
              { lr: 0.5, momentum: 0 },
            ],
          };
          const live = buildPolicy(policy, optimizer);
          stepByHand(live, optimizer, 0, from, stepsPerEpoch);
          const ghost = previewLive(live, optimizer, { from, steps: 30, stepsPerEpoch });
          expect(ghost.lr.map((rows) => [...rows])).toEqual(
            stepByHand(live, optimizer, from, 30, stepsPerEpoch),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a rate set by hand is where the ghost starts', () => {
    const optimizer = { paramGroups: [{ lr: 1 }] };
    const live = buildPolicy({ type: 'ExponentialLR', gamma: 0.5 }, optimizer);
    optimizer.paramGroups[0].lr = 6;
    expect([...previewLive(live, optimizer, { from: 0, steps: 2, stepsPerEpoch: 1 }).lr[0]]).toEqual([6, 3]);
    expect(optimizer.paramGroups[0].lr).toBe(6);
  });
});
