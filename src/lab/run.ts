import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { batch, signal } from '@preact/signals-core';

import { planOf } from '../config/index.js';
import type { CompleteConfig } from '../config/index.js';
import { digitsDefaults } from '../data/index.js';
import type { PolicyEntry } from '../policy/index.js';
import { previewPolicy } from '../policy/index.js';
import type { Ghost, Intervention, Plan } from '../training/index.js';
import type { Report } from '../training/lab-worker.js';
import { History } from './history.js';

/** One training run as a page sees it. Everything is read by signals; only the Lab writes them. */
export class Run {
  readonly id: string;
  readonly config: CompleteConfig;
  readonly history = new History();
  private readonly state: {
    interventions: Signal<readonly Intervention[]>;
    planned: Signal<readonly Intervention[]>;
    entries: Signal<readonly PolicyEntry[]>;
    step: Signal<number>;
    lr: Signal<readonly number[]>;
    ghost: Signal<Ghost>;
    plan: Signal<Plan>;
  };

  constructor(id: string, config: CompleteConfig) {
    this.id = id;
    this.config = config;
    const plan = expectedPlan(config);
    const { steps, stepsPerEpoch } = plan;
    const { lr } = config.optimizer;
    const preview = previewPolicy(config.policy, { lr, steps, stepsPerEpoch });
    this.state = {
      interventions: signal([]),
      planned: signal([]),
      entries: signal(config.policy),
      step: signal(0),
      lr: signal(preview.lr.map((rates) => rates[0])),
      ghost: signal({ from: 0, lr: preview.lr }),
      plan: signal(plan),
    };
  }

  /** What has been done to the run. */
  get interventions(): ReadonlySignal<readonly Intervention[]> {
    return this.state.interventions;
  }

  /** What will be done to it. */
  get planned(): ReadonlySignal<readonly Intervention[]> {
    return this.state.planned;
  }

  /** The live policy: what was swapped in last, then what was chained on top. */
  get entries(): ReadonlySignal<readonly PolicyEntry[]> {
    return this.state.entries;
  }

  /** The number of updates whose losses are known. */
  get step(): ReadonlySignal<number> {
    return this.state.step;
  }

  /** The rate of the next update, for each param group. */
  get lr(): ReadonlySignal<readonly number[]> {
    return this.state.lr;
  }

  /** What the live policy will do, from the step at which it was last changed. */
  get ghost(): ReadonlySignal<Ghost> {
    return this.state.ghost;
  }

  get plan(): ReadonlySignal<Plan> {
    return this.state.plan;
  }

  /** The run's length, once its data is known. */
  settle(plan: Plan): void {
    this.state.plan.value = plan;
  }

  /** Remembers an intervention that a worker does not know of yet. */
  planAhead(intervention: Intervention): void {
    this.state.planned.value = [...this.state.planned.value, intervention];
  }

  /** Takes in what has happened. */
  append({ rows, evaluations, interventions, rates, lr }: Report): void {
    batch(() => {
      this.history.append(rows, evaluations);
      this.state.step.value = this.history.length;
      if (lr.some((rate, group) => rate !== this.state.lr.value[group])) this.state.lr.value = lr;
      if (interventions.length > 0) {
        this.state.interventions.value = [...this.state.interventions.value, ...interventions];
      }
      if (rates) {
        this.state.entries.value = rates.entries;
        this.state.ghost.value = rates.ghost;
        this.state.planned.value = rates.planned;
      }
    });
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
