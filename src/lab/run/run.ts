import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { batch, signal } from '@preact/signals-core';

import type { CompleteConfig } from '../../config/index.js';
import type { Intervention, Plan, RunGhost, Steering } from '../../timeline/index.js';
import { expectedGroups } from '../../config/index.js';
import { foresee, ghostOf, planOf, steer } from '../../timeline/index.js';
import { InputError } from '../../errors.js';
import { digitsDefaults } from '../../data/index.js';
import type { PolicyEntry } from '../../policy/index.js';
import { previewPolicy } from '../../policy/index.js';
import type { BackendName } from '../../gpu/names.js';
import type { Checkpoint, Evaluation } from '../../training/index.js';
import type { Held, Ready, Report, Rows } from '../../worker/index.js';
import { History } from './history.js';
import { KeptCheckpoints } from './kept-checkpoints.js';
import { entriesAfter, withoutFirst } from '../../timeline/index.js';
import { nameFor } from './run-name.js';
import { isSameList } from './same-list.js';

/**
 * What a run is doing: `held` is a run whose loss blew up, of which only forks go on; a failed one may be started again.
 */
export type RunState = 'idle' | 'loading' | 'running' | 'paused' | 'held' | 'finished' | 'failed';

/** Where a fork comes from: a run's id, and the step that was its first own. */
export interface Parent {
  readonly run: string;
  readonly step: number;
}

/** Where a run's past was made, and can be made again to the bit. */
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

/** One training run as a page sees it. Everything is read by signals; only the Lab writes them. */
export class Run {
  readonly id: string;
  readonly config: CompleteConfig;
  readonly parent: Parent | undefined;
  readonly history: History;
  /** The states that it can go back to. */
  readonly checkpoints: KeptCheckpoints;
  private readonly signals: {
    name: Signal<string>;
    state: Signal<RunState>;
    held: Signal<Held | undefined>;
    interventions: Signal<readonly Intervention[]>;
    planned: Signal<readonly Intervention[]>;
    entries: Signal<readonly PolicyEntry[]>;
    step: Signal<number>;
    lr: Signal<readonly number[]>;
    ghost: Signal<RunGhost>;
    plan: Signal<Plan>;
  };
  /** Interventions that a worker will tell a second time, because it acts on a past that is known. */
  private repeats: readonly Intervention[] = [];
  private madeAt?: Origin;

  constructor(id: string, config: CompleteConfig, { name, parent, past }: RunOptions = {}) {
    this.id = id;
    this.config = config;
    this.parent = parent;
    this.history = past?.history ?? new History();
    this.checkpoints = new KeptCheckpoints(past?.checkpoints);
    this.madeAt = past?.origin;
    const plan = past?.plan ?? expectedPlan(config);
    const entries = entriesAfter(config.policy, past?.log ?? []);
    const planned = past?.planned ?? [];
    const ahead = [...(past?.log ?? []), ...planned];
    const { lr, ghost } = ratesAhead({ config, plan, ahead, history: this.history });
    const step = this.history.length;
    this.signals = {
      name: signal(nameFor(id, name)),
      state: signal(stateOf(step, plan, past?.held)),
      held: signal(past?.held),
      interventions: signal(past?.log ?? []),
      planned: signal(planned),
      entries: signal(entries),
      step: signal(step),
      lr: signal(lr),
      ghost: signal(ghost),
      plan: signal(plan),
    };
  }

  /** What the reader calls it; its id as long as they do not say. */
  get name(): ReadonlySignal<string> {
    return this.signals.name;
  }

  get state(): ReadonlySignal<RunState> {
    return this.signals.state;
  }

  /** Where and why it is held, when it is. */
  get held(): ReadonlySignal<Held | undefined> {
    return this.signals.held;
  }

  /** What has been done to the run. */
  get interventions(): ReadonlySignal<readonly Intervention[]> {
    return this.signals.interventions;
  }

  /** What will be done to it. */
  get planned(): ReadonlySignal<readonly Intervention[]> {
    return this.signals.planned;
  }

  /** The live policy: what was swapped in last, then what was chained on top. */
  get entries(): ReadonlySignal<readonly PolicyEntry[]> {
    return this.signals.entries;
  }

  /** The number of updates whose losses are known. */
  get step(): ReadonlySignal<number> {
    return this.signals.step;
  }

  /** The rate of the next update, for each param group. */
  get lr(): ReadonlySignal<readonly number[]> {
    return this.signals.lr;
  }

  /** What the live policy and what is planned will do, from the step at which either was last changed. */
  get ghost(): ReadonlySignal<RunGhost> {
    return this.signals.ghost;
  }

  get plan(): ReadonlySignal<Plan> {
    return this.signals.plan;
  }

  /** Where its past was made; none before it has been started. */
  get origin(): Origin | undefined {
    return this.madeAt;
  }

  /** Whether all of its updates have been made. */
  get isOver(): boolean {
    return this.signals.step.peek() >= this.signals.plan.peek().steps;
  }

