/** What the parts of the interpreter need of each other; `Machine` puts them together. */
import type { Expression, ExpressionOf } from '../../syntax/expression.js';
import type { Statement } from '../syntax/statement.js';
import type { CallArgument, FunctionValue, Value } from '../values/value.js';
import type { State } from './state.js';

/** How a block ends. `mixed`: the sides of a condition end in different ways. */
export type Completion = 'normal' | 'break' | 'continue' | 'return' | 'raise' | 'mixed';

/** Goes through a program. Each of its parts is a function in a file of its own. */
export interface Interpreter {
  readonly state: State;
  /** Goes through statements. */
  readonly run: (statements: readonly Statement[]) => Completion;
  /** The value of an expression; a value that a person gave for it replaces an unknown one. */
  readonly evaluate: (expression: Expression) => Value;
  /** Whether an expression is true; a value where that is not known. */
  readonly truth: (expression: Expression) => boolean | Value;
  /** The value of an attribute. */
  readonly attribute: (object: Value, name: string, expression: Expression) => Value;
  /** Gives the target of an assignment, a loop or a comprehension its value. */
  readonly assign: (target: Expression, value: Value, source?: Expression) => void;
  /** Calls a value. */
  readonly call: (callee: Value, given: readonly CallArgument[], call: ExpressionOf<'call'>) => Value;
  /** Goes through a function of the program with these arguments, and gives what it returns. */
  readonly invoke: (
    called: FunctionValue,
    given: readonly CallArgument[],
    line: number,
    self?: Value,
  ) => Value;
}
