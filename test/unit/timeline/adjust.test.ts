/** Other times for running schedulers, compared with the schedulers alone and their attributes assigned, as in PyTorch. */
import { describe, expect, it } from 'vitest';

import { RateDriver } from '../../../src/timeline/index.js';
import { normalisePolicy, timesOf } from '../../../src/policy/index.js';
import type { PolicyInput, SchedulerSpec } from '../../../src/policy/index.js';
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  SequentialLR,
  StepLR,
  SWALR,
} from '../../../src/schedulers/index.js';
import type { ParamGroup, SchedulerOptimizer } from '../../../src/schedulers/index.js';
import { fc } from '../../property-runs.js';

const steps = 24;
const groups = (): ParamGroup[] => [{ lr: 0.1, momentum: 0.9 }];
const everyStep = (scheduler: SchedulerSpec): PolicyInput => [{ scheduler, interval: 'step' }];

/** The rates of a run whose policy is adjusted before update `at`. */
function adjusted(before: SchedulerSpec, after: SchedulerSpec, at: number): number[] {
  const rates = new RateDriver({ paramGroups: groups() }, normalisePolicy(everyStep(before)));
  return Array.from({ length: steps }, (_, step) => {
    if (step === at) rates.change({ kind: 'adjust', policy: normalisePolicy(everyStep(after)) });
    const [lr] = rates.lr;
    rates.afterStep({ batch: step });
    return lr;
  });
}

/** The rates of schedulers alone, with attributes assigned before update `at`. */
function assigned<S extends { step(): void }>(
  build: (optimizer: SchedulerOptimizer) => S,
  assign: (scheduler: S) => void,
  at: number,
): number[] {
  const optimizer = { paramGroups: groups() };
  const scheduler = build(optimizer);
  return Array.from({ length: steps }, (_, step) => {
    if (step === at) assign(scheduler);
    const { lr } = optimizer.paramGroups[0];
    scheduler.step();
    return lr;
  });
}

const at = 5;

interface Case {
  before: SchedulerSpec;
  after: SchedulerSpec;
  alone: number[];
}

const warmUp = (totalIters: number, tMax: number, milestone: number): SchedulerSpec => ({
  type: 'SequentialLR',
  schedulers: [
    { type: 'LinearLR', startFactor: 0.1, totalIters },
    { type: 'CosineAnnealingLR', tMax },
  ],
  milestones: [milestone],
});

const cases: Record<string, Case> = {
  StepLR: {
    before: { type: 'StepLR', stepSize: 7 },
    after: { type: 'StepLR', stepSize: 10 },
    alone: assigned(
      (o) => new StepLR(o, { stepSize: 7 }),
      (s) => (s.stepSize = 10),
      at,
    ),
  },
  MultiStepLR: {
    before: { type: 'MultiStepLR', milestones: [3, 9, 15] },
    after: { type: 'MultiStepLR', milestones: [3, 6, 20] },
    alone: assigned(
      (o) => new MultiStepLR(o, { milestones: [3, 9, 15] }),
      (s) => (s.milestones = [3, 6, 20]),
      at,
    ),
  },
  ConstantLR: {
    before: { type: 'ConstantLR', factor: 0.5, totalIters: 8 },
    after: { type: 'ConstantLR', factor: 0.5, totalIters: 13 },
    alone: assigned(
      (o) => new ConstantLR(o, { factor: 0.5, totalIters: 8 }),
      (s) => (s.totalIters = 13),
      at,
    ),
  },
  LinearLR: {
    before: { type: 'LinearLR', startFactor: 0.1, totalIters: 8 },
    after: { type: 'LinearLR', startFactor: 0.1, totalIters: 12 },
    alone: assigned(
      (o) => new LinearLR(o, { startFactor: 0.1, totalIters: 8 }),
      (s) => (s.totalIters = 12),
      at,
    ),
  },
  PolynomialLR: {
    before: { type: 'PolynomialLR', totalIters: 10, power: 2 },
    after: { type: 'PolynomialLR', totalIters: 20, power: 2 },
    alone: assigned(
      (o) => new PolynomialLR(o, { totalIters: 10, power: 2 }),
      (s) => (s.totalIters = 20),
      at,
    ),
  },
  CosineAnnealingLR: {
    before: { type: 'CosineAnnealingLR', tMax: 10 },
    after: { type: 'CosineAnnealingLR', tMax: 20 },
    alone: assigned(
      (o) => new CosineAnnealingLR(o, { tMax: 10 }),
      (s) => (s.tMax = 20),
      at,
    ),
  },
  'CosineAnnealingWarmRestarts in its second cycle': {
    before: { type: 'CosineAnnealingWarmRestarts', t0: 4, tMult: 2 },
    after: { type: 'CosineAnnealingWarmRestarts', t0: 5, tMult: 2 },
    alone: assigned(
      (o) => new CosineAnnealingWarmRestarts(o, { t0: 4, tMult: 2 }),
      (s) => Object.assign(s, { t0: 5, tI: 10 }),
      at,
    ),
  },
  CyclicLR: {
    before: { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.1, stepSizeUp: 4 },
    after: { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.1, stepSizeUp: 6, stepSizeDown: 2 },
    alone: assigned(
      (o) => new CyclicLR(o, { baseLr: 0.01, maxLr: 0.1, stepSizeUp: 4 }),
      (s) => Object.assign(s, { totalSize: 8, stepRatio: 0.75 }),
      at,
    ),
  },
  SWALR: {
    before: { type: 'SWALR', swaLr: 0.01, annealEpochs: 8 },
    after: { type: 'SWALR', swaLr: 0.01, annealEpochs: 12 },
    alone: assigned(
      (o) => new SWALR(o, { swaLr: 0.01, annealEpochs: 8 }),
      (s) => (s.annealEpochs = 12),
      at,
    ),
  },
  'SequentialLR and what comes in it later': {
    before: warmUp(6, 10, 8),
    after: warmUp(6, 14, 10),
    alone: assigned(
      (o) => {
        const cosine = [
          new LinearLR(o, { startFactor: 0.1, totalIters: 6 }),
          new CosineAnnealingLR(o, { tMax: 10 }),
        ];
        return new SequentialLR(o, { schedulers: cosine, milestones: [8] });
      },
      (s) => {
        s.milestones = [10];
        Object.assign(s.schedulers[1], { tMax: 14 });
      },
      at,
    ),
  },
  ChainedScheduler: {
    before: {
      type: 'ChainedScheduler',
      schedulers: [
        { type: 'ExponentialLR', gamma: 0.9 },
        { type: 'StepLR', stepSize: 8 },
      ],
    },
    after: {
      type: 'ChainedScheduler',
      schedulers: [
        { type: 'ExponentialLR', gamma: 0.9 },
        { type: 'StepLR', stepSize: 9 },
      ],
    },
    alone: assigned(
      (o) =>
        new ChainedScheduler({
          schedulers: [new ExponentialLR(o, { gamma: 0.9 }), new StepLR(o, { stepSize: 8 })],
        }),
      (s) => Object.assign(s.schedulers[1], { stepSize: 9 }),
      at,
    ),
  },
};

