/** Earlier and later versions of a value, for undo and redo. */
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
   * Remembers a value that is about to be replaced. Changes of one kind within a second, such as letters typed into
   * one field, are undone together; a change without a kind is undone alone.
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

  /** The value before the last change, or undefined; `present` is kept for redo. */
  undo(present: Value): Value | undefined {
    return this.go(this.before, this.after, present);
  }

  /** The value that was undone last, or undefined. */
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
