import type * as Threads from 'node:worker_threads';

import { lineTo, type OpenWorker } from './worker-line.js';
import { workerUrl } from './worker-url.js';

/** Kept out of the address below, where bundlers for the browser would take it for a file that they have to add. */
const packaged = { path: '../../worker/node-worker.js' };

/** Starts the worker of a Lab in a thread of Node. */
export const openNodeWorker: OpenWorker = (handleFailure) => {
  // Not imported: no bundler for the browser then asks where Node's modules are.
  const threads: typeof Threads = process.getBuiltinModule('node:worker_threads');
  const { port1, port2 } = new MessageChannel();
  const address = new URL(workerUrl() ?? packaged.path, import.meta.url);
  const worker = new threads.Worker(address, {
    name: 'lr-lab',
    workerData: { port: port2 },
    // Node's port is the browser's by another type.
    transferList: [port2 as unknown as Threads.MessagePort],
  });
  let isEnding = false;
  const fail = (reason: string) => {
    if (!isEnding) handleFailure(`the worker ${address.href} ended: ${reason}`);
  };
  worker.on('error', (error: Error) => fail(error.message));
  worker.on('exit', (code) => fail(`exit code ${code}`));
  return lineTo(port1, () => {
    isEnding = true;
    port1.close();
    void worker.terminate();
  });
};
