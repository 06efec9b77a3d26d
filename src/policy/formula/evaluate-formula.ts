import { formulaConstants } from './formula-node.js';
import type { FormulaFunction, FormulaNode, FormulaOperator } from './formula-node.js';

/**
 * Turns a formula into a plain function of its argument.
 *
 * The function always returns a number and never throws. Where Python would raise (a division by zero, the logarithm
 * of 0, the root of a negative number, a power too large) the result is NaN, and NaN stays NaN through all that is
 * computed from it, comparisons and conditions included: a number that comes out is the number PyTorch would use.
 */
export function evaluatorOf(node: FormulaNode): (argument: number) => number {
  switch (node.type) {
    case 'number': {
      const { value } = node;
      return () => value;
    }
    case 'argument':
      return (argument) => argument;
    case 'constant': {
      const value = formulaConstants[node.name];
      return () => value;
    }
    case 'negate': {
      const operand = evaluatorOf(node.operand);
      return (argument) => -operand(argument);
    }
    case 'binary': {
      const left = evaluatorOf(node.left);
      const right = evaluatorOf(node.right);
      const combine = operators[node.operator];
      return (argument) => combine(left(argument), right(argument));
    }
    case 'conditional': {
      const test = evaluatorOf(node.test);
      const then = evaluatorOf(node.then);
      const otherwise = evaluatorOf(node.otherwise);
      return (argument) => {
        const tested = test(argument);
        if (Number.isNaN(tested)) return NaN;
        return tested === 0 ? otherwise(argument) : then(argument);
      };
    }
    case 'call': {
      const operands = node.operands.map(evaluatorOf);
      const [first, second] = operands;
      const called = functions[node.name];
      if (operands.length === 1) return (argument) => called(first(argument), 0);
      if (operands.length === 2) return (argument) => called(first(argument), second(argument));
      return (argument) => operands.map((operand) => operand(argument)).reduce((a, b) => called(a, b));
    }
  }
}

type Binary = (a: number, b: number) => number;

const compared =
  (compare: (a: number, b: number) => boolean): Binary =>
  (a, b) =>
    Number.isNaN(a) || Number.isNaN(b) ? NaN : Number(compare(a, b));

const finiteOrNaN = (value: number): number => (Number.isFinite(value) ? value : NaN);

/** JavaScript has `NaN ** 0 === 1`; an undefined base must stay undefined. */
const power: Binary = (a, b) => (Number.isNaN(a) ? NaN : finiteOrNaN(a ** b));

const operators: Readonly<Record<FormulaOperator, Binary>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? NaN : a / b),
  '%': (a, b) => {
    if (b === 0) return NaN;
    const remainder = a % b;
    return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
  },
  '**': power,
  '<': compared((a, b) => a < b),
  '<=': compared((a, b) => a <= b),
  '>': compared((a, b) => a > b),
  '>=': compared((a, b) => a >= b),
  '==': compared((a, b) => a === b),
  '!=': compared((a, b) => a !== b),
};

const functions: Readonly<Record<FormulaFunction, Binary>> = {
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  floor: (a) => Math.floor(a),
  ceil: (a) => Math.ceil(a),
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.sqrt(a),
  exp: (a) => finiteOrNaN(Math.exp(a)),
  log: (a) => finiteOrNaN(Math.log(a)),
  sin: (a) => Math.sin(a),
  cos: (a) => Math.cos(a),
  tan: (a) => Math.tan(a),
  pow: power,
};
