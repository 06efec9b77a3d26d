/**
 * Sessions in the browser's own store, from one visit to the next: the runs under one key, each of their checkpoints and
 * of the page's own data sets under another, so that what has been written need not be written again.
 */
import { delMany, getMany, keys, setMany } from 'idb-keyval';

import { openStore, type Dataset } from '../../data/index.js';
import type { Checkpoint } from '../../training/index.js';
import { bytesOf } from '../run/kept-checkpoints.js';
import { malformed } from './packed.js';
import type { Session, SessionRun } from './session-file.js';
import { formatSession, parseSession, unknownVersion } from './session-file.js';

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

/** A run under a session's own key; what lies under keys of its own is left out of it. */
interface StoredRun {
  run: SessionRun;
  checkpoints: string[];
  /** The key of its data set, where that is the page's own. */
  dataset?: string;
}

/** What is under a session's own key. */
interface Stored {
  version: 1;
  savedAt: number;
  runs: StoredRun[];
}

/** Bytes of the checkpoints that are kept. */
const usualRoom = 64 * 2 ** 20;

/** The browser's own store, in IndexedDB; opened at the first use. */
export function browserStore(): KeyValueStore {
  const store = openStore('lr-lab-sessions', 'sessions');
  return {
    getMany: (names) => getMany(names, store),
    setMany: (entries) => setMany(entries, store),
    delMany: (names) => delMany(names, store),
    keys: () => keys(store),
  };
}

/** Keeps sessions under a name, each in a place that is counted from 1. */
export class SessionStore {
  readonly name: string;
  /** Where sessions are saved and found; see {@link places}. */
  place = 1;
  private readonly store: KeyValueStore;
  private readonly room: number;
  /** The keys of the checkpoints and data sets that are in the store. */
  private written = new Map<Checkpoint | Dataset, string>();

  /** @param room bytes of the checkpoints; each run's latest is kept however large it is */
  constructor(name: string, store: KeyValueStore = browserStore(), room = usualRoom) {
    this.name = name;
    this.store = store;
    this.room = room;
  }

  /** The places where sessions lie under this name, what was saved last first. */
  async places(): Promise<number[]> {
    const base = escapeName(this.name);
    const all = (await this.store.keys()).filter((key) => key === base || key.startsWith(`${base}~`));
    const found = all.filter((key) => !key.includes('/'));
    const times = (await this.store.getMany(found)).map(
      (stored) => (stored as Partial<Stored> | undefined)?.savedAt ?? 0,
    );
    return found
      .map((key, index) => ({ place: placeOf(key), time: times[index] }))
      .sort((a, b) => b.time - a.time)
      .map(({ place }) => place);
  }

  /** Saves a session in the place of the one before, with as many checkpoints as there is room for. */
  async save(
    { runs }: Session,
    checkpoints: ReadonlyMap<string, readonly Checkpoint[]>,
    savedAt: number,
  ): Promise<void> {
    const datasets = runs.flatMap(({ config: { dataset } }) => (typeof dataset === 'object' ? dataset : []));
    const parts = new Set([...this.select([...checkpoints.values()]), ...datasets]);
    const names = new Map([...parts].map((part) => [part, this.keyOf(part)]));
    const stored: Stored = {
      version: 1,
      savedAt,
      runs: runs.map(({ history, config, ...run }) => ({
        run: {
          ...run,
          // Some name takes the place of what has a key.
          config: typeof config.dataset === 'object' ? { ...config, dataset: 'digits' } : config,
          checkpoint: undefined,
          // Copies: a clone of a view takes the whole room with it that was made ahead.
          history: history && {
            loss: history.loss.slice(),
            lr: history.lr.map((rates) => rates.slice()),
            evaluations: history.evaluations,
          },
        },
        checkpoints: (checkpoints.get(run.id) ?? []).flatMap((each) => names.get(each) ?? []),
        dataset: typeof config.dataset === 'object' ? names.get(config.dataset) : undefined,
      })),
    };
    const fresh = [...names].filter(([part]) => !this.written.has(part));
    await this.store.setMany([
      ...fresh.map(([value, key]): [string, unknown] => [key, value]),
      [this.key, stored],
    ]);
    this.written = names;
    await this.sweep(new Set(names.values()));
  }

