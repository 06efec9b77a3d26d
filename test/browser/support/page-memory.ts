/** What a page with a lab holds: measured before and after many repetitions, it must not have grown. */
import type { Page } from '@playwright/test';

import type { LrLab } from '../../../components/index.js';

/** What a page and its worker hold. */
export interface PageMemory {
  domNodes: number;
  listeners: number;
  /** Bytes of the page's JavaScript. */
  heap: number;
  /** Keys of what the browser keeps, and the bytes of the arrays under them. */
  keys: number;
  keptBytes: number;
  /** In the worker. */
  tensors: number;
  gpuBytes: number;
}

/** Measures after a frame and a garbage collection. */
export async function pageMemory(page: Page): Promise<PageMemory> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable');
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  for (let time = 0; time < 3; time++) await devTools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devTools.send('Performance.getMetrics');
  await devTools.detach();
  const metric = (name: string) => metrics.find((each) => each.name === name)?.value ?? NaN;
  return {
    domNodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    heap: metric('JSHeapUsedSize'),
    ...(await page.evaluate(held)),
  };
}

/** In the page: what the browser keeps for it, and what its worker holds. */
async function held(): Promise<Omit<PageMemory, 'domNodes' | 'listeners' | 'heap'>> {
  const bytesIn = (value: unknown): number => {
    if (ArrayBuffer.isView(value)) return value.byteLength;
    if (typeof value !== 'object' || value === null) return 0;
    return Object.values(value).reduce<number>((sum, inner) => sum + bytesIn(inner), 0);
  };
  const done = <Value>(request: IDBRequest<Value>) =>
    new Promise<Value>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('the store cannot be read'));
    });
  const database = await done(indexedDB.open('lr-lab-sessions'));
  const values = await done(database.transaction('sessions').objectStore('sessions').getAll());
  database.close();
  const { tensors, gpuBytes } = await document.querySelector<LrLab>('lr-lab')!.lab!.memory();
  return { keys: values.length, keptBytes: bytesIn(values), tensors, gpuBytes };
}
