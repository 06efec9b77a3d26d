/** The changes of a run's learning rate, compared with PyTorch and with the schedulers alone. */
import { readFileSync } from 'node:fs';

import { beforeEach, describe, expect, it } from 'vitest';

import type { Change, ChangeAtStep, Handoff, Plan } from '../../../src/timeline/index.js';
import { longestPreview, previewRates, RateDriver } from '../../../src/timeline/index.js';
import { InputError } from '../../../src/errors.js';
import { parsePolicy, playPolicy } from '../../../src/policy/index.js';
import { fc } from '../../property-runs.js';
import { patientPolicies } from '../policy/arbitraries.js';
import type { Policy } from '../../../src/policy/index.js';
import { ExponentialLR, MultiStepLR } from '../../../src/schedulers/index.js';
import type { ParamGroup } from '../../../src/schedulers/index.js';
import type { GoldenScheduler } from '../../golden-policy.js';
import { goldenPolicy } from '../../golden-policy.js';

function policyOf(input: unknown): Policy {
  const result = parsePolicy(input);
  if (!result.success) throw new Error(result.issues.map(({ message }) => message).join('; '));
  return result.policy;
}

const plan = { steps: 40, stepsPerEpoch: 10, epochs: 4 };

/** The preview of a run with this plan. */
const ahead = (
  rates: RateDriver,
  now: number,
  planned: readonly ChangeAtStep[] = [],
  change?: ChangeAtStep,
  length: Plan = plan,
) => previewRates(rates, { plan: length, now, planned, change });

interface GoldenSwap {
  id: string;
  initial_lr: 'kept' | 'deleted' | 'deleted_and_lr_reset';
  optimizer: { groups: ParamGroup[] };
  first: { scheduler: GoldenScheduler; steps: number; metrics?: number[] };
  second: { scheduler: GoldenScheduler; steps: number; metrics?: number[] };
  trace_first: number[][];
  trace_second: number[][];
}

const goldenSwaps = JSON.parse(
  readFileSync(new URL('../../golden/schedulers/swap.json', import.meta.url), 'utf8'),
) as GoldenSwap[];

const handoffOf: Record<GoldenSwap['initial_lr'], Handoff> = {
  kept: 'torch',
  deleted: 'continue',
  deleted_and_lr_reset: 'restart',
};

describe('a swapped-in policy has the learning rates of the same swap in PyTorch', () => {
  it.each(goldenSwaps.map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
    const optimizer = { paramGroups: structuredClone(golden.optimizer.groups) };
    const rates = new RateDriver(optimizer, policyOf(goldenPolicy(golden.first.scheduler)));
    const trace = (steps: number, metrics?: number[]) => {
      const rows = [rates.lr];
      for (let step = 0; step < steps; step++) {
        rates.recordLoss(metrics?.[step] ?? 0);
        rates.afterStep({ batch: step });
        rows.push(rates.lr);
      }
      return rows;
    };
    const first = trace(golden.first.steps, golden.first.metrics);
    rates.change({
      kind: 'swap',
      policy: policyOf(goldenPolicy(golden.second.scheduler)),
      handoff: handoffOf[golden.initial_lr],
    });
    const second = trace(golden.second.steps, golden.second.metrics);

    const expected = [...golden.trace_first, ...golden.trace_second];
    for (const [row, lrs] of [...first, ...second].entries()) {
      for (const [group, lr] of lrs.entries()) expect(lr).toBeCloseTo(expected[row][group], 12);
    }
  });
});

