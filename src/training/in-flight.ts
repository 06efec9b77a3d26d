/**
 * The reads that the GPU still owes. Nothing awaits the GPU inside the step loop; the loop only waits when too much is
 * under way, so that a slow device is not buried in commands.
 */
export class InFlight {
  private readonly reads = new Set<Promise<void>>();
  private failure?: Error;

  /** Whether nothing is under way. */
  get isEmpty(): boolean {
    return this.reads.size === 0;
  }

  /** Keeps count of a read; a failing one is thrown by the next {@link room} or {@link drain}. */
  add(read: Promise<void>): void {
    const counted = read
      .catch((error: unknown) => {
        this.failure ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => this.reads.delete(counted));
    this.reads.add(counted);
  }

  /** Waits until at most so many reads are under way. */
  async room(most: number): Promise<void> {
    while (this.reads.size > most) await Promise.race(this.reads);
    this.throwFailure();
  }

  /** Waits until nothing is under way. */
  async drain(): Promise<void> {
    await Promise.all(this.reads);
    this.throwFailure();
  }

  private throwFailure(): void {
    if (this.failure === undefined) return;
    const { failure } = this;
    this.failure = undefined;
    throw failure;
  }
}
