/** Random policies for property tests: schedulers of the given types, within the table's bounds, also nested. */
import type { Parameter } from '../../../src/policy/index.js';
import {
  parametersOf,
  parseFormula,
  parsePolicy,
  readsMetric,
  schedulerTypes,
} from '../../../src/policy/index.js';
import type { Policy, PolicyEntry, SchedulerSpec, SchedulerType } from '../../../src/policy/index.js';
import { fc } from '../../property-runs.js';

const composites: readonly SchedulerType[] = ['ChainedScheduler', 'SequentialLR'];

/** Schedulers of the given types; composites, if among them, up to `depth` levels. */
export function schedulerSpecs(
  types: readonly SchedulerType[] = schedulerTypes,
  depth = 2,
): fc.Arbitrary<SchedulerSpec> {
  const allowed = types.filter((type) => depth > 0 || !composites.includes(type));
  return fc
    .constantFrom(...allowed)
    .chain((type) => specOf(type, types, depth))
    .filter((spec) => parsePolicy(spec).success);
}

/** Entries of the given types of scheduler. */
function entries(types?: readonly SchedulerType[]): fc.Arbitrary<PolicyEntry> {
  return fc
    .record({
      scheduler: schedulerSpecs(types),
      interval: fc.constantFrom('step' as const, 'epoch' as const),
      frequency: fc.integer({ min: 1, max: 4 }),
    })
    .filter((entry) => parsePolicy(entry).success);
}

/** Policies of up to three entries. */
export function policies(types?: readonly SchedulerType[]): fc.Arbitrary<PolicyEntry[]> {
  return fc.array(entries(types), { maxLength: 3 });
}

function specOf(
  type: SchedulerType,
  types: readonly SchedulerType[],
  depth: number,
): fc.Arbitrary<SchedulerSpec> {
  if (type === 'SequentialLR') return sequential(types, depth);
  if (type === 'OneCycleLR') return recordOf(type, { totalSteps: fc.integer({ min: 100, max: 300 }) });
  if (type === 'ChainedScheduler') {
    return children(types, depth).map((schedulers): SchedulerSpec => {
      const spec = { type, schedulers } as const;
      return readsMetric(spec) ? { ...spec, passMetrics: true } : spec;
    });
  }
  return recordOf(type, {});
}

function sequential(types: readonly SchedulerType[], depth: number): fc.Arbitrary<SchedulerSpec> {
  return children(types, depth).chain((schedulers) =>
    fc
      .uniqueArray(fc.integer({ min: 1, max: 40 }), {
        minLength: schedulers.length - 1,
        maxLength: schedulers.length - 1,
      })
      .map((milestones): SchedulerSpec => {
        const spec = {
          type: 'SequentialLR',
          schedulers,
          milestones: milestones.sort((a, b) => a - b),
        } as const;
        return readsMetric(spec) ? { ...spec, passMetrics: true } : spec;
      }),
  );
}

function children(types: readonly SchedulerType[], depth: number): fc.Arbitrary<SchedulerSpec[]> {
  return fc.array(schedulerSpecs(types, depth - 1), { minLength: 1, maxLength: 3 });
}

/** Each parameter with a default is sometimes left out; `lastEpoch` always is, because a fresh optimizer refuses it. */
function recordOf(
  type: SchedulerType,
  given: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<SchedulerSpec> {
  const rows = Object.entries(parametersOf(type)).filter(([name]) => name !== 'lastEpoch');
  const values = Object.fromEntries(
    rows.map(([name, parameter]) => [name, given[name] ?? oneOrList(parameter)]),
  );
  const required = rows
    .filter(([name, parameter]) => !('default' in parameter) || name in given)
    .map(([name]) => name);
  return fc
    .record(values, { requiredKeys: required })
    .map((parameters) => ({ type, ...parameters }) as unknown as SchedulerSpec);
}

/** A value, or for a parameter with a value per param group also a list for the only group. */
function oneOrList(parameter: Parameter): fc.Arbitrary<unknown> {
  const one = valueOf(parameter);
  const isPerGroup = 'perGroup' in parameter && parameter.perGroup === true;
  return isPerGroup
    ? fc.oneof(
        { weight: 3, arbitrary: one },
        one.map((value) => [value]),
      )
    : one;
}

const formulas = [
  '0.95 ** epoch',
  '1 / (1 + 0.1 * epoch)',
  'epoch < 5 ? (epoch + 1) / 5 : 0.5 ** floor(epoch / 6)',
  '0.5 * (1 + cos(pi * min(epoch, 40) / 40))',
  'max(0.1, 1 - epoch / 20)',
  'exp(-0.05 * epoch)',
];

function valueOf(parameter: Parameter): fc.Arbitrary<unknown> {
  switch (parameter.kind) {
    case 'number': {
      const { min, max, above, below } = parameter;
      const low = above ?? min ?? 0;
      const high = below ?? max ?? 1.5;
      const inside = fc.integer({ min: 1, max: 99 }).map((share) => low + (high - low) * (share / 100));
      return min === undefined ? inside : fc.oneof({ weight: 9, arbitrary: inside }, fc.constant(min));
    }
    case 'integer':
      return fc.integer({ min: Math.max(parameter.min ?? 0, 1), max: 30 });
    case 'integers':
      return fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 4 });
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...parameter.values);
    case 'formula':
      return fc.constantFrom(...formulas.map((formula) => formula.replaceAll('epoch', parameter.argument)));
    case 'schedulers':
      throw new Error('composites are made by their own arbitraries');
  }
}

/** Well-formed formulas of every operator and function, with few parentheses and with many. */
export function formulaTexts(): fc.Arbitrary<string> {
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'formula' },
      fc.constantFrom('epoch', 'pi', 'e', '2', '0.5', '1e-3', '7'),
      fc
        .tuple(tie('node'), fc.constantFrom('+', '-', '*', '/', '%'), tie('node'))
        .map((parts) => `(${parts.join(' ')})`),
      fc
        .tuple(fc.constantFrom('epoch', '2', '(epoch + 1)'), tie('node'))
        .map(([base, power]) => `${base} ** (${power} % 3)`),
      fc.tuple(tie('node'), tie('node'), tie('node')).map(([a, b, c]) => `(epoch < 9 ? ${a} : ${b} * ${c})`),
      fc
        .tuple(fc.constantFrom('floor', 'abs', 'sin', 'exp'), tie('node'))
        .map(([name, inner]) => `${name}(${inner})`),
      fc
        .tuple(fc.constantFrom('min', 'max'), tie('node'), tie('node'))
        .map(([name, a, b]) => `${name}(${a}, ${b})`),
      tie('node').map((inner) => `-(${inner})`),
    ),
  }));
  return node.filter((text) => parseFormula(text).success);
}

/** Random policies that never detect a plateau, as a preview assumes. */
export function patientPolicies(): fc.Arbitrary<Policy> {
  const patient = (spec: SchedulerSpec): SchedulerSpec => {
    if (spec.type === 'ReduceLROnPlateau') return { ...spec, patience: 1000 };
    return 'schedulers' in spec ? { ...spec, schedulers: spec.schedulers.map(patient) } : spec;
  };
  return policies().map((policy) =>
    policy.map((entry) => ({ ...entry, scheduler: patient(entry.scheduler) })),
  );
}
