/** From what the caller of an optimizer gives, weights or a model, to groups of named parameters. */
import * as tf from '@tensorflow/tfjs-core';

import { badValue, InputError } from '../errors.js';
import type { GivenWeights, Parameter, TrainableModel } from './parameter.js';

/** A group whose weights all have names, and the options of its own. */
export interface NamedGroup {
  readonly parameters: readonly Parameter[];
  readonly options: object;
}

const weightNotation = 'tf.Variable | { name, variable }';
const weightsNotation = `[${weightNotation}, …] | [{ parameters: […] }, …] | a tf.js model`;

/**
 * The groups of an optimizer; weights without a group make one.
 *
 * @throws InputError `config-value` for anything else
 */
export function namedGroups(given: GivenWeights<object>): NamedGroup[] {
  // JavaScript gives anything.
  const value: unknown = given;
  if (isModel(value)) return [{ parameters: parametersOf(value), options: {} }];
  if (!Array.isArray(value) || value.length === 0)
    throw badValue('parameters', printed(value), weightsNotation);
  const items = value as readonly unknown[];
  if (!isGroup(items[0])) return [{ parameters: namedAll(items, 'parameters'), options: {} }];
  return items.map((group, index) => {
    if (!isGroup(group)) throw badValue(`groups[${index}]`, printed(group), '{ parameters: […] }');
    const { parameters, ...options } = group;
    return { parameters: namedAll(parameters, `groups[${index}].parameters`), options };
  });
}

/**
 * Checks that there is nothing but options: a misspelt one would otherwise have no effect.
 *
 * @param type the optimizer's class name
 * @param accepted the names of its options
 * @param path what the options belong to, if not to the optimizer itself
 * @throws InputError `config-value` for another key
 */
export function refuseUnknownOptions(
  given: object,
  { type, accepted, path = '' }: { type: string; accepted: readonly string[]; path?: string },
): void {
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || accepted.includes(key)) continue;
    const names = accepted.join(', ');
    throw new InputError({
      code: 'config-value',
      message: `${path}${key} is not an option of ${type}; accepted: ${names}.`,
      path: `${path}${key}`,
      received: printed(value),
      accepted: names,
    });
  }
}

function namedAll(weights: readonly unknown[], path: string): Parameter[] {
  return weights.map((weight, index) => named(weight, `${path}[${index}]`));
}

function named(weight: unknown, path: string): Parameter {
  if (isVariable(weight)) return { name: weight.name, variable: weight };
  if (isParameter(weight)) return weight;
  throw badValue(path, printed(weight), weightNotation);
}

function parametersOf({ trainableWeights }: TrainableModel): Parameter[] {
  return trainableWeights.map((weight) => named({ name: weight.name, variable: weight.read() }, weight.name));
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isVariable = (value: unknown): value is tf.Variable => value instanceof tf.Variable;

const isModel = (value: unknown): value is TrainableModel => isObject(value) && 'trainableWeights' in value;

function isParameter(value: unknown): value is Parameter {
  if (!isObject(value)) return false;
  const { name, variable }: Partial<Record<keyof Parameter, unknown>> = value;
  return typeof name === 'string' && isVariable(variable);
}

function isGroup(value: unknown): value is { readonly parameters: readonly unknown[] } {
  return isObject(value) && 'parameters' in value && Array.isArray(value.parameters);
}

/** A value in a word: the class of an object, anything else as it is. */
function printed(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : 'a list';
  return isObject(value)
    ? ((value.constructor as { name?: string } | undefined)?.name ?? 'an object')
    : String(value);
}
