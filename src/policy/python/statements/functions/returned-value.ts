/** What a function returns. */
import type { Frame } from '../../state/frame.js';
import type { Completion } from '../../state/interpreter.js';
import type { State } from '../../state/state.js';
import { areEqual } from '../../values/comparison.js';
import { entitiesIn } from '../../values/entities.js';
import { selectFormula } from '../../values/formula-arithmetic.js';
import { isUnknown, none } from '../../values/make-values.js';
import type { FunctionValue, Value } from '../../values/value.js';

/** What a function returns, out of all its returns and their conditions. */
export function returnedValue(
  state: State,
  frame: Frame,
  completion: Completion,
  called: FunctionValue,
  line: number,
): Value {
  const returns = [...frame.returns];
  const isComplete = completion === 'return' || completion === 'raise';
  // The last one is reached where none before it is.
  const last = isComplete ? returns.pop() : undefined;
  if (returns.length === 0 && last?.conditions.length === 0) return last.value;
  if (returns.length === 0 && !last) return none;
  if (last && last.conditions.length > 0) returns.push(last);
  const isOpen = last === undefined || last.conditions.length > 0;
  let result: Value | undefined = isOpen ? (completion === 'normal' ? none : undefined) : last.value;
  for (const { value, conditions } of returns.reverse()) {
    const isFormula = conditions.length > 0 && conditions.every(({ type }) => type === 'formula');
    // All paths that end in a return: the last of them needs no condition.
    if (result === undefined) {
      result = value;
      continue;
    }
    if (!isFormula) {
      if (areEqual(value, result) === true) continue;
      result = oneOf(state, [value, result, ...conditions], called, line);
      continue;
    }
    let chosen: Value | undefined = value;
    for (const condition of [...conditions].reverse()) {
      chosen = chosen && selectFormula(condition, chosen, result);
    }
    result = chosen ?? oneOf(state, [value, result, ...conditions], called, line);
  }
  return result ?? state.unknown(called.name, line, `what ${called.name} returns is not known`);
}

function oneOf(state: State, values: readonly Value[], called: FunctionValue, line: number): Value {
  const reason = `what ${called.name || 'the function'} returns depends on a condition that is not known`;
  const unknowns = values.filter(isUnknown);
  return state.unknown('', line, reason, {
    holds: entitiesIn(values),
    roots: unknowns.flatMap(({ roots }) => roots),
    varies: unknowns.length === 0 || unknowns.some(({ varies }) => varies),
  });
}
