/**
 * Reads a formula such as `0.95 ** epoch`: the function that LambdaLR, MultiplicativeLR and CyclicLR take, as text.
 *
 * The grammar is that of Python's expressions; what it reads is then copied, node by node, into the few nodes of
 * `formula-node.ts`, and what has none is refused. A formula means the same here, in JavaScript and in Python, so two
 * places where the languages part are refused too: `-2 ** 2` (4 or -4) and `1 < 2 < 3` (chained in Python).
 */
import type { Argument, Expression, ExpressionOf } from '../syntax/expression.js';
import { ExpressionParser } from '../syntax/parse-expression.js';
import { SyntaxRefusal } from '../syntax/syntax-refusal.js';
import { tokensOf } from '../syntax/tokens.js';
import { evaluatorOf } from './evaluate-formula.js';
import { formatFormula } from './format-formula.js';
import { formulaConstants, formulaFunctions, isComparison, operatorPrecedence } from './formula-node.js';
import type { FormulaConstant, FormulaFunction, FormulaNode, FormulaOperator } from './formula-node.js';

/** Why a text is not a formula. */
export interface FormulaProblem {
  /** The part that is not accepted. */
  readonly received: string;
  /** What is accepted in its place. */
  readonly accepted: string;
  /** The English reason, without a full stop. */
  readonly reason: string;
}

/** A formula that was read. */
export interface Formula {
  readonly node: FormulaNode;
  /** The formula's text in its one fixed spelling. */
  readonly text: string;
  /** The function itself; NaN where Python would raise. */
  readonly evaluate: (argument: number) => number;
}

/** A formula, or why there is none. */
export type FormulaResult =
  | { readonly success: true; readonly formula: Formula }
  | { readonly success: false; readonly problem: FormulaProblem };

/** The longest formula that is read, in characters. */
const longestFormula = 300;

/** The deepest nesting of a formula. */
const deepestFormula = 40;

/** The largest size of a constant exponent: Python computes integer powers exactly, however long that takes. */
const largestExponent = 1000;

const argumentNames = ['epoch', 'step', 'x'];

class Refusal extends Error {
  readonly problem: FormulaProblem;

  constructor(received: string, accepted: string, reason: string) {
    super(reason);
    this.problem = { received, accepted, reason };
  }
}

/**
 * Reads a formula of one argument, which may be called `epoch`, `step` or `x`; the fixed spelling calls it `argument`.
 * Never throws, and takes a time bounded by the longest formula.
 */
export function parseFormula(text: string, argument = 'epoch'): FormulaResult {
  const given: unknown = text;
  if (typeof given !== 'string') {
    const received = String(given);
    return { success: false, problem: { received, accepted: 'text', reason: `the formula is ${received}` } };
  }
  try {
    const node = readFormula(text);
    const spelling = formatFormula(node, argument, 'formula');
    // The fixed spelling has spaces, and must be readable in its turn.
    refuseLong(spelling);
    return { success: true, formula: { node, text: spelling, evaluate: evaluatorOf(node) } };
  } catch (error) {
    if (error instanceof Refusal) return { success: false, problem: error.problem };
    throw error;
  }
}

/** Checks the bounds of a formula that came from elsewhere, such as Python code, and gives it its fixed spelling. */
export function formulaOf(node: FormulaNode, argument: string): FormulaResult {
  return parseFormula(formatFormula(node, argument, 'formula'), argument);
}

function readFormula(text: string): FormulaNode {
  refuseLong(text);
  const stranger = /[^\w .+\-*/%<>=!?:(),\t\r\n]/u.exec(text);
  if (stranger) {
    throw new Refusal(
      stranger[0],
      'numbers, epoch, + - * / % ** < <= > >= == != ? : ( )',
      `it contains ${JSON.stringify(stranger[0])}, which no formula needs`,
    );
  }
  return convert(expressionOf(text), 1, text);
}

function expressionOf(text: string): Expression {
  try {
    const parser = new ExpressionParser(tokensOf(text), 1);
    const expression = parser.expressions();
    parser.expectEnd();
    return expression;
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
    throw new Refusal(text, '0.95 ** epoch', `it cannot be read: ${error.message}`);
  }
}

function refuseLong(text: string): void {
  if (text.length <= longestFormula) return;
  throw new Refusal(
    `${text.length} characters`,
    `≤ ${longestFormula} characters`,
    `it has ${text.length} characters, and ${longestFormula} is the most`,
  );
}

