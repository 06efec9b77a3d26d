/** Expressions as a tree: those of a formula, and those of Python, which has more kinds of them. */

/** An operator between two operands. */
export type BinaryOperator =
  ('+' | '-' | '*' | '/' | '//' | '%' | '**') | ('|' | '&' | '^' | '<<' | '>>' | '@');

/** A comparison of two operands. */
export type ComparisonOperator = '<' | '<=' | '>' | '>=' | '==' | '!=' | 'in' | 'not in' | 'is' | 'is not';

/** An argument of a call: by position, by name, or unpacked. */
export interface Argument {
  readonly kind: 'positional' | 'keyword' | 'list' | 'dictionary';
  /** Only that of a keyword says something. */
  readonly name: string;
  readonly value: Expression;
}

/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  readonly kind: 'plain' | 'keyword' | 'list' | 'dictionary';
  readonly fallback: Expression | undefined;
}

/** One `for … in … if …` of a comprehension. */
export interface ComprehensionClause {
  readonly target: Expression;
  readonly iterable: Expression;
  readonly conditions: readonly Expression[];
}

/** An entry of a dictionary; without a key it is unpacked: `**other`. */
export interface DictionaryEntry {
  readonly key: Expression | undefined;
  readonly value: Expression;
}

type Shape =
  | { readonly type: 'number'; readonly value: number; readonly text: string }
  | { readonly type: 'string'; readonly value: string; readonly isFormat: boolean }
  | { readonly type: 'constant'; readonly value: boolean | null }
  | { readonly type: 'ellipsis' }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'attribute'; readonly object: Expression; readonly name: string }
  | { readonly type: 'subscript'; readonly object: Expression; readonly index: Expression }
  | { readonly type: 'slice'; readonly bounds: readonly (Expression | undefined)[] }
  | { readonly type: 'call'; readonly callee: Expression; readonly arguments: readonly Argument[] }
  | {
      readonly type: 'sequence';
      readonly kind: 'list' | 'tuple' | 'set';
      readonly items: readonly Expression[];
    }
  | { readonly type: 'dictionary'; readonly entries: readonly DictionaryEntry[] }
  | {
      readonly type: 'comprehension';
      readonly kind: 'list' | 'set' | 'dictionary' | 'generator';
      readonly key: Expression | undefined;
      readonly value: Expression;
      readonly clauses: readonly ComprehensionClause[];
    }
  | { readonly type: 'star'; readonly value: Expression }
  | { readonly type: 'unary'; readonly operator: '+' | '-' | '~' | 'not'; readonly operand: Expression }
  | {
      readonly type: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly type: 'boolean'; readonly operator: 'and' | 'or'; readonly operands: readonly Expression[] }
  | {
      readonly type: 'comparison';
      readonly first: Expression;
      readonly rest: readonly { readonly operator: ComparisonOperator; readonly operand: Expression }[];
    }
  | {
      readonly type: 'conditional';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly type: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: Expression }
  | { readonly type: 'named'; readonly target: Expression; readonly value: Expression }
  | { readonly type: 'yield'; readonly value: Expression | undefined };

/** An expression and where it stands in the source. */
export type Expression = Shape & {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** How many levels of expressions it has, itself included. */
  readonly depth: number;
  /** Whether it stands in parentheses of its own. */
  readonly isGrouped?: boolean;
};

/** One kind of expression. */
export type ExpressionOf<Type extends Expression['type']> = Expression & { readonly type: Type };

/** An expression without its place. */
export type ExpressionShape = Shape;
