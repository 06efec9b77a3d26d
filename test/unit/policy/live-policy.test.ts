import { describe, expect, test } from 'vitest';
import { expectRefusal } from '../expect-refusal.js';
import { buildPolicy, restorePolicy } from '../../../src/policy/index.js';
import type { LivePolicy, LivePolicyState, Policy, PolicyInput } from '../../../src/policy/index.js';
import {
  ExponentialLR,
  formatStateDict,
  MultiStepLR,
  parseStateDict,
  StepLR,
} from '../../../src/schedulers/index.js';
import type { ParamGroup, SchedulerOptimizer, StateDict } from '../../../src/schedulers/index.js';
import { policies } from './arbitraries.js';
import { fc } from '../../property-runs.js';

const sgd = (lr = 0.1): SchedulerOptimizer => ({ paramGroups: [{ lr, momentum: 0.9 }] });

const lrOf = (optimizer: SchedulerOptimizer): number => optimizer.paramGroups[0].lr;

/** Steps a policy through `steps` updates from the update `from` on; returns the groups after each. */
function train(
  live: LivePolicy,
  optimizer: SchedulerOptimizer,
  from: number,
  steps: number,
  stepsPerEpoch = 3,
) {
  const rows: ParamGroup[][] = [];
  for (let step = from; step < from + steps; step += 1) {
    live.recordLoss(1 / (step + 1));
    live.afterStep({ batch: step % stepsPerEpoch });
    if (step % stepsPerEpoch === stepsPerEpoch - 1) {
      live.afterEpoch({ epoch: Math.floor(step / stepsPerEpoch), metrics: { valLoss: 1, valAccuracy: 0 } });
    }
    rows.push(structuredClone(optimizer.paramGroups));
  }
  return rows;
}

describe('a live policy', () => {
  test('with two entries does what two schedulers do that are stepped one after another', () => {
    const optimizer = sgd();
    const live = buildPolicy(
      [
        { type: 'ExponentialLR', gamma: 0.9 },
        { type: 'MultiStepLR', milestones: [3, 8], gamma: 0.1 },
      ],
      optimizer,
    );
    const byHand = sgd();
    const first = new ExponentialLR(byHand, { gamma: 0.9 });
    const second = new MultiStepLR(byHand, { milestones: [3, 8], gamma: 0.1 });
    for (let epoch = 0; epoch < 12; epoch += 1) {
      live.afterEpoch({ epoch });
      first.step();
      second.step();
      expect(lrOf(optimizer)).toBe(lrOf(byHand));
    }
  });

  test('steps an entry by its interval and frequency', () => {
    const optimizer = sgd(1);
    const scheduler = { type: 'ExponentialLR', gamma: 0.5 } as const;
    const live = buildPolicy([{ scheduler, interval: 'step', frequency: 2 }], optimizer);
    live.afterStep({ batch: 0 });
    live.afterEpoch({ epoch: 1 });
    expect(lrOf(optimizer)).toBe(1);
    live.afterStep({ batch: 1 });
    expect(lrOf(optimizer)).toBe(0.5);
    live.afterStep({ batch: 2 });
    expect(lrOf(optimizer)).toBe(0.5);
  });

  test('finds groups that an optimizer replaces in its list', () => {
    const optimizer = sgd(1);
    const live = buildPolicy({ type: 'ExponentialLR', gamma: 0.5 }, optimizer);
    optimizer.paramGroups = [{ lr: 8 }];
    live.afterEpoch({ epoch: 0 });
    expect(lrOf(optimizer)).toBe(4);
  });
});

describe('a metric', () => {
  const plateau = { type: 'ReduceLROnPlateau', patience: 0, factor: 0.5, threshold: 0 } as const;

  test('of training is for each entry the mean loss since its own last step', () => {
    const optimizer = sgd(1);
    const live = buildPolicy(
      [
        { scheduler: plateau, interval: 'step', frequency: 2 },
        { scheduler: plateau, interval: 'epoch', monitor: 'trainLoss' },
      ],
      optimizer,
    );
    [4, 2, 1, 3].forEach((loss, batch) => {
      live.recordLoss(loss);
      live.afterStep({ batch });
    });
    live.afterEpoch({ epoch: 0 });
    const best = live.entries.map(({ scheduler }) => scheduler.stateDict().best);
    expect(best).toEqual([2, 2.5]);
    expect(lrOf(optimizer)).toBe(1);
  });

  test('of the validation is read at the end of the epoch', () => {
    const optimizer = sgd(1);
    const live = buildPolicy({ scheduler: { ...plateau, mode: 'max' }, monitor: 'valAccuracy' }, optimizer);
    live.afterEpoch({ epoch: 0, metrics: { valLoss: 9, valAccuracy: 0.5 } });
    live.afterEpoch({ epoch: 1, metrics: { valLoss: 1, valAccuracy: 0.4 } });
    expect(lrOf(optimizer)).toBe(0.5);
  });

  test('that is missing is named in the error', () => {
    const live = buildPolicy([{ type: 'StepLR', stepSize: 1 }, { scheduler: plateau }], sgd());
    expect(() => live.afterEpoch({ epoch: 0 })).toThrow('policy[1] (ReduceLROnPlateau) watches valLoss');
    const trained = buildPolicy({ scheduler: plateau, interval: 'step' }, sgd());
    expectRefusal(() => trained.afterStep({ batch: 0 }), 'missing-metric');
  });

  test('that an entry needs is named before the step', () => {
    const live = buildPolicy(
      [
        { type: 'StepLR', stepSize: 1 },
        { scheduler: plateau, frequency: 2 },
        { scheduler: plateau, interval: 'step', frequency: 3 },
      ],
      sgd(),
    );
    expect([...live.awaits('epoch', 0)]).toEqual([]);
    expect([...live.awaits('epoch', 1)]).toEqual(['valLoss']);
    expect([...live.awaits('step', 1)]).toEqual([]);
    expect([...live.awaits('step', 2)]).toEqual(['trainLoss']);
  });

  test('reaches the scheduler inside composites that reads it', () => {
    const optimizer = sgd(1);
    const live = buildPolicy(
      {
        type: 'ChainedScheduler',
        passMetrics: true,
        schedulers: [{ type: 'StepLR', stepSize: 10 }, plateau],
      },
      optimizer,
    );
    for (const epoch of [0, 1]) live.afterEpoch({ epoch, metrics: { valLoss: 1 } });
    expect(lrOf(optimizer)).toBe(0.5);
  });

  test('of a scheduler that reads none changes nothing', () => {
    const optimizer = sgd(1);
    const live = buildPolicy(
      { scheduler: { type: 'ExponentialLR', gamma: 0.5 }, monitor: 'valLoss' },
      optimizer,
    );
    live.afterEpoch({ epoch: 0 });
    expect(lrOf(optimizer)).toBe(0.5);
  });
});

