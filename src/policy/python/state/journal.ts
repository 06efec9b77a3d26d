/** A record of what a program changes, so that it can be undone. */
import type { Cell } from '../values/cell.js';

interface Change {
  readonly cell: Cell;
  readonly before: unknown;
}

/** What was in each cell that changed. */
type Contents = Map<Cell, unknown>;

/**
 * The record of all changes. Both sides of a condition that is not known are run from the same state, and so is the body
 * of a loop; then the changes are undone and compared.
 */
export class Journal {
  private readonly changes: Change[] = [];

  /** A place in the record. */
  get mark(): number {
    return this.changes.length;
  }

  /** Puts something into a cell. */
  write<Content>(cell: Cell<Content>, content: Content): void {
    this.changes.push({ cell: cell, before: cell.content });
    cell.content = content;
  }

  /** The cells that have changed since a mark, with what they held then. */
  changedSince(mark: number): Contents {
    const before: Contents = new Map();
    for (const change of this.changes.slice(mark)) {
      if (!before.has(change.cell)) before.set(change.cell, change.before);
    }
    return before;
  }

  /** Undoes everything since a mark, and returns what the changed cells held until now. */
  undo(mark: number): Contents {
    const after: Contents = new Map();
    while (this.changes.length > mark) {
      const { cell, before } = this.changes.pop()!;
      if (!after.has(cell)) after.set(cell, cell.content);
      cell.content = before;
    }
    return after;
  }
}
