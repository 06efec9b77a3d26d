import { describe, expect, test } from 'vitest';
import {
  advisePolicy,
  normalisePolicy,
  parsePolicy,
  previewPolicy,
  type Advice,
  type AdviceCode,
  type AdviceOptions,
  type Policy,
  type PolicyInput,
  type PolicyPlan,
  type SchedulerSpec,
} from '../../../src/policy/index.js';
import { policies } from './arbitraries.js';
import { fc } from '../../property-runs.js';

/** The lab's default: 12 epochs of 93 batches. */
const plan: PolicyPlan = { steps: 1116, stepsPerEpoch: 93, epochs: 12 };

const perStep = (scheduler: SchedulerSpec): PolicyInput => ({ scheduler, interval: 'step' });

function advice(policy: PolicyInput, options?: AdviceOptions, of = plan): Advice[] {
  return advisePolicy(normalisePolicy(policy), of, options);
}

function codes(policy: PolicyInput, options?: AdviceOptions, of = plan): AdviceCode[] {
  return advice(policy, options, of).map(({ code }) => code);
}

/** The only advice on a policy, with its fix as the only scheduler of the fixed policy. */
function only(policy: PolicyInput, options?: AdviceOptions, of = plan) {
  const found = advice(policy, options, of);
  expect(found).toHaveLength(1);
  const [{ fix, ...rest }] = found;
  return { ...rest, fix };
}

/** The fixed scheduler of the only advice. */
function fixed(policy: PolicyInput, options?: AdviceOptions, of = plan): SchedulerSpec | undefined {
  return only(policy, options, of).fix?.[0].scheduler;
}

describe('CosineAnnealingLR', () => {
  test('rises again after half of the run if T_max is half of the run, and not after the fix', () => {
    expect(only({ type: 'CosineAnnealingLR', tMax: 6 })).toMatchObject({
      code: 'rises-again',
      path: [0, 'scheduler', 'tMax'],
      values: { parameter: 'T_max', value: 6, at: 6, unit: 'epoch' },
      fix: [{ scheduler: { type: 'CosineAnnealingLR', tMax: 12 }, interval: 'epoch', frequency: 1 }],
    });
  });

  test.each([11, 12, 13])('with T_max %i in 12 epochs gets no advice', (tMax) => {
    expect(codes({ type: 'CosineAnnealingLR', tMax })).toEqual([]);
  });

  test('is cut short by a run of half its length', () => {
    const policy = perStep({ type: 'CosineAnnealingLR', tMax: 2232 });
    expect(only(policy)).toMatchObject({
      code: 'cut-short',
      values: { parameter: 'T_max', value: 2232, length: 1116, unit: 'step' },
    });
    expect(fixed(policy)).toMatchObject({ tMax: 1116 });
  });

  test('that resumes from a later epoch gets no advice', () => {
    expect(codes({ type: 'CosineAnnealingLR', tMax: 6, lastEpoch: 3 })).toEqual([]);
  });

  test('that takes over in the middle is compared with the rest of the run, in epochs of the run', () => {
    const policy = normalisePolicy({ type: 'CosineAnnealingLR', tMax: 3 });
    expect(advisePolicy(policy, plan, { from: 93 * 4 })).toMatchObject([
      { code: 'rises-again', values: { at: 7 }, fix: [{ scheduler: { tMax: 8 } }] },
    ]);
  });
});

describe('another curve with an end', () => {
  test.each<[string, SchedulerSpec, SchedulerSpec]>([
    ['PolynomialLR', { type: 'PolynomialLR', totalIters: 30 }, { type: 'PolynomialLR', totalIters: 12 }],
    [
      'LinearLR that falls',
      { type: 'LinearLR', startFactor: 1, endFactor: 0, totalIters: 24 },
      { type: 'LinearLR', startFactor: 1, endFactor: 0, totalIters: 12 },
    ],
    [
      'SWALR',
      { type: 'SWALR', swaLr: 0.05, annealEpochs: 30 },
      { type: 'SWALR', swaLr: 0.05, annealEpochs: 12 },
    ],
  ])('is cut short by a shorter run: %s', (_, spec, expected) => {
    expect(only(spec).code).toBe('cut-short');
    expect(fixed(spec)).toEqual(expected);
    expect(codes(expected)).toEqual([]);
  });

  test('is named with its default length if the run is too short for that', () => {
    const short = { steps: 20, stepsPerEpoch: 10, epochs: 2 };
    expect(only({ type: 'PolynomialLR' }, {}, short).values).toMatchObject({ value: 5, length: 2 });
  });
});

