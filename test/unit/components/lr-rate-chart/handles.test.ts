import { describe, expect, it } from 'vitest';
import { stepCounterOf } from '../../../../components/lr-rate-chart/step-counter.js';
import { handlesOf, type Handle } from '../../../../components/lr-rate-chart/handles.js';
import type { ChangeAtStep } from '../../../../src/lab/index.js';
import { normalisePolicy, parsePolicy, previewPolicy } from '../../../../src/policy/index.js';
import type { Interval, Policy, SchedulerSpec } from '../../../../src/policy/index.js';
import { fc } from '../../../property-runs.js';

const plan = { steps: 100, stepsPerEpoch: 10, epochs: 10 };

const entries = (scheduler: SchedulerSpec, interval: Interval = 'step', frequency = 1): Policy =>
  normalisePolicy([{ scheduler, interval, frequency }]);

function handles(
  policy: Policy,
  step = 0,
  interventions: ChangeAtStep[] = [],
  planned: ChangeAtStep[] = [],
): readonly Handle[] {
  return handlesOf({ policy, interventions, planned, plan, step });
}

const places = (list: readonly Handle[]): [python: string, step: number][] =>
  list.map(({ python, value, stepOf }) => [python, stepOf(value)]);

describe('the counter of an entry', () => {
  it('counts as the schedulers do, and finds the step of each count', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Interval>('step', 'epoch'),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 9 }),
        (interval, frequency, start, stepsPerEpoch) => {
          const clock = stepCounterOf({ interval, frequency }, start, stepsPerEpoch);
          let count = 0;
          for (let step = start; step < 90; step++) {
            expect(clock.countAt(step)).toBe(count);
            const made = step + 1;
            const isDue =
              interval === 'step'
                ? ((step % stepsPerEpoch) + 1) % frequency === 0
                : made % (stepsPerEpoch * frequency) === 0;
            if (!isDue) continue;
            count += 1;
            expect(clock.stepOf(count)).toBe(made);
          }
        },
      ),
    );
  });
});

