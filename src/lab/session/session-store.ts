/**
 * Sessions in the browser's own store, from one visit to the next: the runs under one key, each of their checkpoints and
 * of the data sets that the page provides under another, so that each is written only once.
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

/** A session from the store. */
export interface StoredSession {
  session: Session;
  /** All kept checkpoints, by the run's id. */
  checkpoints: ReadonlyMap<string, readonly Checkpoint[]>;
  /** When it was saved, by `Date.now()`. */
  savedAt: number;
  /** The ids of the runs that trained then. */
  training: readonly string[];
}

/** A run under a session's own key; checkpoints and data sets have keys of their own. */
interface StoredRun {
  run: SessionRun;
  checkpoints: string[];
  /** The key of its data set, if the page provides it. */
  dataset?: string;
}

/** The value under a session's own key. */
interface Stored {
  version: 1;
  savedAt: number;
  /** Left out by earlier versions, which trained on with all runs. */
  training?: readonly string[];
  runs: StoredRun[];
}

/** The most bytes of checkpoints that are kept. */
const usualBytes = 64 * 2 ** 20;

/** The browser's own store, in IndexedDB; opened at the first use. */
function browserStore(): KeyValueStore {
  const store = openStore('lr-lab-sessions', 'sessions');
  return {
    getMany: (names) => getMany(names, store),
    setMany: (entries) => setMany(entries, store),
    delMany: (names) => delMany(names, store),
    keys: () => keys(store),
  };
}

/** The data sets that the page provides. */
const datasetsOf = ({ runs }: Session): Dataset[] =>
  runs.flatMap(({ config: { dataset } }) => (typeof dataset === 'object' ? dataset : []));

