/** The blocks and expressions that statements are made of. */
import type { Expression } from '../../syntax/expression.js';
import type { Body, Statement } from './statement.js';

/** Whether a body is a block of statements, and not the expression of a lambda. */
export function isBlock(body: Body): body is readonly Statement[] {
  return Array.isArray(body);
}

/** The blocks that stand under a statement, those of functions and classes included. */
export function blocksOf(statement: Statement): (readonly Statement[])[] {
  switch (statement.type) {
    case 'if':
    case 'for':
    case 'while':
      return [statement.body, statement.otherwise];
    case 'with':
    case 'function':
    case 'class':
      return [statement.body];
    case 'try':
      return [statement.body, ...statement.handlers, statement.otherwise, statement.last];
    case 'match':
      return statement.cases.map(({ body }) => body);
    default:
      return [];
  }
}

/** The expressions of a statement itself, without those of the blocks under it. */
export function expressionsOf(statement: Statement): Expression[] {
  switch (statement.type) {
    case 'expression':
      return [statement.value];
    case 'assign':
      return [...statement.targets, statement.value];
    case 'augmented':
      return [statement.target, statement.value];
    case 'if':
    case 'while':
    case 'assert':
      return [statement.test];
    case 'for':
      return [statement.target, statement.iterable];
    case 'with':
      return statement.items.flatMap(({ value, target }) => (target ? [value, target] : [value]));
    case 'function':
      return statement.decorators.slice();
    case 'class':
      return [...statement.bases.map(({ value }) => value), ...statement.decorators];
    case 'return':
    case 'raise':
      return statement.value ? [statement.value] : [];
    case 'delete':
      return statement.targets.slice();
    case 'match':
      return [statement.subject];
    default:
      return [];
  }
}

/** The parts of an expression, one level down. */
export function partsOf(expression: Expression): Expression[] {
  switch (expression.type) {
    case 'attribute':
      return [expression.object];
    case 'subscript':
      return [expression.object, expression.index];
    case 'slice':
      return expression.bounds.filter((bound) => bound !== undefined);
    case 'call':
      return [expression.callee, ...expression.arguments.map(({ value }) => value)];
    case 'sequence':
      return expression.items.slice();
    case 'dictionary':
      return expression.entries.flatMap(({ key, value }) => (key ? [key, value] : [value]));
    case 'comprehension':
      return [
        ...(expression.key ? [expression.key] : []),
        expression.value,
        ...expression.clauses.flatMap(({ iterable, conditions }) => [iterable, ...conditions]),
      ];
    case 'star':
      return [expression.value];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'boolean':
      return expression.operands.slice();
    case 'comparison':
      return [expression.first, ...expression.rest.map(({ operand }) => operand)];
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise];
    case 'lambda':
      return [expression.body];
    case 'named':
      return [expression.target, expression.value];
    case 'yield':
      return expression.value ? [expression.value] : [];
    default:
      return [];
  }
}

/** Calls `visit` with every expression in statements and in the blocks under them. */
export function visitExpressions(
  statements: readonly Statement[],
  visit: (expression: Expression) => void,
): void {
  const walk = (expression: Expression): void => {
    visit(expression);
    partsOf(expression).forEach(walk);
  };
  for (const statement of statements) {
    expressionsOf(statement).forEach(walk);
    for (const block of blocksOf(statement)) visitExpressions(block, visit);
  }
}

/** The last name of what a call calls: `step` of `scheduler.step()`; empty where it has none. */
export function calledName(callee: Expression): string {
  return callee.type === 'name' || callee.type === 'attribute' ? callee.name : '';
}