describe('a warm-up', () => {
  test('longer than the run never ends', () => {
    const policy: PolicyInput = { type: 'LinearLR', startFactor: 0.1, totalIters: 100 };
    expect(only(policy)).toMatchObject({
      code: 'warmup-too-long',
      path: [0, 'scheduler', 'totalIters'],
      values: { parameter: 'total_iters', value: 100, length: 12, unit: 'epoch' },
    });
    expect(fixed(policy)).toEqual({ type: 'LinearLR', startFactor: 0.1, totalIters: 1 });
    expect(only({ type: 'ConstantLR', totalIters: 13 }).code).toBe('warmup-too-long');
  });

  test('exactly as long as the run gets no advice', () => {
    expect(codes({ type: 'LinearLR', startFactor: 0.1, totalIters: 12 })).toEqual([]);
    expect(codes({ type: 'ConstantLR', factor: 1, totalIters: 99 })).toEqual([]);
  });

  test('longer than its part of a sequence is shortened to that part', () => {
    const policy = perStep({
      type: 'SequentialLR',
      schedulers: [
        { type: 'LinearLR', totalIters: 200 },
        { type: 'CosineAnnealingLR', tMax: 1016 },
      ],
      milestones: [100],
    });
    const found = only(policy);
    expect(found).toMatchObject({
      code: 'warmup-too-long',
      path: [0, 'scheduler', 'schedulers', 0, 'totalIters'],
      values: { value: 200, length: 100 },
    });
    expect(codes(found.fix!)).toEqual([]);
    expect(found.fix![0].scheduler).toMatchObject({ schedulers: [{ totalIters: 100 }, { tMax: 1016 }] });
  });
});

describe('a policy with milestones', () => {
  test('after the end gets them moved into the run in the same proportions', () => {
    const policy: PolicyInput = { type: 'MultiStepLR', milestones: [30, 80] };
    expect(only(policy)).toMatchObject({
      code: 'milestone-late',
      path: [0, 'scheduler', 'milestones', 0],
      values: { value: 30, length: 12, unit: 'epoch' },
    });
    expect(fixed(policy)).toEqual({ type: 'MultiStepLR', milestones: [4, 10] });
  });

  test('at the end gets advice, and with milestones one epoch earlier none', () => {
    expect(only({ type: 'MultiStepLR', milestones: [6, 12] }).path.at(-1)).toBe(1);
    expect(codes({ type: 'MultiStepLR', milestones: [6, 11] })).toEqual([]);
  });

  test('that look like epochs but count batches gets the fix to step per epoch', () => {
    const found = only(perStep({ type: 'MultiStepLR', milestones: [4, 8] }));
    expect(found).toMatchObject({ code: 'milestones-early', values: { value: 8, at: 8, unit: 'step' } });
    expect(found.fix).toEqual(normalisePolicy({ type: 'MultiStepLR', milestones: [4, 8] }));
  });

  test('far before the end that do not look like epochs gets them spread over the run', () => {
    const policy = perStep({ type: 'MultiStepLR', milestones: [50, 100] });
    expect(only(policy).code).toBe('milestones-early');
    expect(fixed(policy)).toMatchObject({ milestones: [446, 893] });
  });

  test('and a factor of 1 gets no advice', () => {
    expect(codes({ type: 'MultiStepLR', milestones: [30], gamma: 1 })).toEqual([]);
  });

  test('of SequentialLR after the end has a scheduler that never starts; the fix keeps the proportions', () => {
    const found = only({
      type: 'SequentialLR',
      schedulers: [
        { type: 'LinearLR', totalIters: 20 },
        { type: 'CosineAnnealingLR', tMax: 80 },
      ],
      milestones: [20],
    });
    expect(found).toMatchObject({
      code: 'never-starts',
      path: [0, 'scheduler', 'milestones', 0],
      values: { value: 20, length: 12, scheduler: 'CosineAnnealingLR' },
    });
    expect(found.fix![0].scheduler).toMatchObject({
      milestones: [2],
      schedulers: [{ totalIters: 2 }, { tMax: 10 }],
    });
    expect(codes(found.fix!)).toEqual([]);
  });

  test('in a run with too few steps gets advice without a fix', () => {
    const short = { steps: 2, stepsPerEpoch: 1, epochs: 2 };
    const schedulers: SchedulerSpec[] = [
      { type: 'ConstantLR', factor: 1 },
      { type: 'ConstantLR', factor: 1 },
      { type: 'ConstantLR', factor: 1 },
    ];
    const found = only({ type: 'SequentialLR', schedulers, milestones: [4, 8] }, {}, short);
    expect(found.fix).toBeUndefined();
  });
});