  /** Calls it something else; for the Lab. */
  rename(name: string): void {
    this.signals.name.value = nameFor(this.id, name);
  }

  /** Says what it is doing; for the Lab. */
  enter(state: RunState): void {
    this.signals.state.value = state;
  }

  /** Says where and why it goes no further; for the Lab. */
  hold(held: Held): void {
    batch(() => {
      this.signals.held.value = held;
      this.signals.state.value = 'held';
    });
  }

  /** What is known of it once a worker has made it ready; for the Lab. */
  settle({ backend: { name, adapter }, modelName, plan }: Ready): void {
    this.madeAt = { backend: { name, adapter }, modelName };
    this.history.reserve(plan.steps);
    this.signals.plan.value = plan;
  }

  /** Remembers what is planned while no worker knows the run; for the Lab. */
  planAhead(planned: readonly Intervention[]): void {
    const { config, history } = this;
    batch(() => {
      this.signals.planned.value = planned;
      // What comes after a past is told by the next worker.
      if (history.length > 0) return;
      const ahead = [...this.interventions.peek(), ...planned];
      const { lr, ghost } = ratesAhead({ config, plan: this.plan.peek(), ahead, history });
      this.signals.lr.value = lr;
      this.signals.ghost.value = ghost;
    });
  }

  /** Announces what a worker will tell again though it is known; for the Lab. */
  expectRepeats(repeats: readonly Intervention[]): void {
    this.repeats = repeats;
  }

  /**
   * Takes in what has happened; what is known already is passed over. For the Lab.
   *
   * @returns the interventions that were not known
   */
  append({ rows, evaluations, interventions, rates, lr, held }: Report): readonly Intervention[] {
    const fresh = withoutFirst(interventions, this.repeats);
    this.repeats = withoutFirst(this.repeats, interventions);
    batch(() => {
      this.appendRows(rows, evaluations);
      this.signals.step.value = this.history.length;
      if (!isSameList(lr, this.signals.lr.value)) this.signals.lr.value = lr;
      if (fresh.length > 0)
        this.signals.interventions.value = [...this.signals.interventions.value, ...fresh];
      if (held) this.signals.held.value = held;
      if (rates) {
        this.signals.entries.value = rates.entries;
        this.signals.ghost.value = rates.ghost;
        this.signals.planned.value = withoutFirst(rates.planned, this.repeats);
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
}

/** What a run that nobody drives is doing. */
function stateOf(step: number, { steps }: Plan, held: Held | undefined): RunState {
  if (held) return 'held';
  if (step >= steps) return 'finished';
  return step > 0 ? 'paused' : 'idle';
}

/**
 * The rates to come as far as the page knows them: those before the start. Later they are known once a worker has brought
 * the run to its step; until then there are the last that were used.
 */
function ratesAhead({
  config,
  plan,
  ahead,
  history,
}: {
  config: CompleteConfig;
  plan: Plan;
  /** What acts on it, before the start also what has acted before the first update. */
  ahead: readonly Intervention[];
  history: History;
}): { lr: readonly number[]; ghost: RunGhost } {
  const { length } = history;
  // Taken in any case: it refuses what no scheduler accepts.
  const steering = steeringAtStart(config);
  if (length === 0) {
    const ghost = ghostOf(steering, { plan, now: 0, planned: ahead });
    return { lr: ghost.lr.map((rates) => rates[0]), ghost };
  }
  const used = history.lr.map((group) => group[length - 1]);
  const ghost = { from: length, lr: used.map(() => new Float64Array()), isGuess: false };
  return { lr: used, ghost };
}

/**
 * What the rates of a run that has not begun would be if a change were made at its step.
 *
 * @throws InputError saying why it cannot be made there, or why the run does not come there
 */
export function ghostBeforeStart(
  { config, plan, interventions, planned }: Run,
  change: Intervention,
): RunGhost {
  const ahead = [...interventions.peek(), ...planned.peek()];
  return foresee(steeringAtStart(config), change, { plan: plan.peek(), now: 0, planned: ahead });
}

/** The rates of a run that has not begun; its param groups are those that its config lets expect. */
function steeringAtStart({ policy, optimizer }: CompleteConfig): Steering {
  const paramGroups = expectedGroups(optimizer);
  try {
    return steer(policy, { paramGroups });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // What these groups refuse the worker refuses, once it knows them; here it only must be a policy.
    previewPolicy(policy, { lr: optimizer.lr, steps: 0 });
    return steer([], { paramGroups });
  }
}

/** Training images that named data sets are expected to hold, before they are there. */
const expectedImages = { digits: digitsDefaults.training, mnist: 60_000 };

/** The run's length as far as the config tells, before any data is loaded. */
export function expectedPlan(config: CompleteConfig): Plan {
  const { dataset, classes } = config;
  const whole = typeof dataset === 'string' ? expectedImages[dataset] : dataset.labels.length;
  const available = typeof dataset === 'string' ? 10 : dataset.classes;
  return planOf(config, classes ? (whole * classes.length) / available : whole);
}
