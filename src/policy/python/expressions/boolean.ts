/** `and` and `or`, of which the second operand may not be evaluated. */
import type { ExpressionOf } from '../../syntax/expression.js';
import type { Interpreter } from '../state/interpreter.js';
import { truthOf } from '../values/comparison.js';
import { entitiesIn } from '../values/entities.js';
import { selectFormula } from '../values/formula-arithmetic.js';
import { booleanValue, isUnknown } from '../values/make-values.js';
import type { Value } from '../values/value.js';
import { evaluateSometimes } from './evaluate-sometimes.js';

/** `and` and `or`. */
export function booleanOf(
  interpreter: Interpreter,
  { operator, operands, line, ...place }: ExpressionOf<'boolean'>,
): Value {
  const { state } = interpreter;
  const text = state.textOf(place);
  let result: Value | undefined;
  const seen: Value[] = [];
  for (const operand of operands) {
    // After one that is not known the next may not be evaluated.
    const open = seen.find((each) => truthOf(each) === undefined);
    const value = open
      ? evaluateSometimes(interpreter, operand, open, text, operator === 'and')
      : interpreter.evaluate(operand);
    const truth = truthOf(value);
    if (result?.type === 'formula' || (value.type === 'formula' && !result)) {
      const before: Value | undefined = result;
      if (before === undefined) result = value;
      else
        result =
          (operator === 'and'
            ? selectFormula(before, value, before)
            : selectFormula(before, before, value)) ?? state.derived(text, line, [before, value]);
      seen.push(value);
      continue;
    }
    seen.push(value);
    if (truth === undefined) {
      // What follows may not be evaluated, so it must do nothing.
      continue;
    }
    const isDecided = truth === (operator === 'or');
    if (isDecided && seen.length === 1) return value;
    if (isDecided && seen.slice(0, -1).every((each) => truthOf(each) !== undefined)) return value;
    // `x and False` is false for every x.
    if (isDecided && operator === 'and') return booleanValue(false);
    if (isDecided)
      return seen.every((each) => isUnknown(each) || truthOf(each) !== undefined) && isPlainTest(seen)
        ? value
        : state.derived(text, line, seen);
    result = value;
  }
  if (result?.type === 'formula' && seen.every((value) => !isUnknown(value))) return result;
  const unknown = seen.filter((value) => truthOf(value) === undefined);
  if (unknown.length === 0) return seen[seen.length - 1];
  // `True and x` is x.
  if (unknown.length === 1 && (operator === 'and' ? seen.at(-1) === unknown[0] : seen.at(-1) === unknown[0]))
    return unknown[0];
  return state.derived(text, line, seen, {
    holds: entitiesIn(seen),
    varies: unknown.some((value) => isUnknown(value) && value.varies),
  });
}

/** Whether values are only tests, so that which one an `or` gives makes no difference. */
function isPlainTest(values: readonly Value[]): boolean {
  return values.every(
    (value) =>
      value.type === 'boolean' || (isUnknown(value) && value.holds.size === 0 && value.roots.length > 0),
  );
}
