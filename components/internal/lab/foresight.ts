import { type Problem, toProblem } from '../../../src/errors.js';
import type { At, Change, Lab, Run, RatePreview } from '../../../src/lab/index.js';
import { isAborted } from '../../../src/async.js';

/** What a change would do, or why it cannot be made. */
export type Prospect = { ghost: RatePreview; problem?: undefined } | { ghost?: undefined; problem: Problem };

/** A change that a reader thinks of making. */
export interface Question {
  readonly run: Run;
  readonly change: Change;
  readonly at: At;
}

/** Asks a lab what a change would do; one question at a time, and of those that wait only the last. */
export class Foresight {
  private waiting: (() => Promise<void>) | undefined;
  private isAsking = false;
  /** Answers to what was asked before the asking last ended come too late. */
  private era = 0;

  /**
   * Asks, and tells the answer unless {@link end} comes before it; nothing where nobody can say. Answers come in the
   * order of their questions.
   */
  ask(
    lab: Pick<Lab, 'preview'>,
    { run, change, at }: Question,
    tell: (prospect: Prospect | undefined) => void,
  ): void {
    const { era } = this;
    this.waiting = async () => {
      const prospect = await lab.preview(run, change, { at }).then(
        (ghost): Prospect | undefined => ghost && { ghost },
        (error: unknown): Prospect | undefined =>
          isAborted(error) ? undefined : { problem: toProblem(error) },
      );
      if (era === this.era) tell(prospect);
    };
    void this.work();
  }

  /** Forgets what was asked. */
  end(): void {
    this.waiting = undefined;
    this.era += 1;
  }

  private async work(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      for (let ask = this.waiting; ask !== undefined; ask = this.waiting) {
        this.waiting = undefined;
        await ask();
      }
    } finally {
      this.isAsking = false;
    }
  }
}
