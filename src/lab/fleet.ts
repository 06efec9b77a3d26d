/** The runs of a Lab, each with what drives it. */
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { batch, computed, signal } from '@preact/signals-core';

import type { CompleteConfig } from '../config/index.js';
import { CheckpointRoom } from './run/kept-checkpoints.js';
import { refusedCommand, runGone } from './problems.js';
import type { Crew } from './drive/run-driver.js';
import { RunDriver } from './drive/run-driver.js';
import type { RunOptions } from './run/run.js';
import { Run } from './run/run.js';
import { mostRuns } from './session/session-schema.js';

/** What a Lab is doing: what its runs do, the liveliest first. A held run has paused. */
export type LabState = 'idle' | 'loading' | 'running' | 'paused' | 'finished' | 'failed';

/** Holds the runs; never empty. */
export class Fleet {
  readonly state: ReadonlySignal<LabState>;
  private readonly crew: Crew;
  private readonly list: Signal<readonly Run[]>;
  private readonly drivers = new Map<Run, RunDriver>();
  /** For the checkpoints of all runs together. */
  private room = new CheckpointRoom();
  /** The ids that have been given out: none is given twice as long as the fleet is not replaced. */
  private given = 0;

  constructor(crew: Crew) {
    this.crew = crew;
    this.list = signal([]);
    this.state = computed(() => stateOf(this.list.value));
  }

  get runs(): ReadonlySignal<readonly Run[]> {
    return this.list;
  }

  /** The drivers of the runs that are in the lab. */
  get all(): readonly RunDriver[] {
    return this.list.peek().map((run) => this.driverOf(run));
  }

  /** @throws InputError `run-gone` for a run that is not in the lab */
  driverOf(run: Run): RunDriver {
    const driver = this.drivers.get(run);
    if (driver) return driver;
    throw runGone(run);
  }

  /** @throws InputError `too-many-runs` where there is no room for so many more */
  checkRoom(more: number): void {
    const there = this.list.peek().length;
    if (there + more <= mostRuns) return;
    throw refusedCommand('too-many-runs', `a lab has at most ${mostRuns} runs; this one has ${there}.`);
  }

  /**
   * Makes a run that is not in the lab yet: see {@link add}.
   *
   * @throws InputError `too-many-runs`, `run-name`, or for a policy that no scheduler accepts
   */
  create(config: CompleteConfig, options?: RunOptions): RunDriver {
    this.checkRoom(1);
    const driver = new RunDriver(new Run(idOf(this.given), config, options), this.crew);
    this.given += 1;
    return driver;
  }

  add(drivers: readonly RunDriver[]): void {
    for (const driver of drivers) {
      this.drivers.set(driver.run, driver);
      driver.run.checkpoints.moveTo(this.room);
    }
    this.list.value = [...this.list.peek(), ...drivers.map(({ run }) => run)];
  }

  /** @throws InputError `last-run` for the only run, `run-gone` for one that is not in the lab */
  async remove(run: Run): Promise<void> {
    const driver = this.driverOf(run);
    if (this.list.peek().length === 1)
      throw refusedCommand('last-run', `run ${run.id} is the only one; a lab has at least one.`);
    this.drivers.delete(run);
    this.list.value = this.list.peek().filter((other) => other !== run);
    run.checkpoints.moveTo(new CheckpointRoom());
    await driver.release();
  }

  /** Puts other runs in the place of all of them; `change` is made at the same moment. */
  async replace(runs: readonly Run[], change: () => void): Promise<void> {
    const before = [...this.drivers.values()];
    this.room = new CheckpointRoom();
    for (const run of runs) run.checkpoints.moveTo(this.room);
    batch(() => {
      this.drivers.clear();
      for (const run of runs) this.drivers.set(run, new RunDriver(run, this.crew));
      this.list.value = [...runs];
      change();
    });
    this.given = Math.max(...runs.map(({ id }) => placeOf(id) + 1));
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
export function idOf(place: number): string {
  const letter = String.fromCharCode(65 + (place % letters));
  return place < letters ? letter : idOf(Math.floor(place / letters) - 1) + letter;
}

/** The place of an id, counted from 0; -1 for one that is no row of such letters. */
function placeOf(id: string): number {
  if (!/^[A-Z]{1,4}$/.test(id)) return -1;
  return id.split('').reduce((place, letter) => (place + 1) * letters + letter.charCodeAt(0) - 65, -1);
}
