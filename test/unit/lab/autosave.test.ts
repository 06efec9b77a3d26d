/** The session that a Lab keeps from one visit to the next. The worker, the store and the locks are fakes. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { LabOptions } from '../../../src/lab/index.js';
import { Lab } from '../../../src/lab/index.js';
import type { Config } from '../../../src/config/index.js';
import { ScriptedWorkers } from './scripted-worker.js';
import { MemoryLocks, MemoryStore } from './memory-store.js';

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 40 } as const;

const labs: Lab[] = [];

function open(store: MemoryStore, options: LabOptions = {}, changes: Partial<Config> = {}): Lab {
  const lab = new Lab(
    { ...config, ...changes },
    { keep: 'a', store, openWorker: new ScriptedWorkers().open, keepEvery: 5, ...options },
  );
  labs.push(lab);
  return lab;
}

/** Waits for a search and a save. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

const keptBy = (lab: Lab) => lab.kept.value?.runs;

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

/** Lets the following code act as another page, or as the same page after a reload. */
function enterPage(locks: MemoryLocks, memory: Map<string, string>): void {
  vi.stubGlobal('navigator', { locks });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => memory.get(key) ?? null,
    setItem: (key: string, value: string) => memory.set(key, value),
  });
}

let store: MemoryStore;

beforeEach(() => {
  store = new MemoryStore();
});

afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.dispose()));
  vi.unstubAllGlobals();
});

describe('a kept session', () => {
  it('is resumed completely, with the runs that have not begun', async () => {
    const lab = open(store);
    await lab.race(lab.runs.value[0], [{ policy: [], name: 'waiting' }]);
    await settled();
    expect(store.values.size).toBe(0);
    await lab.step(2, { run: lab.runs.value[0] });
    await lab.dispose();
    const again = open(store);
    await settled();
    expect(keptBy(again)).toEqual([
      { name: 'A', steps: 2 },
      { name: 'waiting', steps: 0 },
    ]);
    await again.resume();
    expect(again.runs.value.map((run) => run.history.length)).toEqual([2, 0]);
  });

  it('is written only when something in it has changed', async () => {
    const lab = open(store);
    await lab.step(5);
    await settled();
    const writes = store.writes.length;
    for (let speed = 1; speed <= 10; speed += 1) await lab.limitSpeed(speed);
    await settled();
    expect(store.writes.length).toBe(writes);
    await lab.rename(lab.runs.value[0], 'other');
    await settled();
    expect(store.writes.length).toBe(writes + 1);
  });

  it('has every known step when the page is left, long before the next save', async () => {
    const listeners = new EventTarget();
    vi.stubGlobal('addEventListener', listeners.addEventListener.bind(listeners));
    vi.stubGlobal('removeEventListener', listeners.removeEventListener.bind(listeners));
    const lab = open(store, { keepEvery: 1e6 }, { epochs: 10_000 });
    await settled();
    await lab.start();
    await lab.until(8);
    const { length } = lab.runs.value[0].history;
    listeners.dispatchEvent(new Event('pagehide'));
    await settled();
    const again = open(store, { keepEvery: 1e6 });
    await settled();
    const [{ steps }] = keptBy(again)!;
    expect(steps).toBeGreaterThanOrEqual(length);
  });

  it('is deleted by forget(), until something changes', async () => {
    const lab = open(store);
    await lab.step(5);
    await settled();
    await lab.forget();
    await settled();
    expect(store.values.size).toBe(0);
    await lab.step(1);
    await settled();
    expect(store.values.size).toBeGreaterThan(0);
  });

  it('writes a data set of the page only once over many saves', async () => {
    const dataset = {
      images: Uint8Array.from({ length: 60 * 64 }, (_, index) => index),
      labels: Uint8Array.from({ length: 60 }, (_, index) => index % 2),
      height: 8,
      width: 8,
      channels: 1,
      classes: 2,
      validation: { images: new Uint8Array(64), labels: Uint8Array.of(1) },
    };
    const lab = open(store, {}, { dataset });
    for (let count = 0; count < 3; count += 1) {
      await lab.step(2);
      await settled();
    }
    const sets = () => [...store.values].filter(([, value]) => (value as { labels?: unknown }).labels);
    expect(sets()).toHaveLength(1);
    const [[key]] = sets();
    expect(store.writes.filter((keys) => keys.includes(key))).toHaveLength(1);
    await lab.dispose();
    const again = open(store);
    await settled();
    await again.resume();
    expect(again.config.value.dataset).toEqual(dataset);
    await again.step(1);
    await settled();
    expect(store.writes.filter((keys) => keys.includes(key))).toHaveLength(1);
    expect(sets()).toHaveLength(1);
  });

  it('is not changed by one whose name begins with its own', async () => {
    const names = ['a/b', 'a', 'a~2', 'a%2Fb'];
    for (const [index, keep] of names.entries()) {
      const lab = open(store, { keep });
      await lab.step(index + 1);
      await settled();
      await lab.dispose();
    }
    for (const [index, keep] of names.entries()) {
      const lab = open(store, { keep });
      await settled();
      expect(keptBy(lab)).toEqual([{ name: 'A', steps: index + 1 }]);
      await lab.resume();
      expect(lab.runs.value[0].checkpoints.all.length).toBeGreaterThan(0);
    }
  });

  it('that is found late is offered before a save replaces it', async () => {
    const lab = open(store);
    await lab.step(5);
    await lab.dispose();
    const keys = store.keys.bind(store);
    let answer: (value?: unknown) => void = () => undefined;
    const late = new Promise((resolve) => (answer = resolve));
    store.keys = () => late.then(keys);
    const again = open(store, { keepEvery: 10_000 });
    await again.step(1);
    answer();
    await settled();
    await again.step(1);
    await settled();
    expect(keptBy(again)).toEqual([{ name: 'A', steps: 5 }]);
    await again.resume();
    expect(again.runs.value[0].history.length).toBe(5);
  });
});