describe('the handles of a policy', () => {
  it('are at the steps of their times', () => {
    expect(places(handles(entries({ type: 'MultiStepLR', milestones: [30, 60] })))).toEqual([
      ['milestones[0]', 30],
      ['milestones[1]', 60],
    ]);
    expect(places(handles(entries({ type: 'CosineAnnealingLR', tMax: 8 }, 'epoch')))).toEqual([
      ['T_max', 80],
    ]);
    expect(places(handles(entries({ type: 'LinearLR', totalIters: 5 }, 'step', 2)))).toEqual([
      ['total_iters', 10],
    ]);
    expect(places(handles(entries({ type: 'SWALR', swaLr: 0.01, annealEpochs: 7 }, 'epoch')))).toEqual([
      ['anneal_epochs', 70],
    ]);
  });

  it('are only for future times', () => {
    const policy = entries({ type: 'MultiStepLR', milestones: [30, 60] });
    expect(places(handles(policy, 29))).toHaveLength(2);
    // Update 30 already has the rate of the first milestone.
    expect(places(handles(policy, 30))).toEqual([['milestones[1]', 60]]);
    expect(handles(entries({ type: 'ExponentialLR', gamma: 0.9 }))).toEqual([]);
    expect(handles(entries({ type: 'CosineAnnealingLR', tMax: 8 }), 50)).toEqual([]);
  });

  it('follow the decays of StepLR, one of which moves them all', () => {
    const [handle] = handles(entries({ type: 'StepLR', stepSize: 20 }), 45);
    expect(handle.stepOf(handle.value)).toBe(60);
    expect(handle.valueAt(75)).toBe(25);
    // An earlier one than the next would be in the past.
    expect(handle.min).toBe(16);
    expect(handle.stepOf(handle.min)).toBeGreaterThan(45);
  });

  it('move within a sequence with the scheduler that starts at its milestone', () => {
    const policy = entries({
      type: 'SequentialLR',
      schedulers: [
        { type: 'LinearLR', totalIters: 5 },
        { type: 'CosineAnnealingLR', tMax: 50 },
      ],
      milestones: [20],
    });
    expect(places(handles(policy))).toEqual([
      ['total_iters', 5],
      ['milestones[0]', 20],
      ['T_max', 70],
    ]);
    expect(places(handles(policy, 30))).toEqual([['T_max', 70]]);
    const milestone = handles(policy)[1];
    expect(places(handles(milestone.policyWith(40)))).toContainEqual(['T_max', 90]);
  });

  it('count from where a policy was swapped in or chained, and through adjustments', () => {
    const base = entries({ type: 'ExponentialLR', gamma: 0.9 });
    const swap: ChangeAtStep = {
      kind: 'swap',
      step: 25,
      policy: entries({ type: 'CosineAnnealingLR', tMax: 30 }),
      handoff: 'continue',
    };
    expect(places(handles(base, 40, [swap]))).toEqual([['T_max', 55]]);
    const chain: ChangeAtStep = {
      kind: 'chain',
      step: 40,
      policy: entries({ type: 'StepLR', stepSize: 3 }, 'epoch'),
    };
    const adjust: ChangeAtStep = {
      kind: 'adjust',
      step: 45,
      policy: [...entries({ type: 'CosineAnnealingLR', tMax: 60 }), ...chain.policy],
    };
    expect(places(handles(base, 50, [swap, chain, adjust]))).toEqual([
      ['step_size', 70],
      ['T_max', 85],
    ]);
    expect(places(handles(base, 50, [swap, chain, adjust, { kind: 'unchain', step: 50, index: 0 }]))).toEqual(
      [['step_size', 70]],
    );
  });

  it('stop where a planned change ends their scheduler', () => {
    const policy = [
      ...entries({ type: 'MultiStepLR', milestones: [30, 60, 80] }),
      ...entries({ type: 'CosineAnnealingLR', tMax: 8 }, 'epoch'),
    ];
    const left = (...planned: ChangeAtStep[]) => places(handles(policy, 10, [], planned));
    const all = places(handles(policy, 10));
    expect(all).toHaveLength(4);
    const swap: ChangeAtStep = { kind: 'swap', policy, handoff: 'continue', step: 60 };
    expect(left(swap)).toEqual(all.slice(0, 2));
    expect(left({ kind: 'setLr', lr: 0.1, step: 20 }, { kind: 'chain', policy, step: 40 })).toEqual(all);
    expect(left({ kind: 'adjust', policy, step: 40 })).toEqual(all.slice(0, 1));
    expect(left({ kind: 'unchain', index: 0, step: 40 }).map(([python]) => python)).toEqual([
      'milestones[0]',
      'T_max',
    ]);
    // A chained entry comes after the two existing ones.
    const chain: ChangeAtStep = { kind: 'chain', policy, step: 20 };
    expect(left({ kind: 'unchain', index: 2, step: 50 }, chain)).toEqual(all);
    expect(left({ kind: 'unchain', index: 0, step: 20 }, { kind: 'unchain', index: 0, step: 30 })).toEqual(
      [],
    );

    const [, second] = handles(policy, 10, [], [swap]);
    expect(second.max).toBe(60);
  });

  it('know the current cycle of warm restarts that were adjusted in an earlier one', () => {
    const restarts = (t0: number) => entries({ type: 'CosineAnnealingWarmRestarts', t0, tMult: 2 });
    // The second cycle was 10 to 30, of 20 steps; from 15 on it has 24.
    const adjust: ChangeAtStep = { kind: 'adjust', step: 15, policy: restarts(12) };
    expect(places(handles(restarts(10), 12))).toEqual([['T_0', 30]]);
    expect(places(handles(restarts(10), 20, [adjust]))).toEqual([['T_0', 34]]);
  });

  it('keep the peak of OneCycleLR within its cycle, and the cycle no shorter than the run', () => {
    const list = handles(entries({ type: 'OneCycleLR', maxLr: 1, totalSteps: 100 }), 10);
    expect(places(list)).toEqual([
      ['pct_start', 29],
      ['total_steps', 99],
    ]);
    const [peak, end] = list;
    expect(peak.valueAt(49)).toBe(0.5);
    expect(peak.stepOf(peak.valueAt(1000))).toBe(98);
    expect(peak.stepOf(peak.min)).toBeGreaterThan(10);
    expect(end.min).toBe(100);
    expect(end.moved(100, 5)).toBe(105);
  });

  it('are at the peak and at the end of a cycle', () => {
    const list = handles(entries({ type: 'CyclicLR', baseLr: 0.01, maxLr: 0.1, stepSizeUp: 10 }), 25);
    expect(places(list)).toEqual([
      ['step_size_up', 30],
      ['step_size_down', 40],
    ]);
  });

  it('keep the order of the milestones', () => {
    const [, second] = handles(entries({ type: 'MultiStepLR', milestones: [30, 60, 80] }));
    expect([second.min, second.max]).toEqual([31, 79]);
    expect(second.valueAt(5)).toBe(31);
    expect(second.moved(60, -100)).toBe(31);
  });
});

