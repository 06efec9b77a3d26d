/** What a reader may do to the learning rate of a run, checked against PyTorch and against the schedulers alone. */
import { readFileSync } from 'node:fs';

import { beforeEach, describe, expect, it } from 'vitest';

import { longestGhost } from '../../../src/timeline/index.js';
import { InputError } from '../../../src/errors.js';
import { parsePolicy } from '../../../src/policy/index.js';
import type { Policy } from '../../../src/policy/index.js';
import { ExponentialLR, MultiStepLR } from '../../../src/schedulers/index.js';
import type { ParamGroup } from '../../../src/schedulers/index.js';
import type { Change, Handoff, Intervention } from '../../../src/timeline/index.js';
import { RateControl } from '../../../src/training/rate-control.js';
import type { GoldenScheduler } from '../../golden-policy.js';
import { goldenPolicy } from '../../golden-policy.js';

function policyOf(input: unknown): Policy {
  const result = parsePolicy(input);
  if (!result.success) throw new Error(result.issues.map(({ message }) => message).join('; '));
  return result.policy;
}

const plan = { steps: 40, stepsPerEpoch: 10, epochs: 4 };

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
    const rates = new RateControl(optimizer, policyOf(goldenPolicy(golden.first.scheduler)), plan);
    const trace = (steps: number, metrics?: number[]) => {
      const rows = [rates.lr];
      for (let step = 0; step < steps; step++) {
        rates.recordLoss(metrics?.[step] ?? 0);
        rates.afterStep(step);
        rows.push(rates.lr);
      }
      return rows;
    };
    const first = trace(golden.first.steps, golden.first.metrics);
    rates.apply({
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
  let rates: RateControl;
  const multiStep = policyOf({ type: 'MultiStepLR', milestones: [2], gamma: 0.1 });

  const epoch = (index: number) => {
    for (let batch = 0; batch < plan.stepsPerEpoch; batch++) rates.afterStep(batch);
    rates.afterEpoch(index);
  };

  beforeEach(() => {
    optimizer = { paramGroups: [{ lr: 0.1, momentum: 0.9 }] };
    rates = new RateControl(optimizer, policyOf({ type: 'ExponentialLR', gamma: 0.9 }), plan);
    epoch(0);
  });

  it('steps a chained policy with the one below it, as two PyTorch schedulers on one optimizer', () => {
    const reference = { paramGroups: [{ lr: 0.1 }] };
    const below = new ExponentialLR(reference, { gamma: 0.9 });
    below.step();
    const above = new MultiStepLR(reference, { milestones: [2], gamma: 0.1 });

    rates.apply({ kind: 'chain', policy: multiStep });
    for (const index of [1, 2, 3]) {
      epoch(index);
      below.step();
      above.step();
      expect(rates.lr).toEqual([reference.paramGroups[0].lr]);
    }
  });

  it('goes on as before once a chained policy is taken out', () => {
    rates.apply({ kind: 'chain', policy: multiStep });
    rates.apply({ kind: 'unchain', index: 1 });
    expect(rates.entries).toHaveLength(1);
    epoch(1);
    epoch(2);
    expect(rates.lr[0]).toBeCloseTo(0.1 * 0.9 ** 3, 15);
  });

  it('decays from a rate that was set by hand', () => {
    rates.apply({ kind: 'setLr', lr: 0.02 });
    expect(rates.lr).toEqual([0.02]);
    epoch(1);
    expect(rates.lr[0]).toBeCloseTo(0.018, 15);
  });

  it('gives cycled momentum back on a swap that continues, and not on one the torch way', () => {
    for (const [handoff, momentum] of [
      ['torch', 0.5],
      ['continue', 0.9],
    ] as const) {
      optimizer.paramGroups[0].momentum = 0.5;
      rates.apply({ kind: 'swap', policy: [], handoff });
      expect(optimizer.paramGroups[0].momentum).toBe(momentum);
    }
  });

  it('shows in its ghost what then comes to pass', () => {
    rates.apply({ kind: 'chain', policy: multiStep });
    const { lr } = rates.ghost(10);
    expect(lr[0]).toHaveLength(30);
    const used: number[] = [];
    for (const index of [1, 2, 3]) {
      used.push(...Array.from({ length: 10 }, () => rates.lr[0]));
      epoch(index);
    }
    expect([...lr[0]]).toEqual(used);
  });

  it('foresees what a change would do, and leaves everything as it is', () => {
    const change: Change = { kind: 'swap', policy: multiStep, handoff: 'continue' };
    const ghost = rates.foresee({ ...change, step: 10 }, 10);
    expect(rates.lr).toEqual([0.1 * 0.9]);
    expect(rates.entries[0].scheduler.type).toBe('ExponentialLR');
    rates.apply(change);
    expect(rates.ghost(10)).toEqual(ghost);
  });

  const refused: [name: string, change: Change, code: string][] = [
    ['a negative rate', { kind: 'setLr', lr: -1 }, 'config-value'],
    ['a rate that is no number', { kind: 'setLr', lr: NaN }, 'config-value'],
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
    expect(() => rates.apply(change)).toThrow(expect.objectContaining({ code }) as Error);
    expect(optimizer.paramGroups).toEqual(before);
    expect(rates.entries).toHaveLength(1);
  });
});

