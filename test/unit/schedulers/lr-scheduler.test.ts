import { describe, expect, it } from 'vitest';
import {
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  LambdaLR,
  LRScheduler,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  SchedulerError,
  SequentialLR,
  StepLR,
  SWALR,
  type SchedulerOptimizer,
} from '../../../src/schedulers/index.js';

const newOptimizer = (): SchedulerOptimizer => ({ paramGroups: [{ lr: 0.1, momentum: 0.9 }] });

function refusalOf(action: () => unknown): SchedulerError {
  try {
    action();
  } catch (error) {
    if (error instanceof SchedulerError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('a scheduler', () => {
  it('looks up its groups at every step, because loading an optimizer replaces them', () => {
    const optimizer = newOptimizer();
    const [before] = optimizer.paramGroups;
    const scheduler = new StepLR(optimizer, { stepSize: 1, gamma: 0.5 });
    optimizer.paramGroups = [{ lr: 8, initialLr: 8 }];
    scheduler.step();
    expect(optimizer.paramGroups[0].lr).toBe(4);
    expect(before.lr).toBe(0.1);
    expect(scheduler.getLastLr()).toEqual([4]);
  });

  it('returns copies of its last learning rates', () => {
    const scheduler = new StepLR(newOptimizer(), { stepSize: 1 });
    scheduler.getLastLr()[0] = 99;
    expect(scheduler.getLastLr()).toEqual([0.1]);
  });

  it('treats step(null) as a step without an epoch', () => {
    const scheduler = new StepLR(newOptimizer(), { stepSize: 2 });
    scheduler.step(null);
    expect(scheduler.lastEpoch).toBe(1);
  });

  it('can be a caller’s subclass that computes the next rate', () => {
    class HalvingLR extends LRScheduler {
      override readonly type = 'HalvingLR';
      constructor(optimizer: SchedulerOptimizer) {
        super(optimizer);
        this.begin();
      }
      protected override computeLr(): number[] {
        return this.mapLr((lr) => (this.isInitial ? lr : lr / 2));
      }
    }
    const optimizer: SchedulerOptimizer = { paramGroups: [{ lr: 8 }] };
    const halving = new HalvingLR(optimizer);
    const scheduler = new SequentialLR(optimizer, { schedulers: [halving], milestones: [] });
    scheduler.step();
    scheduler.step();
    expect(scheduler.getLastLr()).toEqual([2]);
  });

  it('leaves the groups unchanged when an option is refused', () => {
    const optimizer = newOptimizer();
    expect(() => new ConstantLR(optimizer, { factor: 2 })).toThrow(SchedulerError);
    expect(() => new CyclicLR(optimizer, { baseLr: 0.5, maxLr: [1, 2] })).toThrow(SchedulerError);
    expect(() => new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 5, divFactor: 0 })).toThrow(
      SchedulerError,
    );
    expect(() => new SWALR(optimizer, { swaLr: 1, annealEpochs: -1 })).toThrow(SchedulerError);
    expect(optimizer.paramGroups).toEqual([{ lr: 0.1, momentum: 0.9 }]);
  });
});

describe('a scheduler that cycles momentum', () => {
  const cycling: [string, (optimizer: SchedulerOptimizer) => LRScheduler][] = [
    ['CyclicLR', (optimizer) => new CyclicLR(optimizer, { baseLr: 0.1, maxLr: 1, stepSizeUp: 2 })],
    ['OneCycleLR', (optimizer) => new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 4 })],
  ];

  it.each(cycling)('changes only the first of three betas (%s)', (_type, create) => {
    const optimizer: SchedulerOptimizer = { paramGroups: [{ lr: 0.1, betas: [0.5, 0.97, 0.99] }] };
    const scheduler = create(optimizer);
    const [atStart] = optimizer.paramGroups[0].betas!;
    expect(optimizer.paramGroups[0].betas).toEqual([atStart, 0.97, 0.99]);
    scheduler.step();
    const [next] = optimizer.paramGroups[0].betas!;
    expect(next).toBeLessThan(atStart);
    expect(optimizer.paramGroups[0].betas).toEqual([next, 0.97, 0.99]);
  });
});

describe('the state of a CyclicLR', () => {
  const newCyclic = (scaleFn?: (x: number) => number) =>
    new CyclicLR(newOptimizer(), { baseLr: 0.1, maxLr: 1, stepSizeUp: 2, scaleFn });

  it.each(['mine', null])('is loaded with the mode %j if the scale is a function, as in PyTorch', (mode) => {
    const scheduler = newCyclic((cycle) => 1 / cycle);
    scheduler.loadStateDict({ ...scheduler.stateDict(), mode, last_epoch: 7 });
    expect(scheduler.stateDict()).toMatchObject({ mode, last_epoch: 7 });
  });

  it('is refused with an unknown mode if the mode decides the scale', () => {
    const scheduler = newCyclic();
    expect(() => scheduler.loadStateDict({ ...scheduler.stateDict(), mode: 'mine' })).toThrow(
      /mode must be one of "triangular", "triangular2", "exp_range", but is "mine"/,
    );
  });
});