describe('a decay', () => {
  test('stepped per batch with a factor of 0.9 vanishes after 66 steps; the fix is to step per epoch', () => {
    const found = only(perStep({ type: 'ExponentialLR', gamma: 0.9 }));
    expect(found).toMatchObject({
      code: 'rate-vanishes',
      path: [0, 'scheduler', 'gamma'],
      values: { at: 66, unit: 'step' },
      fix: [{ scheduler: { gamma: 0.9 }, interval: 'epoch', frequency: 1 }],
    });
  });

  test('vanishes at the step at which the rate is first below a thousandth', () => {
    const [{ values }] = advice(perStep({ type: 'ExponentialLR', gamma: 0.9 }));
    const { at } = values as { at: number };
    const rates = previewPolicy(perStep({ type: 'ExponentialLR', gamma: 0.9 }), { lr: 1, steps: 100 }).lr[0];
    expect(rates[at]).toBeLessThan(1e-3);
    expect(rates[at - 1]).toBeGreaterThan(1e-3);
  });

  test('per epoch that vanishes too early gets a larger factor', () => {
    const policy: PolicyInput = { type: 'ExponentialLR', gamma: 0.1 };
    expect(only(policy)).toMatchObject({ code: 'rate-vanishes', values: { at: 3, unit: 'epoch' } });
    expect(fixed(policy)).toEqual({ type: 'ExponentialLR', gamma: 0.68 });
  });

  test('that lasts for most of the run gets no advice', () => {
    expect(codes({ type: 'ExponentialLR', gamma: 0.9 })).toEqual([]);
    expect(codes(perStep({ type: 'ExponentialLR', gamma: 0.99 }))).toEqual([]);
    expect(codes(perStep({ type: 'ExponentialLR', gamma: 1.0001 }))).toEqual([]);
  });

  test('by StepLR vanishes after the number of its cuts', () => {
    expect(only(perStep({ type: 'StepLR', stepSize: 30 })).values).toEqual({ at: 90, unit: 'step' });
    expect(fixed(perStep({ type: 'StepLR', stepSize: 30 }))).toEqual({
      type: 'StepLR',
      stepSize: 372,
      gamma: 0.1,
    });
    expect(only(perStep({ type: 'StepLR', stepSize: 4 })).fix).toEqual(
      normalisePolicy({ type: 'StepLR', stepSize: 4 }),
    );
  });

  test('by StepLR with a step size beyond the end never happens', () => {
    expect(only({ type: 'StepLR', stepSize: 30 })).toMatchObject({
      code: 'never-changes',
      values: { parameter: 'step_size', value: 30, length: 12, unit: 'epoch' },
    });
    expect(fixed({ type: 'StepLR', stepSize: 30 })).toEqual({ type: 'StepLR', stepSize: 4 });
    expect(codes({ type: 'StepLR', stepSize: 11 })).toEqual([]);
  });

  test('with a frequency vanishes at a step at which the entry is stepped', () => {
    const entry = {
      scheduler: { type: 'ExponentialLR', gamma: 0.01 },
      interval: 'step',
      frequency: 50,
    } as const;
    const found = only(entry, {}, { steps: 1000, stepsPerEpoch: 100, epochs: 10 });
    expect(found.values).toEqual({ at: 100, unit: 'step' });
  });
});

