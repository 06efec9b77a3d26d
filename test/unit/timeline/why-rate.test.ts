/** Why a step used its rate: the product of what is named is the rate, for any policy, change and history. */
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/errors.js';
import { normalisePolicy, type Policy, WorkBudget } from '../../../src/policy/index.js';
import type { ParamGroup } from '../../../src/schedulers/index.js';
import {
  type ChangeAtStep,
  type Handoff,
  handoffs,
  RateDriver,
  RateReplay,
  whyRate,
  type RatePast,
} from '../../../src/timeline/index.js';
import { fc, runs } from '../../property-runs.js';
import { policies } from '../policy/arbitraries.js';

const stepsPerEpoch = 4;

/** The rates that the run used: `rates[step][group]`. */
function ratesOf({ policy, groups, log, loss, evaluations }: RatePast): number[][] {
  const driver = new RateDriver({ paramGroups: groups.map((group) => structuredClone(group)) }, policy);
  return Array.from({ length: loss.length + 1 }, (_, step) => {
    for (const change of log) if (change.step === step) driver.change(change);
    const rates = driver.lr;
    if (step === loss.length) return rates;
    try {
      driver.recordLoss(loss[step]);
      driver.afterStep({ batch: step % stepsPerEpoch });
      if (step % stepsPerEpoch === stepsPerEpoch - 1) {
        const score = evaluations.find((each) => each.step === step + 1)!;
        const metrics = { valLoss: score.loss, valAccuracy: score.accuracy };
        driver.afterEpoch({ epoch: Math.floor(step / stepsPerEpoch), metrics });
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
    return rates;
  });
}

function pastOf(policy: Policy, rest: Partial<RatePast> = {}, steps = 24): RatePast {
  return {
    policy,
    groups: [{ lr: 0.1, momentum: 0.9 }],
    stepsPerEpoch,
    log: [],
    loss: Array.from({ length: steps }, () => 1),
    evaluations: Array.from({ length: steps / stepsPerEpoch }, (_, epoch) => ({
      step: (epoch + 1) * stepsPerEpoch,
      loss: 1,
      accuracy: 0.5,
    })),
    ...rest,
  };
}

/** One line for the first group: `0.1 × LinearLR 0.7 × MultiStepLR 0.1`. */
function lineOf(past: RatePast, step: number): string {
  const [{ start, factors }] = whyRate(past, step)!.groups;
  const number = (value: number) => String(Number(value.toPrecision(6)));
  const first =
    start.scheduler === undefined ? number(start.lr) : `${start.scheduler} sets ${number(start.lr)}`;
  return [first, ...factors.map(({ scheduler, factor }) => `${scheduler} ${number(factor)}`)].join(' × ');
}

const perStep = (...schedulers: object[]): Policy =>
  normalisePolicy(schedulers.map((scheduler) => ({ scheduler, interval: 'step' })) as Policy);

describe('whyRate', () => {
  it('gives a factor to each scheduler that multiplies', () => {
    const policy = perStep(
      { type: 'LinearLR', startFactor: 0.5, totalIters: 10 },
      { type: 'MultiStepLR', milestones: [3], gamma: 0.1 },
    );
    expect(lineOf(pastOf(policy), 0)).toBe('0.1 × LinearLR 0.5 × MultiStepLR 1');
    expect(lineOf(pastOf(policy), 4)).toBe('0.1 × LinearLR 0.7 × MultiStepLR 0.1');
  });

  it('names the scheduler that sets a rate, which discards what came before', () => {
    const cycle = { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.05, stepSizeUp: 4 };
    const policy = perStep({ type: 'ExponentialLR', gamma: 0.5 }, cycle, { type: 'StepLR', stepSize: 2 });
    expect(lineOf(pastOf(policy), 4)).toBe('CyclicLR sets 0.05 × ExponentialLR 1 × StepLR 0.1');
    expect(lineOf(pastOf(policy), 5)).toBe('CyclicLR sets 0.04 × ExponentialLR 1 × StepLR 1');
  });

  it('names the schedulers inside a composite, and starts from the base rate at a milestone', () => {
    const schedulers = [
      { type: 'LinearLR', startFactor: 0.1, totalIters: 4 },
      { type: 'ExponentialLR', gamma: 0.5 },
    ];
    const sequence = perStep({ type: 'SequentialLR', schedulers, milestones: [4] });
    expect(lineOf(pastOf(sequence), 2)).toBe('0.1 × LinearLR 0.55');
    expect(lineOf(pastOf(sequence), 6)).toBe('0.1 × ExponentialLR 0.25');
    const chain = perStep({ type: 'ChainedScheduler', schedulers });
    expect(lineOf(pastOf(chain), 2)).toBe('0.1 × LinearLR 0.55 × ExponentialLR 0.25');
  });

  it('starts again at a set rate and at a swap, and keeps the rate of a removed entry', () => {
    const half = perStep({ type: 'ExponentialLR', gamma: 0.5 });
    const log: ChangeAtStep[] = [
      { kind: 'setLr', step: 2, lr: 0.4 },
      { kind: 'chain', step: 3, policy: perStep({ type: 'StepLR', stepSize: 2 }) },
      { kind: 'unchain', step: 6, index: 0 },
      { kind: 'swap', step: 8, policy: half, handoff: 'restart' },
    ];
    const past = pastOf(half, { log });
    expect(lineOf(past, 2)).toBe('0.4 × ExponentialLR 1');
    expect(lineOf(past, 3)).toBe('0.4 × ExponentialLR 0.5 × StepLR 1');
    expect(lineOf(past, 6)).toBe('0.025 × StepLR 0.1');
    expect(lineOf(past, 9)).toBe('0.1 × ExponentialLR 0.5');
  });

  it('names the swap from which the live policy comes, and the base rate of its handoff', () => {
    const half = perStep({ type: 'ExponentialLR', gamma: 0.5 });
    const swapTo = (handoff: Handoff, scheduler: object) => {
      const change = { kind: 'swap', step: 2, policy: perStep(scheduler), handoff } as const;
      return { change, past: pastOf(half, { log: [change] }) };
    };
    const baseOf = (handoff: Handoff, scheduler: object) => {
      const { change, past } = swapTo(handoff, scheduler);
      expect(whyRate(past, 1)!.groups[0].swap).toBeUndefined();
      const { swap } = whyRate(past, 3)!.groups[0];
      expect(swap).toMatchObject({ step: 2, policy: change.policy, handoff });
      return swap!.base;
    };
    const linear = { type: 'LinearLR', startFactor: 0.5, totalIters: 4 };
    expect(handoffs.map((handoff) => baseOf(handoff, linear))).toEqual([0.025, 0.1, 0.1]);
    expect(lineOf(swapTo('torch', linear).past, 2)).toBe('0.025 × LinearLR 0.5');
    expect(baseOf('continue', { type: 'LambdaLR', lrLambda: '0.5' })).toBe(0.025);
    expect(baseOf('restart', { type: 'OneCycleLR', maxLr: 0.5, totalSteps: 40 })).toBeUndefined();
  });

  it('names the scheduler of a composite that acts, though it has left the rate as it was', () => {
    const schedulers = [
      { type: 'StepLR', stepSize: 3 },
      { type: 'ExponentialLR', gamma: 0.5 },
    ];
    const sequence = perStep({ type: 'SequentialLR', schedulers, milestones: [5] });
    const log: ChangeAtStep[] = [{ kind: 'swap', step: 2, policy: sequence, handoff: 'restart' }];
    const past = pastOf(perStep({ type: 'ExponentialLR', gamma: 0.5 }), { log });
    expect([2, 5, 7, 8].map((step) => lineOf(past, step))).toEqual([
      '0.1 × StepLR 1',
      '0.1 × StepLR 0.1',
      '0.1 × ExponentialLR 1',
      '0.1 × ExponentialLR 0.5',
    ]);
  });

  it('counts the bad metrics of a plateau, and names what is needed', () => {
    const plateau = { type: 'ReduceLROnPlateau', patience: 3, threshold: 0.1, factor: 0.5 };
    const policy = normalisePolicy([{ scheduler: plateau, interval: 'epoch' }] as Policy);
    const evaluations = [0.5, 0.5, 0.5].map((loss, epoch) => ({ step: 4 * (epoch + 1), loss, accuracy: 0 }));
    const past = pastOf(policy, { evaluations }, 12);
    const [counter] = whyRate(past, 12)!.plateaus;
    expect(counter).toMatchObject({ path: [0], bad: 2, patience: 3, cooldown: 0, monitor: 'valLoss' });
    expect(counter.needs).toBeCloseTo(0.45, 12);
    expect(whyRate(past, 0)!.plateaus[0].needs).toBe(Infinity);
  });

  it('has a row for each param group', () => {
    const groups: ParamGroup[] = [{ lr: 0.01 }, { lr: 0.1 }];
    const past = pastOf(perStep({ type: 'ExponentialLR', gamma: 0.5 }), { groups });
    expect(whyRate(past, 2)!.groups.map(({ start, lr }) => [start.lr, lr])).toEqual([
      [0.01, 0.0025],
      [0.1, 0.025],
    ]);
  });

  it('continues where it ended when the run has grown, and starts again where its past differs', () => {
    const policy = perStep({ type: 'ExponentialLR', gamma: 0.5 });
    const replay = new RateReplay();
    const rateAt = (past: RatePast, step: number) => replay.why(past, step)?.groups[0].lr;
    const past = pastOf(policy);
    expect(rateAt(past, 3)).toBe(0.0125);
    const set: ChangeAtStep = { kind: 'setLr', step: 5, lr: 0.4 };
    expect(rateAt({ ...past, log: [set] }, 6)).toBe(0.2);
    expect(rateAt({ ...past, log: [set] }, 3)).toBe(0.0125);
    expect(rateAt({ ...past, log: [set] }, 7)).toBe(0.1);
    // Another past: the change has been undone.
    expect(rateAt(past, 7)).toBe(0.1 * 0.5 ** 7);
    // A budget for ten steps at a time, each of one scheduler and one group.
    expect(replay.why(past, 0, new WorkBudget(20))?.groups[0].lr).toBe(0.1);
    const slices = [1, 2, 3].map(() => replay.why(past, 24, new WorkBudget(20))?.groups[0].lr);
    expect(slices).toEqual([undefined, undefined, 0.1 * 0.5 ** 24]);
  });

  it('reads each score of a long run once', () => {
    let reads = 0;
    const steps = 4 * 2000;
    const past = pastOf([], {}, steps);
    const evaluations = past.evaluations.map((score) =>
      Object.defineProperty({ ...score }, 'step', { get: () => (reads++, score.step) }),
    );
    whyRate({ ...past, evaluations }, steps);
    expect(reads).toBeLessThanOrEqual(3 * evaluations.length);
  });

  it('refuses a step that the run has not reached', () => {
    expect(() => whyRate(pastOf([]), 25)).toThrow('step is 25; accepted: an integer from 0 to 24.');
  });

  it('multiplies to the used rate within 1e-12, for random policies, changes and metrics', () => {
    const metric = fc.double({ min: 0, max: 3, noNaN: true });
    const change = fc.record({
      step: fc.nat(23),
      kind: fc.constantFrom('setLr', 'chain', 'swap', 'unchain'),
    });
    let explained = 0;
    fc.assert(
      fc.property(
        policies(),
        policies(),
        fc.array(metric, { minLength: 24, maxLength: 24 }),
        fc.array(change, { maxLength: 3 }),
        fc.constantFrom('continue' as const, 'restart' as const, 'torch' as const),
        (policy, other, metrics, changes, handoff) => {
          const log = changes
            .toSorted((one, two) => one.step - two.step)
            .map(({ step, kind }): ChangeAtStep => {
              if (kind === 'setLr') return { kind, step, lr: 0.3 };
              if (kind === 'chain') return { kind, step, policy: other };
              if (kind === 'swap') return { kind, step, policy: other, handoff };
              return { kind: 'unchain', step, index: 0 };
            });
          const groups = [
            { lr: 0.1, momentum: 0.9 },
            { lr: 0.02, momentum: 0.9 },
          ];
          const evaluations = Array.from({ length: 6 }, (_, epoch) => ({
            step: (epoch + 1) * stepsPerEpoch,
            loss: metrics[epoch],
            accuracy: metrics[epoch + 6] / 3,
          }));
          const past = pastOf(policy, { groups, log, loss: metrics, evaluations });
          let used: number[][];
          try {
            used = ratesOf(past);
          } catch (error) {
            // A policy that these groups refuse has no run to explain.
            if (error instanceof InputError) return;
            throw error;
          }
          explained += 1;
          const replay = new RateReplay();
          for (const [step, rates] of used.entries()) {
            expect(replay.why(past, step)).toEqual(whyRate(past, step));
            for (const [group, { lr, start, factors }] of whyRate(past, step)!.groups.entries()) {
              expect(lr).toBe(rates[group]);
              const product = factors.reduce((value, { factor }) => value * factor, start.lr);
              expect(Math.abs(product - lr)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(lr)));
            }
          }
        },
      ),
    );
    // Most policies have a run.
    expect(explained).toBeGreaterThan(runs / 3);
  });
});
