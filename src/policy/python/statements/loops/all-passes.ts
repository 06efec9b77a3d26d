/** Loops that are gone through once for all their passes. */
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { OpenLoop } from '../../state/frame.js';
import type { Completion, Interpreter } from '../../state/interpreter.js';
import type { State } from '../../state/state.js';
import type { TraceNode } from '../../state/trace.js';
import type { Statement } from '../../syntax/statement.js';
import type { Cell } from '../../values/cell.js';
import type { Loop } from '../../values/loop.js';

/** A loop, once for all its passes. */
export function runSymbolic(
  interpreter: Interpreter,
  loop: Loop,
  bind: () => void,
  body: readonly Statement[],
  otherwise: readonly Statement[],
): Completion {
  const { state } = interpreter;
  const { journal } = state;
  const { line } = loop;
  const mark = journal.mark;
  const outer = state.trace;
  const { frame } = state;
  const returns = frame.returns.length;
  const exits = frame.exits.length;
  const reason = `it changes in the loop of line ${line}`;
  /** What changes from pass to pass, and what it holds before and after one. */
  const changing = new Map<Cell, unknown>();
  const guard = state.unknown(loop.text, line, 'whether the loop is gone through is not known', {
    varies: true,
  });
  let completion: Completion;
  for (let attempt = 0; ; attempt += 1) {
    const born = state.cellsNow();
    for (const [cell, after] of changing)
      journal.write(cell, state.either(cell, cell.content, after, reason, line));
    const start = journal.mark;
    const open: OpenLoop = { loop, left: new Set() };
    state.trace = [];
    state.loops.push(open);
    frame.conditions.push(guard);
    bind();
    completion = interpreter.run(body);
    frame.conditions.pop();
    state.loops.pop();
    const trace: TraceNode[] = state.trace;
    state.trace = outer;
    const changed = [...new Set([...journal.changedSince(start).keys(), ...open.left])];
    const news = changed.filter((cell) => cell.born <= born && !changing.has(cell));
    if (news.length === 0) {
      if (trace.length > 0) state.emit({ type: 'loop', line, loop, body: trace });
      for (const cell of changed) {
        if (cell.born <= born) journal.write(cell, afterLoop(state, cell, changing.get(cell), reason, line));
      }
      break;
    }
    if (attempt > 12) throw new PythonRefusal('size', line, 'what this loop changes is too much to follow');
    const after = journal.undo(mark);
    frame.returns.length = returns;
    frame.exits.length = exits;
    for (const cell of news) {
      // A name that had no value before has none to be kept.
      changing.set(cell, after.get(cell) ?? cell.content);
    }
  }
  if (completion === 'raise') return 'normal';
  return interpreter.run(otherwise);
}

function afterLoop(state: State, cell: Cell, after: unknown, reason: string, line: number): unknown {
  if (cell === (state.schedulers as Cell) || cell === (state.optimizers as Cell)) return cell.content;
  return state.either(cell, cell.content, after, reason, line);
}