describe('any move of a handle', () => {
  const policies: Policy[] = [
    entries({ type: 'StepLR', stepSize: 12 }),
    entries({ type: 'MultiStepLR', milestones: [70, 20, 45] }),
    entries({ type: 'PolynomialLR', totalIters: 80 }),
    entries({ type: 'CosineAnnealingWarmRestarts', t0: 15, tMult: 2 }),
    entries({ type: 'OneCycleLR', maxLr: 1, totalSteps: 100, threePhase: true }),
    entries({ type: 'CyclicLR', baseLr: 0.01, maxLr: 0.1, stepSizeUp: 9, stepSizeDown: 4 }),
    entries({
      type: 'SequentialLR',
      schedulers: [
        { type: 'ConstantLR', totalIters: 10 },
        { type: 'LinearLR', totalIters: 20 },
        { type: 'StepLR', stepSize: 9 },
      ],
      milestones: [15, 40],
    }),
    [
      ...entries({ type: 'CosineAnnealingLR', tMax: 7 }, 'epoch'),
      ...entries({ type: 'MultiStepLR', milestones: [5, 30] }, 'step', 3),
    ],
  ];

  it('makes a valid policy with a future time, and keeps the rate up to now', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...policies),
        fc.nat(99),
        fc.nat(120),
        fc.nat(9),
        (policy, step, at, which) => {
          const list = handles(policy, step);
          if (list.length === 0) return;
          const handle = list[which % list.length];
          const value = handle.valueAt(at);
          expect(value).toBeGreaterThanOrEqual(handle.min);
          expect(value).toBeLessThanOrEqual(handle.max);
          expect(handle.stepOf(value)).toBeGreaterThan(step);
          const wanted = handle.policyWith(value);
          expect(parsePolicy(wanted)).toMatchObject({ success: true });
          expect(wanted).toHaveLength(policy.length);
          const rates = previewPolicy(wanted, {
            lr: 0.1,
            steps: plan.steps,
            stepsPerEpoch: plan.stepsPerEpoch,
          });
          expect(rates.lr[0]).toHaveLength(plan.steps);
        },
      ),
    );
  });

  it('to its own value leaves the policy as it is', () => {
    for (const policy of policies)
      for (const handle of handles(policy))
        expect(handle.policyWith(handle.value)).toEqual(addDefaults(handle, policy));
  });
});

/** The live policy with defaults written out, as a handle writes them. */
function addDefaults({ parameter, key, value }: Handle, policy: Policy): Policy {
  const [scheduler] = policy.map((entry) => entry.scheduler as unknown as Record<string, unknown>);
  if (!key.startsWith(`0.${parameter}`) || parameter in scheduler) return policy;
  return [{ ...policy[0], scheduler: { ...scheduler, [parameter]: value } as unknown as SchedulerSpec }];
}
