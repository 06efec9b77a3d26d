/** What was there before, to go back to and forth again. */
export class UndoStack<Value> {
  private before: Value[] = [];
  private after: Value[] = [];
  private lastKind: string | undefined;
  private lastTime = -Infinity;

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  get canRedo(): boolean {
    return this.after.length > 0;
  }

  /**
   * Remembers a value that is being replaced. Changes of one kind (letters typed into one field) that follow each other
   * within a second are taken back together; a change without a kind stands for itself.
   */
  push(value: Value, kind?: string, now = performance.now()): void {
    const isMore = kind !== undefined && kind === this.lastKind && now - this.lastTime < 1000;
    this.lastKind = kind;
    this.lastTime = now;
    this.after = [];
    if (isMore && this.before.length > 0) return;
    this.before.push(value);
    if (this.before.length > 200) this.before.shift();
  }

  /** The value to go back to, or undefined; `present` is what one can then go forth to. */
  undo(present: Value): Value | undefined {
    return this.go(this.before, this.after, present);
  }

  /** The value to go forth to, or undefined. */
  redo(present: Value): Value | undefined {
    return this.go(this.after, this.before, present);
  }

  private go(from: Value[], to: Value[], present: Value): Value | undefined {
    const value = from.pop();
    if (value !== undefined) to.push(present);
    this.lastKind = undefined;
    return value;
  }
}
