/**
 * Reads a formula such as `0.95 ** epoch`: the function that LambdaLR, MultiplicativeLR and CyclicLR take, as text.
 *
 * jsep reads the text; what it read is then copied, node by node, into the few nodes of `formula-node.ts`, and whatever
 * has none is refused. A formula means the same here and in Python, so two places where the languages part are refused
 * too: `-2 ** 2` (4 or -4) and `1 < 2 < 3` (chained in Python).
 */
import jsep from 'jsep';
import { evaluatorOf } from './evaluate-formula.js';
import { formatFormula } from './format-formula.js';
import { formulaConstants, formulaFunctions, isComparison, operatorPrecedence } from './formula-node.js';
import type { FormulaConstant, FormulaFunction, FormulaNode, FormulaOperator } from './formula-node.js';

/** Why a text is no formula. */
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
export const longestFormula = 300;

/** The deepest nesting of a formula. */
export const deepestFormula = 40;

/** The largest size of a constant exponent: Python computes integer powers exactly, however long that takes. */
export const largestExponent = 1000;

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
  refuseSignedBase(text);
  let expression: jsep.Expression;
  try {
    expression = jsep(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(text, '0.95 ** epoch', `it cannot be read: ${reason}`);
  }
  return convert(expression as jsep.CoreExpression, 1);
}

function refuseLong(text: string): void {
  if (text.length <= longestFormula) return;
  throw new Refusal(
    `${text.length} characters`,
    `≤ ${longestFormula} characters`,
    `it has ${text.length} characters, and ${longestFormula} is the most`,
  );
}

const token = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[a-z_]\w*|\*\*|[<>=!]=|[^\s]/giu;

/** jsep reads `-2 ** 2` as `(-2) ** 2` and keeps no parentheses, so the tokens themselves have to be looked at. */
function refuseSignedBase(text: string): void {
  const tokens = text.match(token) ?? [];
  const endsOperand = (word: string | undefined): boolean => word !== undefined && /^[\w.)]/u.test(word);
  for (const [index, word] of tokens.entries()) {
    const isSign = (word === '-' || word === '+') && !endsOperand(tokens[index - 1]);
    if (!isSign) continue;
    let end = index + 1;
    if (/^[a-z_]/iu.test(tokens[end] ?? '') && tokens[end + 1] === '(') end += 1;
    if (tokens[end] === '(') {
      for (let open = 1; open > 0 && end < tokens.length;) {
        end += 1;
        if (tokens[end] === '(') open += 1;
        if (tokens[end] === ')') open -= 1;
      }
    }
    if (tokens[end + 1] === '**') {
      const base = tokens.slice(index, end + 1).join('');
      throw new Refusal(
        `${base} ** …`,
        `(${base}) ** … | ${word}(${base.slice(1)} ** …)`,
        `a sign before the base of ** reads differently in different languages; write (${base}) ** … or ${word}(${base.slice(1)} ** …)`,
      );
    }
  }
}

function convert(expression: jsep.CoreExpression, depth: number): FormulaNode {
  if (depth > deepestFormula) {
    throw new Refusal(
      `${depth} levels`,
      `≤ ${deepestFormula} levels`,
      `it is nested more than ${deepestFormula} levels deep`,
    );
  }
  const inner = (child: jsep.Expression): FormulaNode => convert(child as jsep.CoreExpression, depth + 1);
  switch (expression.type) {
    case 'Literal':
      if (typeof expression.value !== 'number') throw refused(expression.raw, 'number');
      return finite({ type: 'number', value: expression.value }, expression.raw);
    case 'Identifier':
      return named(expression.name);
    case 'UnaryExpression':
      if (expression.operator === '+') return inner(expression.argument);
      if (expression.operator !== '-') throw refused(expression.operator, '+ -');
      return { type: 'negate', operand: inner(expression.argument) };
    case 'BinaryExpression':
      return binary(expression.operator, inner(expression.left), inner(expression.right));
    case 'ConditionalExpression':
      return {
        type: 'conditional',
        test: inner(expression.test),
        then: inner(expression.consequent),
        otherwise: inner(expression.alternate),
      };
    case 'CallExpression':
      return call(expression.callee as jsep.CoreExpression, expression.arguments.map(inner));
    case 'MemberExpression':
      throw new Refusal(
        '.',
        listOf(formulaFunctions),
        'a formula has no properties; functions are written by their bare name',
      );
    case 'Compound':
    case 'SequenceExpression':
      throw new Refusal(
        expression.type === 'Compound' && expression.body.length === 0 ? '""' : ',',
        '0.95 ** epoch',
        'it is not one expression',
      );
    default:
      throw refused(expression.type, '0.95 ** epoch');
  }
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

function call(callee: jsep.CoreExpression, operands: FormulaNode[]): FormulaNode {
  const name = callee.type === 'Identifier' ? callee.name : '(…)';
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