describe('a run that decays by 0.9 each epoch', () => {
  let optimizer: { paramGroups: ParamGroup[] };
  let rates: RateDriver;
  const multiStep = policyOf({ type: 'MultiStepLR', milestones: [2], gamma: 0.1 });

  const epoch = (index: number) => {
    for (let batch = 0; batch < plan.stepsPerEpoch; batch++) rates.afterStep({ batch });
    rates.afterEpoch({ epoch: index });
  };

  beforeEach(() => {
    optimizer = { paramGroups: [{ lr: 0.1, momentum: 0.9 }] };
    rates = new RateDriver(optimizer, policyOf({ type: 'ExponentialLR', gamma: 0.9 }));
    epoch(0);
  });

  it('steps a chained policy after the first one, as two PyTorch schedulers on one optimizer', () => {
    const reference = { paramGroups: [{ lr: 0.1 }] };
    const below = new ExponentialLR(reference, { gamma: 0.9 });
    below.step();
    const above = new MultiStepLR(reference, { milestones: [2], gamma: 0.1 });

    rates.change({ kind: 'chain', policy: multiStep });
    for (const index of [1, 2, 3]) {
      epoch(index);
      below.step();
      above.step();
      expect(rates.lr).toEqual([reference.paramGroups[0].lr]);
    }
  });

  it('continues as before once a chained policy is removed', () => {
    rates.change({ kind: 'chain', policy: multiStep });
    rates.change({ kind: 'unchain', index: 1 });
    expect(rates.entries).toHaveLength(1);
    epoch(1);
    epoch(2);
    expect(rates.lr[0]).toBeCloseTo(0.1 * 0.9 ** 3, 15);
  });

  it('decays from a rate that is set by hand', () => {
    rates.change({ kind: 'setLr', lr: 0.02 });
    expect(rates.lr).toEqual([0.02]);
    epoch(1);
    expect(rates.lr[0]).toBeCloseTo(0.018, 15);
  });

  it('resets cycled momentum at a swap with "continue", and not at one with "torch"', () => {
    for (const [handoff, momentum] of [
      ['torch', 0.5],
      ['continue', 0.9],
    ] as const) {
      optimizer.paramGroups[0].momentum = 0.5;
      rates.change({ kind: 'swap', policy: [], handoff });
      expect(optimizer.paramGroups[0].momentum).toBe(momentum);
    }
  });

  it('uses the rates of its preview', () => {
    rates.change({ kind: 'chain', policy: multiStep });
    const { lr } = ahead(rates, 10);
    expect(lr[0]).toHaveLength(30);
    const used: number[] = [];
    for (const index of [1, 2, 3]) {
      used.push(...Array.from({ length: 10 }, () => rates.lr[0]));
      epoch(index);
    }
    expect([...lr[0]]).toEqual(used);
  });

  it('previews a change without making it', () => {
    const change: Change = { kind: 'swap', policy: multiStep, handoff: 'continue' };
    const preview = ahead(rates, 10, [], { ...change, step: 10 });
    expect(rates.lr).toEqual([0.1 * 0.9]);
    expect(rates.entries[0].scheduler.type).toBe('ExponentialLR');
    rates.change(change);
    expect(ahead(rates, 10)).toEqual(preview);
  });

  const refused: [name: string, change: Change, code: string][] = [
    ['a negative rate', { kind: 'setLr', lr: -1 }, 'config-value'],
    ['a rate that is NaN', { kind: 'setLr', lr: NaN }, 'config-value'],
    ['an unknown handoff', { kind: 'swap', policy: [], handoff: 'later' as Handoff }, 'config-value'],
    ['an adjustment to another scheduler', { kind: 'adjust', policy: multiStep }, 'other-policy'],
    [
      'an adjustment of more than times',
      { kind: 'adjust', policy: policyOf({ type: 'ExponentialLR', gamma: 0.5 }) },
      'other-policy',
    ],
    ['an entry that does not exist', { kind: 'unchain', index: 3 }, 'no-such-entry'],
  ];

  it.each(refused)('refuses %s and changes nothing', (_, change, code) => {
    const before = structuredClone(optimizer.paramGroups);
    expect(() => rates.change(change)).toThrow(expect.objectContaining({ code }) as Error);
    expect(optimizer.paramGroups).toEqual(before);
    expect(rates.entries).toHaveLength(1);
  });
});

