/** Saves a lab's session while it trains and when it pauses, and offers the one of before. */
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { signal } from '@preact/signals-core';

import type { Problem } from '../../errors.js';
import { InputError, refusal, toProblem } from '../../errors.js';
import { sessionOf } from './lab-session.js';
import { takePlace } from './tab-slot.js';
import { noop } from '../../async.js';
import type { Run } from '../run/run.js';
import { isSameList } from '../same-list.js';
import type { SessionStore, StoredSession } from './session-store.js';

/** The session of an earlier visit. */
export interface KeptSession {
  readonly savedAt: Date;
  readonly runs: readonly { readonly name: string; readonly steps: number }[];
}

/** Milliseconds between two saves of a run that trains. */
const usualPause = 10_000;

/** Keeps the session of a lab. Several pages that keep theirs under one name do so in places of their own. */
export class Autosave {
  private readonly store: SessionStore;
  private readonly runs: () => readonly Run[];
  private readonly tell: (problem: Problem) => void;
  private readonly pause: number;
  private readonly found: Signal<KeptSession | undefined> = signal(undefined);
  /** Rejects where nobody can say what is kept. */
  private search: Promise<StoredSession | undefined>;
  /** Something had been trained when a session was found: that is offered before another takes its place. */
  private isOffering = false;
  private timer?: ReturnType<typeof setTimeout>;
  private saving?: Promise<void>;
  /** Something happened after the save under way had begun. */
  private isStale = false;
  /** What was saved last, or forgotten: nothing is written as long as it is the same. */
  private saved: readonly unknown[] = [];
  private hasTold = false;
  private isClosed = false;
  /** Aborted to let another page have the place. */
  private readonly leave = new AbortController();

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
    this.search = this.attempt(() => this.find());
  }

  /** The session that was found and can be gone on with, until another is saved in its place. */
  get kept(): ReadonlySignal<KeptSession | undefined> {
    return this.found;
  }

  /** Says that something has happened: it is saved before long. */
  mark(): void {
    if (this.isClosed) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.isOffering = false;
      this.save();
    }, this.pause);
  }

  /** Saves at once what has happened, if anything has. */
  save(): void {
    if (this.isOffering) {
      this.mark();
      return;
    }
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
    clearTimeout(this.timer);
    this.isClosed = true;
    await this.saving;
    this.leave.abort();
  }

  /**
   * The session that was found, once: from then on it is the lab's own.
   *
   * @throws InputError `nothing-kept`, or why it cannot be read
   */
  async take(): Promise<StoredSession> {
    const stored = await this.search;
    if (!stored || !this.found.peek())
      throw refusal('nothing-kept', 'no session of an earlier visit is kept here.');
    this.found.value = undefined;
    this.isOffering = false;
    return stored;
  }

  /** Deletes what is kept. */
  async forget(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.search.catch(noop);
    await this.saving;
    await this.store.clear();
    this.search = Promise.resolve(undefined);
    this.found.value = undefined;
    this.isOffering = false;
    this.saved = signatureOf(this.runs());
  }

  private async find(): Promise<StoredSession | undefined> {
    // Where nothing can be read, the save that comes to nothing tells.
    const filled = await this.store.places().catch((): number[] => []);
    this.store.place = await takePlace(`lr-lab session ${this.store.name}`, filled, this.leave.signal);
    return this.load();
  }

  private async load(): Promise<StoredSession | undefined> {
    const stored = await this.store.load();
    if (stored) {
      this.found.value = describe(stored);
      this.isOffering = this.runs().some(({ history }) => history.length > 0);
    }
    return stored;
  }

  /** Searches; nobody needs to listen to its rejection. */
  private attempt(search: () => Promise<StoredSession | undefined>): Promise<StoredSession | undefined> {
    const searching = search();
    searching.catch((error: unknown) => {
      // A browser that keeps nothing says so once something is to be kept.
      if (error instanceof InputError) this.tell(toProblem(error));
    });
    return searching;
  }

  private async saveAll(): Promise<void> {
    try {
      // The session of before is read before another takes its place.
      await this.search;
    } catch (error) {
      // A session of which nobody can say what it is stays where it is.
      this.tellOnce(error);
      if (!(error instanceof InputError)) this.search = this.attempt(() => this.load());
      return;
    }
    if (this.isOffering) {
      this.mark();
      return;
    }
    while (this.isStale) {
      this.isStale = false;
      const runs = this.runs();
      const signature = signatureOf(runs);
      if (!runs.some(({ history }) => history.length > 0) || isSameList(signature, this.saved)) return;
      try {
        const checkpoints = new Map(runs.map((run) => [run.id, run.checkpoints.all]));
        await this.store.save(sessionOf(runs), checkpoints, Date.now());
        this.saved = signature;
        this.found.value = undefined;
      } catch (error) {
        this.tellOnce(error);
      }
    }
  }

  /** Training goes on all the same, and so do the attempts. */
  private tellOnce(error: unknown): void {
    if (this.hasTold) return;
    this.hasTold = true;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    this.tell({
      code: 'not-kept',
      message: `the session cannot be kept in this browser, so a reload loses it; training goes on. ${name}: ${message}`,
    });
  }
}

/** What of the runs is kept, by identity: equal ones are the same session. */
const signatureOf = (runs: readonly Run[]): unknown[] =>
  runs.flatMap((run) => [
    run,
    run.name.peek(),
    run.history.version.peek(),
    run.interventions.peek(),
    run.planned.peek(),
    run.held.peek(),
    run.origin,
    run.checkpoints.all.length,
    run.checkpoints.all.at(-1),
  ]);

function describe({ session, savedAt }: StoredSession): KeptSession {
  return {
    savedAt: new Date(savedAt),
    runs: session.runs.map(({ id, name = id, history }) => ({ name, steps: history?.loss.length ?? 0 })),
  };
}