describe('an adjustment', () => {
  it.each(Object.entries(cases))(
    'lets %s continue with its counters and the new times',
    (_, { before, after, alone }) => {
      expect(adjusted(before, after, at)).toEqual(alone);
    },
  );

  it('continues OneCycleLR, which counts from its start, with the rest of the new cycle', () => {
    const cycle = (totalSteps: number): SchedulerSpec => ({ type: 'OneCycleLR', maxLr: 0.2, totalSteps });
    const whole = (totalSteps: number) =>
      assigned(
        (o) => new OneCycleLR(o, { maxLr: 0.2, totalSteps }),
        () => undefined,
        at,
      );
    const expected = [...whole(24).slice(0, at + 1), ...whole(40).slice(at + 1)];
    expect(adjusted(cycle(24), cycle(40), at)).toEqual(expected);
  });

  it.each(Object.entries(cases))(
    'changes neither the past nor the present rate of %s',
    (_, { before, after }) => {
      expect(adjusted(before, after, at).slice(0, at + 1)).toEqual(
        adjusted(before, before, at).slice(0, at + 1),
      );
    },
  );

  it('changes nothing at any step when the times are the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(cases)), fc.nat(steps - 1), ({ before }, when) => {
        expect(adjusted(before, before, when)).toEqual(adjusted(before, before, 0));
      }),
    );
  });

  it('is possible for every scheduler that has times', () => {
    const named = Object.values(cases).map(({ before }) => before.type);
    for (const type of [...named, 'OneCycleLR'] as const)
      if (type !== 'ChainedScheduler') expect(timesOf(type)).not.toEqual([]);
    for (const type of ['LambdaLR', 'MultiplicativeLR', 'ExponentialLR', 'ReduceLROnPlateau'] as const)
      expect(timesOf(type)).toEqual([]);
  });

  it('still acts after its run is restored from a checkpoint', () => {
    const { before, after, alone } = cases.StepLR;
    const optimizer = { paramGroups: groups() };
    const rates = new RateDriver(optimizer, normalisePolicy(everyStep(before)));
    for (let step = 0; step < at; step++) rates.afterStep({ batch: step });
    rates.change({ kind: 'adjust', policy: normalisePolicy(everyStep(after)) });
    const other = structuredClone(optimizer.paramGroups);
    const next = new RateDriver({ paramGroups: other }, []);
    next.planRestore(rates.checkpoint(), other)();
    const rest = Array.from({ length: steps - at }, (_, index) => {
      const [lr] = next.lr;
      next.afterStep({ batch: at + index });
      return lr;
    });
    expect(rest).toEqual(alone.slice(at));
  });
});