describe('a preview', () => {
  const now = 13;
  const { steps, stepsPerEpoch } = plan;
  const cyclic = policyOf([
    {
      scheduler: { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.2, stepSizeUp: 3 },
      interval: 'step',
    },
  ]);
  const half = policyOf([{ scheduler: { type: 'StepLR', stepSize: 4, gamma: 0.5 }, interval: 'step' }]);
  const plateau = policyOf({ type: 'ReduceLROnPlateau', patience: 0 });
  const oneCycle = policyOf([
    { scheduler: { type: 'OneCycleLR', maxLr: 0.3, totalSteps: 9 }, interval: 'step' },
  ]);
  const exponential = policyOf({ type: 'ExponentialLR', gamma: 0.9 });

  /** Plays from one step to another as a run does: a change that cannot act leaves it as it is. */
  function play(rates: RateDriver, from: number, to: number, planned: readonly ChangeAtStep[] = []) {
    const used: number[] = [];
    for (let step = from; step < to; step++) {
      for (const each of planned) {
        if (each.step !== step) continue;
        try {
          rates.change(each);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }
      used.push(rates.lr[0]);
      rates.recordLoss(-step);
      const batch = step % stepsPerEpoch;
      rates.afterStep({ batch });
      if (batch === stepsPerEpoch - 1)
        rates.afterEpoch({
          epoch: Math.floor(step / stepsPerEpoch),
          metrics: { valLoss: -step, valAccuracy: step },
        });
    }
    return used;
  }

  /** A run at step `now` with cycled momentum, so that a handoff has something to reset. */
  function atStep(policy: Policy = cyclic): RateDriver {
    const rates = new RateDriver({ paramGroups: [{ lr: 0.1, momentum: 0.9 }] }, policy);
    play(rates, 0, now);
    return rates;
  }

  const swap = (step: number, policy = half, handoff: Handoff = 'continue'): ChangeAtStep => ({
    kind: 'swap',
    policy,
    handoff,
    step,
  });
  const others: readonly ChangeAtStep[] = [
    { kind: 'setLr', lr: 0.07, step: 15 },
    { kind: 'chain', policy: exponential, step: 17 },
    swap(24, exponential, 'restart'),
    { kind: 'chain', policy: half, step: 29 },
    { kind: 'unchain', index: 0, step: 33 },
  ];
  const longer = policyOf([
    { scheduler: { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.2, stepSizeUp: 7 }, interval: 'step' },
  ]);
  const asked: [name: string, change: ChangeAtStep, planned: readonly ChangeAtStep[]][] = [
    ['a swap now that continues', swap(now), []],
    ['a swap later that continues', swap(20), []],
    ['a swap later that restarts', swap(20, half, 'restart'), others],
    ['a swap later with "torch"', swap(20, half, 'torch'), others],
    ['a swap that continues between planned changes', swap(20), others],
    ['a chain between planned changes', { kind: 'chain', policy: half, step: 20 }, others],
    ['a chain after planned changes', { kind: 'chain', policy: half, step: 37 }, others],
    ['an adjustment later', { kind: 'adjust', policy: longer, step: 18 }, others.slice(0, 1)],
    ['an adjustment before a swap', { kind: 'adjust', policy: longer, step: now }, others],
    ['a rate set by hand', { kind: 'setLr', lr: 0.2, step: 30 }, others],
    ['a swap at the last step', swap(steps - 1), others],
  ];

  it.each(asked)('of %s has the rates that the run then uses', (_, change, planned) => {
    const rates = atStep();
    const before = [rates.lr, rates.entries];
    const { from, lr, isGuess } = ahead(rates, now, planned, change);
    expect([rates.lr, rates.entries]).toEqual(before);
    expect({ from, isGuess }).toEqual({ from: change.step, isGuess: false });

    const all = [...planned, change];
    expect([...ahead(rates, now, all).lr[0].subarray(from - now)]).toEqual([...lr[0]]);
    const used = play(rates, now, steps, all);
    expect(used.slice(from - now)).toEqual([...lr[0]]);
  });

  it('has the rates that the run uses with all planned changes, in any order of planning', () => {
    const rates = atStep();
    const { from, lr } = ahead(rates, now, others.toReversed());
    expect(from).toBe(now);
    expect([...lr[0]]).toEqual(play(rates, now, steps, others));
  });

  it('leaves out planned changes that cannot act', () => {
    const planned: ChangeAtStep[] = [
      { kind: 'unchain', index: 3, step: 16 },
      // Its first entry is accepted before the second is refused.
      swap(20, policyOf([...half, ...policyOf({ type: 'CyclicLR', baseLr: [1, 2], maxLr: 3 })]), 'restart'),
      { kind: 'adjust', policy: longer, step: 22 },
      { kind: 'adjust', policy: half, step: 25 },
    ];
    const rates = atStep();
    const { lr } = ahead(rates, now, planned);
    expect([...lr[0]]).toEqual(play(rates, now, steps, planned));
  });

  it('is refused for a change that cannot act once its step has come', () => {
    const rates = atStep();
    const codeOf = (change: ChangeAtStep, planned: readonly ChangeAtStep[]) => {
      try {
        ahead(rates, now, planned, change);
        return 'previewed';
      } catch (error) {
        return (error as InputError).code;
      }
    };
    const adjust: ChangeAtStep = { kind: 'adjust', policy: longer, step: 20 };
    expect(codeOf(adjust, [])).toBe('previewed');
    expect(codeOf(adjust, [swap(17)])).toBe('other-policy');
    expect(codeOf({ kind: 'unchain', index: 1, step: 20 }, [])).toBe('no-such-entry');
    expect(codeOf({ kind: 'unchain', index: 1, step: 20 }, [others[1]])).toBe('previewed');
    // The run does not reach that step.
    expect(codeOf(swap(30), [swap(14, oneCycle)])).toBe('policy-refused');
  });

  it('ends where a schedule ends, unless a swap replaces it there', () => {
    const rates = atStep();
    const planned = [swap(14, oneCycle)];
    const known = (rates: readonly number[]) => rates.filter((rate) => !Number.isNaN(rate)).length;
    const end = 14 + 10;
    expect(known([...ahead(rates, now, planned).lr[0]])).toBe(end - now);
    expect(known([...ahead(rates, now, [...planned, swap(end + 1)]).lr[0]])).toBe(end - now);
    expect(known([...ahead(rates, now, [...planned, swap(end)]).lr[0]])).toBe(steps - now);
    expect(known([...ahead(rates, now, planned, swap(end)).lr[0]])).toBe(steps - end);
  });

  it('is a guess when a scheduler reads a metric within the shown steps', () => {
    const watching = atStep(plateau);
    expect(ahead(watching, now).isGuess).toBe(true);
    expect(ahead(watching, now, [swap(20)]).isGuess).toBe(true);
    expect(ahead(watching, now, [swap(now)]).isGuess).toBe(false);
    expect(ahead(watching, now, [], swap(20)).isGuess).toBe(false);
    expect(ahead(watching, now, [swap(25, plateau)], swap(20)).isGuess).toBe(true);
    expect(ahead(watching, now, [], { kind: 'chain', policy: half, step: 20 }).isGuess).toBe(true);
    const blind = atStep(half);
    expect(ahead(blind, now, [swap(20, plateau)]).isGuess).toBe(true);
    expect(ahead(blind, now, [swap(20, plateau)], swap(25)).isGuess).toBe(false);
  });

  it('assumes that every metric improves, for planned schedulers as well', () => {
    const rates = atStep(half);
    const { lr } = ahead(rates, now, [], swap(20, plateau));
    expect(new Set(lr[0]).size).toBe(1);
  });

  it('has a limited number of steps', () => {
    const endless = { steps: 10_000_000, stepsPerEpoch: 100, epochs: 100_000 };
    const rates = new RateDriver({ paramGroups: [{ lr: 0.1 }] }, half);
    expect(ahead(rates, 5, [], undefined, endless).lr[0]).toHaveLength(longestPreview);
    expect(ahead(rates, 5, [], swap(1005), endless).lr[0]).toHaveLength(longestPreview - 1000);
    expect(ahead(rates, 5, [], swap(9_000_000), endless).lr[0]).toHaveLength(0);
  });
});

describe('the preview of a live policy', () => {
  it('has the rates that the policy then uses, for any policy at any step', () => {
    fc.assert(
      fc.property(
        patientPolicies(),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (policy, from, stepsPerEpoch) => {
          const rates = new RateDriver({ paramGroups: [{ lr: 0.1, momentum: 0.9 }] }, policy);
          const play = (begin: number, count: number) => {
            const { lr } = playPolicy(rates, { from: begin, steps: count, stepsPerEpoch });
            return lr.map((rows) => [...rows]);
          };
          play(0, from);
          const length = { steps: from + 30, stepsPerEpoch, epochs: 1 };
          const preview = ahead(rates, from, [], undefined, length);
          expect(preview.lr.map((rows) => [...rows])).toEqual(play(from, 30));
        },
      ),
    );
  });

  it('assumes that a plateau that has begun ends without a cut', () => {
    const optimizer = { paramGroups: [{ lr: 1 }] };
    const rates = new RateDriver(optimizer, policyOf({ type: 'ReduceLROnPlateau', patience: 2 }));
    for (const epoch of [0, 1, 2]) rates.afterEpoch({ epoch, metrics: { valLoss: 1 } });
    const length = { steps: 12, stepsPerEpoch: 1, epochs: 12 };
    expect([...ahead(rates, 3, [], undefined, length).lr[0]]).toEqual(Array(9).fill(1));
    rates.afterEpoch({ epoch: 3, metrics: { valLoss: 1 } });
    expect(optimizer.paramGroups[0].lr).toBeCloseTo(0.1, 15);
  });

  it('starts at a rate that is set by hand', () => {
    const optimizer = { paramGroups: [{ lr: 1 }] };
    const rates = new RateDriver(
      optimizer,
      policyOf([{ scheduler: { type: 'ExponentialLR', gamma: 0.5 }, interval: 'step' }]),
    );
    optimizer.paramGroups[0].lr = 6;
    const length = { steps: 2, stepsPerEpoch: 1, epochs: 2 };
    expect([...ahead(rates, 0, [], undefined, length).lr[0]]).toEqual([6, 3]);
    expect(optimizer.paramGroups[0].lr).toBe(6);
  });
});

describe('a refused change', () => {
  it('leaves the groups and the policy as they were, even when it fails halfway', () => {
    const optimizer = { paramGroups: [{ lr: 0.1, momentum: 0.5, initialLr: 0.3 }] };
    const rates = new RateDriver(optimizer, policyOf({ type: 'ExponentialLR', gamma: 0.9 }));
    rates.change({ kind: 'setLr', lr: 0.02 });
    const before = structuredClone([optimizer.paramGroups, rates.checkpoint()]);
    const policy = policyOf([
      { scheduler: { type: 'StepLR', stepSize: 1 }, interval: 'step' },
      { scheduler: { type: 'CyclicLR', baseLr: [1, 2], maxLr: 3 }, interval: 'step' },
    ]);
    for (const handoff of ['continue', 'restart', 'torch'] as const)
      expect(() => rates.change({ kind: 'swap', policy, handoff })).toThrow(InputError);
    expect([optimizer.paramGroups, rates.checkpoint()]).toEqual(before);
  });
});
