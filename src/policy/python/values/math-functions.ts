/** The functions of `math` on numbers that are known. */
import { numberOf, numberValue } from './make-values.js';
import type { Value } from './value.js';

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