describe('OneCycleLR', () => {
  test('with fewer steps than the run stops with an error', () => {
    const policy = perStep({ type: 'OneCycleLR', maxLr: 0.1, totalSteps: 1000 });
    expect(only(policy)).toMatchObject({
      code: 'cycle-too-short',
      path: [0, 'scheduler', 'totalSteps'],
      values: { parameter: 'total_steps', value: 1000, at: 1000, unit: 'step' },
    });
    expect(fixed(policy)).toEqual({ type: 'OneCycleLR', maxLr: 0.1, totalSteps: 1116 });
  });

  test('before another scheduler may end one step before its milestone', () => {
    const followed = (totalSteps: number) =>
      codes(
        perStep({
          type: 'SequentialLR',
          schedulers: [
            { type: 'OneCycleLR', maxLr: 0.1, totalSteps },
            { type: 'ConstantLR', factor: 1 },
          ],
          milestones: [500],
        }),
      );
    expect(followed(499)).toEqual([]);
    expect(followed(498)).toEqual(['cycle-too-short']);
  });

  test('with epochs and steps per epoch gets a fix with total steps', () => {
    const policy = perStep({ type: 'OneCycleLR', maxLr: 0.1, epochs: 24, stepsPerEpoch: 93 });
    expect(only(policy)).toMatchObject({ code: 'cut-short', values: { value: 2232, length: 1116 } });
    expect(fixed(policy)).toEqual({ type: 'OneCycleLR', maxLr: 0.1, totalSteps: 1116 });
  });

  test('with a few steps more than the run gets no advice', () => {
    expect(codes(perStep({ type: 'OneCycleLR', maxLr: 0.1, totalSteps: 1200 }))).toEqual([]);
  });

  test('stepped per epoch gets the fix to step per batch', () => {
    const found = only({ type: 'OneCycleLR', maxLr: 0.1, totalSteps: 12 });
    expect(found).toMatchObject({
      code: 'cycle-per-epoch',
      path: [0, 'interval'],
      values: { scheduler: 'OneCycleLR' },
      fix: [{ scheduler: { totalSteps: 1116 }, interval: 'step' }],
    });
    expect(codes(found.fix!)).toEqual([]);
  });

  test('stepped per epoch gets no advice if an epoch has one batch', () => {
    const policy: PolicyInput = { type: 'OneCycleLR', maxLr: 0.1, totalSteps: 12 };
    expect(codes(policy, {}, { steps: 12, stepsPerEpoch: 1, epochs: 12 })).toEqual([]);
  });

  test('gets one step more if the fix would leave a phase empty', () => {
    const policy = perStep({ type: 'OneCycleLR', maxLr: 0.1, pctStart: 0.25, totalSteps: 100 });
    const short = { steps: 4, stepsPerEpoch: 4, epochs: 1 };
    expect(fixed(policy, {}, short)).toMatchObject({ totalSteps: 5 });
  });
});

describe('CyclicLR', () => {
  const bounds = { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.1 } as const;

  test('with the default half cycle of 2000 steps in a shorter run completes no cycle', () => {
    expect(only(perStep(bounds))).toMatchObject({
      code: 'cycle-too-long',
      values: { parameter: 'step_size_up', value: 2000, length: 1116 },
    });
    expect(fixed(perStep(bounds))).toEqual({ ...bounds, stepSizeUp: 140 });
    expect(codes(perStep({ ...bounds, stepSizeUp: 500 }))).toEqual([]);
  });

  test('stepped per epoch keeps its length per batch', () => {
    const found = only({ ...bounds, stepSizeUp: 2, stepSizeDown: 4 });
    expect(found.code).toBe('cycle-per-epoch');
    expect(found.fix).toEqual(normalisePolicy(perStep({ ...bounds, stepSizeUp: 186, stepSizeDown: 372 })));
  });

  test('stepped per epoch with numbers that are too large for epochs keeps those that fit', () => {
    expect(fixed({ ...bounds, stepSizeUp: 200 })).toMatchObject({ stepSizeUp: 200 });
    expect(fixed(bounds)).toMatchObject({ stepSizeUp: 140 });
  });

  test('stepped per epoch in a composite gets advice without a fix', () => {
    const found = only({ type: 'ChainedScheduler', schedulers: [{ ...bounds, stepSizeUp: 2 }] });
    expect(found).toMatchObject({ code: 'cycle-per-epoch', fix: undefined });
  });
});

