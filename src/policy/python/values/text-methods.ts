/** The methods of strings that are known. */
import { booleanValue, perhaps, sequenceValue, stringValue } from './make-values.js';
import type { Value } from './value.js';

/** A method of a string that is known. */
export function callText(text: string, name: string, operands: readonly Value[]): Value | undefined {
  const [first, second] = perhaps(operands);
  switch (name) {
    case 'lower':
      return stringValue(text.toLowerCase());
    case 'upper':
      return stringValue(text.toUpperCase());
    case 'strip':
      return operands.length === 0 ? stringValue(text.trim()) : undefined;
    case 'startsWith':
    case 'startswith':
      return first?.type === 'string' ? booleanValue(text.startsWith(first.value)) : undefined;
    case 'endswith':
      return first?.type === 'string' ? booleanValue(text.endsWith(first.value)) : undefined;
    case 'replace':
      return first?.type === 'string' && second?.type === 'string'
        ? stringValue(text.replaceAll(first.value, second.value))
        : undefined;
    case 'split': {
      if (operands.length > 1 || (first && first.type !== 'string')) return undefined;
      const parts = first?.type === 'string' ? text.split(first.value) : text.trim().split(/\s+/);
      return sequenceValue('list', parts.map(stringValue));
    }
    default:
      return undefined;
  }
}
