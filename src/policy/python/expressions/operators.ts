/** Python's operators on any values. */
import type { Expression, ExpressionOf } from '../../syntax/expression.js';
import type { Interpreter } from '../state/interpreter.js';
import type { State } from '../state/state.js';
import { operate } from '../values/arithmetic.js';
import { truthOf } from '../values/comparison.js';
import { entitiesIn } from '../values/entities.js';
import { minusFormula, negateFormula, operateOnFormulas } from '../values/formula-arithmetic.js';
import { booleanValue, isUnknown, itemsOf, numberOf, numberValue } from '../values/make-values.js';
import type { UnknownValue, Value } from '../values/value.js';

/** `-value`, `not value` and the like. */
export function unaryOf(interpreter: Interpreter, expression: ExpressionOf<'unary'>): Value {
  const { state } = interpreter;
  const value = interpreter.evaluate(expression.operand);
  const text = state.textOf(expression);
  if (expression.operator === 'not') {
    const truth = truthOf(value);
    if (truth !== undefined) return booleanValue(!truth);
    if (value.type === 'formula')
      return negateFormula(value) ?? state.derived(text, expression.line, [value]);
    if (isUnknown(value) && value.every)
      return state.derived(text, expression.line, [value], {
        every: { ...value.every, isNegated: !value.every.isNegated },
      });
    if (isUnknown(value) && value.remainder) {
      const { loop, offset, modulus } = value.remainder;
      return state.derived(text, expression.line, [value], {
        every: { loop, modulus, phase: -offset, isNegated: false },
      });
    }
    return state.derived(text, expression.line, [value]);
  }
  const number = numberOf(value);
  if (number !== undefined && expression.operator !== '~')
    return numberValue(expression.operator === '-' ? -number : number);
  if (value.type === 'formula' && expression.operator !== '~')
    return expression.operator === '+' ? value : minusFormula(value)!;
  return state.derived(text, expression.line, [value]);
}

/** `left operator right`. */
export function binaryOf(
  state: State,
  expression: Expression & { operator?: unknown },
  left: Value,
  right: Value,
): Value {
  const { line } = expression;
  const operator = (expression as ExpressionOf<'binary'>).operator;
  const text = state.textOf(expression);
  if (left.type === 'formula' || right.type === 'formula') {
    return operateOnFormulas(operator, left, right) ?? state.derived(text, line, [left, right]);
  }
  const known = operate(operator, left, right);
  if (known) {
    if (known.type === 'sequence') state.budget.count(line, (itemsOf(known)?.length ?? 0) / 8);
    return known;
  }
  const counter = isUnknown(left) ? left.counts : undefined;
  const number = numberOf(right);
  const otherCounter = isUnknown(right) ? right.counts : undefined;
  const otherNumber = numberOf(left);
  const counted = (loop: typeof counter, by: number): UnknownValue =>
    state.derived(text, line, [left, right], { counts: { loop: loop!.loop, offset: loop!.offset + by } });
  if (counter && number !== undefined && (operator === '+' || operator === '-'))
    return counted(counter, operator === '+' ? number : -number);
  if (otherCounter && otherNumber !== undefined && operator === '+')
    return counted(otherCounter, otherNumber);
  if (counter && operator === '%' && (number !== undefined || isUnknown(right)))
    return state.derived(text, line, [left, right], {
      remainder: { loop: counter.loop, offset: counter.offset, modulus: right },
    });
  const holds = entitiesIn([left, right]);
  return state.derived(text, line, [left, right], { holds });
}
