import type { Checkpoint, Evaluation } from '../../../src/training/index.js';
import type { Held, Report, RunListener } from '../../../src/worker/protocol.js';
import type { Intervention, RunGhost } from '../../../src/timeline/index.js';
import type { Problem } from '../../../src/errors.js';

/** All that a run has told. */
export class Recording implements RunListener {
  readonly step: number[] = [];
  readonly loss: number[] = [];
  readonly lr: number[] = [];
  readonly evaluations: Evaluation[] = [];
  readonly interventions: Intervention[] = [];
  readonly checkpoints: Checkpoint[] = [];
  readonly problems: Problem[] = [];
  planned: readonly Intervention[] = [];
  ghost?: RunGhost;
  held?: Held;
  /** Called after each report. */
  onReport?: () => void;

  report({ rows, evaluations, interventions, checkpoint, held, problems, rates }: Report): void {
    if (rows) {
      this.step.push(...Array.from(rows.loss, (_, index) => rows.first + index));
      this.loss.push(...rows.loss);
      this.lr.push(...rows.lr[0]);
    }
    this.evaluations.push(...evaluations);
    this.interventions.push(...interventions);
    this.problems.push(...problems);
    if (checkpoint) this.checkpoints.push(checkpoint);
    if (rates) ({ planned: this.planned, ghost: this.ghost } = rates);
    this.held ??= held;
    this.onReport?.();
  }

  /** Waits until this many rows have been told. */
  until(rows: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.loss.length >= rows) resolve();
      };
      this.onReport = look;
      look();
    });
  }
}