  /**
   * The session that was saved last; undefined where there is none.
   *
   * @throws InputError `session-file`, or `session-version`, for one that cannot be read
   */
  async load(): Promise<StoredSession | undefined> {
    const [stored] = await this.store.getMany([this.key]);
    if (stored === undefined) return undefined;
    checkStored(stored);
    const keys = [...new Set(stored.runs.flatMap(partsOf))];
    const values = await this.store.getMany(keys);
    return this.read(stored, new Map(keys.map((key, index) => [key, values[index]])));
  }

  /** Deletes the session that is kept in this place. */
  async clear(): Promise<void> {
    this.written.clear();
    await this.store.delMany([this.key]);
    await this.sweep(new Set());
  }

  private get key(): string {
    const base = escapeName(this.name);
    return this.place === 1 ? base : `${base}~${this.place}`;
  }

  /** What is stored is read like any other file: it may be from another version of this page, or broken. */
  private read({ runs, savedAt }: Stored, values: ReadonlyMap<string, unknown>): StoredSession {
    const written = new Map<Checkpoint | Dataset, string>();
    const whole = runs.map(({ run, dataset }) => {
      if (dataset === undefined) return run;
      return { ...run, config: { ...run.config, dataset: values.get(dataset) as Dataset } };
    });
    const session = parseSession(formatSession({ runs: whole }));
    const checkpoints = new Map<string, Checkpoint[]>();
    for (const [index, { checkpoints: names, dataset }] of runs.entries()) {
      const { id, config } = session.runs[index];
      if (dataset !== undefined && typeof config.dataset === 'object') written.set(config.dataset, dataset);
      const kept: Checkpoint[] = [];
      for (const name of names) {
        const checkpoint = values.get(name) as Checkpoint | undefined;
        // The run can be brought back without it.
        if (checkpoint === undefined) continue;
        kept.push(checkpoint);
        written.set(checkpoint, name);
      }
      checkpoints.set(id, kept);
    }
    this.written = written;
    return { session, checkpoints, savedAt };
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

  private keyOf(part: Checkpoint | Dataset): string {
    return this.written.get(part) ?? `${this.key}/${crypto.randomUUID()}`;
  }

  /** Deletes the checkpoints and data sets of this place that nobody names any more. */
  private async sweep(named: ReadonlySet<string>): Promise<void> {
    const all = await this.store.keys();
    const stale = all.filter((key) => key.startsWith(`${this.key}/`) && !named.has(key));
    if (stale.length > 0) await this.store.delMany(stale);
  }
}

/** A name in which nothing can be taken for the signs that follow a name in a key. */
const escapeName = (name: string): string =>
  name.replaceAll('%', '%25').replaceAll('/', '%2F').replaceAll('~', '%7E');

const placeOf = (key: string): number => Number(key.split('~').at(1) ?? 1);

const partsOf = ({ checkpoints, dataset }: StoredRun): string[] =>
  dataset === undefined ? checkpoints : [...checkpoints, dataset];

/** @throws InputError for what is no session of a known version */
function checkStored(value: unknown): asserts value is Stored {
  const stored = value as Partial<Stored> | null;
  const version: unknown = stored?.version;
  if (typeof version === 'number' && version !== 1) throw unknownVersion(version, '1');
  const isWhole =
    version === 1 &&
    isDate(stored?.savedAt) &&
    Array.isArray(stored?.runs) &&
    (stored.runs as unknown[]).every(isStoredRun);
  if (!isWhole) throw malformed('session-file', [], 'damaged', '{ version: 1, savedAt, runs }');
}

const isDate = (value: unknown): boolean =>
  typeof value === 'number' && !Number.isNaN(new Date(value).getTime());

function isStoredRun(value: unknown): value is StoredRun {
  const { run, checkpoints, dataset } = (value ?? {}) as Partial<StoredRun>;
  return (
    typeof run?.config === 'object' &&
    Array.isArray(checkpoints) &&
    (checkpoints as unknown[]).every((key) => typeof key === 'string') &&
    (dataset === undefined || typeof dataset === 'string')
  );
}
