/** Conditional expressions. */
import type { ExpressionOf } from '../../syntax/expression.js';
import type { Interpreter } from '../state/interpreter.js';
import { areEqual } from '../values/comparison.js';
import { entitiesIn } from '../values/entities.js';
import { selectFormula } from '../values/formula-arithmetic.js';
import { isUnknown } from '../values/make-values.js';
import type { Value } from '../values/value.js';
import { evaluateSometimes } from './evaluate-sometimes.js';

/** `then if test else otherwise`. */
export function conditionalOf(interpreter: Interpreter, expression: ExpressionOf<'conditional'>): Value {
  const { state } = interpreter;
  const { test, then, otherwise, line } = expression;
  const truth = interpreter.truth(test);
  if (typeof truth === 'boolean') return interpreter.evaluate(truth ? then : otherwise);
  const yes = evaluateSometimes(interpreter, then, truth, state.textOf(test), true);
  const no = evaluateSometimes(interpreter, otherwise, truth, state.textOf(test), false);
  if (truth.type === 'formula') {
    const selected = selectFormula(truth, yes, no);
    if (selected) return selected;
  }
  if (areEqual(yes, no) === true) return yes;
  const text = state.textOf(expression);
  const unknowns = [yes, no].filter(isUnknown).flatMap((each) => each.roots);
  const roots = isUnknown(truth)
    ? [...state.conditionRoots(truth, state.textOf(test), line), ...unknowns]
    : unknowns;
  return state.unknown(text, line, `which of the two it is depends on ${state.textOf(test)}`, {
    roots,
    varies: [truth, yes, no].some((each) => isUnknown(each) && each.varies),
    holds: entitiesIn([yes, no]),
  });
}
