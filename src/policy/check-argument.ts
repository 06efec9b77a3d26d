import { badValue } from '../errors.js';
import { printValue } from './schema/policy-issue.js';

/** Whether a value is an object whose keys can be read, a list included. */
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** @throws InputError `config-value` for an argument of another kind, such as one that is left out. */
export function checkArgument(name: string, value: unknown, fits: boolean, accepted: string): void {
  if (!fits) throw badValue(name, printValue(value), accepted);
}

/** @throws InputError `config-value` for what is not an optimizer. */
export function checkOptimizer(optimizer: unknown): void {
  const fits = isObject(optimizer) && Array.isArray((optimizer as { paramGroups?: unknown }).paramGroups);
  checkArgument('optimizer', optimizer, fits, 'an object with paramGroups: { lr: number }[]');
}
