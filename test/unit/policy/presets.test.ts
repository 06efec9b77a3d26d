import { describe, expect, test } from 'vitest';
import {
  advisePolicy,
  isSamePolicy,
  normalisePolicy,
  planFrom,
  presetOf,
  presetOfPolicy,
  presets,
  previewPolicy,
  type PresetId,
  type PresetPlan,
} from '../../../src/policy/index.js';
import { policies } from './arbitraries.js';
import { fc } from '../../property-runs.js';

const plan = { steps: 1116, stepsPerEpoch: 93, epochs: 12 };
const recipes = presets.filter(({ config }) => config === undefined);

/** The rates of a preset over the training that it is fitted to. */
function ratesOf(id: PresetId, fitted: PresetPlan): Float64Array {
  const { lr = 0.1, steps, stepsPerEpoch } = fitted;
  const preview = previewPolicy(presetOf(id)!.policy(fitted), { lr, steps, stepsPerEpoch });
  expect(preview.failure).toBeUndefined();
  return preview.lr[0];
}

describe('the rest of a training', () => {
  test('counts the epoch that has begun', () => {
    expect(planFrom(plan, 0)).toEqual(plan);
    expect(planFrom(plan, 372)).toEqual({ steps: 744, stepsPerEpoch: 93, epochs: 8 });
    expect(planFrom(plan, 400)).toEqual({ steps: 716, stepsPerEpoch: 93, epochs: 8 });
  });

  test('has at least one update and one epoch', () => {
    expect(planFrom(plan, 1116)).toEqual({ steps: 1, stepsPerEpoch: 93, epochs: 1 });
  });
});

