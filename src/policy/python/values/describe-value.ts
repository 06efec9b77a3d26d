/** Values in words, for messages. */
import { itemsOf } from './make-values.js';
import type { Value } from './value.js';

/** Prints a value for a message. */
export function describeValue(value: Value): string {
  switch (value.type) {
    case 'number':
      return String(value.value);
    case 'string':
      return JSON.stringify(value.value.slice(0, 60));
    case 'boolean':
      return value.value ? 'True' : 'False';
    case 'none':
      return 'None';
    case 'sequence': {
      const items = itemsOf(value);
      return items === undefined ? 'a list that is not known' : `a ${value.kind} of ${items.length}`;
    }
    case 'dictionary':
      return 'a dictionary';
    case 'range':
      return `range(${value.text})`;
    case 'function':
      return 'a function';
    case 'class':
      return `the class ${value.name}`;
    case 'instance':
      return `a ${value.class.name}`;
    case 'path':
      return value.path;
    case 'method':
      return `the method ${value.name}`;
    case 'scheduler':
      return value.class;
    case 'optimizer':
      return 'an optimizer';
    case 'groups':
    case 'group':
      return 'the param groups';
    case 'formula':
      return 'a number that depends on the epoch';
    case 'unknown':
      return value.reason;
  }
}
