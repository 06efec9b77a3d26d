import { describe, expect, expectTypeOf, test } from 'vitest';
import type { PolicyIssue, SchedulerSpec, SpecOf } from '../../../src/policy/index.js';
import {
  isRequired,
  normalisePolicy,
  notationOf,
  parametersOf,
  parsePolicy,
  presets,
  schedulerTypes,
} from '../../../src/policy/index.js';
import { policies } from './arbitraries.js';
import { fc } from '../../property-runs.js';

function issuesOf(input: unknown): PolicyIssue[] {
  const result = parsePolicy(input);
  return result.success ? [] : result.issues;
}

function onlyIssueOf(input: unknown): PolicyIssue {
  const issues = issuesOf(input);
  expect(issues).toHaveLength(1);
  return issues[0];
}

/** The required parameters of each scheduler. */
const smallest: Record<string, SchedulerSpec> = {
  LambdaLR: { type: 'LambdaLR', lrLambda: '0.95 ** epoch' },
  MultiplicativeLR: { type: 'MultiplicativeLR', lrLambda: '0.95' },
  StepLR: { type: 'StepLR', stepSize: 30 },
  MultiStepLR: { type: 'MultiStepLR', milestones: [30, 80] },
  ConstantLR: { type: 'ConstantLR' },
  LinearLR: { type: 'LinearLR' },
  ExponentialLR: { type: 'ExponentialLR', gamma: 0.9 },
  SequentialLR: {
    type: 'SequentialLR',
    schedulers: [{ type: 'ConstantLR' }, { type: 'LinearLR' }],
    milestones: [5],
  },
  PolynomialLR: { type: 'PolynomialLR' },
  CosineAnnealingLR: { type: 'CosineAnnealingLR', tMax: 50 },
  ChainedScheduler: { type: 'ChainedScheduler', schedulers: [{ type: 'ConstantLR' }] },
  ReduceLROnPlateau: { type: 'ReduceLROnPlateau' },
  CyclicLR: { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.1 },
  CosineAnnealingWarmRestarts: { type: 'CosineAnnealingWarmRestarts', t0: 10 },
  OneCycleLR: { type: 'OneCycleLR', maxLr: 0.1, totalSteps: 100 },
  SWALR: { type: 'SWALR', swaLr: 0.05 },
};

const nested = (spec: unknown) => [{ scheduler: { type: 'ChainedScheduler', schedulers: [spec] } }];

describe('parsePolicy accepts', () => {
  test('a bare scheduler as an entry that is stepped at every epoch', () => {
    expect(normalisePolicy({ type: 'StepLR', stepSize: 30 })).toEqual([
      { scheduler: { type: 'StepLR', stepSize: 30 }, interval: 'epoch', frequency: 1 },
    ]);
  });

  test('one entry without a list, and bare schedulers in a list', () => {
    const entry = { scheduler: { type: 'StepLR', stepSize: 30 }, interval: 'step', frequency: 2 } as const;
    expect(normalisePolicy(entry)).toEqual([entry]);
    expect(normalisePolicy([entry, { type: 'ExponentialLR', gamma: 0.9 }])).toHaveLength(2);
  });

  test('an empty list as a policy that changes nothing', () => {
    expect(normalisePolicy([])).toEqual([]);
  });

  test.each(schedulerTypes)('%s with only what it requires', (type) => {
    expect(issuesOf(smallest[type])).toEqual([]);
  });

  test.each(presets.map((preset) => [preset.id, preset] as const))(
    'the preset %s, for any training',
    (_, preset) => {
      for (const [epochs, stepsPerEpoch] of [
        [1, 1],
        [2, 7],
        [100, 1],
        [20, 93],
      ]) {
        const policy = preset.policy({ epochs, stepsPerEpoch, steps: epochs * stepsPerEpoch });
        expect(normalisePolicy(policy)).toEqual(policy);
      }
    },
  );

  test('an entry without a monitor, and adds the one that its interval allows', () => {
    const scheduler = { type: 'ReduceLROnPlateau' } as const;
    expect(normalisePolicy(scheduler)[0].monitor).toBe('valLoss');
    expect(normalisePolicy({ scheduler, interval: 'step' })[0].monitor).toBe('trainLoss');
    expect(normalisePolicy({ scheduler, monitor: 'valAccuracy' })[0].monitor).toBe('valAccuracy');
  });

  test('null for a default of None, and removes it', () => {
    const spec = { ...smallest.OneCycleLR, epochs: null };
    expect(parsePolicy(spec)).toEqual(parsePolicy(smallest.OneCycleLR));
    expect(onlyIssueOf({ type: 'StepLR', stepSize: 30, gamma: null }).code).toBe('type');
  });

  test('formulas, and returns them in one spelling', () => {
    expect(normalisePolicy({ type: 'LambdaLR', lrLambda: '.95**step' })[0].scheduler).toEqual({
      type: 'LambdaLR',
      lrLambda: '0.95 ** epoch',
    });
  });

  test('what the types of the table of parameters allow', () => {
    expectTypeOf<SpecOf<'StepLR'>>().toEqualTypeOf<{
      type: 'StepLR';
      stepSize: number;
      gamma?: number;
      lastEpoch?: number;
    }>();
    expectTypeOf<SpecOf<'LambdaLR'>['lrLambda']>().toEqualTypeOf<string | string[]>();
    expectTypeOf<SpecOf<'SequentialLR'>['schedulers']>().toEqualTypeOf<SchedulerSpec[]>();
    expectTypeOf<SpecOf<'ReduceLROnPlateau'>['mode']>().toEqualTypeOf<'min' | 'max' | undefined>();
  });
});