describe('a session that cannot be read', () => {
  it.each([
    ['a newer one', { version: 2, savedAt: 5, runs: [] }, 'session-version'],
    ['a damaged one', { version: 1, savedAt: 5, runs: [null] }, 'session-file'],
    ['no session', 'tape', 'session-file'],
  ])('is reported and stays until it is deleted: %s', async (_, stored, code) => {
    store.values.set('a', stored);
    const reported: string[] = [];
    const lab = open(store);
    lab.problem.subscribe((problem) => problem && reported.push(problem.code));
    await settled();
    expect(reported).toEqual([code]);
    await lab.step(3);
    await lab.step(3);
    await settled();
    expect(reported).toEqual([code, 'not-kept']);
    expect(store.values).toEqual(new Map([['a', stored]]));
    expect(await codeOf(lab.resume())).toBe(code);
    await lab.forget();
    await lab.step(3);
    await lab.dispose();
    const again = open(store);
    await settled();
    expect(keptBy(again)).toEqual([{ name: 'A', steps: 9 }]);
  });

  interface Kept {
    savedAt: number;
    training: unknown;
    runs: { checkpoints: unknown[] }[];
  }

  it.each<[string, (kept: Kept) => void]>([
    ['an impossible date', (kept) => (kept.savedAt = 1e308)],
    ['no date', (kept) => (kept.savedAt = NaN)],
    ['a list of training runs that is none', (kept) => (kept.training = 'A')],
    ['a key that is not text', (kept) => (kept.runs[0].checkpoints = [5])],
  ])('is reported for %s, and throws nowhere', async (_, spoil) => {
    const lab = open(store);
    await lab.step(5);
    await lab.dispose();
    spoil(store.values.get('a') as Kept);
    const again = open(store);
    await settled();
    expect(again.problem.value?.code).toBe('session-file');
    expect(again.kept.value).toBeUndefined();
  });

  it('is not overwritten when the store fails to read it', async () => {
    const lab = open(store);
    await lab.step(5);
    await lab.dispose();
    const before = new Map(store.values);
    const get = store.getMany.bind(store);
    store.getMany = () => Promise.reject(new DOMException('busy', 'UnknownError'));
    const again = open(store, { keepEvery: 10_000 });
    await settled();
    await again.step(1);
    await settled();
    expect(again.problem.value?.code).toBe('not-kept');
    expect(store.values).toEqual(before);
    store.getMany = get;
    await again.step(1);
    await settled();
    await again.step(1);
    await settled();
    expect(keptBy(again)).toEqual([{ name: 'A', steps: 5 }]);
  });
});

describe('two pages that keep their sessions under one name', () => {
  it('keep both, even when either or both are reloaded', async () => {
    const locks = new MemoryLocks();
    const memories = [new Map<string, string>(), new Map<string, string>()];
    enterPage(locks, memories[0]);
    const first = open(store);
    await settled();
    await first.step(5);
    await settled();
    enterPage(locks, memories[1]);
    const second = open(store);
    await second.step(9);
    await settled();
    // The first is reloaded while the second is open.
    enterPage(locks, memories[0]);
    await first.dispose();
    await second.step(1);
    const reloaded = open(store);
    await settled();
    expect(keptBy(reloaded)).toEqual([{ name: 'A', steps: 5 }]);
    // Then the second while the first is open, then both at once.
    await second.dispose();
    enterPage(locks, memories[1]);
    const other = open(store);
    await settled();
    expect(keptBy(other)).toEqual([{ name: 'A', steps: 10 }]);
    await Promise.all([reloaded.dispose(), other.dispose()]);
    enterPage(locks, memories[0]);
    const last = open(store);
    await settled();
    expect(keptBy(last)).toEqual([{ name: 'A', steps: 5 }]);
    await last.forget();
    await settled();
    enterPage(locks, new Map());
    const newcomer = open(store);
    await settled();
    expect(keptBy(newcomer)).toEqual([{ name: 'A', steps: 10 }]);
  });

  it('wait on a reload until the old page releases its slot', async () => {
    const locks = new MemoryLocks();
    enterPage(locks, new Map());
    const lab = open(store);
    await settled();
    await lab.step(5);
    await settled();
    const reloaded = open(store);
    await settled();
    expect(keptBy(reloaded)).toBeUndefined();
    await lab.dispose();
    await settled();
    expect(keptBy(reloaded)).toEqual([{ name: 'A', steps: 5 }]);
  });
});
