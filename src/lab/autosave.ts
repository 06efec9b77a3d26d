/** Saves a lab's session while it trains and when it pauses, and offers the one of before. */
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { signal } from '@preact/signals-core';

import type { Problem } from '../errors.js';
import { noop, refusedCommand } from './problems.js';
import { sessionOf } from './lab-session.js';
import type { Run } from './run.js';
import type { SessionStore, StoredSession } from './session-store.js';
import { becomeSoleHolder } from './sole-holder.js';
import { deferred } from './turns.js';

/** The session of an earlier visit. */
export interface KeptSession {
  readonly savedAt: Date;
  readonly runs: readonly { readonly name: string; readonly steps: number }[];
}

/** Milliseconds between two saves of a run that trains. */
const usualPause = 10_000;

/** Milliseconds within which the page that a reload has ended lets go of its session. */
const searchTime = 2000;

/**
 * Keeps the session of a lab. Of several pages that would keep theirs under one name the first does; the next begins to
 * when that one is closed.
 */
export class Autosave {
  private readonly store: SessionStore;
  private readonly runs: () => readonly Run[];
  private readonly tell: (problem: Problem) => void;
  private readonly pause: number;
  private readonly found: Signal<KeptSession | undefined> = signal(undefined);
  private readonly search: Promise<StoredSession | undefined>;
  private timer?: ReturnType<typeof setTimeout>;
  private saving?: Promise<void>;
  /** Something happened after the save under way had begun. */
  private isStale = false;
  private hasTold = false;
  private isClosed = false;
  /** Aborted to let another page keep its session. */
  private readonly leave = new AbortController();
  private isSoleHolder = false;

  constructor(
    store: SessionStore,
    runs: () => readonly Run[],
    tell: (problem: Problem) => void,
    pause = usualPause,
  ) {
    this.store = store;
    this.runs = runs;
    this.tell = tell;
    this.pause = pause;
    this.search = this.find().catch(noop);
    void this.search.then((stored) => {
      if (stored && !this.saving) this.found.value = describe(stored);
    });
  }

  /** The session that was found and can be gone on with, until another is saved in its place. */
  get kept(): ReadonlySignal<KeptSession | undefined> {
    return this.found;
  }

  /** Says that something has happened: it is saved before long. */
  mark(): void {
    if (this.isClosed) return;
    this.timer ??= setTimeout(() => this.save(), this.pause);
  }

  /** Saves at once what has happened. */
  save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isStale = true;
    this.saving ??= this.saveAll().finally(() => {
      this.saving = undefined;
    });
  }

  /** Saves a last time. */
  async close(): Promise<void> {
    if (this.timer) this.save();
    this.isClosed = true;
    if (this.isSoleHolder) await this.saving;
    this.leave.abort();
    await this.saving;
  }

  /** The session that was found, once: from then on it is the lab's own. @throws InputError `nothing-kept` */
  async take(): Promise<StoredSession> {
    const stored = await this.patientSearch;
    if (!stored || !this.found.peek())
      throw refusedCommand('nothing-kept', 'no session of an earlier visit is kept here.');
    this.found.value = undefined;
    return stored;
  }

  /** Deletes what is kept. */
  async forget(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.patientSearch;
    if (!this.isSoleHolder) return;
    await this.saving;
    this.found.value = undefined;
    await this.store.clear();
  }

  /** The search, or nothing where another page keeps its session under this name. */
  private get patientSearch(): Promise<StoredSession | undefined> {
    const { promise: tooLong, resolve } = deferred<undefined>();
    setTimeout(resolve, searchTime, undefined);
    return Promise.race([this.search, tooLong]);
  }

  private async find(): Promise<StoredSession | undefined> {
    await becomeSoleHolder(`lr-lab session ${this.store.name}`, this.leave.signal);
    this.isSoleHolder = true;
    return this.store.load();
  }

  private async saveAll(): Promise<void> {
    // The session of before is read before another takes its place.
    await this.search;
    if (!this.isSoleHolder) return;
    while (this.isStale) {
      this.isStale = false;
      const runs = this.runs().filter(({ history }) => history.length > 0);
      if (runs.length === 0) return;
      try {
        const checkpoints = new Map(runs.map((run) => [run.id, run.checkpoints.all]));
        await this.store.save(sessionOf(runs), checkpoints, Date.now());
        this.found.value = undefined;
      } catch (error) {
        this.tellOnce(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  /** Training goes on all the same, and so do the attempts. */
  private tellOnce({ name, message }: Error): void {
    if (this.hasTold) return;
    this.hasTold = true;
    this.tell({
      code: 'not-kept',
      message: `the session cannot be kept in this browser, so a reload loses it; training goes on. ${name}: ${message}`,
    });
  }
}

function describe({ session, savedAt }: StoredSession): KeptSession {
  return {
    savedAt: new Date(savedAt),
    runs: session.runs.map(({ id, name = id, history }) => ({ name, steps: history?.loss.length ?? 0 })),
  };
}