describe('an issue of parsePolicy', () => {
  test('names the path, the value and what is accepted', () => {
    const issue = onlyIssueOf([{ scheduler: { type: 'StepLR', stepSize: -3 } }]);
    expect(issue).toEqual({
      path: [0, 'scheduler', 'stepSize'],
      code: 'range',
      received: '-3',
      accepted: 'integer ≥ 1',
      message: 'policy[0].scheduler.stepSize is -3; accepted: integer ≥ 1.',
    });
  });

  test('has a path that starts at a bare scheduler', () => {
    expect(onlyIssueOf({ type: 'StepLR', stepSize: 0 }).path).toEqual(['stepSize']);
  });

  test('has a path into composites', () => {
    expect(onlyIssueOf(nested({ type: 'ExponentialLR', gamma: 'x' })).path).toEqual([
      0,
      'scheduler',
      'schedulers',
      0,
      'gamma',
    ]);
  });

  test('is reported together with all others of all entries', () => {
    const issues = issuesOf([
      { scheduler: { type: 'StepLR' }, frequency: 0 },
      { type: 'ExponentialLR', gamma: -1 },
    ]);
    expect(issues.map(({ code, path }) => [code, path.join('.')])).toEqual([
      ['missing', '0.scheduler.stepSize'],
      ['range', '0.frequency'],
      ['range', '1.gamma'],
    ]);
  });

  test.each(
    schedulerTypes.flatMap((type) =>
      Object.entries(parametersOf(type)).map(([name, parameter]) => [type, name, parameter] as const),
    ),
  )(
    'is reported for %s.%s of the wrong kind, and when it is required and missing',
    (type, name, parameter) => {
      const wrong = onlyIssueOf({ ...smallest[type], [name]: { no: 'value' } });
      expect(wrong).toMatchObject({ path: [name], code: 'type', accepted: notationOf(parameter) });
      expect(wrong.message).toContain('{ "no": "value" }');
      const spec = Object.fromEntries(Object.entries(smallest[type]).filter(([key]) => key !== name));
      const issues = issuesOf(spec);
      if (isRequired(parameter)) expect(issues).toMatchObject([{ path: [name], code: 'missing' }]);
      else if (name !== 'totalSteps') expect(issues).toEqual([]);
    },
  );

  test.each(
    schedulerTypes.flatMap((type) =>
      Object.entries(parametersOf(type)).flatMap(([name, parameter]) => {
        if (parameter.kind !== 'number' && parameter.kind !== 'integer') return [];
        const outside = [
          ...(parameter.min === undefined ? [] : [parameter.min - 1]),
          ...(parameter.max === undefined ? [] : [parameter.max + 1]),
          ...(parameter.above === undefined ? [] : [parameter.above]),
          ...(parameter.below === undefined ? [] : [parameter.below]),
          ...(parameter.kind === 'integer' ? [2.5, 2 ** 60] : []),
          Infinity,
        ];
        return outside.map((value) => [type, name, value] as const);
      }),
    ),
  )('is reported for %s.%s = %d, which is out of bounds', (type, name, value) => {
    expect(onlyIssueOf({ ...smallest[type], [name]: value })).toMatchObject({
      path: [name],
      code: 'range',
      received: String(value),
    });
  });

  test("suggests lr-lab's spelling of a PyTorch parameter", () => {
    const issue = issuesOf({ type: 'CosineAnnealingLR', T_max: 50 }).find(
      ({ code }) => code === 'unknown-key',
    );
    expect(issue).toMatchObject({ path: ['T_max'], suggestion: 'tMax' });
    expect(issue?.message).toContain('did you mean tMax?');
    expect(onlyIssueOf({ type: 'StepLR', stepSize: 3, gama: 0.1 }).suggestion).toBe('gamma');
    expect(onlyIssueOf({ scheduler: smallest.StepLR, intervall: 'step' }).suggestion).toBe('interval');
  });

  test('suggests the closest name for an unknown scheduler or word', () => {
    expect(onlyIssueOf({ type: 'StepLr' })).toMatchObject({
      code: 'unknown-scheduler',
      suggestion: 'StepLR',
    });
    expect(onlyIssueOf({ type: 'CosineAnnealing' }).suggestion).toBe('CosineAnnealingLR');
    expect(onlyIssueOf({ type: 'Adam' }).suggestion).toBeUndefined();
    expect(onlyIssueOf({ scheduler: smallest.StepLR, monitor: 'val_loss' })).toMatchObject({
      code: 'range',
      suggestion: 'valLoss',
    });
  });

  test.each([
    'function Object() { [native code] }',
    'function toString() { [native code] }',
    '[object Object]',
    'function hasOwnProperty() { [native code] }',
  ])('is reported for the key %s, which objects inherit', (key) => {
    const input: unknown = JSON.parse(`{ "type": "StepLR", "stepSize": 3, "${key}": 1 }`);
    expect(onlyIssueOf(input)).toMatchObject({ code: 'unknown-key', path: [key] });
    expect(onlyIssueOf({ type: key }).code).toBe('unknown-scheduler');
  });

  test.each([[null], [5], ['StepLR'], [[[]]], [true], [undefined]])('is reported for %j', (input) => {
    expect(issuesOf(input)).toMatchObject([{ code: 'type' }]);
  });

  test('names the missing scheduler of an object that is neither entry nor scheduler', () => {
    expect(onlyIssueOf({})).toMatchObject({ code: 'missing', path: ['scheduler'] });
  });

  test('names the wrong part of a formula', () => {
    expect(onlyIssueOf({ type: 'LambdaLR', lrLambda: ['1', 'window.alert(1)'] })).toMatchObject({
      path: ['lrLambda', 1],
      code: 'formula',
    });
  });

  test('is reported at once for input that is nested too deeply, too large or circular', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(onlyIssueOf(deep).code).toBe('size');
    expect(onlyIssueOf({ type: 'MultiStepLR', milestones: new Array<number>(100_000).fill(1) }).code).toBe(
      'size',
    );
    const circle: unknown[] = [];
    circle.push(circle);
    expect(onlyIssueOf(circle).code).toBe('size');
  });
});

