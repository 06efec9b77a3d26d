import type { Evaluation, StepRow } from './trainer.js';
import type { Intervention } from '../config/index.js';
import type { Problem } from '../errors.js';
import type { RateState, Report } from './lab-worker.js';

/** Milliseconds between two reports: about a frame. */
const pace = 16;

/** Collects what happens in a run and reports it about once a frame, rows as typed arrays. */
export class Outbox {
  private readonly send: (report: Report) => void | Promise<void>;
  private readonly currentLr: () => number[];
  private rows: StepRow[] = [];
  private evaluations: Evaluation[] = [];
  private interventions: Intervention[] = [];
  private problems: Problem[] = [];
  private rates?: RateState;
  private timer?: ReturnType<typeof setTimeout>;

  constructor(send: (report: Report) => void | Promise<void>, currentLr: () => number[]) {
    this.send = send;
    this.currentLr = currentLr;
  }

  row(row: StepRow): void {
    this.rows.push(row);
    this.schedule();
  }

  evaluation(evaluation: Evaluation): void {
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

  /** Reports at once what has been collected; settles when the page has taken it in, and all that went before. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { rows, evaluations, interventions, problems, rates } = this;
    this.rows = [];
    this.evaluations = [];
    this.interventions = [];
    this.problems = [];
    this.rates = undefined;
    await this.send({
      rows: rows.length === 0 ? undefined : packed(rows),
      lr: this.currentLr(),
      evaluations,
      interventions,
      problems,
      rates,
    });
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => void this.flush(), pace);
  }
}

function packed(rows: readonly StepRow[]): Report['rows'] {
  return {
    first: rows[0].step,
    loss: Float32Array.from(rows, ({ loss }) => loss),
    lr: rows[0].lr.map((_, group) => Float64Array.from(rows, ({ lr }) => lr[group])),
  };
}
