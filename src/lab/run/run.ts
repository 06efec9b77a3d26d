import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { batch, signal } from '@preact/signals-core';

import type { CompleteConfig } from '../../config/index.js';
import { completeConfig } from '../../config/index.js';
import type { Problem } from '../../errors.js';
import { formatHistoryCsv } from '../../export/index.js';
import type { RequiredBackend } from '../../gpu/names.js';
import { type PolicyEntry, WorkBudget } from '../../policy/index.js';
import type { Intervention, Plan, RatePreview } from '../../timeline/index.js';
import { entriesAfter, inOrder, previewRates } from '../../timeline/index.js';
import type { Checkpoint, Evaluation } from '../../training/index.js';
import type { Held, Ready, Report, Rows } from '../../worker/index.js';
import { driverAtStart, expectedPlan } from './expected-run.js';
import { History } from './history.js';
import { driverAfter } from './replayed-rates.js';
import { KeptCheckpoints } from './kept-checkpoints.js';
import { nameFor } from './run-name.js';
import { isSameList } from '../same-list.js';

/**
 * The state of a run: `held` is a run whose loss diverged, which only forks can continue; a failed one can be started
 * again.
 */
export type RunState = 'idle' | 'loading' | 'running' | 'paused' | 'held' | 'finished' | 'failed';

/** The origin of a fork: its parent's id, and the first step of its own. */
export interface Parent {
  readonly run: string;
  readonly step: number;
}

/** Where a run's past was made, and can be repeated bit for bit. */
export interface Origin {
  /** Without `adapter` if any adapter may repeat it. */
  readonly backend: RequiredBackend;
  /** The name of the trained network. */
  readonly modelName?: string;
}

/** The past of a run, and what is still planned for it. */
export interface Past {
  /** The run takes it over. */
  readonly history: History;
  /** What has acted, in order. */
  readonly log: readonly Intervention[];
  readonly planned: readonly Intervention[];
  /** The run's length, if it is known. */
  readonly plan?: Plan;
  readonly held?: Held;
  readonly checkpoints: readonly Checkpoint[];
  readonly origin?: Origin;
}

/** What is known of a new run, besides its config. */
export interface RunOptions {
  /** Its id by default. */
  readonly name?: string;
  readonly parent?: Parent;
  readonly past?: Past;
  /** What may be spent on its rates ahead. */
  readonly budget?: WorkBudget;
}

/** One training run as a page sees it. Only the Lab changes it. */
export interface Run {
  readonly id: string;
  /** Before step 0 a change edits it. */
  readonly config: CompleteConfig;
  readonly parent: Parent | undefined;
  readonly history: History;
  /** The states that the run can continue from. */
  readonly checkpoints: KeptCheckpoints;
  /** The reader's name for it; its id by default. */
  readonly name: ReadonlySignal<string>;
  readonly state: ReadonlySignal<RunState>;
  /** Where and why it is held, if it is. */
  readonly held: ReadonlySignal<Held | undefined>;
  /** Why it stopped by itself, until it is started again; for a divergence see {@link held}. */
  readonly failure: ReadonlySignal<Problem | undefined>;
  /** The interventions that have acted, in order. */
  readonly interventions: ReadonlySignal<readonly Intervention[]>;
  /** The interventions that will act, in the order of their steps. */
  readonly planned: ReadonlySignal<readonly Intervention[]>;
  /** The live policy: the entries of the last swap, then those chained since. */
  readonly entries: ReadonlySignal<readonly PolicyEntry[]>;
  /** The number of updates whose losses are known. */
  readonly step: ReadonlySignal<number>;
  /** The rate of the next update, for each param group. */
  readonly lr: ReadonlySignal<readonly number[]>;
  /** The rates that the live policy and the planned changes will set, from the step at which either last changed. */
  readonly preview: ReadonlySignal<RatePreview>;
  readonly plan: ReadonlySignal<Plan>;
  /** Where its past was made; undefined before it is started. */
  readonly origin: Origin | undefined;
  /** Whether all of its updates have been made. */
  readonly isOver: boolean;
  /** Its history as CSV, a row for each step: see `formatHistoryCsv`. */
  toCSV(): string;
}

/** A run as the Lab keeps it. */
export class RunRecord implements Run {
  readonly id: string;
  readonly parent: Parent | undefined;
  readonly history: History;
  readonly checkpoints: KeptCheckpoints;
  readonly name: Signal<string>;
  readonly state: Signal<RunState>;
  readonly held: Signal<Held | undefined>;
  readonly failure: Signal<Problem | undefined> = signal(undefined);
  readonly interventions: Signal<readonly Intervention[]>;
  readonly planned: Signal<readonly Intervention[]>;
  readonly entries: Signal<readonly PolicyEntry[]>;
  readonly step: Signal<number>;
  readonly lr: Signal<readonly number[]>;
  readonly preview: Signal<RatePreview>;
  readonly plan: Signal<Plan>;
  origin: Origin | undefined;
  private readonly present: Signal<CompleteConfig>;
  /** The ids of the interventions that have acted, which a worker may report again. */
  private readonly known: Set<string>;

  constructor(id: string, config: CompleteConfig, { name, parent, past, budget }: RunOptions = {}) {
    this.id = id;
    this.parent = parent;
    this.history = past?.history ?? new History();
    this.checkpoints = new KeptCheckpoints(past?.checkpoints);
    this.origin = past?.origin;
    const log = past?.log ?? [];
    const plan = past?.plan ?? expectedPlan(config);
    const step = this.history.length;
    this.present = signal(config);
    this.known = new Set(log.map((intervention) => intervention.id));
    this.name = signal(nameFor(id, name));
    this.state = signal(stateOf(step, plan, past?.held));
    this.held = signal(past?.held);
    this.interventions = signal(log);
    this.planned = signal(past?.planned ?? []);
    this.entries = signal(entriesAfter(config.policy, log));
    this.step = signal(step);
    this.plan = signal(plan);
    const { lr, preview } = this.ratesAhead(budget);
    this.lr = signal(lr);
    this.preview = signal(preview);
  }

