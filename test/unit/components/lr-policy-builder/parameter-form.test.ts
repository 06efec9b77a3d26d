import { describe, expect, it } from 'vitest';
import { beginningOf, controlOf, controls } from '../../../../components/lr-policy-builder/parameter-form.js';
import { textOfValue, valueOfText } from '../../../../components/lr-policy-builder/field-text.js';
import { previewDraft } from '../../../../components/internal/policy/preview-draft.js';
import {
  childrenOf,
  type Parameter,
  parametersOf,
  parsePolicy,
  type SchedulerSpec,
  schedulerParameters,
  schedulerTypes,
} from '../../../../src/policy/index.js';
import { schedulerSpecs } from '../../policy/arbitraries.js';
import { fc } from '../../../property-runs.js';

const measures = fc.record({
  lr: fc.double({ min: 1e-6, max: 10, noNaN: true }),
  count: fc.integer({ min: 1, max: 100_000 }),
});

describe('a new scheduler', () => {
  it('of every class is valid for any run', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schedulerTypes), measures, (type, measure) => {
        const result = parsePolicy(beginningOf(type, measure));
        expect(result.success ? [] : result.issues.map(({ message }) => message)).toEqual([]);
      }),
    );
  });

  it('of every class has a visible effect in the run', () => {
    for (const type of schedulerTypes) {
      for (const steps of [3, 20, 1000]) {
        const policy = parsePolicy(beginningOf(type, { lr: 0.1, count: steps }));
        if (!policy.success) throw new Error(type);
        const sgd = { type: 'SGD', lr: 0.1, momentum: 0.9 } as const;
        const preview = previewDraft(policy.policy, 0.1, { steps, stepsPerEpoch: 1 }, sgd);
        if ('code' in preview) throw new Error(`${type}: ${preview.message}`);
        // ReduceLROnPlateau depends on losses that are not known in advance.
        if (!preview.needsLoss)
          expect(preview.highest, `${type}, ${steps} steps`).toBeGreaterThan(preview.lowest);
      }
    }
  });
});

describe('the form of parameters', () => {
  it('contains every parameter of every scheduler and no other', () => {
    for (const type of schedulerTypes)
      expect(Object.keys(controls[type]), type).toEqual(Object.keys(schedulerParameters[type]));
  });

  it('counts steps of the scheduler in every whole number but factors', () => {
    const factors = ['tMult', 'epochs', 'stepsPerEpoch'];
    for (const type of schedulerTypes)
      for (const [name, { kind }] of Object.entries(parametersOf(type)))
        expect(controlOf(type, name).isCount === true, `${type} ${name}`).toBe(
          (kind === 'integer' || kind === 'integers') && !factors.includes(name),
        );
  });
});

/** With one param group, a list of one equals its member. */
const single = (value: unknown, parameter: Parameter): unknown =>
  'perGroup' in parameter && Array.isArray(value) && value.length === 1 ? value[0] : value;

describe('the text of a field', () => {
  it('shows every value of every parameter, and is read as that value', () => {
    const expectSame = (spec: SchedulerSpec): void => {
      for (const [name, value] of Object.entries(spec)) {
        if (name === 'type' || name === 'schedulers') continue;
        const parameter = parametersOf(spec.type)[name];
        const text = textOfValue(value, parameter);
        expect(valueOfText(text, parameter), `${spec.type} ${name}: ${text}`).toEqual(
          single(value, parameter),
        );
      }
      childrenOf(spec).forEach(expectSame);
    };
    fc.assert(fc.property(schedulerSpecs(), expectSame));
  });

  it('holds numbers of every size, and a list with one for each param group', () => {
    const { maxLr } = schedulerParameters.OneCycleLR;
    const { milestones } = schedulerParameters.MultiStepLR;
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(valueOfText(textOfValue(number, maxLr), maxLr)).toBe(number === 0 ? 0 : number);
      }),
    );
    expect(valueOfText('0.1, 1e-3', maxLr)).toEqual([0.1, 0.001]);
    expect(textOfValue([0.1, 0.001], maxLr)).toBe('0.1, 0.001');
    expect(valueOfText('30,80', milestones)).toEqual([30, 80]);
    expect(valueOfText('', milestones)).toEqual([]);
  });

  it('stands for PyTorch’s default when it is empty', () => {
    for (const type of schedulerTypes) {
      for (const parameter of Object.values(parametersOf(type)))
        if (['number', 'integer', 'formula'].includes(parameter.kind))
          expect(valueOfText('  ', parameter)).toBeUndefined();
    }
  });

  it('returns an invalid value as text, to be refused', () => {
    const { gamma } = schedulerParameters.StepLR;
    for (const text of ['0.9x', '0x1f', '1e', '--1', 'Infinity']) expect(valueOfText(text, gamma)).toBe(text);
    expect(valueOfText('1, two', schedulerParameters.MultiStepLR.milestones)).toEqual([1, 'two']);
  });

  it('has a line for each formula', () => {
    const { lrLambda } = schedulerParameters.LambdaLR;
    const formulas = ['0.95 ** epoch', '0.5 ** epoch'];
    expect(textOfValue(formulas, lrLambda)).toBe('0.95 ** epoch\n0.5 ** epoch');
    expect(valueOfText('0.95 ** epoch\n\n0.5 ** epoch\n', lrLambda)).toEqual(formulas);
  });
});
