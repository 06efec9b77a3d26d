/** Loops whose passes are gone through one by one. */
import type { Expression } from '../../../syntax/expression.js';
import { CannotUnroll } from '../../state/frame.js';
import type { OpenLoop } from '../../state/frame.js';
import type { Completion, Interpreter } from '../../state/interpreter.js';
import type { Statement } from '../../syntax/statement.js';
import type { Value } from '../../values/value.js';

/** Goes through a loop pass by pass. @throws CannotUnroll */
export function runPasses(
  interpreter: Interpreter,
  target: Expression,
  items: readonly Value[],
  body: readonly Statement[],
  otherwise: readonly Statement[],
  line: number,
): Completion {
  const { state } = interpreter;
  const open: OpenLoop = { loop: undefined, left: new Set() };
  for (const item of items) {
    state.count(line);
    interpreter.assign(target, item);
    state.loops.push(open);
    const completion = interpreter.run(body);
    state.loops.pop();
    if (completion === 'break') return 'normal';
    if (completion === 'mixed') throw new CannotUnroll();
    if (completion === 'return' || completion === 'raise') return completion;
  }
  return interpreter.run(otherwise);
}
