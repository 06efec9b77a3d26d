import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { batch, signal } from '@preact/signals-core';

import type { CompleteConfig } from '../../config/index.js';
import type { BackendName } from '../../gpu/names.js';
import type { PolicyEntry } from '../../policy/index.js';
import type { Intervention, Plan, RatePreview } from '../../timeline/index.js';
import { entriesAfter, previewRates } from '../../timeline/index.js';
import type { Checkpoint, Evaluation } from '../../training/index.js';
import type { Held, Ready, Report, Rows } from '../../worker/index.js';
import { driverAtStart, expectedPlan } from './before-start.js';
import { History } from './history.js';
import { driverAfter } from './replayed-rates.js';
import { KeptCheckpoints } from './kept-checkpoints.js';
import { nameFor } from './run-name.js';
import { isSameList } from '../same-list.js';

/**
 * What a run is doing: `held` is a run whose loss diverged, which only forks can continue; a failed one may be started
 * again.
 */
export type RunState = 'idle' | 'loading' | 'running' | 'paused' | 'held' | 'finished' | 'failed';

/** Where a fork comes from: a run's id, and the step that was its first own. */
export interface Parent {
  readonly run: string;
  readonly step: number;
}

/** Where a run's past was made, and can be repeated to the bit. */
export interface Origin {
  /** Without `adapter` where another one's losses will do. */
  readonly backend: { readonly name: BackendName; readonly adapter?: string };
  /** The network that was trained. */
  readonly modelName?: string;
}

/** The past of a run, and what is still planned for it. */
export interface Past {
  /** The run's own from now on. */
  readonly history: History;
  /** What has acted, in order. */
  readonly log: readonly Intervention[];
  readonly planned: readonly Intervention[];
  /** The run's length, where it is known. */
  readonly plan?: Plan;
  readonly held?: Held;
  readonly checkpoints: readonly Checkpoint[];
  readonly origin?: Origin;
}

/** What is known of a run when it is made, beside its config. */
export interface RunOptions {
  /** Its id by default. */
  readonly name?: string;
  readonly parent?: Parent;
  readonly past?: Past;
}

/** One training run as a page sees it. It is read; only the Lab changes it. */
export interface Run {
  readonly id: string;
  /** Before step 0 a change edits it. */
  readonly config: CompleteConfig;
  readonly parent: Parent | undefined;
  readonly history: History;
  /** The states that the run can be continued from. */
  readonly checkpoints: KeptCheckpoints;
  /** The reader's name for it; its id by default. */
  readonly name: ReadonlySignal<string>;
  readonly state: ReadonlySignal<RunState>;
  /** Where and why it is held, when it is. */
  readonly held: ReadonlySignal<Held | undefined>;
  /** What has been done to the run. */
  readonly interventions: ReadonlySignal<readonly Intervention[]>;
  /** What will be done to it. */
  readonly planned: ReadonlySignal<readonly Intervention[]>;
  /** The live policy: what was swapped in last, then what was chained on top. */
  readonly entries: ReadonlySignal<readonly PolicyEntry[]>;
  /** The number of updates whose losses are known. */
  readonly step: ReadonlySignal<number>;
  /** The rate of the next update, for each param group. */
  readonly lr: ReadonlySignal<readonly number[]>;
  /** What the live policy and what is planned will do, from the step at which either was last changed. */
  readonly preview: ReadonlySignal<RatePreview>;
  readonly plan: ReadonlySignal<Plan>;
  /** Where its past was made; undefined before it has been started. */
  readonly origin: Origin | undefined;
  /** Whether all of its updates have been made. */
  readonly isOver: boolean;
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
  readonly interventions: Signal<readonly Intervention[]>;
  readonly planned: Signal<readonly Intervention[]>;
  readonly entries: Signal<readonly PolicyEntry[]>;
  readonly step: Signal<number>;
  readonly lr: Signal<readonly number[]>;
  readonly preview: Signal<RatePreview>;
  readonly plan: Signal<Plan>;
  origin: Origin | undefined;
  private readonly present: Signal<CompleteConfig>;
  /** The ids of what has been done, which a worker may report again. */
  private readonly known: Set<string>;

  constructor(id: string, config: CompleteConfig, { name, parent, past }: RunOptions = {}) {
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
    const { lr, preview } = this.ratesAhead();
    this.lr = signal(lr);
    this.preview = signal(preview);
  }

  get config(): CompleteConfig {
    return this.present.value;
  }

  get isOver(): boolean {
    return this.step.peek() >= this.plan.peek().steps;
  }

  /** Renames it. @throws InputError `run-name` for a name that is too long */
  rename(name: string): void {
    this.name.value = nameFor(this.id, name);
  }

  /** Replaces the config of a run that has no past. */
  edit(config: CompleteConfig): void {
    batch(() => {
      this.present.value = config;
      this.entries.value = entriesAfter(config.policy, this.interventions.peek());
      this.showRatesAhead();
    });
  }

  /** Holds it: it trains no further. */
  hold(held: Held): void {
    batch(() => {
      this.held.value = held;
      this.state.value = 'held';
    });
  }

  /** Records what is known once a worker has made it ready. */
  settle({ backend: { name, adapter }, modelName, plan }: Ready): void {
    this.origin = { backend: { name, adapter }, modelName };
    this.history.reserve(plan.steps);
    this.plan.value = plan;
  }

  /** Replaces what is planned while no worker knows the run. */
  planAhead(planned: readonly Intervention[]): void {
    batch(() => {
      this.planned.value = planned.toSorted((one, other) => one.step - other.step);
      // What comes after a past the next worker reports.
      if (this.history.length === 0) this.showRatesAhead();
    });
  }

  /**
   * Records what has happened; what is known already is skipped.
   *
   * @returns the interventions that were not known
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
   * The rates to come as far as the page knows them: those before the start, and those after a past that it can replay.
   * Others are known once a worker has brought the run to its step; until then there are the last that were used.
   */
  private ratesAhead(): { lr: readonly number[]; preview: RatePreview } {
    const { history } = this;
    // Built in any case: it refuses what no scheduler accepts.
    const driver = driverAtStart(this.present.peek());
    if (history.length === 0) {
      // Before the start also what acted before the first update.
      const planned = [...this.interventions.peek(), ...this.planned.peek()];
      const preview = previewRates(driver, { plan: this.plan.peek(), now: 0, planned });
      return { lr: preview.lr.map((rates) => rates[0]), preview };
    }
    const log = this.interventions.peek();
    const plan = this.plan.peek();
    const replayed =
      history.length < plan.steps ? driverAfter(this.present.peek(), log, history, plan) : undefined;
    if (replayed !== undefined) {
      const preview = previewRates(replayed, { plan, now: history.length, planned: this.planned.peek() });
      return { lr: replayed.lr, preview };
    }
    const used = history.lr.map((group) => group[history.length - 1]);
    const preview = { from: history.length, lr: used.map(() => new Float64Array()), isGuess: false };
    return { lr: used, preview };
  }
}

/** What a run that nobody drives is doing. */
function stateOf(step: number, { steps }: Plan, held: Held | undefined): RunState {
  if (held) return 'held';
  if (step >= steps) return 'finished';
  return step > 0 ? 'paused' : 'idle';
}
