/** A Python function of the epoch, turned into a formula. */
import { formulaConstants, formulaFunctions } from '../formula/formula-node.js';
import type { FormulaConstant, FormulaFunction, FormulaNode } from '../formula/formula-node.js';
import type { Expression } from './python-expression.js';
import { PythonRefusal } from './python-refusal.js';
import type { Statement } from './python-statements.js';

/** The names that an expression of a formula may use. */
export interface FormulaScope {
  /** The function's parameter. */
  readonly parameter: string;
  /** The number that a name outside the function always has, or a refusal. */
  readonly numberOf: (name: string, line: number) => number;
  /** The member of Python's `math` that a (dotted) name stands for. */
  readonly mathMember: (expression: Expression) => string | undefined;
  /** Whether a bare name still is Python's built-in function. */
  readonly isBuiltIn: (name: string) => boolean;
}

/** @throws PythonRefusal for whatever a formula cannot say. */
export function formulaNodeOf(expression: Expression, scope: FormulaScope): FormulaNode {
  const inner = (part: Expression): FormulaNode => formulaNodeOf(part, scope);
  switch (expression.type) {
    case 'number':
      return { type: 'number', value: expression.value };
    case 'name':
      if (expression.name === scope.parameter) return { type: 'argument' };
      break;
    case 'unary': {
      const operand = inner(expression.operand);
      return expression.operator === '-' ? { type: 'negate', operand } : operand;
    }
    case 'binary': {
      const left = inner(expression.left);
      const right = inner(expression.right);
      if (expression.operator !== '//') return { type: 'binary', operator: expression.operator, left, right };
      return { type: 'call', name: 'floor', operands: [{ type: 'binary', operator: '/', left, right }] };
    }
    case 'comparison': {
      const { operator, left, right } = expression;
      return { type: 'binary', operator, left: inner(left), right: inner(right) };
    }
    case 'conditional': {
      const { test, then, otherwise } = expression;
      return { type: 'conditional', test: inner(test), then: inner(then), otherwise: inner(otherwise) };
    }
    case 'call':
      return call(expression, scope, inner);
    default:
      break;
  }
  const member = scope.mathMember(expression);
  if (member !== undefined && Object.hasOwn(formulaConstants, member)) {
    return { type: 'constant', name: member as FormulaConstant };
  }
  if (expression.type === 'name') {
    const value = scope.numberOf(expression.name, expression.line);
    return value < 0
      ? { type: 'negate', operand: { type: 'number', value: -value } }
      : { type: 'number', value };
  }
  throw new PythonRefusal(
    'formula',
    expression.line,
    'a formula has numbers, its argument, arithmetic and functions only',
    {
      accepted: Object.keys(formulaFunctions).join(' | '),
    },
  );
}

/**
 * The formula of a function's body: `if` blocks that return, then one `return`.
 *
 * @throws PythonRefusal for any other statement.
 */
export function formulaNodeOfBody(
  statements: readonly Statement[],
  line: number,
  scope: FormulaScope,
  parse: (tokens: Statement['tokens'], line: number) => Expression,
): FormulaNode {
  const [first, ...rest] = statements;
  if (statements.length === 0)
    throw new PythonRefusal('formula', line, 'this function does not return a value on every path');
  const { tokens, body } = first;
  const word = tokens[0].type === 'name' ? tokens[0].text : '';
  const remainder = tokens.slice(1);
  if (body === undefined && word === 'return' && remainder.length > 0) {
    return formulaNodeOf(parse(remainder, first.line), scope);
  }
  const isDocstring = body === undefined && tokens.length === 1 && tokens[0].type === 'string';
  if (isDocstring) return formulaNodeOfBody(rest, line, scope, parse);
  if (body !== undefined && (word === 'if' || word === 'elif')) {
    return {
      type: 'conditional',
      test: formulaNodeOf(parse(remainder, first.line), scope),
      then: formulaNodeOfBody(body, first.line, scope, parse),
      otherwise: formulaNodeOfBody(rest, line, scope, parse),
    };
  }
  if (body !== undefined && word === 'else') return formulaNodeOfBody(body, first.line, scope, parse);
  throw new PythonRefusal(
    'formula',
    first.line,
    'a function of the epoch may only return values, after if where needed',
    {
      received: tokens[0].text,
      accepted: 'return | if | elif | else',
    },
  );
}

function call(
  expression: Expression & { type: 'call' },
  scope: FormulaScope,
  inner: (part: Expression) => FormulaNode,
): FormulaNode {
  const { callee, positional, keywords, line } = expression;
  const bare = callee.type === 'name' && scope.isBuiltIn(callee.name) ? callee.name : undefined;
  const name = scope.mathMember(callee) ?? bare;
  if (keywords.length === 0 && bare === 'float' && positional.length === 1) return inner(positional[0]);
  if (keywords.length > 0 || name === undefined || !Object.hasOwn(formulaFunctions, name)) {
    throw new PythonRefusal(
      'formula',
      line,
      `this function has no place in a formula${bare === 'int' ? '; write math.floor' : ''}`,
      {
        received: callee.type === 'name' || callee.type === 'attribute' ? callee.name : '',
        accepted: Object.keys(formulaFunctions).join(' | '),
      },
    );
  }
  return { type: 'call', name: name as FormulaFunction, operands: positional.map(inner) };
}
