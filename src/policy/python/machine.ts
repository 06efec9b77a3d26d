/**
 * Goes through a program as Python would, with values that may not be known, and records what it does to optimizers
 * and schedulers. Nothing is executed.
 *
 * A condition that is not known is gone through on both sides; a loop once, for all its passes: what changes from pass to
 * pass is not known inside. What touches an optimizer or a scheduler in a way that is not understood is refused.
 */
import type { Expression, ExpressionOf } from '../syntax/expression.js';
import { callValue } from './calls/call-value.js';
import { attributeOf } from './expressions/attribute.js';
import { evaluateByKind } from './expressions/evaluate-by-kind.js';
import type { Completion, Interpreter } from './state/interpreter.js';
import { frameOf } from './state/scopes.js';
import type { State } from './state/state.js';
import { assignTo } from './statements/assignment/assign.js';
import { invokeFunction } from './statements/functions/invoke.js';
import { runStatement } from './statements/run-statement.js';
import type { Statement } from './syntax/statement.js';
import { truthOf } from './values/comparison.js';
import type { CallArgument, FunctionValue, Value } from './values/value.js';

/** The interpreter: what all its parts share, and where one part needs another. */
export class Machine implements Interpreter {
  readonly state: State;

  constructor(state: State) {
    this.state = state;
    state.frames.push(frameOf(state.module, undefined, undefined, 0));
  }

  /** Goes through the statements of the module. The value is that of a `return` outside of a function. */
  runModule(statements: readonly Statement[]): Value | undefined {
    this.run(statements);
    return this.state.frame.returns.at(-1)?.value;
  }

  run(statements: readonly Statement[]): Completion {
    let isMixed = false;
    for (const statement of statements) {
      const { line } = statement;
      this.state.budget.count(line);
      const completion = this.state.budget.deeper(line, () => runStatement(this, statement));
      if (completion === 'mixed') isMixed = true;
      else if (completion !== 'normal') return isMixed ? 'mixed' : completion;
    }
    return isMixed ? 'mixed' : 'normal';
  }

  evaluate(expression: Expression): Value {
    const { state } = this;
    const { line } = expression;
    state.budget.count(line);
    const value = state.budget.deeper(line, () => evaluateByKind(this, expression));
    if (value.type !== 'unknown') return value;
    return state.answerFor(state.textOf(expression)) ?? value;
  }

  truth(expression: Expression): boolean | Value {
    const value = this.evaluate(expression);
    return truthOf(value) ?? value;
  }

  attribute(object: Value, name: string, expression: Expression): Value {
    return attributeOf(this, object, name, expression);
  }

  assign(target: Expression, value: Value, source?: Expression): void {
    assignTo(this, target, value, source);
  }

  call(callee: Value, given: readonly CallArgument[], call: ExpressionOf<'call'>): Value {
    return callValue(this, callee, given, call);
  }

  invoke(called: FunctionValue, given: readonly CallArgument[], line: number, self?: Value): Value {
    return invokeFunction(this, called, given, line, self);
  }
}
