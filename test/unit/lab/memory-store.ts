import type { KeyValueStore } from '../../../src/lab/session/session-store.js';

/** A store in memory that copies its values, as a browser's does, and records what is written. */
export class MemoryStore implements KeyValueStore {
  readonly values = new Map<string, unknown>();
  /** The keys of each write. */
  readonly writes: string[][] = [];

  getMany(keys: string[]): Promise<unknown[]> {
    return Promise.resolve(keys.map((key) => structuredClone(this.values.get(key))));
  }

  setMany(entries: [string, unknown][]): Promise<void> {
    this.writes.push(entries.map(([key]) => key));
    for (const [key, value] of entries) this.values.set(key, structuredClone(value));
    return Promise.resolve();
  }

  delMany(keys: string[]): Promise<void> {
    for (const key of keys) this.values.delete(key);
    return Promise.resolve();
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.values.keys()]);
  }
}

/** The locks of a browser, as far as they are used: one holder each, in the order of the requests. */
export class MemoryLocks {
  private readonly tails = new Map<string, Promise<unknown>>();

  async request(
    name: string,
    { signal, ifAvailable }: LockOptions,
    work: (lock: Lock | null) => unknown,
  ): Promise<unknown> {
    const before = this.tails.get(name);
    if (before && ifAvailable) return work(null);
    const refused = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
    await Promise.race([before, refused]);
    const held = Promise.resolve(work({ name, mode: 'exclusive' }));
    this.tails.set(name, held);
    await held;
    if (this.tails.get(name) === held) this.tails.delete(name);
    return undefined;
  }
}
