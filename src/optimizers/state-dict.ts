/**
 * An optimizer's state in the shape of PyTorch's `optimizer.state_dict()`, with tensors as nested lists (`tolist()`), for
 * JSON to Python and back.
 */
import { InputError } from '../errors.js';
import type { OptimizerGroup, Parameter } from './parameter.js';
import type { Rule } from './rules/rule.js';
import type { SlotValues } from './parameter-updater.js';

/** A tensor as nested lists; a scalar is its number. */
export type NestedNumbers = number | NestedNumbers[];

/** A hyper-parameter in JSON. */
export type HyperParameter = number | boolean | number[];

/** PyTorch's `optimizer.state_dict()`, with PyTorch's own keys. */
export interface OptimizerStateDict {
  /** The state tensors and `step` of each parameter, numbered group after group. */
  state: Record<string, Record<string, NestedNumbers>>;
  /** The hyper-parameters of each group, the values that schedulers keep there, and its parameters' numbers in `state`. */
  param_groups: ({ params: number[] } & Record<string, HyperParameter>)[];
}

/** The content of a state dict. */
export interface LoadedState {
  /** The new values of each group; it keeps no others. */
  groups: Record<string, HyperParameter>[];
  /** The number of steps and the state tensors of each parameter. */
  parameters: { step: number; slots: SlotValues }[];
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const camelCase = (name: string): string =>
  name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Whether a value is a record: an object, but not an array. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Values as nested lists of a shape, row-major. */
export function nest(values: ArrayLike<number>, shape: readonly number[]): NestedNumbers {
  let flat: NestedNumbers[] = Array.from(values);
  for (const length of shape.slice(1).reverse()) {
    flat = Array.from({ length: flat.length / length }, (_, row) =>
      flat.slice(row * length, (row + 1) * length),
    );
  }
  return shape.length === 0 ? flat[0] : flat;
}

/** The values of nested lists, or undefined if they have another shape. */
function flatten(nested: unknown, shape: readonly number[]): Float32Array | undefined {
  let level = [nested];
  for (const length of shape) {
    if (!level.every((part): part is unknown[] => Array.isArray(part) && part.length === length))
      return undefined;
    level = level.flat();
  }
  return level.every((value) => typeof value === 'number') ? Float32Array.from(level) : undefined;
}

/** The `param_groups` of a state dict: hyper-parameters, and the numbers that schedulers keep beside them. */
export function groupStates(
  groups: readonly OptimizerGroup[],
  { defaults }: Rule,
): OptimizerStateDict['param_groups'] {
  let next = 0;
  return groups.map(({ parameters, ...values }) => {
    const kept = Object.entries(values).filter(
      ([key, value]) => key in defaults || typeof value === 'number',
    ) as [string, HyperParameter][];
    return {
      ...Object.fromEntries(
        kept.map(([key, value]) => [snakeCase(key), Array.isArray(value) ? [...value] : value]),
      ),
      params: parameters.map(() => next++),
    };
  });
}

/**
 * Reads a state dict for an optimizer whose groups have as many parameters. As in PyTorch the groups get the saved values,
 * and only their positions identify parameters. Keys that choose an implementation in PyTorch (`foreach`, `fused`) have no
 * meaning here; a hyper-parameter that an older version lacks keeps its present value.
 *
 * @throws InputError `optimizer-state` naming the first value that does not fit
 */
export function readStateDict(saved: unknown, groups: readonly OptimizerGroup[], rule: Rule): LoadedState {
  if (!isRecord(saved) || !isRecord(saved.state) || !Array.isArray(saved.param_groups))
    throw mismatch('state dict', describe(saved), '{ state: {…}, param_groups: […] }');
  const { state, param_groups: savedGroups } = saved as {
    state: Record<string, unknown>;
    param_groups: unknown[];
  };
  if (savedGroups.length !== groups.length)
    throw mismatch('param_groups.length', String(savedGroups.length), String(groups.length));

  const parameters: LoadedState['parameters'] = [];
  const values = groups.map((group, index) => {
    const path = `param_groups.${index}`;
    const from = savedGroups[index];
    const { length } = group.parameters;
    if (!isRecord(from) || !Array.isArray(from.params))
      throw mismatch(path, describe(from), '{ params: […], … }');
    if (from.params.length !== length)
      throw mismatch(`${path}.params.length`, String(from.params.length), String(length));
    for (const [position, parameter] of group.parameters.entries())
      parameters.push(readParameter(state, String(from.params[position]), parameter, rule));
    return readGroup(from, group, rule, path);
  });
  return { groups: values, parameters };
}

function readGroup(
  saved: Record<string, unknown>,
  group: OptimizerGroup,
  { defaults }: Rule,
  path: string,
): Record<string, HyperParameter> {
  const values: Record<string, HyperParameter> = {};
  for (const [key, standard] of Object.entries<HyperParameter>(defaults)) {
    const value = saved[snakeCase(key)] ?? group[key];
    if (!isLike(value, standard))
      throw mismatch(`${path}.${snakeCase(key)}`, describe(value), describe(standard));
    values[key] = Array.isArray(value) ? [...value] : value;
  }
  for (const [key, value] of Object.entries(saved)) {
    if (typeof value === 'number') values[camelCase(key)] = value;
  }
  return values;
}

/** Whether a value has the type of a hyper-parameter. */
export function isLike(value: unknown, standard: HyperParameter): value is HyperParameter {
  if (!Array.isArray(standard)) return typeof value === typeof standard;
  return (
    Array.isArray(value) &&
    value.length === standard.length &&
    value.every((part) => typeof part === 'number')
  );
}

function readParameter(
  state: Record<string, unknown>,
  id: string,
  { variable: { shape } }: Parameter,
  { slots, countsSteps }: Rule,
): LoadedState['parameters'][number] {
  const path = `state.${id}`;
  const saved = state[id] ?? {};
  if (!isRecord(saved)) throw mismatch(path, describe(saved), '{…}');
  const { step = 0, ...tensors } = saved;
  if (typeof step !== 'number' || !Number.isInteger(step) || step < 0)
    throw mismatch(`${path}.step`, describe(step), 'integer ≥ 0');
  const entries = Object.entries(tensors)
    .filter(([, value]) => value !== null)
    .map(([slot, value]) => {
      if (!slots.includes(slot)) throw mismatch(`${path}.${slot}`, slot, slots.join(', '));
      const values = flatten(value, shape);
      if (!values) throw mismatch(`${path}.${slot}`, describe(value), describeShape(shape));
      return [slot, values] as const;
    });
  return { step: countsSteps ? step : 0, slots: Object.fromEntries(entries) };
}

/** A short description of a value: lists by their lengths, nested ones by those of their first items. */
export function describe(value: unknown): string {
  if (value instanceof Float32Array) return `Float32Array(${value.length})`;
  const shape: number[] = [];
  for (let part = value; Array.isArray(part); [part] = part as unknown[]) shape.push(part.length);
  if (shape.length > 0) return describeShape(shape);
  return isRecord(value) ? `{ ${Object.keys(value).join(', ')} }` : String(value);
}

const describeShape = (shape: readonly number[]): string =>
  `number${shape.map((length) => `[${length}]`).join('')}`;

/** The error for a saved state that does not fit an optimizer. */
export function mismatch(path: string, received: string, accepted: string): InputError {
  return new InputError({
    code: 'optimizer-state',
    message: `the state does not fit this optimizer: ${path} is ${received}; accepted: ${accepted}.`,
    path,
    received,
    accepted,
  });
}
