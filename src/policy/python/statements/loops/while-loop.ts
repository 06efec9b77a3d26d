/** `while`. */
import type { Completion, Interpreter } from '../../state/interpreter.js';
import type { StatementOf } from '../../syntax/statement.js';
import type { Loop } from '../../values/loop.js';
import { runSymbolic } from './all-passes.js';

/** Goes through `while`, once for all passes. */
export function runWhile(
  interpreter: Interpreter,
  { test, body, otherwise, line }: StatementOf<'while'>,
): Completion {
  const { state } = interpreter;
  if (interpreter.truth(test) === false) return interpreter.run(otherwise);
  const text = state.textOf(test);
  const kind = /epoch/i.test(text) ? 'epoch' : /step|iter|batch|update/i.test(text) ? 'step' : undefined;
  const loop: Loop = { line, kind, text, start: undefined, passes: undefined };
  return runSymbolic(interpreter, loop, () => void interpreter.evaluate(test), body, otherwise);
}
