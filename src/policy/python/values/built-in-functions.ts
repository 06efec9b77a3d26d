/** Python's own functions on values that are known. */
import { operate } from './arithmetic.js';
import { truthOf } from './comparison.js';
import { keyValue, listOf, rangeLength } from './lists.js';
import { booleanValue, numberOf, numberValue, sequenceValue, stringValue } from './make-values.js';
import type { Key, Value } from './value.js';

/** Half to even, as Python rounds. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** One of Python's own functions on known values; undefined where what it gives is not known. */
export function callBuiltIn(name: string, operands: readonly Value[]): Value | undefined {
  const [first] = operands;
  const count = operands.length;
  if (count === 0) {
    if (name === 'list' || name === 'tuple' || name === 'set') return sequenceValue(name, []);
    return undefined;
  }
  const number = numberOf(first);
  const list = listOf(first);
  switch (name) {
    case 'int':
      if (count > 1) return undefined;
      if (first.type === 'string') return textNumber(first.value, Math.trunc);
      return number === undefined ? undefined : numberValue(Math.trunc(number));
    case 'float':
      if (first.type === 'string') return textNumber(first.value, (value) => value);
      return number === undefined ? undefined : numberValue(number);
    case 'bool': {
      const truth = truthOf(first);
      return truth === undefined ? undefined : booleanValue(truth);
    }
    case 'str':
      if (first.type === 'string') return first;
      return first.type === 'number' && Number.isInteger(first.value)
        ? stringValue(String(first.value))
        : undefined;
    case 'abs':
      return number === undefined ? undefined : numberValue(Math.abs(number));
    case 'round': {
      if (number === undefined || count > 2) return undefined;
      if (count === 1) return numberValue(roundHalfEven(number));
      const digits = numberOf(operands[1]);
      if (digits === undefined || !(digits >= 0 && digits <= 15)) return undefined;
      // Exactly between two, the two languages round apart.
      return (number * 10 ** digits) % 1 === 0.5 ? undefined : numberValue(Number(number.toFixed(digits)));
    }
    case 'len':
      if (first.type === 'range') {
        const length = rangeLength(first);
        return length === undefined ? undefined : numberValue(length);
      }
      return list && numberValue(list.length);
    case 'list':
    case 'tuple':
    case 'set':
      return list && sequenceValue(name, name === 'set' ? distinct(list) : list);
    case 'sorted':
    case 'reversed': {
      if (!list || count > 1) return undefined;
      if (name === 'reversed') return sequenceValue('list', [...list].reverse());
      const numbers = list.map(numberOf);
      if (numbers.includes(undefined)) return undefined;
      return sequenceValue('list', (numbers as number[]).sort((a, b) => a - b).map(numberValue));
    }
    case 'min':
    case 'max':
    case 'sum': {
      const items = count === 1 || name === 'sum' ? list : operands;
      const numbers = (items ?? [undefined]).map(numberOf);
      if (numbers.includes(undefined)) return undefined;
      const known = numbers as number[];
      if (name === 'sum')
        return numberValue(known.reduce((a, b) => a + b, count > 1 ? (numberOf(operands[1]) ?? NaN) : 0));
      if (known.length === 0) return undefined;
      return numberValue(known.reduce((a, b) => (name === 'min' ? (b < a ? b : a) : b > a ? b : a)));
    }
    case 'any':
    case 'all': {
      const truths = list?.map(truthOf);
      if (!truths) return undefined;
      if (truths.includes(name === 'any')) return booleanValue(name === 'any');
      return truths.includes(undefined) ? undefined : booleanValue(name === 'all');
    }
    case 'pow':
      return count === 2 ? operate('**', first, operands[1]) : undefined;
    case 'divmod': {
      const quotient = count === 2 ? operate('//', first, operands[1]) : undefined;
      const rest = count === 2 ? operate('%', first, operands[1]) : undefined;
      return quotient && rest && sequenceValue('tuple', [quotient, rest]);
    }
    case 'zip': {
      const lists = operands.map(listOf);
      if (lists.includes(undefined)) return undefined;
      const known = lists as (readonly Value[])[];
      const length = Math.min(...known.map((items) => items.length));
      return sequenceValue(
        'list',
        Array.from({ length }, (_, index) =>
          sequenceValue(
            'tuple',
            known.map((items) => items[index]),
          ),
        ),
      );
    }
    default:
      return undefined;
  }
}

function textNumber(text: string, shape: (value: number) => number): Value | undefined {
  const value = text.trim() === '' ? NaN : Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? numberValue(shape(value)) : undefined;
}

function distinct(items: readonly Value[]): Value[] {
  const seen = new Set<Key | Value>();
  return items.filter((item) => {
    const key = keyValue(item) ?? item;
    return seen.has(key) ? false : Boolean(seen.add(key));
  });
}
