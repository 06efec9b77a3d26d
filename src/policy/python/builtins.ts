/** Python's own arithmetic, functions and methods, on values that are known. */
import type { BinaryOperator, ComparisonOperator } from '../syntax/expression.js';
import {
  booleanValue,
  entriesOf,
  isUnknown,
  itemsOf,
  none,
  numberOf,
  numberValue,
  perhaps,
  sequenceValue,
  stringValue,
} from './value.js';
import type { Key, RangeValue, Value } from './value.js';

/** The longest list that is made. */
export const longestList = 20_000;

/** Python's remainder, which has the sign of the divisor. */
function remainder(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** Python's `//`, which takes the remainder first: 0.5 // 0.1 is 4. */
function floorDivision(a: number, b: number): number {
  const quotient = (a - remainder(a, b)) / b;
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

const arithmetic: Partial<Record<BinaryOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? NaN : a / b),
  '//': (a, b) => (b === 0 ? NaN : floorDivision(a, b)),
  '%': (a, b) => (b === 0 ? NaN : remainder(a, b)),
  '**': (a, b) => a ** b,
};

/** The value of an operation on two known values; undefined where it has none that can be followed. */
export function operate(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  const a = numberOf(left);
  const b = numberOf(right);
  if (a !== undefined && b !== undefined) {
    const value = arithmetic[operator]?.(a, b) ?? NaN;
    // A whole number beyond this is exact in Python and not here.
    const isExact =
      Math.abs(value) <= Number.MAX_SAFE_INTEGER || !(Number.isInteger(a) && Number.isInteger(b));
    return Number.isFinite(value) && isExact ? numberValue(value) : undefined;
  }
  if (operator === '+' && left.type === 'string' && right.type === 'string')
    return stringValue(left.value + right.value);
  const one = itemsOf(left);
  const other = itemsOf(right);
  if (
    operator === '+' &&
    left.type === 'sequence' &&
    one &&
    other &&
    one.length + other.length <= longestList
  )
    return sequenceValue(left.kind, [...one, ...other]);
  if (operator === '*' && left.type === 'sequence' && one && b !== undefined && one.length * b <= longestList)
    return sequenceValue(left.kind, Array.from({ length: Math.max(0, b) }, () => one).flat());
  if (operator === '*' && a !== undefined && right.type === 'sequence') return operate('*', right, left);
  return undefined;
}

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

/** A value as the key of a dictionary. */
export function keyValue(value: Value): Key | undefined {
  if (value.type === 'string' || value.type === 'number' || value.type === 'boolean') return value.value;
  return value.type === 'none' ? null : undefined;
}

/** The key of a dictionary as a value. */
function valueOfKey(key: Key): Value {
  if (typeof key === 'string') return stringValue(key);
  if (typeof key === 'number') return numberValue(key);
  return key === null ? none : booleanValue(key);
}

/** The numbers of a range; undefined where they are not known or too many. */
export function rangeItems({ start, stop, step }: RangeValue): Value[] | undefined {
  const count = rangeLength({ start, stop, step });
  const first = numberOf(start);
  if (count === undefined || first === undefined || step === undefined || count > longestList)
    return undefined;
  return Array.from({ length: count }, (_, index) => numberValue(first + index * step));
}

/** How many numbers a range has. */
export function rangeLength({
  start,
  stop,
  step,
}: Pick<RangeValue, 'start' | 'stop' | 'step'>): number | undefined {
  const first = numberOf(start);
  const end = numberOf(stop);
  if (first === undefined || end === undefined || step === undefined || step === 0) return undefined;
  return Math.max(0, Math.ceil((end - first) / step));
}

/** The items of anything that can be gone through and is known. */
export function listOf(value: Value): readonly Value[] | undefined {
  if (value.type === 'range') return rangeItems(value);
  const entries = entriesOf(value);
  if (entries) return Array.from(entries.keys(), valueOfKey);
  if (value.type === 'string') return Array.from(value.value, stringValue);
  return itemsOf(value);
}

/** Half to even, as Python rounds. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const ofOne: Readonly<Record<string, (value: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  sqrt: Math.sqrt,
  exp: Math.exp,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  fabs: Math.abs,
  abs: Math.abs,
  log10: Math.log10,
  log2: Math.log2,
  trunc: Math.trunc,
  radians: (value) => (value * Math.PI) / 180,
};

/** A function of `math` on known numbers; undefined where it is not known. */
export function callMath(name: string, operands: readonly Value[]): Value | undefined {
  const numbers = operands.map(numberOf);
  if (numbers.some((number) => number === undefined)) return undefined;
  const [a, b, c] = numbers as number[];
  let value: number | undefined;
  if (operands.length === 1 && Object.hasOwn(ofOne, name)) value = ofOne[name](a);
  else if (name === 'log' && operands.length <= 2)
    value = Math.log(a) / (operands.length === 2 ? Math.log(b) : 1);
  else if (operands.length === 2 && (name === 'pow' || name === 'power')) value = a ** b;
  else if (operands.length === 2 && (name === 'minimum' || name === 'maximum'))
    value = name === 'minimum' ? Math.min(a, b) : Math.max(a, b);
  else if (operands.length === 3 && name === 'clip') value = Math.min(Math.max(a, b), c);
  else if (operands.length === 2 && name === 'gcd') value = greatestDivisor(a, b);
  return value !== undefined && Number.isFinite(value) ? numberValue(value) : undefined;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : greatestDivisor(b, a % b);
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

/** The items of a slice of a list. */
export function sliceOf(
  items: readonly Value[],
  bounds: readonly (Value | undefined)[],
): Value[] | undefined {
  const numbers = bounds.map((bound) =>
    bound === undefined || bound.type === 'none' ? null : numberOf(bound),
  );
  if (numbers.includes(undefined)) return undefined;
  const [start = null, stop = null, step = null] = numbers as (number | null)[];
  if (step === null || step === 1) return items.slice(start ?? 0, stop ?? items.length);
  if (step === -1 && start === null && stop === null) return [...items].reverse();
  if (step < 1) return undefined;
  return items.slice(start ?? 0, stop ?? items.length).filter((_, index) => index % step === 0);
}

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
