import { createStore, type UseStore } from 'idb-keyval';

/**
 * An object store in a database of its own, opened at the first use. Another tab can delete the database or change its
 * version: this one then closes it, and opens it again at the next use.
 */
export function openStore(database: string, name: string): UseStore {
  let store: UseStore | undefined;
  return async (mode, work) => {
    const present = (store ??= createStore(database, name));
    return present(mode, (objects) => {
      const { db } = objects.transaction;
      db.onversionchange = () => {
        db.close();
        if (store === present) store = undefined;
      };
      return work(objects);
    });
  };
}
