import { describe, expect, it } from 'vitest';
import {
  ChainedScheduler,
  ExponentialLR,
  formatStateDict,
  LambdaLR,
  MultiStepLR,
  parseStateDict,
  ReduceLROnPlateau,
  SchedulerError,
  StepLR,
  type ComposableScheduler,
  type StateDict,
} from '../../../src/schedulers/index.js';
import { builders, loadedCopy, twoGroups } from './every-scheduler.js';
import { fc } from '../../property-runs.js';

const metrics = fc.array(fc.double({ min: -2, max: 2 }), { minLength: 40, maxLength: 40 });

function step(scheduler: ComposableScheduler, metric: number): void {
  scheduler.step(scheduler.takesMetric ? metric : undefined);
}

describe.each(Object.entries(builders))('a saved %s', (_name, builder) => {
  it('continues in a new scheduler exactly as without the interruption', () => {
    fc.assert(
      fc.property(builder, fc.nat({ max: 20 }), metrics, (build, breakAt, metric) => {
        const optimizer = twoGroups();
        const scheduler = build(optimizer);
        for (let index = 0; index < breakAt; index++) step(scheduler, metric[index]);
        const text = formatStateDict(scheduler.stateDict());

        const freshOptimizer = twoGroups();
        const fresh = build(freshOptimizer);
        freshOptimizer.paramGroups = loadedCopy(optimizer);
        fresh.loadStateDict(parseStateDict(text));
        expect(formatStateDict(fresh.stateDict())).toBe(text);

        for (let index = breakAt; index < 40; index++) {
          step(scheduler, metric[index]);
          step(fresh, metric[index]);
          expect(freshOptimizer.paramGroups).toEqual(optimizer.paramGroups);
        }
        expect(fresh.stateDict()).toEqual(scheduler.stateDict());
      }),
    );
  });

  it('is independent of the scheduler that saved it', () => {
    const [build] = fc.sample(builder, { numRuns: 1, seed: 1 });
    const scheduler = build(twoGroups());
    const saved = scheduler.stateDict();
    const before = formatStateDict(saved);
    for (let index = 0; index < 10; index++) step(scheduler, 1);
    expect(formatStateDict(saved)).toBe(before);
  });
});

describe('loading a state', () => {
  function stateError(load: () => void): SchedulerError {
    try {
      load();
    } catch (error) {
      if (error instanceof SchedulerError) return error;
    }
    throw new Error('The state was accepted.');
  }

  it('leaves the learning rates of the groups to the optimizer', () => {
    const optimizer = twoGroups();
    const scheduler = new StepLR(optimizer, { stepSize: 2 });
    scheduler.loadStateDict({ ...scheduler.stateDict(), _last_lr: [7, 7] });
    expect(optimizer.paramGroups.map((group) => group.lr)).toEqual([0.1, 0.02]);
    expect(scheduler.getLastLr()).toEqual([7, 7]);
  });

  it('changes nothing when one value is invalid, and names that value', () => {
    const scheduler = new StepLR(twoGroups(), { stepSize: 2 });
    const before = scheduler.stateDict();
    const error = stateError(() =>
      scheduler.loadStateDict({ ...before, step_size: 5, base_lrs: [1, 'two'] }),
    );
    expect(error).toMatchObject({
      code: 'invalid-state',
      received: '[1, "two"]',
      accepted: 'a list of numbers',
    });
    expect(error.message).toContain('base_lrs');
    expect(scheduler.stateDict()).toEqual(before);
  });

  it('changes no child of a composite when one child’s state is invalid, and names its path', () => {
    const optimizer = twoGroups();
    const schedulers = [new StepLR(optimizer, { stepSize: 2 }), new ExponentialLR(optimizer, { gamma: 0.5 })];
    const chain = new ChainedScheduler({ schedulers });
    const before = chain.stateDict();
    const [first, second] = before._schedulers as StateDict[];
    const broken = {
      ...before,
      _schedulers: [
        { ...first, step_size: 9 },
        { ...second, gamma: null },
      ],
    };
    expect(stateError(() => chain.loadStateDict(broken)).message).toContain('_schedulers[1].gamma');
    expect(chain.stateDict()).toEqual(before);
  });

  it('ignores unknown keys and keeps the values that the state lacks', () => {
    const scheduler = new StepLR(twoGroups(), { stepSize: 2, gamma: 0.3 });
    scheduler.loadStateDict({ last_epoch: 4, verbose: false });
    expect(scheduler).toMatchObject({ lastEpoch: 4, stepSize: 2, gamma: 0.3 });
  });

  it.each([
    ['_schedulers', new ChainedScheduler({ schedulers: [new StepLR(twoGroups(), { stepSize: 2 })] })],
    ['lr_lambdas', new LambdaLR(twoGroups(), { lrLambda: () => 1 })],
  ])('fails without %s, as in PyTorch', (key, scheduler) => {
    const error = stateError(() => scheduler.loadStateDict({}));
    expect(error.pythonError).toBe('KeyError');
    expect(error.message).toContain(key);
  });

  it('refuses the attributes of a callable Python object, which have no meaning here', () => {
    const scheduler = new LambdaLR(twoGroups(), { lrLambda: () => 1 });
    const state = { ...scheduler.stateDict(), lr_lambdas: [{ decay: 0.9 }, null] };
    expect(stateError(() => scheduler.loadStateDict(state)).accepted).toBe('a list of nulls');
  });

  it('accepts milestones whose keys JSON has turned into text, which PyTorch does not', () => {
    const optimizer = { paramGroups: [{ lr: 1 }] };
    const scheduler = new MultiStepLR(optimizer, { milestones: [], gamma: 0.5 });
    scheduler.loadStateDict({ milestones: { '2': 2, '1': 1 } });
    const rates = [1, 2, 3].map(() => (scheduler.step(), optimizer.paramGroups[0].lr));
    expect(rates).toEqual([0.5, 0.125, 0.125]);
  });

  it('sets the worst metric by the loaded mode', () => {
    const optimizer = twoGroups();
    const maximising = new ReduceLROnPlateau(optimizer, { mode: 'max' });
    const scheduler = new ReduceLROnPlateau(optimizer);
    scheduler.loadStateDict(maximising.stateDict());
    expect(scheduler.stateDict().mode_worse).toBe(-Infinity);
  });
});
