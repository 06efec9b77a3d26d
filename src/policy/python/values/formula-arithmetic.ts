/** Python's arithmetic on numbers that depend on the argument of a function, as formulas. */
import { formulaConstants } from '../../formula/formula-node.js';
import type { FormulaFunction, FormulaNode, FormulaOperator } from '../../formula/formula-node.js';
import type { BinaryOperator, ComparisonOperator } from '../../syntax/expression.js';
import { numberOf } from './make-values.js';
import type { Value } from './value.js';

/** The formula of a value: a number, a boolean or a formula already. */
export function nodeOf(value: Value): FormulaNode | undefined {
  if (value.type === 'formula') return value.node;
  const number = numberOf(value);
  if (number === undefined || !Number.isFinite(number)) return undefined;
  if (number === Math.PI) return { type: 'constant', name: 'pi' };
  if (number === Math.E) return { type: 'constant', name: 'e' };
  return number < 0 || Object.is(number, -0)
    ? { type: 'negate', operand: { type: 'number', value: -number } }
    : { type: 'number', value: number };
}

const formula = (node: FormulaNode): Value => ({ type: 'formula', node });

const binary = (operator: FormulaOperator, left: FormulaNode, right: FormulaNode): FormulaNode => ({
  type: 'binary',
  operator,
  left,
  right,
});

const call = (name: FormulaFunction, ...operands: FormulaNode[]): FormulaNode => ({
  type: 'call',
  name,
  operands,
});

const number = (value: number): FormulaNode => ({ type: 'number', value });

/** `left operator right`; undefined where no formula says it. */
export function operateOnFormulas(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  const a = nodeOf(left);
  const b = nodeOf(right);
  if (!a || !b) return undefined;
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '**':
      return formula(binary(operator, a, b));
    case '//':
      return formula(floorDivision(a, b));
    default:
      return undefined;
  }
}

/** `a // b` by Python's rule, which takes the remainder first: 0.5 // 0.1 is 4. */
function floorDivision(a: FormulaNode, b: FormulaNode): FormulaNode {
  if (isWhole(a) && isWhole(b)) return call('floor', binary('/', a, b));
  const quotient = binary('/', binary('-', a, binary('%', a, b)), b);
  return call('floor', binary('+', quotient, number(0.5)));
}

/** Whether a formula gives whole numbers for every whole argument. */
function isWhole(node: FormulaNode): boolean {
  switch (node.type) {
    case 'number':
      return Number.isSafeInteger(node.value);
    case 'argument':
      return true;
    case 'constant':
      return false;
    case 'negate':
      return isWhole(node.operand);
    case 'binary':
      return (
        ['<', '<=', '>', '>=', '==', '!='].includes(node.operator) ||
        (['+', '-', '*', '%'].includes(node.operator) && isWhole(node.left) && isWhole(node.right))
      );
    case 'conditional':
      return isWhole(node.then) && isWhole(node.otherwise);
    case 'call':
      return (
        ['floor', 'ceil'].includes(node.name) ||
        (['min', 'max', 'abs'].includes(node.name) && node.operands.every(isWhole))
      );
  }
}

/** Whether a formula is never negative, for arguments that are not. */
function isNonNegative(node: FormulaNode): boolean {
  switch (node.type) {
    case 'number':
      return node.value >= 0;
    case 'argument':
    case 'constant':
      return true;
    case 'negate':
      return false;
    case 'binary':
      return (
        ['<', '<=', '>', '>=', '==', '!='].includes(node.operator) ||
        (['+', '*', '/', '**'].includes(node.operator) &&
          isNonNegative(node.left) &&
          isNonNegative(node.right)) ||
        (node.operator === '%' && isNonNegative(node.right))
      );
    case 'conditional':
      return isNonNegative(node.then) && isNonNegative(node.otherwise);
    case 'call':
      return (
        ['exp', 'sqrt', 'abs'].includes(node.name) ||
        (node.name === 'max' && node.operands.some(isNonNegative)) ||
        (['min', 'floor', 'ceil', 'pow'].includes(node.name) && node.operands.every(isNonNegative))
      );
  }
}

/** A comparison of two values of which one depends on the argument. */
export function compareFormulas(operator: ComparisonOperator, left: Value, right: Value): Value | undefined {
  const a = nodeOf(left);
  const b = nodeOf(right);
  if (!a || !b || !['<', '<=', '>', '>=', '==', '!='].includes(operator)) return undefined;
  return formula(binary(operator as FormulaOperator, a, b));
}

/** `then if test else otherwise` where the test depends on the argument. */
export function selectFormula(test: Value, then: Value, otherwise: Value): Value | undefined {
  const condition = nodeOf(test);
  const yes = nodeOf(then);
  const no = nodeOf(otherwise);
  if (!condition || !yes || !no) return undefined;
  if (JSON.stringify(yes) === JSON.stringify(no)) return then;
  return formula({ type: 'conditional', test: condition, then: yes, otherwise: no });
}

const opposites: Partial<Record<FormulaOperator, FormulaOperator>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
};

/** `not test`. */
export function negateFormula(test: Value): Value | undefined {
  const condition = nodeOf(test);
  if (!condition) return undefined;
  const opposite = condition.type === 'binary' ? opposites[condition.operator] : undefined;
  if (condition.type === 'binary' && opposite)
    return formula(binary(opposite, condition.left, condition.right));
  return formula(binary('==', condition, number(0)));
}

/** `-value`. */
export function minusFormula(value: Value): Value | undefined {
  const node = nodeOf(value);
  return node && formula({ type: 'negate', operand: node });
}

const functions: Readonly<Record<string, FormulaFunction>> = {
  floor: 'floor',
  ceil: 'ceil',
  sqrt: 'sqrt',
  exp: 'exp',
  log: 'log',
  sin: 'sin',
  cos: 'cos',
  tan: 'tan',
  fabs: 'abs',
  abs: 'abs',
  absolute: 'abs',
  minimum: 'min',
  maximum: 'max',
  min: 'min',
  max: 'max',
  pow: 'pow',
  power: 'pow',
};

/** A function of Python, `math` or numpy of values of which one depends on the argument. */
export function callOnFormulas(name: string, operands: readonly Value[]): Value | undefined {
  const nodes = operands.flatMap((operand) => nodeOf(operand) ?? []);
  if (nodes.length !== operands.length || nodes.length === 0) return undefined;
  const [first] = nodes;
  if (name === 'float' && nodes.length === 1) return formula(first);
  if ((name === 'int' || name === 'trunc') && nodes.length === 1) {
    if (isWhole(first)) return formula(first);
    if (isNonNegative(first)) return formula(call('floor', first));
    const test = binary('<', first, number(0));
    return formula({ type: 'conditional', test, then: call('ceil', first), otherwise: call('floor', first) });
  }
  if (name === 'clip' && nodes.length === 3)
    return formula(call('min', call('max', first, nodes[1]), nodes[2]));
  if (!Object.hasOwn(functions, name)) return undefined;
  const known = functions[name];
  const isOfMany = known === 'min' || known === 'max';
  const count = known === 'pow' ? 2 : 1;
  if (isOfMany ? nodes.length < 2 : nodes.length !== count) return undefined;
  return formula(call(known, ...nodes));
}

/** The names of the constants that a formula may have. */
export const constants: Readonly<Record<string, number>> = { ...formulaConstants, inf: Infinity, nan: NaN };
