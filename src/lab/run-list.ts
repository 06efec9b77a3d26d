/** The runs of a Lab, each with its driver. */
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { batch, computed, signal } from '@preact/signals-core';

import type { CompleteConfig } from '../config/index.js';
import { disposed, refusal, runGone } from '../errors.js';
import type { DriverOptions } from './drive/run-driver.js';
import { endOf, RunDriver } from './drive/run-driver.js';
import { CheckpointBudget } from './run/kept-checkpoints.js';
import type { Run, RunOptions } from './run/run.js';
import { RunRecord } from './run/run.js';
import { mostRuns } from './session/session-schema.js';

/** The state of a Lab: that of its most active run. A held run counts as paused. */
export type LabState = 'idle' | 'loading' | 'running' | 'paused' | 'finished' | 'failed';

/** Holds the runs; never empty. */
export class RunList {
  readonly runs: ReadonlySignal<readonly Run[]>;
  readonly state: ReadonlySignal<LabState>;
  private readonly options: DriverOptions;
  private readonly list: Signal<readonly RunRecord[]> = signal([]);
  private readonly drivers = new Map<Run, RunDriver>();
  /** For the checkpoints of all runs together. */
  private budget = new CheckpointBudget();
  /** The number of ids assigned since the list was last replaced: none is assigned twice. */
  private assigned = 0;
  private isClosed = false;

  constructor(options: DriverOptions) {
    this.options = options;
    this.runs = this.list;
    this.state = computed(() => stateOf(this.list.value));
  }

  /** The drivers of the runs that are in the lab. */
  get all(): readonly RunDriver[] {
    return this.list.peek().map((run) => this.driverOf(run));
  }

  /** @throws InputError `run-gone` for a run that is not in the lab */
  driverOf(run: Run): RunDriver {
    const driver = this.drivers.get(run);
    if (driver) return driver;
    throw runGone(run.id);
  }

  /**
   * The drivers of the runs that can train: of all of them, or of one.
   *
   * @throws InputError `held` or `run-finished` if there is none
   */
  startable(run: Run | undefined): readonly RunDriver[] {
    const drivers = run ? [this.driverOf(run)] : this.all;
    const able = drivers.filter((driver) => endOf(driver.run) === undefined);
    if (able.length > 0) return able;
    const ends = drivers.map((driver) => endOf(driver.run));
    throw ends.find((end) => end?.code === 'held') ?? ends[0]!;
  }

  /** The driver of a run that the worker holds. @throws InputError `run-not-ready` for another */
  ready(run: Run, consequence: string): RunDriver {
    const driver = this.driverOf(run);
    if (driver.isReady) return driver;
    throw refusal('run-not-ready', `run ${run.id} has not been started, ${consequence}.`);
  }

  /** The driver of a run that has weights. @throws InputError `run-not-ready` for another */
  trained(run: Run): RunDriver {
    return run.history.length > 0 ? this.driverOf(run) : this.ready(run, 'so it has no weights yet');
  }

  /** @throws InputError `too-many-runs` if the lab cannot hold so many more */
  checkCapacity(more: number): void {
    const { length } = this.list.peek();
    if (length + more <= mostRuns) return;
    throw refusal('too-many-runs', `a lab has at most ${mostRuns} runs; this one has ${length}.`);
  }

  /**
   * Makes a run that is not in the lab yet: see {@link add}.
   *
   * @throws InputError `too-many-runs`, `run-name`, or for a policy that no scheduler accepts
   */
  create(config: CompleteConfig, options?: RunOptions): RunDriver {
    this.checkCapacity(1);
    const taken = new Set(this.list.peek().map(({ id }) => id));
    while (taken.has(idOf(this.assigned))) this.assigned += 1;
    const driver = new RunDriver(new RunRecord(idOf(this.assigned), config, options), this.options);
    this.assigned += 1;
    return driver;
  }

  /** @throws InputError `disposed` once the list is closed */
  add(drivers: readonly RunDriver[]): void {
    if (this.isClosed) throw disposed();
    for (const driver of drivers) {
      this.drivers.set(driver.run, driver);
      driver.run.checkpoints.moveTo(this.budget);
    }
    this.list.value = [...this.list.peek(), ...drivers.map(({ run }) => run)];
  }

  /** @throws InputError `last-run` for the only run, `run-gone` for one that is not in the lab */
  async remove(run: Run): Promise<void> {
    const driver = this.driverOf(run);
    if (this.list.peek().length === 1)
      throw refusal('last-run', `run ${run.id} is the only one; a lab has at least one.`);
    this.drivers.delete(run);
    this.list.value = this.list.peek().filter((other) => other !== run);
    run.checkpoints.moveTo(new CheckpointBudget());
    await driver.release();
  }

  /** Accepts no more runs; those in the list can still be read. */
  close(): void {
    this.isClosed = true;
  }

  /** Replaces all runs. */
  async replace(runs: readonly RunRecord[]): Promise<void> {
    const before = [...this.drivers.values()];
    this.budget = new CheckpointBudget();
    for (const run of runs) run.checkpoints.moveTo(this.budget);
    batch(() => {
      this.drivers.clear();
      for (const run of runs) this.drivers.set(run, new RunDriver(run, this.options));
      this.list.value = [...runs];
    });
    this.assigned = Math.max(...runs.map(({ id }) => indexOf(id) + 1));
    await Promise.all(before.map((driver) => driver.release()));
  }
}

function stateOf(runs: readonly Run[]): LabState {
  const states = new Set(runs.map((run) => run.state.value));
  for (const state of ['running', 'loading', 'failed', 'paused'] as const)
    if (states.has(state)) return state;
  if (states.has('held')) return 'paused';
  if (states.size > 1) return 'paused';
  return states.has('finished') ? 'finished' : 'idle';
}

const letters = 26;

/** A, B, …, Z, AA, AB, … */
export function idOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % letters));
  return index < letters ? letter : idOf(Math.floor(index / letters) - 1) + letter;
}

/** The index of an id, counted from 0; -1 for one of another form, or too long to count. */
function indexOf(id: string): number {
  if (!/^[A-Z]{1,10}$/.test(id)) return -1;
  return id.split('').reduce((index, letter) => (index + 1) * letters + letter.charCodeAt(0) - 65, -1);
}
