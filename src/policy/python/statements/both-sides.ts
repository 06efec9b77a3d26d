/** Both sides of a condition that is not known, from the same state, and what they have in common. */
import { PythonRefusal } from '../outcome/python-refusal.js';
import { askCondition } from '../state/ask.js';
import { CannotUnroll } from '../state/frame.js';
import type { Completion } from '../state/interpreter.js';
import type { State } from '../state/state.js';
import type { Cell } from '../values/cell.js';
import { negateFormula, selectFormula } from '../values/formula-arithmetic.js';
import { isUnknown } from '../values/make-values.js';
import type { Value } from '../values/value.js';

/** Both sides of a condition that is not known. */
export function runSides(
  state: State,
  test: Value,
  text: string,
  line: number,
  runThen: () => Completion,
  runOtherwise: () => Completion,
): Completion {
  const { frame } = state;
  const { journal } = state;
  const mark = journal.mark;
  const outer = state.trace;
  const builtBefore = state.schedulers.content;
  const isFormula = test.type === 'formula';
  const side = (condition: Value | undefined, run: () => Completion) => {
    state.trace = [];
    const returnsBefore = frame.returns.length;
    if (condition) frame.conditions.push(condition);
    const completion = run();
    if (condition) frame.conditions.pop();
    const trace = state.trace;
    state.trace = outer;
    return {
      completion,
      trace,
      built: state.schedulers.content,
      returns: frame.returns.length - returnsBefore,
    };
  };
  const then = side(test, runThen);
  const thenAfter = journal.undo(mark);
  const negated: Value = isFormula ? (negateFormula(test) ?? test) : test;
  // Where the other side returns, what follows is reached only if it was not taken.
  const isImplied = isFormula && then.completion === 'return';
  const other = side(isImplied ? undefined : negated, runOtherwise);
  const changed = journal.changedSince(mark);

  if (then.built !== builtBefore || other.built !== builtBefore) refuseBuilt(state, test, text, line);
  if (then.trace.length > 0 || other.trace.length > 0) {
    const unknown = isUnknown(test) ? test : state.unknown(text, line, 'it depends on the epoch');
    state.emit({ type: 'branch', line, text, test: unknown, then: then.trace, otherwise: other.trace });
  }
  const ends = (completion: Completion): boolean => completion !== 'normal' && completion !== 'mixed';
  if (ends(then.completion) && ends(other.completion)) {
    // Neither side continues.
    leaveWith(state, then.completion, thenAfter.keys());
    leaveWith(state, other.completion, changed.keys());
    if (then.completion === 'return' || other.completion === 'return')
      frame.exits.push({ mark, after: new Map(thenAfter) });
    return then.completion === other.completion
      ? then.completion
      : mixedEnd(then.completion, other.completion);
  }
  if (ends(then.completion)) {
    leaveWith(state, then.completion, thenAfter.keys());
    if (then.completion === 'return') frame.exits.push({ mark, after: new Map(thenAfter) });
    // The other side continues, in the state that it left.
    return 'normal';
  }
  if (ends(other.completion)) {
    const otherAfter = journal.undo(mark);
    leaveWith(state, other.completion, otherAfter.keys());
    if (other.completion === 'return') frame.exits.push({ mark, after: new Map(otherAfter) });
    for (const [cell, content] of thenAfter) journal.write(cell, content);
    return 'normal';
  }
  const isFixed = isUnknown(test) && !test.varies && test.holds.size === 0;
  const condition = isFixed ? state.conditionRoots(test, text, line) : undefined;
  for (const cell of new Set([...thenAfter.keys(), ...changed.keys()])) {
    const yes = thenAfter.has(cell) ? thenAfter.get(cell) : changed.get(cell);
    const no = cell.content;
    if (yes === no) continue;
    const selected = isFormula && isValue(yes) && isValue(no) ? selectFormula(test, yes, no) : undefined;
    const reason = `it depends on the condition of line ${line}: ${text}`;
    state.write(cell, selected ?? state.either(cell, yes, no, reason, line, condition));
  }
  return 'normal';
}

/** Notes what was changed on a path that leaves the loop. */
function leaveWith(state: State, completion: Completion, cells: Iterable<Cell>): void {
  if (completion === 'raise') return;
  const { loops } = state;
  const inner = loops.at(-1);
  if (inner && loops.length > state.frame.loops && inner.loop === undefined && completion !== 'return')
    throw new CannotUnroll();
  const all = [...cells];
  for (const { left } of loops) all.forEach((cell) => left.add(cell));
}

/** A scheduler that is built on one side only. */
function refuseBuilt(state: State, test: Value, text: string, line: number): never {
  if (isUnknown(test)) askCondition(state, test, text, line);
  throw new PythonRefusal(
    'python-unsupported',
    line,
    `whether a scheduler is built depends on the condition ${text}; leave only the branch that you use`,
    { received: text },
  );
}

function isValue(content: unknown): content is Value {
  return typeof content === 'object' && content !== null && 'type' in content;
}

/** `return` on one side and `continue` on the other: nothing that follows is reached. */
function mixedEnd(one: Completion, other: Completion): Completion {
  if (one === 'raise') return other;
  return other === 'raise' ? one : 'return';
}
