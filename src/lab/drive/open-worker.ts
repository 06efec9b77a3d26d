import { openBrowserWorker } from './browser-worker.js';
import { openNodeWorker } from './node-worker.js';
import type { OpenWorker } from './worker-line.js';

/** Starts a worker as the place allows: a thread in Node, which has no `Worker`, and a web worker elsewhere. */
export const openWorker: OpenWorker = (handleFailure) =>
  typeof Worker === 'undefined' && typeof process === 'object'
    ? openNodeWorker(handleFailure)
    : openBrowserWorker(handleFailure);
