/** Checks of the callers' input; each error names the option, the value received and what is accepted. */
import type { ParamGroup, SchedulerOptimizer } from './scheduler.js';
import { invalidOption, print, SchedulerError, type PythonError } from './scheduler-error.js';

/** Returns `optimizer` if it has param groups with learning rates, else throws. */
export function checkOptimizer(optimizer: unknown): SchedulerOptimizer {
  const groups: unknown = (optimizer as Partial<SchedulerOptimizer> | null | undefined)?.paramGroups;
  const accepted = 'an object with paramGroups: { lr: number }[]';
  const isGroup = (group: unknown) => typeof (group as { lr?: unknown } | null)?.lr === 'number';
  if (!Array.isArray(groups) || !groups.every(isGroup)) {
    const received = Array.isArray(groups)
      ? 'an object with a param group that has no number as lr'
      : print(optimizer);
    throw new SchedulerError({
      code: 'not-an-optimizer',
      pythonError: 'TypeError',
      message: `Expected an optimizer (${accepted}), but got ${received}.`,
      received,
      accepted,
    });
  }
  return optimizer as SchedulerOptimizer;
}

/**
 * Returns a scheduler's options if they are an object, else throws. Where there are none, each required one is named by
 * its own check.
 */
export function checkOptions<Options>(type: string, options: Options): NonNullable<Options> {
  const given: unknown = options ?? {};
  if (typeof given !== 'object') throw invalidOption(type, 'options', options, 'an object', 'TypeError');
  return given as NonNullable<Options>;
}

/** Returns `value` if it is a number other than NaN, else throws. */
export function checkNumber(type: string, option: string, value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw invalidOption(type, option, value, 'a number', 'TypeError');
  }
  return value;
}

/** Returns `values` copied if it is an array of numbers, else throws. */
export function checkNumbers(type: string, option: string, values: unknown): number[] {
  if (!Array.isArray(values)) throw invalidOption(type, option, values, 'a list of numbers', 'TypeError');
  return values.map((value: unknown, index) => checkNumber(type, `${option}[${index}]`, value));
}

/** Returns `value` if it is an integer of at least `least`, else throws. */
export function checkInteger(type: string, option: string, value: unknown, least: number): number {
  if (!Number.isInteger(value) || (value as number) < least) {
    throw invalidOption(type, option, value, `an integer of at least ${least}`);
  }
  return value as number;
}

/** Returns `value` if it is one of `choices`, else throws. */
export function checkChoice<Choice extends string>(
  type: string,
  option: string,
  value: unknown,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined)
    throw invalidOption(type, option, value, `one of ${choices.map(print).join(', ')}`);
  return choice;
}

/** Repeats one value for all groups, or checks that there is one for each (PyTorch's `_format_param`). */
export function checkPerGroup(
  type: string,
  option: string,
  value: unknown,
  optimizer: SchedulerOptimizer,
): number[] {
  const count = optimizer.paramGroups.length;
  if (!Array.isArray(value)) return new Array<number>(count).fill(checkNumber(type, option, value));
  checkGroupCount(type, `${option} (a number for each group)`, value.length, count);
  return checkNumbers(type, option, value);
}

/** Throws unless `what`, a list with one item for each group, has as many items as there are groups. */
export function checkGroupCount(
  type: string,
  what: string,
  received: number,
  expected: number,
  pythonError: PythonError = 'ValueError',
): void {
  if (received === expected) return;
  throw new SchedulerError({
    code: 'group-count',
    pythonError,
    message: `${type}: ${what} has length ${received}, but the optimizer has ${expected} param groups.`,
    received: String(received),
    accepted: String(expected),
  });
}

/** Returns a number that a scheduler keeps in a param group, or throws if the group lacks it. */
export function checkGroupKey(type: string, key: string, value: unknown, index: number): number {
  if (typeof value === 'number') return value;
  throw new SchedulerError({
    code: 'missing-group-key',
    pythonError: 'KeyError',
    message: `${type}: paramGroups[${index}].${key} must be a number, but is ${print(value)}.`,
    received: print(value),
    accepted: `a number in ${key} of every param group`,
  });
}

/** Returns the result of a caller's function for `argument` if it is a number, else throws. */
export function checkResult(type: string, option: string, argument: number, result: unknown): number {
  if (typeof result === 'number') return result;
  const accepted = 'a function that returns a number';
  throw new SchedulerError({
    code: 'invalid-option',
    pythonError: 'TypeError',
    message: `${type}: ${option} must be ${accepted}, but for ${argument} it returned ${print(result)}.`,
    received: print(result),
    accepted,
  });
}

/** Throws unless `epoch` is a number other than NaN. */
export function checkEpoch(type: string, epoch: unknown): asserts epoch is number {
  if (typeof epoch === 'number' && !Number.isNaN(epoch)) return;
  throw new SchedulerError({
    code: 'invalid-epoch',
    pythonError: 'TypeError',
    message: `${type}: step() takes a number as epoch, but got ${print(epoch)}.`,
    received: print(epoch),
    accepted: 'a number',
  });
}

/** Throws unless every group has the `initialLr` from which a schedule resumed after `lastEpoch` counts. */
export function checkInitialLrs(type: string, groups: readonly ParamGroup[], lastEpoch: number): void {
  const index = groups.findIndex((group) => group.initialLr === undefined);
  if (index < 0) return;
  throw new SchedulerError({
    code: 'missing-group-key',
    pythonError: 'KeyError',
    message:
      `${type}: paramGroups[${index}] has no initialLr, which lastEpoch ${lastEpoch} needs: ` +
      'load the state of the optimizer before you resume a schedule, or leave lastEpoch at -1 for a new run.',
    received: `lastEpoch ${lastEpoch} without initialLr`,
    accepted: 'initialLr in every param group, or lastEpoch -1',
  });
}