describe('CosineAnnealingWarmRestarts', () => {
  test('with T_0 longer than the run never restarts; the fix makes three cycles', () => {
    const policy: PolicyInput = { type: 'CosineAnnealingWarmRestarts', t0: 20, tMult: 2 };
    expect(only(policy)).toMatchObject({
      code: 'never-restarts',
      values: { parameter: 'T_0', value: 20, length: 12, unit: 'epoch' },
    });
    expect(fixed(policy)).toMatchObject({ t0: 2, tMult: 2 });
    expect(codes({ type: 'CosineAnnealingWarmRestarts', t0: 12 })).toEqual([]);
  });
});

describe('ReduceLROnPlateau', () => {
  test('with a patience longer than the run never cuts', () => {
    expect(only({ type: 'ReduceLROnPlateau' })).toMatchObject({
      code: 'plateau-too-patient',
      path: [0, 'scheduler', 'patience'],
      values: { parameter: 'patience', value: 10, length: 12, unit: 'epoch' },
      fix: [{ scheduler: { patience: 1 }, monitor: 'valLoss' }],
    });
    expect(codes({ type: 'ReduceLROnPlateau', patience: 9 })).toEqual([]);
  });

  test('with mode "min" for the accuracy gets mode "max"', () => {
    const scheduler = { type: 'ReduceLROnPlateau', patience: 2 } as const;
    expect(only({ scheduler, monitor: 'valAccuracy' })).toMatchObject({
      code: 'plateau-mode',
      path: [0, 'scheduler', 'mode'],
      values: { value: 'min', monitor: 'valAccuracy' },
      fix: [{ scheduler: { mode: 'max' } }],
    });
    expect(codes({ scheduler: { ...scheduler, mode: 'max' }, monitor: 'valAccuracy' })).toEqual([]);
    expect(only({ ...scheduler, mode: 'max' }).values).toMatchObject({ value: 'max', monitor: 'valLoss' });
  });

  test('with a minimum at the present rate never cuts', () => {
    const scheduler = { type: 'ReduceLROnPlateau', patience: 2 } as const;
    expect(only({ ...scheduler, minLr: 0.1 }, { lr: 0.1 })).toMatchObject({
      code: 'plateau-floor',
      path: [0, 'scheduler', 'minLr'],
      values: { parameter: 'min_lr', value: 0.1, rate: 0.1 },
    });
    expect(only({ ...scheduler, eps: 0.5 }, { lr: 0.1 }).path.at(-1)).toBe('eps');
    expect(codes({ ...scheduler, minLr: 0.01 }, { lr: 0.1 })).toEqual([]);
    expect(codes({ ...scheduler, minLr: 0.1 })).toEqual([]);
  });
});

describe('an entry with a frequency', () => {
  const scheduler = { type: 'ExponentialLR', gamma: 0.9 } as const;

  test('above the number of epochs of the run is never stepped', () => {
    expect(only({ scheduler, frequency: 13 })).toMatchObject({
      code: 'never-steps',
      path: [0, 'frequency'],
      values: { parameter: 'frequency', value: 13, length: 12, unit: 'epoch' },
      fix: [{ frequency: 1 }],
    });
    expect(codes({ scheduler, frequency: 12 })).toEqual([]);
  });

  test('above the number of batches of an epoch is never stepped', () => {
    expect(only({ scheduler, interval: 'step', frequency: 94 })).toMatchObject({
      code: 'frequency-beyond-epoch',
      values: { value: 94, length: 93 },
      fix: [{ frequency: 1 }],
    });
  });
});

