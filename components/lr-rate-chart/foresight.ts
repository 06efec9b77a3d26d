import type { Lab, Run, RunGhost } from '../../src/lab/index.js';
import type { Policy } from '../../src/policy/index.js';

/** Asks a lab what a policy with other times would do; one question at a time, and of those that wait only the last. */
export class Foresight {
  private waiting: (() => Promise<void>) | undefined;
  private isAsking = false;
  private turn = 0;

  /** Asks, and tells the answer unless another question has come or the asking has ended. */
  ask(lab: Lab, run: Run, policy: Policy, tell: (ghost: RunGhost) => void): void {
    const turn = ++this.turn;
    this.waiting = async () => {
      // What cannot be is not drawn; whoever does it is told why.
      const ghost = await lab.foresee(run, { kind: 'adjust', policy }).catch(() => undefined);
      if (ghost !== undefined && turn >= this.answered) tell(ghost);
    };
    void this.work();
  }

  /** Forgets what was asked. */
  end(): void {
    this.waiting = undefined;
    this.answered = ++this.turn;
  }

  /** Answers to questions before this one come too late. */
  private answered = 0;

  private async work(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.waiting !== undefined) {
      const ask = this.waiting;
      this.waiting = undefined;
      await ask();
    }
    this.isAsking = false;
  }
}