describe('a scheduler’s error names the value received and what is accepted', () => {
  const missing = undefined as unknown as number;
  const text = '3' as unknown as number;

  it.each([
    ['a missing option', () => new StepLR(newOptimizer(), { stepSize: missing }), 'undefined', 'a number'],
    ['a text for a number', () => new StepLR(newOptimizer(), { stepSize: text }), '"3"', 'a number'],
    ['NaN', () => new CosineAnnealingLR(newOptimizer(), { tMax: NaN }), 'NaN', 'a number'],
    ['a broken list', () => new MultiStepLR(newOptimizer(), { milestones: [1, text] }), '"3"', 'a number'],
    [
      'a factor out of range',
      () => new ConstantLR(newOptimizer(), { factor: 1.5 }),
      '1.5',
      'between 0 and 1',
    ],
    [
      'a cycle of no length',
      () => new CosineAnnealingWarmRestarts(newOptimizer(), { t0: 0 }),
      '0',
      'an integer of at least 1',
    ],
    [
      'an unknown mode',
      () => new ReduceLROnPlateau(newOptimizer(), { mode: 'best' as 'min' }),
      '"best"',
      'one of "min", "max"',
    ],
    ['too few values', () => new SWALR(newOptimizer(), { swaLr: [] }), '0', '1'],
    ['a missing metric', () => new ReduceLROnPlateau(newOptimizer()).step(), 'undefined', 'a number'],
    ['an epoch of NaN', () => new StepLR(newOptimizer(), { stepSize: 1 }).step(NaN), 'NaN', 'a number'],
    [
      'a function that returns nothing',
      () => new LambdaLR(newOptimizer(), { lrLambda: () => missing }),
      'undefined',
      'a function that returns a number',
    ],
    [
      'an optimizer without rates',
      () => new StepLR({ paramGroups: [{}] } as unknown as SchedulerOptimizer, { stepSize: 1 }),
      'an object with a param group that has no number as lr',
      'an object with paramGroups: { lr: number }[]',
    ],
    [
      'no optimizer',
      () => new StepLR(null as unknown as SchedulerOptimizer, { stepSize: 1 }),
      'null',
      undefined,
    ],
  ])('for %s', (_name, action, received, accepted) => {
    const refusal = refusalOf(action);
    expect(refusal.received).toBe(received);
    if (accepted !== undefined) expect(refusal.accepted).toBe(accepted);
    expect(refusal.message).toContain(refusal.received);
    expect(refusal.message).toContain(refusal.accepted);
  });
});

describe('a scheduler throws as Python does, instead of using a rate of NaN or Infinity', () => {
  const jump = (scheduler: LRScheduler, epoch: number) => refusalOf(() => scheduler.step(epoch)).pythonError;

  it.each([
    ['0 to a negative power', new StepLR(newOptimizer(), { stepSize: 1, gamma: 0 }), -1, 'ZeroDivisionError'],
    ['a power too large', new StepLR(newOptimizer(), { stepSize: 1, gamma: 10 }), 400, 'OverflowError'],
    [
      'a root of a negative number',
      new PolynomialLR(newOptimizer(), { totalIters: -1, power: 0.5 }),
      -3,
      'TypeError',
    ],
    ['0 iterations', new PolynomialLR(newOptimizer(), { totalIters: 0 }), 3, 'ZeroDivisionError'],
  ])('for %s', (_name, scheduler, epoch, pythonError) => {
    const optimizer = scheduler.optimizer;
    const before = structuredClone(optimizer.paramGroups);
    expect(jump(scheduler, epoch)).toBe(pythonError);
    expect(optimizer.paramGroups).toEqual(before);
  });
});

it('restarts cosine annealing after a jump of any length where single steps do', () => {
  for (const tMult of [2, 3, 5]) {
    const walking = newOptimizer();
    const walker = new CosineAnnealingWarmRestarts(walking, { t0: 2, tMult });
    for (let epoch = 1; epoch <= 3000; epoch++) {
      walker.step();
      const jumping = newOptimizer();
      const jumper = new CosineAnnealingWarmRestarts(jumping, { t0: 2, tMult });
      jumper.step(epoch);
      expect([jumper.tCur, jumper.tI], `epoch ${epoch}, tMult ${tMult}`).toEqual([walker.tCur, walker.tI]);
    }
  }
});
