/** The page's end of the worker: starts it when it is first needed, and turns its results into values or errors. */
import type { Remote } from 'comlink';
import * as comlink from 'comlink';

import { InputError } from '../errors.js';
import type { LabWorker, LoadListener, Result, RunListener } from '../training/lab-worker.js';
import type { MemoryReport } from '../training/index.js';

/** A running worker; `ended` settles when it ends, however it ends, since it then answers nothing any more. */
interface Connection {
  worker: Worker;
  remote: Remote<LabWorker>;
  ended: Promise<Result<never>>;
  end: (code: string, message: string) => void;
}

/** Milliseconds that a worker is given to free what it holds. */
const patience = 10_000;

const nothingHeld: MemoryReport = { tensors: 0, bytes: 0, gpuBytes: 0 };

/** Calls a worker that exists only while it is needed. */
export class WorkerClient {
  private readonly handleFailure: (message: string) => void;
  private connection?: Connection;
  private isClosed = false;

  /** @param handleFailure told when the worker itself breaks; the next call starts another */
  constructor(handleFailure: (message: string) => void) {
    this.handleFailure = handleFailure;
  }

  /**
   * Calls one of the worker's methods; starts the worker when it is the first.
   *
   * @throws InputError what the worker says, `aborted` when it is closed meanwhile, `worker` when it breaks
   */
  async call<Value>(method: (worker: Remote<LabWorker>) => Promise<Result<Value>>): Promise<Value> {
    const { remote, ended } = this.connect();
    const result = await Promise.race([method(remote), ended]);
    if (result.ok) return result.value;
    throw new InputError(result.problem);
  }

  /** Asks what cannot be refused, of a worker that runs; `undefined` when none does, or it ends meanwhile. */
  async ask<Value>(method: (worker: Remote<LabWorker>) => Promise<Value>): Promise<Value | undefined> {
    if (!this.connection) return undefined;
    const { remote, ended } = this.connection;
    return Promise.race([method(remote), ended.then(() => undefined)]);
  }

  /** Lets the worker free everything, ends it for good, and tells what it could not free. */
  async close(): Promise<MemoryReport> {
    this.isClosed = true;
    const { connection } = this;
    if (!connection) return nothingHeld;
    const tooLong = new Promise<undefined>((resolve) => setTimeout(resolve, patience, undefined));
    try {
      return (await Promise.race([this.ask((worker) => worker.close()), tooLong])) ?? nothingHeld;
    } finally {
      this.disconnect(connection, 'aborted', 'the worker was ended.');
    }
  }

  private connect(): Connection {
    if (this.isClosed)
      throw new InputError({ code: 'disposed', message: 'the lab has been disposed of; make a new one.' });
    if (this.connection) return this.connection;
    const worker = new Worker(new URL('../training/worker.ts', import.meta.url), {
      type: 'module',
      name: 'lr-lab',
    });
    let end: Connection['end'] = () => undefined;
    const ended = new Promise<Result<never>>((resolve) => {
      end = (code, message) => resolve({ ok: false, problem: { code, message } });
    });
    const connection = { worker, remote: comlink.wrap<LabWorker>(worker), ended, end };
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      const message = event.message || 'the worker could not be loaded';
      this.disconnect(connection, 'worker', message);
      this.handleFailure(message);
    });
    this.connection = connection;
    return connection;
  }

  private disconnect(connection: Connection, code: string, message: string): void {
    if (this.connection === connection) this.connection = undefined;
    connection.end(code, message);
    connection.remote[comlink.releaseProxy]();
    connection.worker.terminate();
  }
}

/** Lets the worker call a listener of the page. */
export function listener<Listener extends LoadListener | RunListener>(listener: Listener): Listener {
  return comlink.proxy(listener);
}
