import type { Page } from '@playwright/test';

/** How many rows of its first run the browser keeps of a session with this name; 0 where it keeps none. Runs in the page. */
export async function rowsKeptInPage(name: string): Promise<number> {
  const stores = await indexedDB.databases();
  // To open it would make it.
  if (!stores.some((store) => store.name === 'lr-lab-sessions')) return 0;
  return new Promise<number>((resolve, reject) => {
    const opening = indexedDB.open('lr-lab-sessions');
    opening.onerror = () => reject(new Error('the store cannot be opened'));
    opening.onsuccess = () => {
      const { result } = opening;
      const reading = result.transaction('sessions').objectStore('sessions').get(name);
      reading.onerror = () => reject(new Error('the session cannot be read'));
      reading.onsuccess = () => {
        result.close();
        const stored = reading.result as
          { runs: { run: { history?: { loss: Float32Array } } }[] } | undefined;
        resolve(stored?.runs[0].run.history?.loss.length ?? 0);
      };
    };
  });
}

/** How many rows of its first run the browser of a page keeps of a session with this name. */
export const rowsKept = (page: Page, name: string): Promise<number> => page.evaluate(rowsKeptInPage, name);
