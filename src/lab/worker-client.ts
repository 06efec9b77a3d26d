/** The page's end of the worker: starts it when it is first needed, and turns its results into values or errors. */
import type { Remote } from 'comlink';
import * as comlink from 'comlink';

import { InputError } from '../errors.js';
import type { LabWorker, LoadListener, Result, RunListener } from '../training/lab-worker.js';
import type { MemoryReport } from '../training/index.js';

/** Calls a worker that exists only while it is needed. */
export class WorkerClient {
  private readonly handleFailure: (message: string) => void;
  private worker?: Worker;
  private remote?: Remote<LabWorker>;
  private announceClose: () => void = () => undefined;
  private readonly closed = new Promise<Result<never>>((resolve) => {
    this.announceClose = () =>
      resolve({ ok: false, problem: { code: 'aborted', message: 'the worker was ended.' } });
  });

  /** @param handleFailure told when the worker itself breaks */
  constructor(handleFailure: (message: string) => void) {
    this.handleFailure = handleFailure;
  }

  /** Whether the worker has been started. */
  get started(): boolean {
    return this.worker !== undefined;
  }

  /** Calls one of the worker's methods; starts it when it is the first. */
  async call<Value>(method: (worker: Remote<LabWorker>) => Promise<Result<Value>>): Promise<Value> {
    const worker = this.connect();
    // A worker that is ended answers nothing any more.
    const result = await Promise.race([method(worker), this.closed]);
    if (result.ok) return result.value;
    throw new InputError(result.problem);
  }

  /** The worker, for what answers without a result. */
  connect(): Remote<LabWorker> {
    if (!this.remote) {
      this.worker = new Worker(new URL('../training/worker.ts', import.meta.url), {
        type: 'module',
        name: 'lr-lab',
      });
      this.worker.addEventListener('error', (event) => {
        event.preventDefault();
        this.handleFailure(event.message || 'the worker could not be loaded');
      });
      this.remote = comlink.wrap<LabWorker>(this.worker);
    }
    return this.remote;
  }

  /** Lets the worker free everything, ends it, and tells what it could not free. */
  async close(): Promise<MemoryReport> {
    const { worker, remote } = this;
    this.worker = undefined;
    this.remote = undefined;
    if (!worker || !remote) return { tensors: 0, bytes: 0, gpuBytes: 0 };
    try {
      return await remote.close();
    } finally {
      remote[comlink.releaseProxy]();
      worker.terminate();
      this.announceClose();
    }
  }
}

/** Lets the worker call a listener of the page. */
export function listener<Listener extends LoadListener | RunListener>(listener: Listener): Listener {
  return comlink.proxy(listener);
}