/** A session as it is stored; `names` has the keys of its parts. */
function storedOf(
  { session, checkpoints, savedAt, training }: StoredSession,
  names: ReadonlyMap<Checkpoint | Dataset, string>,
): Stored {
  return {
    version: 1,
    savedAt,
    training,
    runs: session.runs.map(({ history, config, ...run }) => ({
      run: {
        ...run,
        // Any name: the data set is under its own key.
        config: typeof config.dataset === 'object' ? { ...config, dataset: 'digits' } : config,
        checkpoint: undefined,
        // Copies: the clone of a view includes its whole buffer.
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
}

/** Keeps sessions under a name, each in a slot, counted from 1. */
export class SessionStore {
  readonly name: string;
  /** The slot in which sessions are saved and found. */
  slot = 1;
  private readonly store: KeyValueStore;
  private readonly most: number;
  /** The keys of the checkpoints and data sets that are in the store. */
  private written = new Map<Checkpoint | Dataset, string>();

  /** @param most bytes of the checkpoints; each run's latest is kept however large it is */
  constructor(name: string, store: KeyValueStore = browserStore(), most = usualBytes) {
    this.name = name;
    this.store = store;
    this.most = most;
  }

  /** The slots with a session under this name, the one that was saved last first. */
  async filledSlots(): Promise<number[]> {
    const base = escapeName(this.name);
    const all = (await this.store.keys()).filter((key) => key === base || key.startsWith(`${base}~`));
    const found = all.filter((key) => !key.includes('/'));
    const times = (await this.store.getMany(found)).map(
      (stored) => (stored as Partial<Stored> | undefined)?.savedAt ?? 0,
    );
    return found
      .map((key, index) => ({ slot: slotOf(key), time: times[index] }))
      .sort((a, b) => b.time - a.time)
      .map(({ slot }) => slot);
  }

  /** Replaces the session in this slot, with as many checkpoints as fit. */
  async save(stored: StoredSession): Promise<void> {
    const { session, checkpoints } = stored;
    const parts = new Set([...this.select([...checkpoints.values()]), ...datasetsOf(session)]);
    const names = new Map([...parts].map((part) => [part, this.keyOf(part)]));
    const fresh = [...names].filter(([part]) => !this.written.has(part));
    await this.store.setMany([
      ...fresh.map(([value, key]): [string, unknown] => [key, value]),
      [this.key, storedOf(stored, names)],
    ]);
    this.written = names;
    await this.sweep(new Set(names.values()));
  }

  /**
   * Replaces the session in this slot in one small write, with the checkpoints that are in the store already: what is
   * begun while a page is left usually ends, if it is small. A session with data that is not in the store yet stays.
   */
  async saveRows(stored: StoredSession): Promise<void> {
    const { written } = this;
    if (datasetsOf(stored.session).some((dataset) => !written.has(dataset))) return;
    await this.store.setMany([[this.key, storedOf(stored, written)]]);
  }

  /**
   * The session in this slot; undefined if there is none.
   *
   * @throws InputError `session-file` or `session-version` for one that cannot be read
   */
  async load(): Promise<StoredSession | undefined> {
    const [stored] = await this.store.getMany([this.key]);
    if (stored === undefined) return undefined;
    checkStored(stored);
    const keys = [...new Set(stored.runs.flatMap(partsOf))];
    const values = await this.store.getMany(keys);
    return this.read(stored, new Map(keys.map((key, index) => [key, values[index]])));
  }

  /** Deletes the session in this slot. */
  async clear(): Promise<void> {
    this.written.clear();
    await this.store.delMany([this.key]);
    await this.sweep(new Set());
  }

  private get key(): string {
    const base = escapeName(this.name);
    return this.slot === 1 ? base : `${base}~${this.slot}`;
  }

  /** Reads a stored session like any other file: another version of this page may have written it, or it may be damaged. */
  private read({ runs, savedAt, training }: Stored, values: ReadonlyMap<string, unknown>): StoredSession {
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
        // The run can be restored without it.
        if (checkpoint === undefined) continue;
        kept.push(checkpoint);
        written.set(checkpoint, name);
      }
      checkpoints.set(id, kept);
    }
    this.written = written;
    return { session, checkpoints, savedAt, training: training ?? session.runs.map(({ id }) => id) };
  }

  /** Each run's latest, then the latest of all as long as they fit; a shared checkpoint counts once. */
  private select(lists: readonly (readonly Checkpoint[])[]): Set<Checkpoint> {
    const selected = new Set(lists.flatMap((list) => list.at(-1) ?? []));
    let left = this.most - [...selected].reduce((sum, checkpoint) => sum + bytesOf(checkpoint), 0);
    for (const checkpoint of new Set(lists.flat().sort((a, b) => b.step - a.step))) {
      if (selected.has(checkpoint)) continue;
      left -= bytesOf(checkpoint);
      if (left < 0) break;
      selected.add(checkpoint);
    }
    return selected;
  }

  private keyOf(part: Checkpoint | Dataset): string {
    return this.written.get(part) ?? `${this.key}/${crypto.randomUUID()}`;
  }

  /** Deletes the checkpoints and data sets of this slot that its session does not use any more. */
  private async sweep(named: ReadonlySet<string>): Promise<void> {
    const all = await this.store.keys();
    const stale = all.filter((key) => key.startsWith(`${this.key}/`) && !named.has(key));
    if (stale.length > 0) await this.store.delMany(stale);
  }
}

/** A name without the separators that follow a name in a key. */
const escapeName = (name: string): string =>
  name.replaceAll('%', '%25').replaceAll('/', '%2F').replaceAll('~', '%7E');

const slotOf = (key: string): number => Number(key.split('~').at(1) ?? 1);

const partsOf = ({ checkpoints, dataset }: StoredRun): string[] =>
  dataset === undefined ? checkpoints : [...checkpoints, dataset];

/** @throws InputError for a value that is not a session of a known version */
function checkStored(value: unknown): asserts value is Stored {
  const stored = value as Partial<Stored> | null;
  const version: unknown = stored?.version;
  if (typeof version === 'number' && version !== 1) throw unknownVersion(version, '1');
  const isWhole =
    version === 1 &&
    isDate(stored?.savedAt) &&
    (stored?.training === undefined || isListOfText(stored.training)) &&
    Array.isArray(stored?.runs) &&
    (stored.runs as unknown[]).every(isStoredRun);
  if (!isWhole) throw malformed('session-file', [], 'damaged', '{ version: 1, savedAt, runs }');
}

const isDate = (value: unknown): boolean =>
  typeof value === 'number' && !Number.isNaN(new Date(value).getTime());

const isListOfText = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

function isStoredRun(value: unknown): value is StoredRun {
  const { run, checkpoints, dataset } = (value ?? {}) as Partial<StoredRun>;
  return (
    typeof run?.config === 'object' &&
    isListOfText(checkpoints) &&
    (dataset === undefined || typeof dataset === 'string')
  );
}
