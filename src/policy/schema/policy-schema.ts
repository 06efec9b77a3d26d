/**
 * valibot schemas for a policy, made from the table of parameters. Each schema's message is what it accepts, in the
 * notation of an issue; `parse-policy.ts` makes the issue.
 */
import * as v from 'valibot';
import { isRequired, isWithin, notationOf } from './parameter.js';
import type { Bounds, Parameter } from './parameter.js';
import { parseFormula } from '../formula/parse-formula.js';
import { intervals, monitors } from '../policy.js';
import type { PolicyEntry, SchedulerSpec } from '../policy.js';
import { readsMetric } from './policy-rules.js';
import { parametersOf, schedulerTypes } from './scheduler-parameters.js';
import type { SchedulerType } from './scheduler-parameters.js';

/** The kinds of objects in a policy. */
export const objectNotation = {
  scheduler: '{ "type": … }',
  entry: '{ "scheduler": { "type": … }, … }',
} as const;

/** The keys of an entry and what each accepts. */
export const entryNotation = {
  scheduler: objectNotation.scheduler,
  interval: wordsNotation(intervals),
  frequency: 'integer ≥ 1',
  monitor: wordsNotation(monitors),
} as const;

/** One scheduler, composites included: typed, bounded, without unknown keys and without empty values. */
export const schedulerSchema = v.pipe(
  plainObject(objectNotation.scheduler),
  v.variant(
    'type',
    schedulerTypes.map(specSchema) as [SpecSchema, ...SpecSchema[]],
    wordsNotation(schedulerTypes),
  ),
  // The schemas were made from the same table as the type, which TypeScript cannot follow through the map.
  v.transform((spec) => withoutIdleMetrics(withoutEmpty(spec) as unknown as SchedulerSpec)),
);

/** One entry, its defaults filled in. */
export const entrySchema = v.pipe(
  plainObject(objectNotation.entry),
  v.strictObject({
    scheduler: schedulerSchema,
    interval: v.optional(v.picklist(intervals, entryNotation.interval), 'epoch'),
    frequency: v.optional(numberSchema('integer', { min: 1 }, entryNotation.frequency), 1),
    monitor: v.nullish(v.picklist(monitors, entryNotation.monitor)),
  }),
  v.transform((entry) => withoutEmpty(entry) as unknown as PolicyEntry),
);

type ValueSchema = v.GenericSchema;
type SpecSchema = v.StrictObjectSchema<
  { type: v.LiteralSchema<SchedulerType, undefined> } & Record<string, ValueSchema>,
  undefined
>;

function specSchema(type: SchedulerType): SpecSchema {
  const rows = Object.entries(parametersOf(type)).map(([name, parameter]) => {
    const schema = valueSchema(parameter);
    if (isRequired(parameter)) return [name, schema] as const;
    return [name, parameter.default === null ? v.nullish(schema) : v.optional(schema)] as const;
  });
  return v.strictObject({ type: v.literal(type), ...Object.fromEntries<ValueSchema>(rows) });
}

function valueSchema(parameter: Parameter): ValueSchema {
  const notation = notationOf(parameter);
  switch (parameter.kind) {
    case 'number':
    case 'integer': {
      const one = numberSchema(parameter.kind, parameter, notation);
      return parameter.perGroup ? oneOrList(one, notation) : one;
    }
    case 'integers':
      return v.array(
        numberSchema('integer', parameter, notationOf({ ...parameter, kind: 'integer' })),
        notation,
      );
    case 'boolean':
      return v.boolean(notation);
    case 'choice':
      return v.picklist(parameter.values, notation);
    case 'formula': {
      const one = formulaSchema(parameter.argument, notation);
      return parameter.perGroup ? oneOrList(one, notation) : one;
    }
    case 'schedulers':
      return v.pipe(
        v.array(
          v.lazy((): ValueSchema => schedulerSchema),
          notation,
        ),
        v.minLength(1, notation),
      );
  }
}

function numberSchema(kind: 'number' | 'integer', bounds: Bounds, notation: string) {
  return v.pipe(
    v.number(notation),
    v.check(
      (value) => isWithin(value, bounds) && (kind === 'number' || Number.isSafeInteger(value)),
      notation,
    ),
  );
}

function formulaSchema(argument: string, notation: string) {
  return v.pipe(
    v.string(notation),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const result = parseFormula(dataset.value, argument);
      if (result.success) return result.formula.text;
      const { received, accepted, reason } = result.problem;
      addIssue({ received, expected: accepted, message: reason });
      return NEVER;
    }),
  );
}

/** A value for all param groups, or a list with one for each: a list is checked item by item. */
function oneOrList(one: ValueSchema, notation: string): ValueSchema {
  const list = v.pipe(v.array(one, notation), v.minLength(1, notation));
  return v.lazy((input) => (Array.isArray(input) ? list : one));
}

function plainObject(notation: string) {
  return v.custom<object>(
    (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
    notation,
  );
}

/** Removes `passMetrics` unless it is true and a scheduler inside reads a metric. */
function withoutIdleMetrics(spec: SchedulerSpec): SchedulerSpec {
  if ('passMetrics' in spec && !(spec.passMetrics && readsMetric(spec))) delete spec.passMetrics;
  return spec;
}

function withoutEmpty(object: object): object {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && value !== null),
  );
}

function wordsNotation(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' | ');
}
