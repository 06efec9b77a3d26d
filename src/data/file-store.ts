import { get, set } from 'idb-keyval';

import { openStore } from './open-store.js';

/** Keeps downloaded files between visits. Either method may reject: a page may forbid storage. */
export interface FileStore {
  get(key: string): Promise<Uint8Array | undefined>;
  set(key: string, bytes: Uint8Array): Promise<void>;
}

/** The browser's own store, in IndexedDB; opened at the first use. */
export function browserFileStore(): FileStore {
  // idb-keyval allows one object store in a database, so these files have a database to themselves.
  const store = openStore('lr-lab-files', 'files');
  return {
    async get(key) {
      const value: unknown = await get(key, store);
      return value instanceof Uint8Array ? value : undefined;
    },
    async set(key, bytes) {
      await set(key, bytes, store);
    },
  };
}
