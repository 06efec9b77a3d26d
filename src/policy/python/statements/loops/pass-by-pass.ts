/** Loops whose passes are gone through one by one. */
import type { Expression } from '../../../syntax/expression.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import { CannotUnroll } from '../../state/frame.js';
import type { OpenLoop } from '../../state/frame.js';
import type { Completion, Interpreter } from '../../state/interpreter.js';
import type { Statement, StatementOf } from '../../syntax/statement.js';
import type { Value } from '../../values/value.js';

/** Goes through a loop pass by pass. @throws CannotUnroll */
function runPasses(
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
    state.budget.count(line);
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

/** Goes through a loop pass by pass; undefined, and nothing is changed, where that cannot be followed. */
export function tryPasses(
  interpreter: Interpreter,
  { target, body, otherwise, line }: StatementOf<'for'>,
  items: readonly Value[],
  holdsEntities: boolean,
): Completion | undefined {
  const { state } = interpreter;
  const mark = state.journal.mark;
  const kept = state.trace.length;
  const frames = state.frames.length;
  const loops = state.loops.length;
  const returns = state.frame.returns.length;
  const exits = state.frame.exits.length;
  try {
    return runPasses(interpreter, target, items, body, otherwise, line);
  } catch (error) {
    if (!(error instanceof CannotUnroll)) throw error;
    if (holdsEntities)
      throw new PythonRefusal('python-unsupported', line, 'this loop over schedulers cannot be followed');
    state.journal.undo(mark);
    state.trace.length = kept;
    state.frames.length = frames;
    state.loops.length = loops;
    state.frame.returns.length = returns;
    state.frame.exits.length = exits;
    return undefined;
  }
}