function convert(expression: Expression, depth: number, text: string): FormulaNode {
  if (depth > deepestFormula) {
    throw new Refusal(
      `${depth} levels`,
      `≤ ${deepestFormula} levels`,
      `it is nested more than ${deepestFormula} levels deep`,
    );
  }
  const inner = (child: Expression): FormulaNode => convert(child, depth + 1, text);
  switch (expression.type) {
    case 'number':
      // Python writes some numbers in ways that JavaScript does not know.
      if (!/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(expression.text))
        throw refused(expression.text, 'number');
      return finite({ type: 'number', value: expression.value }, expression.text);
    case 'name':
      return named(expression.name);
    case 'unary':
      refuseSignedBase(expression, text);
      if (expression.operator === '+') return inner(expression.operand);
      if (expression.operator !== '-') throw refused(expression.operator, '+ -');
      return { type: 'negate', operand: inner(expression.operand) };
    case 'binary':
      return binary(expression.operator, inner(expression.left), inner(expression.right));
    case 'comparison': {
      const [first] = expression.rest;
      const second = expression.rest.at(1);
      const node = binary(first.operator, inner(expression.first), inner(first.operand));
      return second === undefined ? node : binary(second.operator, node, inner(second.operand));
    }
    case 'conditional':
      return {
        type: 'conditional',
        test: inner(expression.test),
        then: inner(expression.then),
        otherwise: inner(expression.otherwise),
      };
    case 'call':
      return call(
        expression.callee,
        expression.arguments.map((argument) => inner(positional(argument))),
      );
    case 'attribute':
      throw new Refusal(
        '.',
        listOf(formulaFunctions),
        'a formula has no properties; functions are written by their bare name',
      );
    case 'sequence':
      throw new Refusal(',', '0.95 ** epoch', 'it is not one expression');
    default:
      throw refused(text.slice(expression.start, expression.end), '0.95 ** epoch');
  }
}

/** A sign before the base of a power means one thing in Python and another in other languages. */
function refuseSignedBase({ operator, operand }: ExpressionOf<'unary'>, text: string): void {
  if (operand.type !== 'binary' || operand.operator !== '**' || operand.isGrouped) return;
  const base = text.slice(operand.start, text.indexOf('**', operand.left.end)).trim();
  throw new Refusal(
    `${operator}${base} ** …`,
    `(${operator}${base}) ** … | ${operator}(${base} ** …)`,
    `a sign before the base of ** reads differently in different languages; write (${operator}${base}) ** … or ${operator}(${base} ** …)`,
  );
}

function positional({ kind, value }: Argument): Expression {
  if (kind === 'positional') return value;
  throw new Refusal('=', 'min(1, 2)', 'a function of a formula takes its arguments by position');
}

function named(name: string): FormulaNode {
  if (argumentNames.includes(name)) return { type: 'argument' };
  if (Object.hasOwn(formulaConstants, name)) return { type: 'constant', name: name as FormulaConstant };
  throw new Refusal(
    name,
    [...argumentNames, ...Object.keys(formulaConstants)].join(' | '),
    `${name} is not a name that a formula knows`,
  );
}

function binary(operator: string, left: FormulaNode, right: FormulaNode): FormulaNode {
  if (!Object.hasOwn(operatorPrecedence, operator))
    throw refused(operator, Object.keys(operatorPrecedence).join(' '));
  const node = { type: 'binary', operator: operator as FormulaOperator, left, right } as const;
  if (isComparison(node) && (isComparison(left) || isComparison(right))) {
    throw new Refusal(
      formatFormula(node, 'epoch', 'formula'),
      'a < b',
      'a comparison of comparisons reads differently in different languages',
    );
  }
  if (operator === '**') refuseHugeExponent(right);
  return finite(node);
}

function call(callee: Expression, operands: FormulaNode[]): FormulaNode {
  const name = callee.type === 'name' ? callee.name : '(…)';
  if (!Object.hasOwn(formulaFunctions, name)) {
    throw new Refusal(
      `${name}(…)`,
      listOf(formulaFunctions),
      `${name} is not a function that a formula knows`,
    );
  }
  const known = name as FormulaFunction;
  const [fewest, most] = formulaFunctions[known];
  if (operands.length < fewest || operands.length > most) {
    const accepted = most === Infinity ? `≥ ${fewest}` : String(fewest);
    throw new Refusal(
      `${name}: ${operands.length}`,
      `${name}: ${accepted}`,
      `${name} takes ${most === Infinity ? 'at least ' : ''}${fewest} argument${fewest === 1 ? '' : 's'}, not ${operands.length}`,
    );
  }
  if (known === 'pow') refuseHugeExponent(operands[1]);
  return finite({ type: 'call', name: known, operands });
}

function refuseHugeExponent(exponent: FormulaNode): void {
  if (!isConstant(exponent)) return;
  const value = evaluatorOf(exponent)(0);
  if (Math.abs(value) > largestExponent) {
    throw new Refusal(
      String(value),
      `${-largestExponent} ≤ number ≤ ${largestExponent}`,
      `the exponent ${value} is larger than ${largestExponent}`,
    );
  }
}

/** Refuses a constant part that has no finite value, such as `1 / 0`. */
function finite(node: FormulaNode, spelling = formatFormula(node, 'epoch', 'formula')): FormulaNode {
  if (isConstant(node) && !Number.isFinite(evaluatorOf(node)(0))) {
    throw new Refusal(spelling, 'number', `${spelling} is not a finite number`);
  }
  return node;
}

function isConstant(node: FormulaNode): boolean {
  switch (node.type) {
    case 'number':
    case 'constant':
      return true;
    case 'argument':
      return false;
    case 'negate':
      return isConstant(node.operand);
    case 'binary':
      return isConstant(node.left) && isConstant(node.right);
    case 'conditional':
      return isConstant(node.test) && isConstant(node.then) && isConstant(node.otherwise);
    case 'call':
      return node.operands.every(isConstant);
  }
}

function refused(received: string, accepted: string): Refusal {
  return new Refusal(received, accepted, `${received} has no place in a formula`);
}

function listOf(names: object): string {
  return Object.keys(names).join(' | ');
}
