/**
 * Arithmetic that fails where Python's fails. JavaScript returns an infinity or NaN there, and a learning rate of NaN
 * ruins a run without any message.
 */
import { SchedulerError } from './scheduler-error.js';

function divisionByZero(expression: string): SchedulerError {
  return new SchedulerError({
    code: 'division-by-zero',
    pythonError: 'ZeroDivisionError',
    message: `Division by zero in the schedule: ${expression}.`,
    received: expression,
    accepted: 'options for which the divisor is not 0',
  });
}

/** `dividend / divisor`; throws for a divisor of 0. */
export function divide(dividend: number, divisor: number): number {
  if (divisor === 0) throw divisionByZero(`${dividend} / 0`);
  return dividend / divisor;
}

/** The quotient rounded down, as Python's `//`; throws for a divisor of 0. */
export function floorDivide(dividend: number, divisor: number): number {
  return Math.floor(divide(dividend, divisor));
}

/** The remainder with the divisor's sign, as Python's `%`; throws for a divisor of 0. */
export function modulo(dividend: number, divisor: number): number {
  if (divisor === 0) throw divisionByZero(`${dividend} % 0`);
  const remainder = dividend % divisor;
  return remainder !== 0 && remainder < 0 !== divisor < 0 ? remainder + divisor : remainder;
}

/** `base ** exponent`; throws where Python divides by zero, overflows or leaves the real numbers. */
export function power(base: number, exponent: number): number {
  if (base === 0 && exponent < 0) throw divisionByZero(`0 ** ${exponent}`);
  const result = base ** exponent;
  if (Number.isFinite(base) && Number.isFinite(exponent) && !Number.isFinite(result)) {
    throw new SchedulerError({
      code: 'overflow',
      pythonError: Number.isNaN(result) ? 'TypeError' : 'OverflowError',
      message: `${base} ** ${exponent} is not a finite number.`,
      received: `${base} ** ${exponent}`,
      accepted: 'a power that a double can hold',
    });
  }
  return result;
}

/** The index at which `value` goes into `sorted` after its equals; Python's `bisect_right`, with its search order. */
export function bisectRight(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < sorted[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}
