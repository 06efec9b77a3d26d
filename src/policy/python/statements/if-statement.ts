/** `if`. */
import type { Expression } from '../../syntax/expression.js';
import { buildsIn } from '../names/acting-blocks.js';
import { askCondition } from '../state/ask.js';
import type { Completion, Interpreter } from '../state/interpreter.js';
import type { StatementOf } from '../syntax/statement.js';
import { isUnknown } from '../values/make-values.js';
import { runSides } from './both-sides.js';

/** Goes through `if`: one side where the condition is known, otherwise both. */
export function runIf(
  interpreter: Interpreter,
  { test, body, otherwise, line }: StatementOf<'if'>,
): Completion {
  const { state } = interpreter;
  const truth = interpreter.truth(test);
  if (typeof truth === 'boolean') {
    const before = state.trace.length;
    const built = state.schedulers.content;
    const completion = interpreter.run(truth ? body : otherwise);
    const acts =
      state.schedulers.content !== built ||
      state.trace.slice(before).some(({ type }) => type === 'step' || type === 'update');
    if (acts && isChoice(test) && state.loops.every(({ loop }) => loop)) {
      const text = state.textOf(test);
      state.note(
        'branch-taken',
        line,
        truth ? text : `not (${text})`,
        `the branch ${truth ? '' : 'without '}${text} was taken`,
      );
    }
    return completion;
  }
  if (isUnknown(truth) && (buildsIn(body) || buildsIn(otherwise)))
    askCondition(state, truth, state.textOf(test), line);
  return runSides(
    state,
    truth,
    state.textOf(test),
    line,
    () => interpreter.run(body),
    () => interpreter.run(otherwise),
  );
}

/** Whether a condition chooses between ways to train, and is not just a check. */
function isChoice(test: Expression): boolean {
  if (test.type === 'comparison') {
    if (test.first.type === 'name' && test.first.name === '__name__') return false;
    const [{ operator, operand }] = test.rest;
    if (operator === 'is' || operator === 'is not') return operand.type !== 'constant';
    return true;
  }
  if (test.type === 'unary') return isChoice(test.operand);
  if (test.type === 'boolean') return test.operands.some(isChoice);
  if (test.type === 'call') return false;
  return test.type === 'attribute' || test.type === 'name' || test.type === 'subscript';
}
