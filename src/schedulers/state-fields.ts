/**
 * How a scheduler's properties appear in its state dict. Each class lists its fields once, under PyTorch's keys; saving
 * reads them, loading checks all of them before it changes any, so that an invalid state leaves the scheduler unchanged.
 */
import type { StateDict, StateValue } from './scheduler.js';
import { print, SchedulerError, type PythonError } from './scheduler-error.js';

/** One key of a state dict. */
export interface StateField {
  /** The value to save; `undefined` leaves the key out. */
  save(): StateValue | undefined;
  /** Checks a loaded value and returns a function that sets it. */
  plan(value: unknown, path: string): () => void;
  /** Whether loading fails without the key, as in PyTorch for keys that it removes by name. */
  required?: boolean;
}

/** The fields of a scheduler, in the order in which they are saved. */
export type StateFields = Record<string, StateField>;

/** A kind of value: its test, and its description in a message. */
export interface Kind<Value extends StateValue> {
  accepted: string;
  test: (value: unknown) => value is Value;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** A number, including NaN and the infinities. */
export const aNumber: Kind<number> = { accepted: 'a number', test: isNumber };

/** True or false. */
export const aBoolean: Kind<boolean> = {
  accepted: 'true or false',
  test: (value) => typeof value === 'boolean',
};

/** A list of numbers. */
export const aNumberList: Kind<number[]> = {
  accepted: 'a list of numbers',
  test: (value): value is number[] => Array.isArray(value) && value.every(isNumber),
};

/** Any value that a state dict can hold. */
export const anyValue: Kind<StateValue> = {
  accepted: 'a value',
  test: (value): value is StateValue => value !== undefined,
};

/** One of a few texts. */
export function oneOf<Choice extends string>(choices: readonly Choice[]): Kind<Choice> {
  return {
    accepted: `one of ${choices.map(print).join(', ')}`,
    test: (value): value is Choice => choices.includes(value as Choice),
  };
}

/** A field that is read and written by functions; lists and objects are copied on the way out and in. */
export function field<Value extends StateValue>(
  { accepted, test }: Kind<Value>,
  get: () => Value | undefined,
  set: (value: Value) => void,
): StateField {
  return {
    save: () => structuredClone(get()),
    plan: (value, path) => {
      if (!test(value)) throw invalidState(path, value, accepted);
      return () => set(structuredClone(value));
    },
  };
}

/** A field that is a public property of an object. */
export function property<Value extends StateValue, Key extends string>(
  kind: Kind<Value>,
  owner: Partial<Record<Key, Value>>,
  key: Key,
): StateField {
  return field<Value>(
    kind,
    () => owner[key],
    (value) => (owner[key] = value),
  );
}

/** A required field for a value that cannot be saved; PyTorch writes null for it as well. */
export function nullField(): StateField {
  return {
    required: true,
    save: () => null,
    plan: (value, path) => {
      if (value !== null) throw invalidState(path, value, 'null');
      return () => undefined;
    },
  };
}

/** Reads the fields into a state dict. */
export function saveFields(fields: StateFields): StateDict {
  const state: StateDict = {};
  for (const [key, { save }] of Object.entries(fields)) {
    const value = save();
    if (value !== undefined) state[key] = value;
  }
  return state;
}

/**
 * Checks a state against the fields and returns a function that loads it. As in PyTorch, fields of absent keys do not
 * change, and unknown keys are ignored.
 */
export function planFields(fields: StateFields, state: unknown, path: string): () => void {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) {
    throw invalidState(path === '' ? 'top level' : path, state, 'an object with keys');
  }
  const plans: (() => void)[] = [];
  for (const [key, { plan, required }] of Object.entries(fields)) {
    const keyPath = path === '' ? key : `${path}.${key}`;
    if (Object.hasOwn(state, key)) plans.push(plan((state as StateDict)[key], keyPath));
    else if (required) throw invalidState(keyPath, undefined, 'present', 'KeyError');
  }
  return () => {
    for (const load of plans) load();
  };
}

/** The error for a state that cannot be loaded. */
export function invalidState(
  path: string,
  received: unknown,
  accepted: string,
  pythonError: PythonError = 'TypeError',
): SchedulerError {
  return new SchedulerError({
    code: 'invalid-state',
    pythonError,
    message: `The state's ${path} must be ${accepted}, but is ${print(received)}.`,
    received: print(received),
    accepted,
  });
}
