/** The formulas on the page of all schedulers give the rates that its curves have. */
import { describe, expect, it } from 'vitest';
import { schedulerExamples, schedulerPlan } from '../../../pages/examples.js';
import { type Equation, formulas, valueOf } from '../../../pages/formulas.js';
import {
  parametersOf,
  previewPolicy,
  type SchedulerSpec,
  schedulerTypes,
} from '../../../src/policy/index.js';

type Values = Record<string, number>;

const { lr, steps }: Record<'lr' | 'steps', number> = schedulerPlan;
const specOf = (type: string): SchedulerSpec =>
  schedulerExamples.find((example) => example.type === type)!.policy[0].scheduler;
const curveOf = (spec: SchedulerSpec): Float64Array => previewPolicy(spec, { lr, steps }).lr[0];

/** The parameters of a scheduler under PyTorch's names, with PyTorch's defaults. */
function parametersIn(spec: SchedulerSpec): Values {
  const given = spec as unknown as Record<string, unknown>;
  const rows = Object.entries(parametersOf(spec.type)) as [
    string,
    { python: string | null; default?: unknown },
  ][];
  return Object.fromEntries(
    rows.flatMap(([name, { python, default: standard }]) => {
      const value = given[name] ?? standard;
      return typeof value === 'number' && python !== null ? [[python, value]] : [];
    }),
  );
}

/** What a formula does not say itself: the reader's function, other schedulers, and where a cycle is. */
const others: Partial<Record<string, (t: number, spec: SchedulerSpec) => Values>> = {
  LambdaLR: (t) => ({ lambda: 1 / (1 + 0.1 * t) }),
  MultiplicativeLR: (t) => ({ lambda: t < 40 ? 0.95 : 1 }),
  MultiStepLR: (t) => ({ reached: [20, 50, 80].filter((milestone) => milestone <= t).length }),
  SequentialLR: (t) => ({
    m1: 20,
    eta1: curveOf({ type: 'LinearLR', totalIters: 20 })[t],
    eta2: t < 20 ? NaN : curveOf({ type: 'ExponentialLR', gamma: 0.96 })[t - 20],
  }),
  ChainedScheduler: (t) => ({ f1: 0.98 ** t, f2: 0.4 ** Math.floor(t / 40) }),
  CosineAnnealingWarmRestarts: (t) =>
    t < 15 ? { tCur: t, tI: 15 } : t < 45 ? { tCur: t - 15, tI: 30 } : { tCur: t - 45, tI: 60 },
};

/** Every rate that a formula gives, step after step. */
function ratesOf(equations: readonly Equation[], spec: SchedulerSpec): number[] {
  const parameters = parametersIn(spec);
  const rates = [lr];
  for (let t = 0; t < steps; t++) {
    const values: Values = {
      ...parameters,
      ...{ t, eta0: lr, etaBefore: t === 0 ? lr : rates[t - 1] },
      gamma: parameters.gamma,
      etaMin: parameters.eta_min,
      tMax: parameters.T_max,
      ...others[spec.type]?.(t, spec),
    };
    // A later equation says what the names of the earlier ones are; some of them need each other.
    const [rate, ...definitions] = equations;
    definitions.forEach(() => {
      for (const { name, is } of definitions) {
        try {
          values[name] = valueOf(is, values);
        } catch {
          // A name that another equation gives first.
        }
      }
    });
    rates[t] = spec.type === 'MultiplicativeLR' && t === 0 ? lr : valueOf(rate.is, values);
  }
  return rates;
}

describe('the formula of', () => {
  it.each(schedulerTypes.filter((type) => type !== 'ReduceLROnPlateau'))(
    '%s gives the rates of its curve',
    (type) => {
      const spec = specOf(type);
      const curve = curveOf(spec);
      const rates = ratesOf(formulas[type], spec);
      expect(rates).toHaveLength(steps);
      rates.forEach((rate, t) => expect(rate, `step ${t}`).toBeCloseTo(curve[t], 12));
    },
  );

  it('ReduceLROnPlateau cuts the rate once the metric has been bad for longer than its patience', () => {
    const [{ is }] = formulas.ReduceLROnPlateau;
    const values = { etaBefore: 0.1, factor: 0.5, patience: 8 };
    expect([8, 9].map((n) => valueOf(is, { ...values, n }))).toEqual([0.1, 0.05]);
  });
});
