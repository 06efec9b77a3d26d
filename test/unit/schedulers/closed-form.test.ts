import { describe, expect, it } from 'vitest';
import { MultiStepLR, setWarningHandler, type SchedulerOptimizer } from '../../../src/schedulers/index.js';
import { builders, twoGroups } from './every-scheduler.js';
import { fc } from '../../property-runs.js';

const lrs = (optimizer: SchedulerOptimizer) => optimizer.paramGroups.map((group) => group.lr);

describe.each([
  'StepLR',
  'MultiStepLR',
  'ExponentialLR',
  'LinearLR',
  'ConstantLR',
  'PolynomialLR',
  'CosineAnnealingLR',
])('the closed form of %s', (name) => {
  it('gives the learning rates of stepping one by one', () => {
    const previous = setWarningHandler(() => undefined);
    fc.assert(
      fc.property(builders[name], fc.integer({ min: 1, max: 30 }), (build, epoch) => {
        const jumping = twoGroups();
        build(jumping).step(epoch);
        const walking = twoGroups();
        const scheduler = build(walking);
        for (let step = 0; step < epoch; step++) scheduler.step();
        lrs(walking).forEach((lr, index) => {
          // Half a wave of ratios loses digits near its end; the loss is small compared with the base.
          expect(Math.abs(lr - lrs(jumping)[index])).toBeLessThanOrEqual(1e-9);
        });
      }),
    );
    setWarningHandler(previous);
  });
});

it('decays at milestones that are given in any order', () => {
  const milestones = fc.array(fc.nat({ max: 20 }), { maxLength: 8 });
  const shuffled = milestones.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([given, other]) => {
      const traces = [given, other].map((list) => {
        const optimizer = twoGroups();
        const scheduler = new MultiStepLR(optimizer, { milestones: list, gamma: 0.5 });
        return Array.from({ length: 21 }, () => (scheduler.step(), lrs(optimizer)));
      });
      expect(traces[0]).toEqual(traces[1]);
    }),
  );
});
