/** Expressions that are evaluated only under a condition. */
import type { Expression } from '../../syntax/expression.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { Interpreter } from '../state/interpreter.js';
import { isUnknown } from '../values/make-values.js';
import type { Value } from '../values/value.js';

/** What is evaluated only if a condition holds, or does not: what it does happens only then. */
export function evaluateSometimes(
  interpreter: Interpreter,
  expression: Expression,
  test: Value,
  text: string,
  isThen: boolean,
): Value {
  const { state } = interpreter;
  const { trace, journal } = state;
  const mark = journal.mark;
  const built = state.schedulers.content;
  const { line } = expression;
  state.trace = [];
  const value = interpreter.evaluate(expression);
  const happened = state.trace;
  state.trace = trace;
  if (state.schedulers.content !== built) {
    throw new PythonRefusal(
      'python-unsupported',
      line,
      `which scheduler it is depends on a condition that is not known: ${text}; leave only the one that you use`,
      { received: text, detail: 'condition' },
    );
  }
  if (happened.length > 0) {
    const unknown = isUnknown(test)
      ? test
      : state.unknown(text, line, 'it depends on the epoch', { varies: true });
    state.emit({
      type: 'branch',
      line,
      text,
      test: unknown,
      then: isThen ? happened : [],
      otherwise: isThen ? [] : happened,
    });
  }
  for (const [cell, before] of journal.changedSince(mark)) {
    if (cell.content === before || before === undefined) continue;
    state.write<unknown>(cell, state.either(cell, cell.content, before, `it depends on ${text}`, line));
  }
  return value;
}
