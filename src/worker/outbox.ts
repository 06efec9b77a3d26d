/**
 * Collects what happens in a run and reports it about once a frame, rows as typed arrays. It decides what is reported at
 * all: not what the page knows already, and nothing that comes after the step at which the run was held.
 */
import type { Checkpoint, Evaluation, StepRow } from '../training/index.js';
import type { Intervention } from '../timeline/index.js';
import type { Problem } from '../errors.js';
import type { Engine } from './engine.js';
import type { Held, RateState, Report } from './protocol.js';

/** Collects the reports of one run. */
export class Outbox {
  private readonly send: (report: Report) => void | Promise<void>;
  private readonly currentLr: () => number[];
  private readonly known: number;
  private rows: StepRow[] = [];
  private evaluations: Evaluation[] = [];
  private interventions: Intervention[] = [];
  private problems: Problem[] = [];
  private rates?: RateState;
  private latestCheckpoint?: Checkpoint;
  private heldAt?: Held;
  private isHeldReported = false;
  private readonly later: Engine['later'];
  private cancelReport?: () => void;
  private isClosed = false;

  /**
   * @param send may take the report's arrays away
   * @param known the number of updates that the page knows already, with their evaluations
   */
  constructor(
    send: (report: Report) => void | Promise<void>,
    later: Engine['later'],
    currentLr: () => number[],
    known: number,
  ) {
    this.send = send;
    this.later = later;
    this.currentLr = currentLr;
    this.known = known;
  }

  /** Where the run is held, if it is. */
  get held(): Held | undefined {
    return this.heldAt;
  }

  row(row: StepRow): void {
    if (row.step < this.known || row.step > this.last) return;
    this.rows.push(row);
    this.schedule();
  }

  evaluation(evaluation: Evaluation): void {
    if (evaluation.step <= this.known || evaluation.step > this.last) return;
    this.evaluations.push(evaluation);
    this.schedule();
  }

  intervention(intervention: Intervention): void {
    this.interventions.push(intervention);
    this.schedule();
  }

  problem(problem: Problem): void {
    this.problems.push(problem);
    this.schedule();
  }

  rateState(rates: RateState): void {
    this.rates = rates;
    this.schedule();
  }

  checkpoint(checkpoint: Checkpoint): void {
    this.latestCheckpoint = checkpoint;
    this.schedule();
  }

  /** The run trains no further: what comes after the step is not reported. */
  hold(held: Held): void {
    if (this.heldAt) return;
    this.heldAt = held;
    this.schedule();
  }

  /** Reports at once what has been collected; settles when the page has received it, and all that went before. */
  async flush(): Promise<void> {
    this.cancelReport?.();
    this.cancelReport = undefined;
    if (this.isClosed) return;
    const { rows, evaluations, interventions, problems, rates, latestCheckpoint: checkpoint } = this;
    const held = this.isHeldReported ? undefined : this.heldAt;
    this.rows = [];
    this.evaluations = [];
    this.interventions = [];
    this.problems = [];
    this.rates = undefined;
    this.latestCheckpoint = undefined;
    this.isHeldReported = held !== undefined || this.isHeldReported;
    await this.send({
      rows: rows.length === 0 ? undefined : packed(rows),
      lr: this.currentLr(),
      evaluations,
      interventions,
      problems,
      rates,
      checkpoint,
      held,
    });
  }

  /** Reports nothing more, not even what has been collected. */
  close(): void {
    this.isClosed = true;
    this.cancelReport?.();
  }

  /** The last step that is reported. */
  private get last(): number {
    return this.heldAt?.step ?? Infinity;
  }

  private schedule(): void {
    if (!this.isClosed) this.cancelReport ??= this.later(() => void this.flush());
  }
}

function packed(rows: readonly StepRow[]): Report['rows'] {
  return {
    first: rows[0].step,
    loss: Float32Array.from(rows, ({ loss }) => loss),
    lr: rows[0].lr.map((_, group) => Float64Array.from(rows, ({ lr }) => lr[group])),
  };
}