describe('a rate', () => {
  test('above 10 usually diverges, whether it is the optimizer’s or the result of a formula', () => {
    expect(only([], { lr: 12 })).toEqual({
      code: 'rate-high',
      path: [],
      values: { rate: 12, limit: 10 },
      fix: undefined,
    });
    expect(only({ type: 'LambdaLR', lrLambda: '1 + 100 * epoch' }, { lr: 0.1 }).values).toMatchObject({
      limit: 10,
    });
    expect(codes([], { lr: 10 })).toEqual([]);
    expect(codes([])).toEqual([]);
  });

  test('in a cycle’s parameters is lowered to one that the range test suggests', () => {
    const policy = perStep({ type: 'OneCycleLR', maxLr: [2, 0.1], totalSteps: 1116 });
    const rangeTest = { diverged: 0.8, suggested: 0.08 };
    expect(only(policy, { lr: 0.1, rangeTest })).toMatchObject({
      code: 'rate-above-test',
      path: [0, 'scheduler', 'maxLr'],
      values: { rate: 2, limit: 0.8 },
      fix: [{ scheduler: { maxLr: [0.08, 0.1] } }],
    });
    expect(codes(policy, { lr: 0.1 })).toEqual([]);
  });

  test('of the optimizer that a cycle replaces gets no advice', () => {
    expect(codes(perStep({ type: 'OneCycleLR', maxLr: 0.1, totalSteps: 1116 }), { lr: 50 })).toEqual([]);
  });

  test('of a policy that an optimizer refuses gets no advice', () => {
    expect(codes({ type: 'LambdaLR', lrLambda: '1 / epoch' }, { lr: 0.1 })).toEqual([]);
  });
});

describe('advice', () => {
  test('has a path among several entries and inside composites', () => {
    const found = advice([
      { type: 'ExponentialLR', gamma: 0.9 },
      {
        type: 'ChainedScheduler',
        schedulers: [{ type: 'ConstantLR' }, { type: 'CosineAnnealingLR', tMax: 3 }],
      },
    ]);
    expect(found).toMatchObject([{ code: 'rises-again', path: [1, 'scheduler', 'schedulers', 1, 'tMax'] }]);
    expect(found[0].fix![0].scheduler).toEqual({ type: 'ExponentialLR', gamma: 0.9 });
  });

  test('has at most 16 items', () => {
    const many = Array.from({ length: 100 }, (): PolicyInput & object => ({ type: 'StepLR', stepSize: 30 }));
    expect(advice(many as SchedulerSpec[])).toHaveLength(16);
  });

  test('is not given on schedulers that are never reached', () => {
    const schedulers: SchedulerSpec[] = [
      { type: 'ConstantLR', factor: 1 },
      { type: 'CosineAnnealingLR', tMax: 999 },
    ];
    expect(codes({ type: 'SequentialLR', schedulers, milestones: [20] })).toEqual(['never-starts']);
  });

  /** Trainings of any length, the longest far too long to step through. */
  const plans = fc
    .record({
      stepsPerEpoch: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(1_000_000)),
      epochs: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(1000)),
      part: fc.double({ min: 0, max: 0.99, noNaN: true }),
    })
    .map(({ stepsPerEpoch, epochs, part }) => {
      const steps = stepsPerEpoch * epochs;
      return { plan: { steps, stepsPerEpoch, epochs }, from: Math.floor(steps * part) };
    });
  const rates = fc.constantFrom(undefined, 0, 1e-3, 0.1, 50);
  const rangeTests = fc.constantFrom(undefined, { diverged: 0.5, suggested: 0.05 }, { diverged: 1e-3 });
  const samePlace = (one: Advice) => (other: Advice) =>
    one.code === other.code && one.path.join('.') === other.path.join('.');

  test('on any policy and plan never throws, and each fix parses unchanged and removes its advice', () => {
    fc.assert(
      fc.property(policies(), plans, rates, rangeTests, (input, { plan, from }, lr, rangeTest) => {
        const policy: Policy = normalisePolicy(input);
        const before = JSON.stringify(policy);
        const options = { lr, from, rangeTest };
        for (const found of advisePolicy(policy, plan, options)) {
          if (found.fix === undefined) continue;
          expect(parsePolicy(found.fix)).toEqual({ success: true, policy: found.fix });
          expect(advisePolicy(found.fix, plan, options).filter(samePlace(found))).toEqual([]);
        }
        expect(JSON.stringify(policy)).toBe(before);
      }),
    );
  });
});
