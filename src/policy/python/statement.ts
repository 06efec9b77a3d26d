/** Python's statements as a tree. */
import type { Argument, BinaryOperator, Expression, Parameter } from '../syntax/expression.js';
import type { Token } from '../syntax/tokens.js';

/** A name that an import gives: `import a.b as c` binds `c` to the path `a.b`. */
export interface ImportedName {
  readonly name: string;
  readonly path: string;
}

type Shape =
  | { readonly type: 'expression'; readonly value: Expression }
  | { readonly type: 'assign'; readonly targets: readonly Expression[]; readonly value: Expression }
  | {
      readonly type: 'augmented';
      readonly target: Expression;
      readonly operator: BinaryOperator;
      readonly value: Expression;
    }
  | { readonly type: 'import'; readonly names: readonly ImportedName[]; readonly star: string | undefined }
  | {
      readonly type: 'if';
      readonly test: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly type: 'for';
      readonly target: Expression;
      readonly iterable: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly type: 'while';
      readonly test: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly type: 'with';
      readonly items: readonly { readonly value: Expression; readonly target: Expression | undefined }[];
      readonly body: readonly Statement[];
    }
  | FunctionDefinition
  | {
      readonly type: 'class';
      readonly name: string;
      readonly bases: readonly Argument[];
      readonly decorators: readonly Expression[];
      readonly body: readonly Statement[];
    }
  | { readonly type: 'return'; readonly value: Expression | undefined }
  | { readonly type: 'break' | 'continue' | 'pass' }
  | { readonly type: 'raise'; readonly value: Expression | undefined }
  | { readonly type: 'assert'; readonly test: Expression }
  | { readonly type: 'delete'; readonly targets: readonly Expression[] }
  | { readonly type: 'global' | 'nonlocal'; readonly names: readonly string[] }
  | {
      readonly type: 'try';
      readonly body: readonly Statement[];
      readonly handlers: readonly (readonly Statement[])[];
      readonly otherwise: readonly Statement[];
      readonly last: readonly Statement[];
    }
  | {
      readonly type: 'match';
      readonly subject: Expression;
      readonly cases: readonly {
        /** Undefined for a pattern that is more than values. */
        readonly pattern: readonly Expression[] | undefined;
        readonly isWildcard: boolean;
        readonly body: readonly Statement[];
      }[];
    }
  /** What no statement of Python looks like; it matters only if it is about schedulers. */
  | { readonly type: 'unreadable'; readonly tokens: readonly Token[]; readonly reason: string };

/** A `def`, apart from the line that it stands in. */
export interface FunctionDefinition {
  readonly type: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly decorators: readonly Expression[];
  readonly body: readonly Statement[];
  readonly isGenerator: boolean;
}

/** A statement and the line where it begins. */
export type Statement = Shape & { readonly line: number };

/** One kind of statement. */
export type StatementOf<Type extends Statement['type']> = Statement & { readonly type: Type };

/** A statement without its line. */
export type StatementShape = Shape;

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
