/**
 * Saves a lab's session, and offers the session of an earlier visit. It is saved soon after the first steps, every few
 * seconds of training, after each command, when training stops, and when the page is hidden or left: then without new
 * checkpoints, because a write that is begun there ends only if it is small. Steps after the latest kept checkpoint are
 * trained again, bit for bit. A page that crashes loses at most the seconds since the last save.
 */
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { signal } from '@preact/signals-core';

import type { Problem } from '../../errors.js';
import { InputError, refusal, toProblem } from '../../errors.js';
import { sessionOf } from './lab-session.js';
import { takeTabSlot } from './tab-slot.js';
import { noop } from '../../async.js';
import type { Run } from '../run/run.js';
import { isSameList } from '../same-list.js';
import type { SessionStore, StoredSession } from './session-store.js';

/** The session of an earlier visit. */
export interface KeptSession {
  readonly savedAt: Date;
  readonly runs: readonly { readonly name: string; readonly steps: number }[];
  /** The ids of the runs that trained when it was saved. */
  readonly training: readonly string[];
}

/** Milliseconds between two saves of a run that trains. */
const usualPause = 5000;

/** Milliseconds from the first steps to the first save. */
const firstPause = 500;

/** The events of a page that is hidden or left. */
const leaving = ['visibilitychange', 'pagehide'] as const;

/** The page; Node has none. */
const page: Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> = globalThis;

/** Keeps the session of a lab. Several pages that keep theirs under one name use a slot each. */
export class Autosave {
  private readonly store: SessionStore;
  private readonly runs: () => readonly Run[];
  private readonly report: (problem: Problem) => void;
  private readonly pause: number;
  private readonly found: Signal<KeptSession | undefined> = signal(undefined);
  /** Rejects when the store cannot be read. */
  private search: Promise<StoredSession | undefined>;
  /** A session was found after training had begun: it is offered for a while before a save replaces it. */
  private isOffering = false;
  private timer?: ReturnType<typeof setTimeout>;
  private saving?: Promise<void>;
  /** Something has changed since the present save began. */
  private isStale = false;
  /** What was saved or deleted last: nothing is written as long as it is the same. */
  private saved: readonly unknown[] = [];
  private hasReported = false;
  /** Whether the earlier session has been read, so that a save may replace it. */
  private hasSearched = false;
  private isClosed = false;
  /** Aborted to release the slot for another page. */
  private readonly leave = new AbortController();

  constructor(
    store: SessionStore,
    runs: () => readonly Run[],
    report: (problem: Problem) => void,
    pause = usualPause,
  ) {
    this.store = store;
    this.runs = runs;
    this.report = report;
    this.pause = pause;
    this.search = this.attempt(() => this.find());
    for (const event of leaving) page.addEventListener?.(event, this.handleLeaving);
  }

  /** The session that was found and can be resumed, until a save replaces it. */
  get kept(): ReadonlySignal<KeptSession | undefined> {
    return this.found;
  }

  /** Marks that something has changed: it is saved soon. */
  mark(): void {
    if (this.isClosed) return;
    const isFirst = this.saved.length === 0 && !this.isOffering;
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.isOffering = false;
        this.save();
      },
      isFirst ? Math.min(firstPause, this.pause) : this.pause,
    );
  }

  /** Saves at once if anything has changed. */
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

  /** Saves for the last time. */
  async close(): Promise<void> {
    if (this.timer) this.save();
    clearTimeout(this.timer);
    this.isClosed = true;
    for (const event of leaving) page.removeEventListener?.(event, this.handleLeaving);
    await this.saving;
    this.leave.abort();
  }

  /**
   * Returns the session that was found, once: the lab then owns it.
   *
   * @throws InputError `nothing-kept`, or saying why it cannot be read
   */
  async take(): Promise<StoredSession> {
    const stored = await this.search;
    if (!stored || !this.found.peek())
      throw refusal('nothing-kept', 'no session of an earlier visit is kept here.');
    this.found.value = undefined;
    this.isOffering = false;
    return stored;
  }

  /** Deletes the kept session. */
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

  /** Begins the last write that a page may make. */
  private readonly handleLeaving = (): void => {
    const runs = this.runs();
    if (!this.hasSearched || this.isOffering || !this.isWorthSaving(runs)) return;
    // A page that stays saves all of it later, and reports what fails.
    this.store.saveRows(presentOf(runs)).catch(noop);
  };

  private isWorthSaving(runs: readonly Run[]): boolean {
    return runs.some(({ history }) => history.length > 0) && !isSameList(signatureOf(runs), this.saved);
  }

  private async find(): Promise<StoredSession | undefined> {
    // If the store cannot be read, the save that fails reports it.
    const filled = await this.store.filledSlots().catch((): number[] => []);
    this.store.slot = await takeTabSlot(`lr-lab session ${this.store.name}`, filled, this.leave.signal);
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

  /** Searches; a rejection may stay unhandled. */
  private attempt(search: () => Promise<StoredSession | undefined>): Promise<StoredSession | undefined> {
    const searching = search().then((stored) => {
      this.hasSearched = true;
      return stored;
    });
    searching.catch((error: unknown) => {
      // A store that cannot be read is reported once something is saved.
      if (error instanceof InputError) this.report(toProblem(error));
    });
    return searching;
  }

  private async saveAll(): Promise<void> {
    try {
      // The earlier session is read before a save replaces it.
      await this.search;
    } catch (error) {
      // A session that cannot be read is not replaced.
      this.reportOnce(error);
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
      if (!this.isWorthSaving(runs)) return;
      const signature = signatureOf(runs);
      try {
        await this.store.save(presentOf(runs));
        this.saved = signature;
        this.found.value = undefined;
      } catch (error) {
        this.reportOnce(error);
      }
    }
  }

  /** Reports the first failure; training continues, and so do the attempts to save. */
  private reportOnce(error: unknown): void {
    if (this.hasReported) return;
    this.hasReported = true;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    this.report({
      code: 'not-kept',
      message: `the session cannot be kept in this browser, so a reload loses it; training continues. ${name}: ${message}`,
    });
  }
}

/** The session as it is now. */
const presentOf = (runs: readonly Run[]): StoredSession => ({
  session: sessionOf(runs),
  checkpoints: new Map(runs.map((run) => [run.id, run.checkpoints.all])),
  savedAt: Date.now(),
  training: runs.filter(isTraining).map(({ id }) => id),
});

const isTraining = ({ state }: Run): boolean => state.peek() === 'running' || state.peek() === 'loading';

/** The kept parts of the runs, by identity: equal signatures mean the same session. */
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
    isTraining(run),
  ]);

function describe({ session, savedAt, training }: StoredSession): KeptSession {
  return {
    savedAt: new Date(savedAt),
    runs: session.runs.map(({ id, name = id, history }) => ({ name, steps: history?.loss.length ?? 0 })),
    training,
  };
}