describe('a rule between values', () => {
  test('requires one milestone fewer than schedulers in SequentialLR', () => {
    expect(onlyIssueOf({ ...smallest.SequentialLR, milestones: [5, 10] })).toMatchObject({
      code: 'milestone-count',
      path: ['milestones'],
      received: '[5, 10]',
    });
  });

  test("requires that SequentialLR's milestones increase", () => {
    const schedulers = [smallest.ConstantLR, smallest.ConstantLR, smallest.ConstantLR];
    expect(onlyIssueOf({ type: 'SequentialLR', schedulers, milestones: [5, 5] })).toMatchObject({
      code: 'milestone-order',
      path: ['milestones', 1],
      accepted: 'integer > 5',
    });
  });

  test('allows a composite in SequentialLR only as the first scheduler', () => {
    const [first, second] = [smallest.ChainedScheduler, smallest.ConstantLR];
    expect(issuesOf({ type: 'SequentialLR', schedulers: [first, second], milestones: [5] })).toEqual([]);
    expect(onlyIssueOf({ type: 'SequentialLR', schedulers: [second, first], milestones: [5] })).toMatchObject(
      {
        code: 'composite-position',
        path: ['schedulers', 1, 'type'],
      },
    );
  });

  test('refuses zero steps for a scheduler that starts at a milestone', () => {
    const schedulers = [smallest.ConstantLR, { type: 'LinearLR', totalIters: 0 }];
    expect(onlyIssueOf({ type: 'SequentialLR', schedulers, milestones: [5] })).toMatchObject({
      code: 'range',
      path: ['schedulers', 1, 'totalIters'],
    });
  });

  test('allows ReduceLROnPlateau in a composite only with passMetrics, at every level', () => {
    const inner = { type: 'ChainedScheduler', schedulers: [smallest.ReduceLROnPlateau] };
    expect(onlyIssueOf(inner)).toMatchObject({
      code: 'pass-metrics',
      path: ['passMetrics'],
      accepted: 'true',
    });
    expect(
      onlyIssueOf({ type: 'ChainedScheduler', schedulers: [{ ...inner, passMetrics: true }] }).code,
    ).toBe('pass-metrics');
    expect(issuesOf({ ...inner, passMetrics: true })).toEqual([]);
  });

  test('requires steps for OneCycleLR, and none of its phases empty', () => {
    expect(onlyIssueOf({ type: 'OneCycleLR', maxLr: 0.1, epochs: 5 }).code).toBe('total-steps');
    expect(issuesOf({ type: 'OneCycleLR', maxLr: 0.1, epochs: 5, stepsPerEpoch: 4 })).toEqual([]);
    expect(onlyIssueOf({ type: 'OneCycleLR', maxLr: 0.1, totalSteps: 10, pctStart: 0.1 })).toMatchObject({
      code: 'empty-phase',
      path: ['pctStart'],
      received: '0.1',
    });
  });

  test('refuses a validation metric at every step', () => {
    const entry = { scheduler: smallest.ReduceLROnPlateau, interval: 'step', monitor: 'valLoss' };
    expect(onlyIssueOf(entry)).toMatchObject({ code: 'monitor-interval', path: ['monitor'] });
    expect(issuesOf({ ...entry, scheduler: smallest.StepLR })).toEqual([]);
  });
});

describe('parsePolicy', () => {
  test('returns a policy or issues for any value, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything({ withBigInt: true, withNullPrototype: true }), fc.jsonValue()),
        (input) => {
          const result = parsePolicy(input);
          if (!result.success) expect(result.issues.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  test('returns a policy, or issues with a path into it, when one value of a policy is replaced by any other', () => {
    fc.assert(
      fc.property(policies(), fc.jsonValue(), fc.nat(), (policy, value, position) => {
        let places = 0;
        const broken: unknown = JSON.parse(JSON.stringify(policy), (_key, old: unknown) =>
          places++ === position % 12 ? value : old,
        );
        const result = parsePolicy(broken);
        if (result.success) return;
        for (const { message, accepted } of result.issues) {
          expect(message).toContain('policy');
          expect(accepted).not.toBe('');
        }
      }),
    );
  });

  test('returns the same policy after JSON and when it parses its result again', () => {
    fc.assert(
      fc.property(policies(), (input) => {
        const policy = normalisePolicy(input);
        expect(normalisePolicy(policy)).toEqual(policy);
        expect(JSON.stringify(normalisePolicy(JSON.parse(JSON.stringify(policy)) as typeof policy))).toBe(
          JSON.stringify(policy),
        );
      }),
    );
  });
});
