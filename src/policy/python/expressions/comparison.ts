/** Comparisons of any values. */
import type { ExpressionOf } from '../../syntax/expression.js';
import type { Interpreter } from '../state/interpreter.js';
import type { State } from '../state/state.js';
import { compare } from '../values/comparison.js';
import { compareFormulas, selectFormula } from '../values/formula-arithmetic.js';
import { listOf } from '../values/lists.js';
import { booleanValue, isUnknown, numberOf, numberValue } from '../values/make-values.js';
import type { Value } from '../values/value.js';

/** A chain of comparisons: `a < b < c`. */
export function comparisonOf(
  interpreter: Interpreter,
  { first, rest, line, ...place }: ExpressionOf<'comparison'>,
): Value {
  const { state } = interpreter;
  const text = state.textOf(place);
  let left = interpreter.evaluate(first);
  let result: Value = booleanValue(true);
  for (const { operator, operand } of rest) {
    const right = interpreter.evaluate(operand);
    const next = compareTwo(state, operator, left, right, text, line);
    if (result.type === 'boolean' && result.value) result = next;
    else if (result.type === 'boolean') return result;
    else if (next.type === 'boolean') {
      if (!next.value) return next;
    } else if (result.type === 'formula' && next.type === 'formula') {
      result = selectFormula(result, next, numberValue(0)) ?? state.derived(text, line, [left, right]);
    } else {
      result = state.derived(text, line, [result, next]);
    }
    left = right;
  }
  return result;
}

function compareTwo(
  state: State,
  operator: ExpressionOf<'comparison'>['rest'][number]['operator'],
  left: Value,
  right: Value,
  text: string,
  line: number,
): Value {
  if (left.type === 'formula' || right.type === 'formula') {
    const known = compareFormulas(operator, left, right);
    if (known) return known;
    const items = operator === 'in' ? listOf(right) : undefined;
    const tests = items?.map((item) => compareFormulas('==', left, item));
    if (tests && tests.length > 0 && !tests.includes(undefined)) {
      return tests.reduce((one, other) => selectFormula(one!, one!, other!))!;
    }
    return state.derived(text, line, [left, right]);
  }
  const known = compare(operator, left, right);
  if (known !== undefined) return booleanValue(known);
  const number = numberOf(right);
  if (isUnknown(left) && left.remainder && number !== undefined && (operator === '==' || operator === '!=')) {
    const { loop, offset, modulus } = left.remainder;
    // A remainder is below its divisor.
    const most = numberOf(modulus);
    if (most !== undefined && (number < 0 || number >= most)) return booleanValue(operator === '!=');
    return state.derived(text, line, [left], {
      every: { loop, modulus, phase: number - offset, isNegated: operator === '!=' },
    });
  }
  const isWord = [left, right].some(({ type }) => type === 'string' || type === 'none');
  return state.derived(text, line, [left, right], isWord ? { isCondition: true } : {});
}
