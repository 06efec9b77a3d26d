/** What a reader may do to the learning rate of a run, checked against PyTorch and against the schedulers alone. */
import { readFileSync } from 'node:fs';

import { beforeEach, describe, expect, it } from 'vitest';

import { parsePolicy } from '../../../src/policy/index.js';
import type { Policy } from '../../../src/policy/index.js';
import { ExponentialLR, MultiStepLR } from '../../../src/schedulers/index.js';
import type { ParamGroup } from '../../../src/schedulers/index.js';
import type { Change, Handoff } from '../../../src/config/index.js';
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
    const { ghost, entries } = rates.foresee(change, 10);
    expect(entries).toEqual(multiStep);
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
