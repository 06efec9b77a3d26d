/** What a page with a lab holds: measured before and after many repetitions, it must not have grown. */
import type { Page } from '@playwright/test';

import type { LrLab } from '../../../components/index.js';
import { heapBytes, pageHeap, workerHeap } from './heap-bytes.js';

/** What a page holds. */
export interface PageObjects {
  domNodes: number;
  listeners: number;
  /** Bytes of the page's scripts, without their compiled code. */
  heap: number;
}

/** What a page, its store and its worker hold. */
export interface PageMemory extends PageObjects {
  /** Keys of what the browser keeps, and the bytes of the arrays under them. */
  keys: number;
  keptBytes: number;
  /** In the worker. */
  workerHeap: number;
  tensors: number;
  gpuBytes: number;
}

/** Measures the page after a frame and a garbage collection. */
export async function pageObjects(page: Page): Promise<PageObjects> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable');
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  const heap = await heapBytes(pageHeap(devTools));
  const { metrics } = await devTools.send('Performance.getMetrics');
  await devTools.detach();
  const metric = (name: string) => metrics.find((each) => each.name === name)?.value ?? NaN;
  return { domNodes: metric('Nodes'), listeners: metric('JSEventListeners'), heap };
}

/** Measures a page with one lab that has a worker. */
export async function pageMemory(page: Page): Promise<PageMemory> {
  const objects = await pageObjects(page);
  const devTools = await page.context().newCDPSession(page);
  const inWorker = await heapBytes(await workerHeap(devTools));
  await devTools.detach();
  return { ...objects, ...(await page.evaluate(held)), workerHeap: inWorker };
}

/** In the page: what the browser keeps for it, and the tensors of its worker. */
async function held(): Promise<Pick<PageMemory, 'keys' | 'keptBytes' | 'tensors' | 'gpuBytes'>> {
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