  get config(): CompleteConfig {
    return this.present.value;
  }

  get isOver(): boolean {
    return this.step.peek() >= this.plan.peek().steps;
  }

  toCSV(): string {
    return formatHistoryCsv([this]);
  }

  /** Renames it. @throws InputError `run-name` for a name that is too long */
  rename(name: string): void {
    this.name.value = nameFor(this.id, name);
  }

  /** Replaces the config of a run without a past. */
  edit(config: CompleteConfig): void {
    batch(() => {
      this.present.value = config;
      this.entries.value = entriesAfter(config.policy, this.interventions.peek());
      this.showRatesAhead();
    });
  }

  /** Adds epochs at its end, while no worker trains it: nothing before its end depends on its length. */
  extend(epochs: number): void {
    const { epochs: before, stepsPerEpoch } = this.plan.peek();
    const config = completeConfig({ epochs: before + epochs }, this.present.peek());
    batch(() => {
      this.present.value = config;
      this.plan.value = { epochs: config.epochs, stepsPerEpoch, steps: config.epochs * stepsPerEpoch };
      if (this.state.peek() === 'finished') this.state.value = 'paused';
      this.showRatesAhead();
    });
  }

  /** Holds it, so that it trains no further. */
  hold(held: Held): void {
    batch(() => {
      this.held.value = held;
      this.state.value = 'held';
    });
  }

  /** Records that it stopped by itself. */
  breakOff(state: RunState, problem: Problem): void {
    batch(() => {
      this.failure.value = problem;
      this.state.value = state;
    });
  }

  /** Records what is known once a worker has prepared it. */
  settle({ backend: { name, adapter, refused }, modelName, plan }: Ready): void {
    const backend = { name, adapter, ...(refused.length > 0 && { refused }) };
    this.origin = { backend, modelName };
    this.history.reserve(plan.steps);
    this.plan.value = plan;
  }

  /** Replaces the planned changes while no worker holds the run. */
  planAhead(planned: readonly Intervention[]): void {
    batch(() => {
      this.planned.value = inOrder(planned);
      // The next worker reports the rates of a run with a past.
      if (this.history.length === 0) this.showRatesAhead();
    });
  }

  /**
   * Records a report; what is already known is skipped.
   *
   * @returns the interventions that are new
   */
  append({ rows, evaluations, interventions, rates, lr, held }: Report): readonly Intervention[] {
    const fresh = interventions.filter(({ id }) => !this.known.has(id));
    for (const { id } of fresh) this.known.add(id);
    batch(() => {
      this.appendRows(rows, evaluations);
      this.step.value = this.history.length;
      if (!isSameList(lr, this.lr.peek())) this.lr.value = lr;
      if (fresh.length > 0) this.interventions.value = [...this.interventions.peek(), ...fresh];
      if (held) this.held.value = held;
      if (rates) {
        this.entries.value = rates.entries;
        this.preview.value = rates.preview;
        this.planned.value = rates.planned.filter(({ id }) => !this.known.has(id));
      }
    });
    return fresh;
  }

  private appendRows(rows: Rows | undefined, evaluations: readonly Evaluation[]): void {
    const known = rows ? Math.min(Math.max(0, this.history.length - rows.first), rows.loss.length) : 0;
    const freshRows = rows && {
      first: rows.first + known,
      loss: rows.loss.subarray(known),
      lr: rows.lr.map((group) => group.subarray(known)),
    };
    const scored = this.history.evaluations.at(-1)?.step ?? 0;
    this.history.append(
      freshRows && freshRows.loss.length > 0 ? freshRows : undefined,
      evaluations.filter(({ step }) => step > scored),
    );
  }

  private showRatesAhead(): void {
    const { lr, preview } = this.ratesAhead();
    this.lr.value = lr;
    this.preview.value = preview;
  }

  /**
   * The future rates, as far as the page knows them: those of a run that has not begun, and those after a past that it
   * can replay. Others are known once a worker has restored the run; until then the last used rates are shown.
   */
  private ratesAhead(budget = new WorkBudget()): { lr: readonly number[]; preview: RatePreview } {
    const { history } = this;
    // Always built: it refuses what no scheduler accepts.
    const driver = driverAtStart(this.present.peek());
    if (history.length === 0) {
      // Including the interventions before the first update.
      const planned = [...this.interventions.peek(), ...this.planned.peek()];
      const preview = previewRates(driver, { plan: this.plan.peek(), now: 0, planned, budget });
      return { lr: preview.lr.map((rates) => rates[0]), preview };
    }
    const log = this.interventions.peek();
    const plan = this.plan.peek();
    const replayed =
      history.length < plan.steps ? driverAfter(this.present.peek(), log, history, plan, budget) : undefined;
    if (replayed !== undefined) {
      const preview = previewRates(replayed, {
        plan,
        now: history.length,
        planned: this.planned.peek(),
        budget,
      });
      return { lr: replayed.lr, preview };
    }
    const used = history.lr.map((group) => group[history.length - 1]);
    const preview = { from: history.length, lr: used.map(() => new Float64Array()), isGuess: false };
    return { lr: used, preview };
  }
}

/** The state of a run that no driver has started. */
function stateOf(step: number, { steps }: Plan, held: Held | undefined): RunState {
  if (held) return 'held';
  if (step >= steps) return 'finished';
  return step > 0 ? 'paused' : 'idle';
}
