import type { Page } from '@playwright/test';

/** What the browser keeps of a session. */
export interface Kept {
  /** The rows of its first run. */
  readonly rows: number;
  /** How many of its runs trained when it was saved. */
  readonly training: number;
}

/** What the browser keeps of the session with this name; nothing where it keeps none. Runs in the page. */
export async function keptInPage(name: string): Promise<Kept> {
  const stores = await indexedDB.databases();
  // To open it would make it.
  if (!stores.some((store) => store.name === 'lr-lab-sessions')) return { rows: 0, training: 0 };
  return new Promise<Kept>((resolve, reject) => {
    const opening = indexedDB.open('lr-lab-sessions');
    opening.onerror = () => reject(new Error('the store cannot be opened'));
    opening.onsuccess = () => {
      const { result } = opening;
      const reading = result.transaction('sessions').objectStore('sessions').get(name);
      reading.onerror = () => reject(new Error('the session cannot be read'));
      reading.onsuccess = () => {
        result.close();
        const stored = reading.result as
          { runs: { run: { history?: { loss: Float32Array } } }[]; training: string[] } | undefined;
        resolve({
          rows: stored?.runs[0].run.history?.loss.length ?? 0,
          training: stored?.training.length ?? 0,
        });
      };
    };
  });
}

/** How many rows of its first run the browser of a page keeps of a session with this name. */
export const rowsKept = async (page: Page, name: string): Promise<number> =>
  (await page.evaluate(keptInPage, name)).rows;
