import { describe, expect, test } from 'vitest';
import { buildPolicy, presetOf, previewPolicy } from '../../../src/policy/index.js';
import type { LivePolicy, PolicyInput } from '../../../src/policy/index.js';
import { ExponentialLR, LinearLR, MultiStepLR } from '../../../src/schedulers/index.js';
import type { Scheduler, SchedulerOptimizer } from '../../../src/schedulers/index.js';
import { patientPolicies } from './arbitraries.js';
import { fc } from '../../property-runs.js';

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
    live.recordLoss(1);
    live.afterStep({ batch: step % perEpoch });
    if ((step + 1) % perEpoch === 0) {
      live.afterEpoch({ epoch: (step + 1) / perEpoch - 1, metrics: { valLoss: 1, valAccuracy: 1 } });
    }
  }
  return lr;
}

describe('previewPolicy', () => {
  test('returns in row k the learning rate used in update k', () => {
    const { lr } = previewPolicy(
      { type: 'ExponentialLR', gamma: 0.5 },
      { lr: 1, steps: 7, stepsPerEpoch: 2 },
    );
    expect(lr.map((rows) => [...rows])).toEqual([[1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]]);
  });

  test('returns a constant rate for an empty policy', () => {
    expect([...previewPolicy([], { lr: 0.3, steps: 3, stepsPerEpoch: 1 }).lr[0]]).toEqual([0.3, 0.3, 0.3]);
  });

  test('returns a list for each param group', () => {
    const { lr } = previewPolicy(
      { type: 'ExponentialLR', gamma: 0.5 },
      { lr: 1, steps: 2, stepsPerEpoch: 1, groups: [{}, { lr: 8 }] },
    );
    expect(lr.map((rows) => [...rows])).toEqual([
      [1, 0.5],
      [8, 4],
    ]);
  });

  test('returns the rates of a stepped live policy, for any policy', () => {
    fc.assert(
      fc.property(
        patientPolicies(),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (policy, steps, stepsPerEpoch) => {
          const optimizer = { paramGroups: [{ lr: 0.1, momentum: 0.9 }] };
          const expected = stepByHand(buildPolicy(policy, optimizer), optimizer, 0, steps, stepsPerEpoch);
          const { lr } = previewPolicy(policy, { lr: 0.1, steps, stepsPerEpoch });
          expect(lr.map((rows) => [...rows])).toEqual(expected);
        },
      ),
    );
  });

  test('returns momentum only if the policy cycles it', () => {
    const oneCycle: PolicyInput = {
      scheduler: { type: 'OneCycleLR', maxLr: 0.1, totalSteps: 10 },
      interval: 'step',
    };
    const { momentum } = previewPolicy(oneCycle, { lr: 0.1, steps: 10 });
    expect(momentum?.[0][0]).toBe(0.95);
    expect(Math.min(...momentum![0])).toBeCloseTo(0.85, 12);
    const adam = previewPolicy(oneCycle, {
      lr: 0.1,
      steps: 1,
      momentum: null,
      groups: [{ betas: [0.9, 0.99] }],
    });
    expect(adam.momentum?.[0][0]).toBe(0.95);
    expect(previewPolicy({ type: 'StepLR', stepSize: 3 }, { lr: 0.1, steps: 3 }).momentum).toBeUndefined();
  });

  test('refuses to cycle momentum without momentum, as PyTorch does', () => {
    const cyclic: PolicyInput = { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.1 };
    expect(() => previewPolicy(cyclic, { lr: 0.1, steps: 3, momentum: null })).toThrow(
      /policy\[0\] \(CyclicLR\).*momentum/,
    );
  });

  test('ends where a scheduler refuses to continue, and returns the reason', () => {
    const oneCycle: PolicyInput = {
      scheduler: { type: 'OneCycleLR', maxLr: 0.1, totalSteps: 4 },
      interval: 'step',
    };
    expect(previewPolicy(oneCycle, { lr: 0.1, steps: 5 }).failure).toBeUndefined();
    const { lr, failure } = previewPolicy(oneCycle, { lr: 0.1, steps: 7 });
    expect([...lr[0]].map(Number.isNaN)).toEqual([false, false, false, false, false, true, true]);
    expect(failure).toMatchObject({ step: 4, problem: { code: 'policy-refused' } });
  });

  test('refuses a formula without a value at the first epoch, and names its entry', () => {
    const broken: PolicyInput = { type: 'LambdaLR', lrLambda: '1 / epoch' };
    expect(() => previewPolicy(broken, { lr: 0.1, steps: 3 })).toThrow(
      /policy\[0\] \(LambdaLR\): the formula 1 \/ epoch has no finite value at 0/,
    );
  });

  test('assumes for ReduceLROnPlateau that every metric improves', () => {
    const policy: PolicyInput = [
      { type: 'StepLR', stepSize: 1, gamma: 0.5 },
      {
        type: 'ChainedScheduler',
        schedulers: [{ type: 'ReduceLROnPlateau', patience: 0 }],
        passMetrics: true,
      },
    ];
    expect([...previewPolicy(policy, { lr: 1, steps: 4 }).lr[0]]).toEqual([1, 0.5, 0.25, 0.125]);
  });

  test.each([
    [{ lr: NaN, steps: 1, stepsPerEpoch: 1 }, 'lr is NaN'],
    [{ lr: 0.1, steps: -1, stepsPerEpoch: 1 }, 'steps is -1'],
    [{ lr: 0.1, steps: 1e9, stepsPerEpoch: 1 }, 'steps is 1000000000'],
    [{ lr: 0.1, steps: 1, stepsPerEpoch: 0 }, 'stepsPerEpoch is 0'],
  ])('names options out of range: %j', (options, message) => {
    expect(() => previewPolicy([], options)).toThrow(message);
  });

  test("returns the rates of the programs' own schedulers, epoch by epoch", () => {
    const programs: [string, number, (optimizer: SchedulerOptimizer) => Scheduler[]][] = [
      ['sgd-exponential', 0.1, (optimizer) => [new ExponentialLR(optimizer, { gamma: 0.9 })]],
      ['adam-warmup', 0.01, (optimizer) => [new LinearLR(optimizer, { startFactor: 0.1, totalIters: 100 })]],
      [
        'exponential-and-milestones',
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