describe('what is to come', () => {
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

  /** Goes on from a step to the next as a run does: what cannot act leaves it as it is. */
  function goOn(rates: RateControl, from: number, to: number, planned: readonly Intervention[] = []) {
    const used: number[] = [];
    for (let step = from; step < to; step++) {
      for (const each of planned) {
        if (each.step !== step) continue;
        try {
          rates.apply(each);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }
      used.push(rates.lr[0]);
      rates.recordLoss(-step);
      const batch = step % stepsPerEpoch;
      rates.afterStep(batch);
      if (batch === stepsPerEpoch - 1)
        rates.afterEpoch(Math.floor(step / stepsPerEpoch), { valLoss: -step, valAccuracy: step });
    }
    return used;
  }

  /** A run at step `now`, with a cycle in its momentum, so that a handoff has something to give back. */
  function atStep(policy: Policy = cyclic): RateControl {
    const rates = new RateControl({ paramGroups: [{ lr: 0.1, momentum: 0.9 }] }, policy, plan);
    goOn(rates, 0, now);
    return rates;
  }

  const swap = (step: number, policy = half, handoff: Handoff = 'continue'): Intervention => ({
    kind: 'swap',
    policy,
    handoff,
    step,
  });
  const others: readonly Intervention[] = [
    { kind: 'setLr', lr: 0.07, step: 15 },
    { kind: 'chain', policy: exponential, step: 17 },
    swap(24, exponential, 'restart'),
    { kind: 'chain', policy: half, step: 29 },
    { kind: 'unchain', index: 0, step: 33 },
  ];
  const longer = policyOf([
    { scheduler: { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.2, stepSizeUp: 7 }, interval: 'step' },
  ]);
  const asked: [name: string, change: Intervention, planned: readonly Intervention[]][] = [
    ['a swap now that continues', swap(now), []],
    ['a swap later that continues', swap(20), []],
    ['a swap later that restarts', swap(20, half, 'restart'), others],
    ['a swap later the torch way', swap(20, half, 'torch'), others],
    ['a swap that continues between what is planned', swap(20), others],
    ['a chain between what is planned', { kind: 'chain', policy: half, step: 20 }, others],
    ['a chain after what is planned', { kind: 'chain', policy: half, step: 37 }, others],
    ['an adjustment later', { kind: 'adjust', policy: longer, step: 18 }, others.slice(0, 1)],
    ['an adjustment before a swap', { kind: 'adjust', policy: longer, step: now }, others],
    ['a rate set by hand', { kind: 'setLr', lr: 0.2, step: 30 }, others],
    ['a swap at the last step', swap(steps - 1), others],
  ];

  it.each(asked)('after %s is what then comes to pass', (_, change, planned) => {
    const rates = atStep();
    const before = [rates.lr, rates.entries];
    const { from, lr, isGuess } = rates.foresee(change, now, planned);
    expect([rates.lr, rates.entries]).toEqual(before);
    expect({ from, isGuess }).toEqual({ from: change.step, isGuess: false });

    const all = [...planned, change];
    expect([...rates.ghost(now, all).lr[0].subarray(from - now)]).toEqual([...lr[0]]);
    const used = goOn(rates, now, steps, all);
    expect(used.slice(from - now)).toEqual([...lr[0]]);
  });

  it('is what the run will do with all that is planned, in whatever order that was done', () => {
    const rates = atStep();
    const { from, lr } = rates.ghost(now, others.toReversed());
    expect(from).toBe(now);
    expect([...lr[0]]).toEqual(goOn(rates, now, steps, others));
  });

  it('goes on without what is planned and cannot act', () => {
    const planned: Intervention[] = [
      { kind: 'unchain', index: 3, step: 16 },
      // Half of it would have been done before it is refused.
      swap(20, policyOf([...half, ...policyOf({ type: 'CyclicLR', baseLr: [1, 2], maxLr: 3 })]), 'restart'),
      { kind: 'adjust', policy: longer, step: 22 },
      { kind: 'adjust', policy: half, step: 25 },
    ];
    const rates = atStep();
    const { lr } = rates.ghost(now, planned);
    expect([...lr[0]]).toEqual(goOn(rates, now, steps, planned));
  });

  it('is refused for a change that cannot act once its step has come', () => {
    const rates = atStep();
    const codeOf = (change: Intervention, planned: readonly Intervention[]) => {
      try {
        rates.foresee(change, now, planned);
        return 'foreseen';
      } catch (error) {
        return (error as InputError).code;
      }
    };
    const adjust: Intervention = { kind: 'adjust', policy: longer, step: 20 };
    expect(codeOf(adjust, [])).toBe('foreseen');
    expect(codeOf(adjust, [swap(17)])).toBe('other-policy');
    expect(codeOf({ kind: 'unchain', index: 1, step: 20 }, [])).toBe('no-such-entry');
    expect(codeOf({ kind: 'unchain', index: 1, step: 20 }, [others[1]])).toBe('foreseen');
    // The run does not come there.
    expect(codeOf(swap(30), [swap(14, oneCycle)])).toBe('policy-refused');
  });

  it('ends where a schedule gives out, unless something is done about it there', () => {
    const rates = atStep();
    const planned = [swap(14, oneCycle)];
    const known = (ghost: readonly number[]) => ghost.filter((rate) => !Number.isNaN(rate)).length;
    const end = 14 + 10;
    expect(known([...rates.ghost(now, planned).lr[0]])).toBe(end - now);
    expect(known([...rates.ghost(now, [...planned, swap(end + 1)]).lr[0]])).toBe(end - now);
    expect(known([...rates.ghost(now, [...planned, swap(end)]).lr[0]])).toBe(steps - now);
    expect(known([...rates.foresee(swap(end), now, planned).lr[0]])).toBe(steps - end);
  });

  it('is a guess where a metric is read in the part that is shown', () => {
    const watching = atStep(plateau);
    expect(watching.ghost(now).isGuess).toBe(true);
    expect(watching.ghost(now, [swap(20)]).isGuess).toBe(true);
    expect(watching.ghost(now, [swap(now)]).isGuess).toBe(false);
    expect(watching.foresee(swap(20), now).isGuess).toBe(false);
    expect(watching.foresee(swap(20), now, [swap(25, plateau)]).isGuess).toBe(true);
    expect(watching.foresee({ kind: 'chain', policy: half, step: 20 }, now).isGuess).toBe(true);
    const blind = atStep(half);
    expect(blind.ghost(now, [swap(20, plateau)]).isGuess).toBe(true);
    expect(blind.foresee(swap(25), now, [swap(20, plateau)]).isGuess).toBe(false);
  });

  it('supposes that every metric improves, for schedulers to come as well', () => {
    const rates = atStep(half);
    const { lr } = rates.foresee(swap(20, plateau), now);
    expect(new Set(lr[0]).size).toBe(1);
  });

  it('is not played further than a limit', () => {
    const endless = { steps: 10_000_000, stepsPerEpoch: 100, epochs: 100_000 };
    const rates = new RateControl({ paramGroups: [{ lr: 0.1 }] }, half, endless);
    expect(rates.ghost(5).lr[0]).toHaveLength(longestGhost);
    expect(rates.foresee(swap(1005), 5).lr[0]).toHaveLength(longestGhost - 1000);
    expect(rates.foresee(swap(9_000_000), 5).lr[0]).toHaveLength(0);
  });
});
