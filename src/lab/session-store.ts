/**
 * A session in the browser's own store, from one visit to the next: the runs under one key, each of their checkpoints
 * under another, so that what has been written need not be written again.
 */
import { createStore, delMany, getMany, keys, setMany } from 'idb-keyval';

import type { Checkpoint } from '../training/index.js';
import { bytesOf } from './kept-checkpoints.js';
import type { Session, SessionRun } from './session-file.js';
import { formatSession, parseSession } from './session-file.js';

/** A store of values by key. Any method may reject: a page may forbid storage, and it may be full. */
export interface KeyValueStore {
  getMany(keys: string[]): Promise<unknown[]>;
  /** All or none. */
  setMany(entries: [string, unknown][]): Promise<void>;
  delMany(keys: string[]): Promise<void>;
  keys(): Promise<string[]>;
}

/** A session that was found. */
export interface StoredSession {
  session: Session;
  /** All that were kept, by the run's id. */
  checkpoints: ReadonlyMap<string, readonly Checkpoint[]>;
  /** When it was saved, as `Date.now()` tells it. */
  savedAt: number;
}

/** What is under a session's own key. */
interface Stored {
  version: 1;
  savedAt: number;
  runs: { run: SessionRun; checkpoints: string[] }[];
}

/** Bytes of the checkpoints that are kept. */
const usualRoom = 64 * 2 ** 20;

/** The browser's own store, in IndexedDB; opened at the first use. */
export function browserStore(): KeyValueStore {
  const store = createStore('lr-lab-sessions', 'sessions');
  return {
    getMany: (names) => getMany(names, store),
    setMany: (entries) => setMany(entries, store),
    delMany: (names) => delMany(names, store),
    keys: () => keys(store),
  };
}

/** Keeps one session under a name. */
export class SessionStore {
  readonly name: string;
  private readonly store: KeyValueStore;
  private readonly room: number;
  /** The keys of the checkpoints that are in the store. */
  private written = new Map<Checkpoint, string>();

  /** @param room bytes of the checkpoints; each run's latest is kept however large it is */
  constructor(name: string, store: KeyValueStore = browserStore(), room = usualRoom) {
    this.name = name;
    this.store = store;
    this.room = room;
  }

  /** Saves a session in the place of the one before, with as many checkpoints as there is room for. */
  async save(
    { runs }: Session,
    checkpoints: ReadonlyMap<string, readonly Checkpoint[]>,
    savedAt: number,
  ): Promise<void> {
    const kept = this.select([...checkpoints.values()]);
    const names = new Map([...kept].map((checkpoint) => [checkpoint, this.keyOf(checkpoint)]));
    const stored: Stored = {
      version: 1,
      savedAt,
      runs: runs.map(({ history, ...run }) => ({
        run: {
          ...run,
          checkpoint: undefined,
          // Copies: a clone of a view takes the whole room with it that was made ahead.
          history: history && {
            loss: history.loss.slice(),
            lr: history.lr.map((rates) => rates.slice()),
            evaluations: history.evaluations,
          },
        },
        checkpoints: (checkpoints.get(run.id) ?? []).flatMap((each) => names.get(each) ?? []),
      })),
    };
    const fresh = [...names].filter(([checkpoint]) => !this.written.has(checkpoint));
    await this.store.setMany([
      ...fresh.map(([value, key]): [string, unknown] => [key, value]),
      [this.name, stored],
    ]);
    this.written = names;
    await this.sweep(new Set(names.values()));
  }

  /** The session that was saved last; undefined where there is none that can be read. */
  async load(): Promise<StoredSession | undefined> {
    const [stored] = await this.store.getMany([this.name]);
    if (!isStored(stored)) return undefined;
    const keys = [...new Set(stored.runs.flatMap(({ checkpoints }) => checkpoints))];
    const values = await this.store.getMany(keys);
    const byKey = new Map(keys.map((key, index) => [key, values[index] as Checkpoint | undefined]));
    const checkpoints = new Map(
      stored.runs.map(({ run, checkpoints: names }) => [
        run.id,
        names.flatMap((key) => byKey.get(key) ?? []),
      ]),
    );
    // What is stored is read like any other file: it may be from another version of this page, or broken.
    const session = parseSession(formatSession({ runs: stored.runs.map(({ run }) => run) }));
    this.written = new Map([...byKey].flatMap(([key, value]) => (value ? [[value, key]] : [])));
    return { session, checkpoints, savedAt: stored.savedAt };
  }

  /** Deletes everything that is kept under this name. */
  async clear(): Promise<void> {
    this.written.clear();
    await this.store.delMany([this.name]);
    await this.sweep(new Set());
  }

  /** Each run's latest, then the latest of all as long as there is room; what runs share counts once. */
  private select(lists: readonly (readonly Checkpoint[])[]): Set<Checkpoint> {
    const selected = new Set(lists.flatMap((list) => list.at(-1) ?? []));
    let room = this.room - [...selected].reduce((sum, checkpoint) => sum + bytesOf(checkpoint), 0);
    for (const checkpoint of new Set(lists.flat().sort((a, b) => b.step - a.step))) {
      if (selected.has(checkpoint)) continue;
      room -= bytesOf(checkpoint);
      if (room < 0) break;
      selected.add(checkpoint);
    }
    return selected;
  }

  private keyOf(checkpoint: Checkpoint): string {
    return this.written.get(checkpoint) ?? `${this.name}/${crypto.randomUUID()}`;
  }

  /** Deletes the checkpoints that nobody names any more. */
  private async sweep(named: ReadonlySet<string>): Promise<void> {
    const all = await this.store.keys();
    const stale = all.filter((key) => key.startsWith(`${this.name}/`) && !named.has(key));
    if (stale.length > 0) await this.store.delMany(stale);
  }
}

function isStored(value: unknown): value is Stored {
  const stored = value as Partial<Stored> | undefined;
  return stored?.version === 1 && typeof stored.savedAt === 'number' && Array.isArray(stored.runs);
}
