/**
 * A run inside the worker: it goes on by itself until it is paused, makes the interventions that are due, and reports
 * what happened.
 */
import { stepOf } from '../config/index.js';
import { toProblem } from '../errors.js';
import type { At, Change, Intervention } from '../config/index.js';
import type { RateState, Report } from './lab-worker.js';
import { Outbox } from './outbox.js';
import type { TrainerConfig } from './preparation.js';
import type { TrainerHooks } from './trainer.js';
import { Trainer } from './trainer.js';

/** A run that goes by itself. */
export class Session {
  readonly trainer: Trainer;
  private readonly outbox: Outbox;
  private planned: Intervention[];
  /** Interventions that wait for the step under way to end. */
  private requests: (() => void)[] = [];
  private going?: Promise<void>;
  private paused = true;
  /** Whether a step may be under way; true a little longer than not paused. */
  private active = false;

  private constructor(trainer: Trainer, outbox: Outbox, planned: Intervention[]) {
    this.trainer = trainer;
    this.outbox = outbox;
    const { steps } = trainer.plan;
    this.planned = planned.filter(({ step }) => step < steps);
    // They were planned before the data was known, and with it the length of the run.
    for (const { step } of planned) if (step >= steps) this.tellFailure(() => stepOf(step, 0, trainer.plan));
    this.tellRates();
  }

  /** Prepares a run; `planned` are interventions that are already known. */
  static async create(
    config: TrainerConfig,
    planned: Intervention[],
    report: (report: Report) => void | Promise<void>,
    hooks: Omit<TrainerHooks, 'onRow' | 'onEvaluation'>,
  ): Promise<Session> {
    const outbox = new Outbox(report, () => trainer.lr);
    const trainer = await Trainer.create(config, {
      ...hooks,
      onRow: (row) => outbox.row(row),
      onEvaluation: (evaluation) => outbox.evaluation(evaluation),
    });
    return new Session(trainer, outbox, planned);
  }

  /** Trains until paused or until `until` updates have been made; everything has been reported when it settles. */
  async run(until: number): Promise<void> {
    // How it ended before has been told to whoever called run().
    await this.going?.catch(() => undefined);
    this.paused = false;
    this.going = this.train(Math.min(until, this.trainer.plan.steps));
    await this.going;
  }

  /** Stops after the present step. */
  pause(): void {
    this.paused = true;
  }

  /**
   * Makes a change now, or plans it.
   *
   * @returns the change with the step before whose update it acts
   * @throws InputError when the change cannot be made or its step is not ahead
   */
  async intervene(change: Change, at: At): Promise<Intervention> {
    if (this.active) await new Promise<void>((resolve) => this.requests.push(resolve));
    const { plan, steps } = this.trainer;
    const step = stepOf(at, steps, plan);
    const intervention = { ...change, step };
    if (step === steps) {
      this.act(intervention);
    } else {
      this.trainer.check(change);
      this.planned.push(intervention);
    }
    this.tellRates();
    await this.outbox.flush();
    return intervention;
  }

  /** Stops and frees everything. */
  async dispose(): Promise<void> {
    this.pause();
    // A failure of the run has been told to whoever called run().
    await this.going?.catch(() => undefined);
    await this.trainer.dispose();
  }

  private async train(until: number): Promise<void> {
    this.active = true;
    try {
      while (!this.paused && this.trainer.steps < until) {
        await this.admitRequests();
        await this.actOnDue();
        const next = Math.min(until, ...this.planned.map(({ step }) => step));
        await this.trainer.advance(next - this.trainer.steps);
        await nextTask();
      }
      await this.trainer.drain();
    } finally {
      // After a failure too: what was in flight is told, and whoever waits to intervene is let in.
      await this.trainer.drain().catch(() => undefined);
      this.paused = true;
      this.active = false;
      for (const admit of this.requests.splice(0)) admit();
      await nextTask();
      await this.outbox.flush();
    }
  }

  /** Lets the interventions act that have been asked for; nothing is in flight then. */
  private async admitRequests(): Promise<void> {
    while (this.requests.length > 0) {
      await this.trainer.drain();
      for (const admit of this.requests.splice(0)) admit();
      // They go on in the microtasks that follow.
      await nextTask();
    }
  }

  private async actOnDue(): Promise<void> {
    const due = this.planned.filter(({ step }) => step === this.trainer.steps);
    if (due.length === 0) return;
    await this.trainer.drain();
    this.planned = this.planned.filter((intervention) => !due.includes(intervention));
    // What was possible when it was planned may have become impossible since.
    for (const intervention of due) this.tellFailure(() => this.act(intervention));
    this.tellRates();
  }

  /** Does something whose failure leaves the run as it is, and tells of it. */
  private tellFailure(attempt: () => unknown): void {
    try {
      attempt();
    } catch (error) {
      this.outbox.problem(toProblem(error));
    }
  }

  private act(intervention: Intervention): void {
    this.trainer.apply(intervention);
    this.outbox.intervention(intervention);
  }

  private tellRates(): void {
    const rates: RateState = {
      entries: this.trainer.entries,
      ghost: this.trainer.ghost(),
      planned: [...this.planned],
    };
    this.outbox.rateState(rates);
  }
}

const channel = new MessageChannel();

/** Lets the messages that wait be handled, without the delay that timers have. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(undefined);
  });
}