describe('a refusal', () => {
  test('of a malformed policy lists its issues', () => {
    const broken = [{ type: 'StepLR', stepSize: 0 }] as PolicyInput;
    expect(() => buildPolicy(broken, sgd())).toThrow('policy[0].stepSize is 0; accepted: integer ≥ 1.');
    expectRefusal(() => buildPolicy(broken, sgd()), 'policy');
  });

  test('by a scheduler names it and leaves the groups unchanged', () => {
    const optimizer = sgd();
    const policy: PolicyInput = [
      { type: 'StepLR', stepSize: 1 },
      { type: 'LinearLR', startFactor: 0.5 },
      // This optimizer has initialLr, but no second group to resume from.
      { type: 'StepLR', stepSize: 1, lastEpoch: 3 },
    ];
    optimizer.paramGroups.push({ lr: 0.2 });
    const missing = { paramGroups: [{ lr: 0.1 }] };
    expectRefusal(
      () => buildPolicy({ type: 'StepLR', stepSize: 1, lastEpoch: 3 }, missing),
      'policy-refused',
    );
    expect(missing).toEqual({ paramGroups: [{ lr: 0.1 }] });
    expect(buildPolicy(policy, optimizer).entries).toHaveLength(3);
  });
});

describe('a changed live policy', () => {
  test('builds a chained policy as PyTorch does: on the present rate, with initialLr kept', () => {
    const optimizer = sgd(1);
    const live = buildPolicy({ type: 'ExponentialLR', gamma: 0.5 }, optimizer);
    live.afterEpoch({ epoch: 0 });
    live.add({ type: 'StepLR', stepSize: 1, gamma: 0.1 });
    expect(optimizer.paramGroups[0]).toMatchObject({ lr: 0.5, initialLr: 1 });
    live.afterEpoch({ epoch: 1 });
    expect(lrOf(optimizer)).toBeCloseTo(0.025, 15);
    expect(live.policy.map(({ scheduler }) => scheduler.type)).toEqual(['ExponentialLR', 'StepLR']);
  });

  test('keeps the state of the other entries and the rate when an entry is removed', () => {
    const optimizer = sgd(1);
    const live = buildPolicy(
      [
        { type: 'ExponentialLR', gamma: 0.5 },
        { type: 'StepLR', stepSize: 2, gamma: 0.1 },
      ],
      optimizer,
    );
    live.afterEpoch({ epoch: 0 });
    live.remove(0);
    expect(lrOf(optimizer)).toBe(0.5);
    live.afterEpoch({ epoch: 1 });
    expect(lrOf(optimizer)).toBe(0.05);
    expect(live.entries[0].scheduler).toBeInstanceOf(StepLR);
  });

  test.each([-1, 1, 0.5, NaN])('refuses to remove entry %d of one', (index) => {
    expectRefusal(() => buildPolicy({ type: 'StepLR', stepSize: 1 }, sgd()).remove(index), 'no-such-entry');
    expectRefusal(() => buildPolicy([], sgd()).remove(0), 'no-such-entry');
  });
});

/** To text and back; a state may hold infinities, which JSON lacks. */
function throughText(state: LivePolicyState): LivePolicyState {
  return parseStateDict(formatStateDict(state as unknown as StateDict)) as unknown as LivePolicyState;
}

describe('a saved live policy', () => {
  const differs: Policy = [{ scheduler: { type: 'StepLR', stepSize: 2 }, interval: 'epoch', frequency: 1 }];

  test('refuses the state of another policy', () => {
    const state = buildPolicy(differs, sgd()).stateDict();
    expectRefusal(
      () => buildPolicy({ type: 'StepLR', stepSize: 3 }, sgd()).loadStateDict(state),
      'other-policy',
    );
  });

  test('continues exactly when it is restored, and so does an independent fork', () => {
    fc.assert(
      fc.property(policies(), fc.integer({ min: 0, max: 40 }), (policy, before) => {
        const optimizer = sgd();
        const live = buildPolicy(policy, optimizer);
        train(live, optimizer, 0, before);
        const restoredOn = structuredClone(optimizer);
        const state = throughText(live.stateDict());
        const restored = restorePolicy(state, restoredOn);
        expect(restoredOn).toEqual(optimizer);
        const forkedOn = structuredClone(optimizer);
        const forked = live.fork(forkedOn);
        const expected = train(live, optimizer, before, 25);
        expect(train(restored, restoredOn, before, 25)).toEqual(expected);
        expect(train(forked, forkedOn, before, 25)).toEqual(expected);
      }),
    );
  });
});
