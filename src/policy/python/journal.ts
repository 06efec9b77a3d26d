/** What a program can change, and a record of the changes so that they can be undone. */

let births = 0;

/** How many cells there are so far. */
export function cellsSoFar(): number {
  return births;
}

/** One place that holds something: a variable, an attribute, the items of a list. */
export class Cell<Content = unknown> {
  content: Content;
  /** Which one it is, in the order of their making. */
  readonly born = (births += 1);

  constructor(content: Content) {
    this.content = content;
  }
}

interface Change {
  readonly cell: Cell;
  readonly before: unknown;
}

/** What was in each cell that changed. */
export type Contents = Map<Cell, unknown>;

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