describe('a fitted preset', () => {
  test('cuts at a third and at two thirds of the run', () => {
    const rates = ratesOf('step-decay', plan);
    expect([rates[371], rates[372], rates[743], rates[744], rates[1115]]).toEqual([
      0.1,
      0.1 * 0.1,
      0.1 * 0.1,
      0.1 * 0.1 * 0.1,
      0.1 * 0.1 * 0.1,
    ]);
  });

  test('steps per batch if only a few epochs remain, so that its curve keeps its shape', () => {
    for (const id of ['step-decay', 'exponential', 'cosine', 'plateau'] as const) {
      const preset = presetOf(id)!;
      expect(preset.policy(planFrom(plan, 93 * 7))[0].interval, id).toBe('epoch');
      expect(preset.policy(planFrom(plan, 93 * 8))[0].interval, id).toBe('step');
    }
    expect(ratesOf('cosine', planFrom(plan, 93 * 10)).at(-1)).toBeLessThan(1e-4);
  });

  /** A training, and the step from which a preset is fitted to it. */
  const lengths = fc
    .record({
      stepsPerEpoch: fc.integer({ min: 1, max: 120 }),
      epochs: fc.integer({ min: 1, max: 60 }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      lr: fc.constantFrom(1e-3, 0.1, 1),
    })
    .map(({ stepsPerEpoch, epochs, part, lr }) => {
      const whole = { steps: stepsPerEpoch * epochs, stepsPerEpoch, epochs };
      return { whole, from: Math.floor(part * whole.steps), lr };
    })
    // No schedule fits one or two updates.
    .filter(({ whole, from }) => whole.steps - from >= 3);
  const recipe = fc.constantFrom(...recipes.map(({ id }) => id));

  test('parses unchanged, never exceeds the rate, and lasts to the end of the training', () => {
    fc.assert(
      fc.property(recipe, lengths, (id, { whole, from, lr }) => {
        const left = { ...planFrom(whole, from), lr };
        const policy = presetOf(id)!.policy(left);
        expect(normalisePolicy(policy)).toEqual(policy);
        expect(ratesOf(id, left).every((rate) => rate >= 0 && rate <= lr * (1 + 1e-9))).toBe(true);
      }),
    );
  });

  test('gets no advice, from any step of any training', () => {
    fc.assert(
      fc.property(recipe, lengths, (id, { whole, from, lr }) => {
        const policy = presetOf(id)!.policy({ ...planFrom(whole, from), lr });
        expect(advisePolicy(policy, whole, { from, lr })).toEqual([]);
      }),
    );
  });

  /** The largest fraction of the peak at the end; the other presets have no limit. */
  const ends = [
    ['step-decay', 0.011],
    ['exponential', 0.04],
    ['cosine', 0.1],
    ['warmup-cosine', 0.001],
    ['one-cycle', 0.001],
    ['sgdr', 0.01],
    ['triangular', 0.2],
    ['warmup-stable-decay', 0.02],
  ] as const;

  test.each(ends)('named %s ends with at most %f of the rate', (id, most) => {
    const long = lengths.filter(({ whole, from }) => whole.steps - from >= 400 + whole.stepsPerEpoch);
    fc.assert(
      fc.property(long, ({ whole, from, lr }) => {
        const epochStart = Math.ceil(from / whole.stepsPerEpoch) * whole.stepsPerEpoch;
        expect(ratesOf(id, { ...planFrom(whole, epochStart), lr }).at(-1)).toBeLessThanOrEqual(most * lr);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the group "Programs"', () => {
  const programs = presets.filter(({ config }) => config !== undefined);

  test('has three programs and the one that combines them; two are examples of the torch.optim page', () => {
    expect(programs.map(({ id, source }) => [id, source])).toEqual([
      ['sgd-exponential', 'https://docs.pytorch.org/docs/stable/optim.html'],
      ['adam-warmup', undefined],
      ['exponential-and-milestones', 'https://docs.pytorch.org/docs/stable/optim.html'],
      ['steps-and-plateau', undefined],
    ]);
  });

  test('is the same for any training', () => {
    for (const { policy } of programs) expect(policy(plan)).toEqual(policy(planFrom(plan, 700)));
  });
});

describe('the preset of a policy', () => {
  test('is found for any of the trainings that it may be fitted to', () => {
    const policy = presetOf('sgdr')!.policy(planFrom(plan, 300));
    expect(presetOfPolicy(policy, [plan])).toBeUndefined();
    expect(presetOfPolicy(policy, [plan, planFrom(plan, 300)])?.id).toBe('sgdr');
  });

  test('is undefined once a value is changed', () => {
    const policy = normalisePolicy({ type: 'StepLR', stepSize: 4, gamma: 0.2 });
    expect(presetOfPolicy(policy, [plan])).toBeUndefined();
  });
});

describe('two policies', () => {
  test('are the same if one writes out the defaults of the other', () => {
    const short = normalisePolicy({ type: 'ReduceLROnPlateau' });
    const long = normalisePolicy({ type: 'ReduceLROnPlateau', patience: 10, minLr: 0, mode: 'min' });
    expect(isSamePolicy(short, long)).toBe(true);
  });

  test.each([
    [
      { type: 'StepLR', stepSize: 3 },
      { type: 'StepLR', stepSize: 4 },
    ],
    [
      { scheduler: { type: 'StepLR', stepSize: 3 }, interval: 'step' },
      { type: 'StepLR', stepSize: 3 },
    ],
    [{ scheduler: { type: 'ReduceLROnPlateau' }, monitor: 'valAccuracy' }, { type: 'ReduceLROnPlateau' }],
    [
      { type: 'ChainedScheduler', schedulers: [{ type: 'ConstantLR' }] },
      { type: 'ChainedScheduler', schedulers: [{ type: 'LinearLR' }] },
    ],
  ] as const)('differ by value, interval, monitor or child: %j and %j', (one, other) => {
    const [first, second] = [
      normalisePolicy(structuredClone(one) as never),
      normalisePolicy(structuredClone(other) as never),
    ];
    expect(isSamePolicy(first, second)).toBe(false);
  });

  test('are the same after a round trip through JSON, for any policy', () => {
    fc.assert(
      fc.property(policies(), (input) => {
        const policy = normalisePolicy(input);
        expect(isSamePolicy(policy, normalisePolicy(structuredClone(policy)))).toBe(true);
      }),
    );
  });
});
