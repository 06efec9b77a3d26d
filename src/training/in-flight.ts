/**
 * The reads that the GPU has not answered yet. Nothing awaits the GPU inside the step loop; the loop only waits when too
 * many reads are in flight, so that a slow device does not collect ever more commands.
 */
export class InFlight {
  private readonly reads = new Set<Promise<void>>();
  private failure?: Error;
  /** Wakes those that wait for the next answer. */
  private waiting: (() => void)[] = [];

  /** Whether nothing is in flight. */
  get isEmpty(): boolean {
    return this.reads.size === 0;
  }

  /** Counts a read; the error of a failed one is thrown by the next {@link waitForSpace} or {@link drain}. */
  add(read: Promise<void>): void {
    const counted: Promise<void> = read.then(
      () => this.settle(counted),
      (error: unknown) => {
        this.failure ??= error instanceof Error ? error : new Error(String(error));
        this.settle(counted);
      },
    );
    this.reads.add(counted);
  }

  /** Waits until at most `most` reads are in flight. */
  async waitForSpace(most: number): Promise<void> {
    while (this.reads.size > most) await new Promise<void>((wake) => this.waiting.push(wake));
    this.throwFailure();
  }

  /** Waits for all that is in flight. */
  async drain(): Promise<void> {
    await Promise.all(this.reads);
    this.throwFailure();
  }

  private settle(read: Promise<void>): void {
    this.reads.delete(read);
    const { waiting } = this;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  private throwFailure(): void {
    if (this.failure === undefined) return;
    const { failure } = this;
    this.failure = undefined;
    throw failure;
  }
}
