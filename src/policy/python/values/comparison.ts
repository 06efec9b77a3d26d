/** Whether values are true, equal, smaller or contained, as far as that is known. */
import type { ComparisonOperator } from '../../syntax/expression.js';
import { keyValue, listOf } from './lists.js';
import { entriesOf, isUnknown, itemsOf, numberOf } from './make-values.js';
import type { Value } from './value.js';

/** Whether a value counts as true; undefined where that is not known. */
export function truthOf(value: Value): boolean | undefined {
  switch (value.type) {
    case 'number':
      return value.value !== 0;
    case 'boolean':
      return value.value;
    case 'string':
      return value.value !== '';
    case 'none':
      return false;
    case 'sequence': {
      const items = itemsOf(value);
      return items && items.length > 0;
    }
    case 'dictionary': {
      const entries = entriesOf(value);
      return entries && entries.size > 0;
    }
    case 'unknown':
    case 'formula':
    case 'range':
      return undefined;
    default:
      return true;
  }
}

/** Whether two values are equal; undefined where that is not known. */
export function areEqual(left: Value, right: Value): boolean | undefined {
  if (left === right && left.type !== 'unknown') return true;
  const a = numberOf(left);
  const b = numberOf(right);
  if (a !== undefined && b !== undefined) return a === b;
  if (left.type === 'string' && right.type === 'string') return left.value === right.value;
  const plain = ['number', 'boolean', 'string', 'none'];
  if (plain.includes(left.type) && plain.includes(right.type))
    return left.type === 'none' && right.type === 'none';
  const isThing = (value: Value): boolean =>
    ['optimizer', 'scheduler', 'instance', 'function', 'class'].includes(value.type);
  if ((isThing(left) || isThing(right)) && !isUnknown(left) && !isUnknown(right)) return left === right;
  if (left.type === 'path' && right.type === 'path') return left.path === right.path;
  return undefined;
}

/** A comparison of two known values; undefined where it is not known. */
export function compare(operator: ComparisonOperator, left: Value, right: Value): boolean | undefined {
  const negated = (value: boolean | undefined): boolean | undefined =>
    value === undefined ? undefined : !value;
  switch (operator) {
    case '==':
      return areEqual(left, right);
    case '!=':
      return negated(areEqual(left, right));
    case 'is':
      if (isUnknown(left) || isUnknown(right) || left.type === 'formula') return undefined;
      if (left.type === 'none' || right.type === 'none') return left.type === right.type;
      return areEqual(left, right);
    case 'is not':
      return negated(compare('is', left, right));
    case 'in':
      return contains(right, left);
    case 'not in':
      return negated(contains(right, left));
    default: {
      const a =
        numberOf(left) ?? (left.type === 'string' && right.type === 'string' ? left.value : undefined);
      const b =
        numberOf(right) ?? (left.type === 'string' && right.type === 'string' ? right.value : undefined);
      if (a === undefined || b === undefined) return undefined;
      if (operator === '<') return a < b;
      if (operator === '<=') return a <= b;
      return operator === '>' ? a > b : a >= b;
    }
  }
}

function contains(container: Value, item: Value): boolean | undefined {
  if (container.type === 'string' && item.type === 'string') return container.value.includes(item.value);
  const keys = entriesOf(container);
  const key = keyValue(item);
  if (keys) return key === undefined ? undefined : keys.has(key);
  const items = listOf(container);
  if (!items) return undefined;
  const answers = items.map((other) => areEqual(other, item));
  return answers.includes(true) || (answers.includes(undefined) ? undefined : false);
}
