/** Python's operators on values that are known. */
import type { BinaryOperator } from '../../syntax/expression.js';
import { longestList } from './lists.js';
import { itemsOf, numberOf, numberValue, sequenceValue, stringValue } from './make-values.js';
import type { Value } from './value.js';

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
