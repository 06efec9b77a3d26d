/**
 * Collects what happens in a run and reports it about once a frame, rows as typed arrays. It decides what is told at
 * all: not what the page knows already, and nothing that comes after the step at which the run was held.
 */
import type { Evaluation, StepRow } from '../training/index.js';
import type { Checkpoint } from '../training/index.js';
import type { Intervention } from '../timeline/index.js';
import type { Problem } from '../errors.js';
import type { Held, RateState, Report } from './protocol.js';

/** Milliseconds between two reports: about a frame. */
const pace = 16;

/** The way out of a run. */
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
  private isHeldTold = false;
  private timer?: ReturnType<typeof setTimeout>;
  private isClosed = false;

  /**
   * @param send may take the report's arrays away
   * @param known the number of updates that the page knows already, with their evaluations
   */
  constructor(send: (report: Report) => void | Promise<void>, currentLr: () => number[], known: number) {
    this.send = send;
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

  /** The run goes no further: what comes after the step is not told. */
  hold(held: Held): void {
    if (this.heldAt) return;
    this.heldAt = held;
    this.schedule();
  }

  /** Reports at once what has been collected; settles when the page has taken it in, and all that went before. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isClosed) return;
    const { rows, evaluations, interventions, problems, rates, latestCheckpoint: checkpoint } = this;
    const held = this.isHeldTold ? undefined : this.heldAt;
    this.rows = [];
    this.evaluations = [];
    this.interventions = [];
    this.problems = [];
    this.rates = undefined;
    this.latestCheckpoint = undefined;
    this.isHeldTold = held !== undefined || this.isHeldTold;
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
    clearTimeout(this.timer);
  }

  /** The last step that is told of. */
  private get last(): number {
    return this.heldAt?.step ?? Infinity;
  }

  private schedule(): void {
    if (!this.isClosed) this.timer ??= setTimeout(() => void this.flush(), pace);
  }
}

function packed(rows: readonly StepRow[]): Report['rows'] {
  return {
    first: rows[0].step,
    loss: Float32Array.from(rows, ({ loss }) => loss),
    lr: rows[0].lr.map((_, group) => Float64Array.from(rows, ({ lr }) => lr[group])),
  };
}
