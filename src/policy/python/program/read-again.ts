/** Functions whose names get another value later in the program. */
import { requireSameFormula } from '../calls/schedulers/formula-text.js';
import type { Interpreter } from '../state/interpreter.js';

/** A function that a scheduler calls sees what its names hold in the end. @throws PythonRefusal */
export function readAgain(interpreter: Interpreter): void {
  for (const { functions, line } of interpreter.state.schedulers.content) {
    for (const each of functions) requireSameFormula(interpreter, each, line, line);
  }
}
