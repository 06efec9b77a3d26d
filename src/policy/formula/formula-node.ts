/** The operators of a formula; `%` has the sign of its right side, as in Python. */
export type FormulaOperator = '+' | '-' | '*' | '/' | '%' | '**' | '<' | '<=' | '>' | '>=' | '==' | '!=';

/**
 * A formula, taken apart: a function of one argument. Only what has a node here can ever be computed, so nothing in a
 * formula reaches a property, a global or a constructor.
 */
export type FormulaNode =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'argument' }
  | { readonly type: 'constant'; readonly name: FormulaConstant }
  | { readonly type: 'negate'; readonly operand: FormulaNode }
  | {
      readonly type: 'binary';
      readonly operator: FormulaOperator;
      readonly left: FormulaNode;
      readonly right: FormulaNode;
    }
  | {
      readonly type: 'conditional';
      readonly test: FormulaNode;
      readonly then: FormulaNode;
      readonly otherwise: FormulaNode;
    }
  | { readonly type: 'call'; readonly name: FormulaFunction; readonly operands: readonly FormulaNode[] };

/** The constants a formula may name. */
export const formulaConstants = { pi: Math.PI, e: Math.E } as const;

/** The name of a constant. */
export type FormulaConstant = keyof typeof formulaConstants;

/** Fewest and most arguments of each function a formula may call. */
export const formulaFunctions = {
  min: [2, Infinity],
  max: [2, Infinity],
  floor: [1, 1],
  ceil: [1, 1],
  abs: [1, 1],
  sqrt: [1, 1],
  exp: [1, 1],
  log: [1, 1],
  sin: [1, 1],
  cos: [1, 1],
  tan: [1, 1],
  pow: [2, 2],
} as const satisfies Record<string, readonly [number, number]>;

/** The name of a function. */
export type FormulaFunction = keyof typeof formulaFunctions;

/** How tightly each operator binds; the same order in JavaScript and in Python. */
export const operatorPrecedence: Readonly<Record<FormulaOperator, number>> = {
  '==': 1,
  '!=': 1,
  '<': 1,
  '<=': 1,
  '>': 1,
  '>=': 1,
  '+': 2,
  '-': 2,
  '*': 3,
  '/': 3,
  '%': 3,
  '**': 5,
};

/** Whether a node compares two numbers. */
export function isComparison(node: FormulaNode): boolean {
  return node.type === 'binary' && operatorPrecedence[node.operator] === 1;
}
