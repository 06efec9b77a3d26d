/** How much a reading may take before it is refused. */
import { PythonRefusal } from '../outcome/python-refusal.js';

/** The most operations that a reading takes. */
const mostOperations = 600_000;

/** The deepest nesting of calls, statements and expressions. */
const deepestReading = 900;

/** Counts what a reading takes. */
export class Budget {
  private operations = 0;
  private depth = 0;

  /** Counts an operation. @throws PythonRefusal where there are too many. */
  count(line: number, operations = 1): void {
    this.operations += operations;
    if (this.operations > mostOperations) {
      throw new PythonRefusal('size', line, `reading this code takes more than ${mostOperations} operations`);
    }
  }

  /** Goes one level deeper. @throws PythonRefusal where it is too deep. */
  deeper<Result>(line: number, read: () => Result): Result {
    this.depth += 1;
    if (this.depth > deepestReading) {
      this.depth = 0;
      throw new PythonRefusal('size', line, `reading this code goes more than ${deepestReading} levels deep`);
    }
    try {
      return read();
    } finally {
      this.depth -= 1;
    }
  }
}
