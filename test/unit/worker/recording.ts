import type { Checkpoint, Evaluation } from '../../../src/training/index.js';
import type { Held, Report, RunListener } from '../../../src/worker/protocol.js';
import type { Intervention, RatePreview } from '../../../src/timeline/index.js';
import type { Problem } from '../../../src/errors.js';

/** Everything that a run has reported. */
export class Recording implements RunListener {
  readonly step: number[] = [];
  readonly loss: number[] = [];
  readonly lr: number[] = [];
  readonly evaluations: Evaluation[] = [];
  readonly interventions: Intervention[] = [];
  readonly checkpoints: Checkpoint[] = [];
  readonly problems: Problem[] = [];
  planned: readonly Intervention[] = [];
  preview?: RatePreview;
  held?: Held;
  /** Called after each report. */
  onReport?: () => void;

  report({ rows, evaluations, interventions, checkpoint, held, problems, rates }: Report): void {
    if (rows) {
      for (const [index, loss] of rows.loss.entries()) {
        this.step.push(rows.first + index);
        this.loss.push(loss);
        this.lr.push(rows.lr[0][index]);
      }
    }
    this.evaluations.push(...evaluations);
    this.interventions.push(...interventions);
    this.problems.push(...problems);
    if (checkpoint) this.checkpoints.push(checkpoint);
    if (rates) ({ planned: this.planned, preview: this.preview } = rates);
    this.held ??= held;
    this.onReport?.();
  }

  /** Waits until so many rows have been reported. */
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
