/** Python's own arithmetic and functions, on values that are known. */
import type { BinaryOperator } from './python-expression.js';
import { unknownValue } from './python-value.js';
import type { Value } from './python-value.js';

/** The longest list that `range` may make. */
const longestRange = 10_000;

const arithmetic: Readonly<Record<BinaryOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => a - b * Math.floor(a / b),
  '**': (a, b) => a ** b,
};

/** The value of an operation on two values; undefined where it is not one on numbers with a finite result. */
export function operate(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  if (left.type !== 'number' || right.type !== 'number') return undefined;
  const value = arithmetic[operator](left.value, right.value);
  return Number.isFinite(value) ? { type: 'number', value } : undefined;
}

/** The value of a call of one of Python's functions; undefined where it is not known. */
export function callBuiltIn(name: string, operands: readonly Value[], line: number): Value | undefined {
  const first = operands.at(0);
  if (operands.length === 1 && first?.type === 'list') {
    if (name === 'len') return { type: 'number', value: first.items.length };
    if (name === 'list' || name === 'tuple') return { type: 'list', items: [...first.items] };
  }
  const numbers = operands.flatMap((value) => (value.type === 'number' ? [value.value] : []));
  if (numbers.length !== operands.length || numbers.length === 0) return undefined;
  switch (name) {
    case 'int':
      return { type: 'number', value: Math.trunc(numbers[0]) };
    case 'float':
      return { type: 'number', value: numbers[0] };
    case 'abs':
      return { type: 'number', value: Math.abs(numbers[0]) };
    case 'min':
      return { type: 'number', value: Math.min(...numbers) };
    case 'max':
      return { type: 'number', value: Math.max(...numbers) };
    case 'range':
      return range(numbers, line);
    default:
      return undefined;
  }
}

function range(numbers: readonly number[], line: number): Value {
  const [start, end] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  const step = numbers.at(2) ?? 1;
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (!(count <= longestRange)) return unknownValue(line, `range gives more than ${longestRange} numbers`);
  const items = Array.from({ length: count }, (_, index): Value => ({
    type: 'number',
    value: start + index * step,
  }));
  return { type: 'list', items };
}
