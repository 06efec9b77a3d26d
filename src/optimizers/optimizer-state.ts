/**
 * An optimizer's state as typed arrays: exact, small, and ready for a structured clone, to continue with the same
 * optimizer. The state dict is for Python.
 */
import type { OptimizerGroup, Parameter } from './parameter.js';
import type { Rule } from './rules/rule.js';
import type { HyperParameter, LoadedState } from './state-dict.js';
import { describe, isLike, isRecord, mismatch } from './state-dict.js';

/** The whole state of an optimizer, without the weights. */
export interface OptimizerState {
  /** PyTorch's class name. */
  type: string;
  groups: {
    /** The names of its parameters. */
    parameters: string[];
    /** Its hyper-parameters, and the values that schedulers keep beside them, under the group's own keys. */
    values: Record<string, HyperParameter>;
  }[];
  /** The number of updates of each parameter, group after group. */
  steps: number[];
  /** The state tensors of each parameter, as far as they exist, row-major. */
  slots: Record<string, Float32Array<ArrayBuffer>>[];
}

const copyOf = (value: HyperParameter): HyperParameter => (Array.isArray(value) ? [...value] : value);

/** The groups of a state: their parameters' names and all their values. */
export function savedGroups(groups: readonly OptimizerGroup[]): OptimizerState['groups'] {
  return groups.map(({ parameters, ...values }) => ({
    parameters: parameters.map(({ name }) => name),
    values: Object.fromEntries(
      Object.entries(values as Record<string, HyperParameter>).map(([key, value]) => [key, copyOf(value)]),
    ),
  }));
}

/**
 * Reads a state for an optimizer of the same class over the same parameters in the same groups.
 *
 * @throws InputError `optimizer-state` naming the first value that does not fit
 */
export function readOptimizerState(
  saved: unknown,
  groups: readonly OptimizerGroup[],
  rule: Rule,
): LoadedState {
  if (!isRecord(saved)) throw mismatch('state', describe(saved), '{ type, groups, steps, slots }');
  if (saved.type !== rule.type) throw mismatch('type', describe(saved.type), rule.type);
  const parameters = groups.flatMap((group) => group.parameters);
  const savedGroups = listOf(saved.groups, 'groups', groups.length);
  const steps = listOf(saved.steps, 'steps', parameters.length);
  const slots = listOf(saved.slots, 'slots', parameters.length);
  return {
    groups: groups.map((group, index) => readGroup(savedGroups[index], group, rule, `groups.${index}`)),
    parameters: parameters.map((parameter, index) => ({
      step: readStep(steps[index], `steps.${index}`),
      slots: readSlots(slots[index], parameter, rule, `slots.${index}`),
    })),
  };
}

function listOf(value: unknown, path: string, length: number): unknown[] {
  if (!Array.isArray(value) || value.length !== length)
    throw mismatch(path, describe(value), `an array of ${length}`);
  return value;
}

function readGroup(
  saved: unknown,
  { parameters }: OptimizerGroup,
  { defaults }: Rule,
  path: string,
): Record<string, HyperParameter> {
  if (!isRecord(saved) || !isRecord(saved.values))
    throw mismatch(path, describe(saved), '{ parameters, values }');
  const names = parameters.map(({ name }) => name).join(', ');
  const savedNames = Array.isArray(saved.parameters)
    ? saved.parameters.join(', ')
    : describe(saved.parameters);
  if (savedNames !== names) throw mismatch(`${path}.parameters`, savedNames, names);
  const { values } = saved;
  for (const [key, standard] of Object.entries<HyperParameter>(defaults)) {
    if (!isLike(values[key], standard))
      throw mismatch(`${path}.values.${key}`, describe(values[key]), describe(standard));
  }
  const others = Object.entries(values).filter(([key]) => !Object.hasOwn(defaults, key));
  for (const [key, value] of others) {
    if (typeof value !== 'number') throw mismatch(`${path}.values.${key}`, describe(value), 'number');
  }
  return Object.fromEntries(
    Object.entries(values as Record<string, HyperParameter>).map(([key, value]) => [key, copyOf(value)]),
  );
}

function readStep(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw mismatch(path, describe(value), 'integer ≥ 0');
}

function readSlots(
  saved: unknown,
  { variable: { size } }: Parameter,
  { slots }: Rule,
  path: string,
): LoadedState['parameters'][number]['slots'] {
  if (!isRecord(saved)) throw mismatch(path, describe(saved), '{…}');
  const entries = Object.entries(saved).map(([slot, values]) => {
    if (!slots.includes(slot)) throw mismatch(`${path}.${slot}`, slot, slots.join(', '));
    if (!(values instanceof Float32Array) || values.length !== size)
      throw mismatch(`${path}.${slot}`, describe(values), `Float32Array(${size})`);
    // A copy: the saved array may change, or move to another thread.
    return [slot, values.slice()] as const;
  });
  return Object.fromEntries(entries);
}
