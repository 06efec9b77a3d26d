/** Returns that are reached only sometimes. */
import type { Frame } from '../../state/frame.js';
import type { State } from '../../state/state.js';

/** What was changed before a return that is reached only sometimes may be changed or not. */
export function joinExits(state: State, frame: Frame, line: number): void {
  for (const { mark, after } of frame.exits) {
    const changed = state.journal.changedSince(mark);
    for (const cell of new Set([...after.keys(), ...changed.keys()])) {
      const atExit = after.has(cell) ? after.get(cell) : changed.get(cell);
      if (atExit === cell.content) continue;
      const reason = `it depends on the return of ${frame.function?.name ?? 'the function'}`;
      state.write(cell, state.either(cell, cell.content, atExit, reason, line));
    }
  }
}
