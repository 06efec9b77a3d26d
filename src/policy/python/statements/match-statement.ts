/** `match`. */
import type { Completion, Interpreter } from '../state/interpreter.js';
import type { StatementOf } from '../syntax/statement.js';
import { areEqual, truthOf } from '../values/comparison.js';
import { runSides } from './both-sides.js';

/** Goes through `match`: the case that fits, or all that may. */
export function runMatch(
  interpreter: Interpreter,
  { subject, cases, line }: StatementOf<'match'>,
): Completion {
  const { state } = interpreter;
  const value = interpreter.evaluate(subject);
  const runFrom = (index: number): Completion => {
    const each = cases.at(index);
    if (!each || index >= cases.length) return 'normal';
    if (each.isWildcard) return interpreter.run(each.body);
    const answers = each.pattern?.map((pattern) => areEqual(value, interpreter.evaluate(pattern)));
    if (answers?.includes(true)) return interpreter.run(each.body);
    if (answers && !answers.includes(undefined)) return runFrom(index + 1);
    const text = `${state.textOf(subject)} == ${each.pattern?.map((pattern) => state.textOf(pattern)).join(' | ') ?? '…'}`;
    const answer = state.answerFor(text);
    if (answer) return truthOf(answer) ? interpreter.run(each.body) : runFrom(index + 1);
    const test = state.derived(text, line, [value], { isCondition: true });
    return runSides(
      state,
      test,
      text,
      line,
      () => interpreter.run(each.body),
      () => runFrom(index + 1),
    );
  };
  return runFrom(0);
}
