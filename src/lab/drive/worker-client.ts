/**
 * The page's end of the worker: starts it when it is first needed, turns its results into values or errors, and notices
 * when it is lost. A lost worker is ended; the next call starts another, in which everything must be prepared anew.
 */
import * as comlink from 'comlink';

import type { Problem } from '../../errors.js';
import { InputError } from '../../errors.js';
import type { LabWorker, LoadListener, Result, RunListener } from '../../worker/index.js';
import type { MemoryReport } from '../../training/index.js';
import type { Patience } from './heartbeat.js';
import { startPatience, usualPatience, watchPulse } from './heartbeat.js';

type Called<Method> = Method extends (...given: infer Given) => infer Value
  ? (...given: Given) => Promise<Awaited<Value>>
  : never;

/** A worker's methods as the page calls them: each answers later. */
export type WorkerCalls = { readonly [Name in keyof LabWorker]: Called<LabWorker[Name]> };

/** A worker that has been started. */
export interface WorkerLine {
  readonly calls: WorkerCalls;
  /** Ends it, whatever it is doing. */
  end(): void;
}

/** Starts a worker; `handleFailure` hears when it breaks. */
export type OpenWorker = (handleFailure: (message: string) => void) => WorkerLine;

/** A running worker; `ended` settles when it ends, however it ends, since it then answers nothing any more. */
interface Connection {
  readonly line: WorkerLine;
  readonly ended: Promise<Result<never>>;
  readonly end: (problem: Problem) => void;
  /** Whether it has answered at all: until then its code is being loaded. */
  isUp: boolean;
  /** Calls that wait for an answer. */
  pending: number;
  stopWatch?: () => void;
}

/** What a worker says, or is said of it, when all of its runs are gone with it. */
const lossCodes: readonly string[] = ['worker', 'device-lost', 'no-adapter'];

/** Milliseconds that a worker is given to free what it holds. */
const closingTime = 10_000;

const nothingHeld: MemoryReport = { tensors: 0, bytes: 0, gpuBytes: 0 };

/** Whether a call failed because the worker or its device is gone, and everything in it. */
export function isLoss(error: unknown): error is InputError {
  return error instanceof InputError && lossCodes.includes(error.code);
}

/** Calls a worker that exists only while it is needed. */
export class WorkerClient {
  private readonly open: OpenWorker;
  private readonly patience: Patience;
  private connection?: Connection;
  private isClosed = false;
  private lost = 0;

  constructor(open: OpenWorker = openBrowserWorker, patience: Patience = usualPatience) {
    this.open = open;
    this.patience = patience;
  }

  /** The number of workers that have ended: what was prepared under another number is gone. */
  get losses(): number {
    return this.lost;
  }

  /**
   * Calls one of the worker's methods; starts the worker when it is the first.
   *
   * @throws InputError what the worker says, `aborted` when it is closed meanwhile, `worker` when it breaks or falls
   * silent; after a loss (see {@link isLoss}) it has been ended
   */
  async call<Value>(method: (worker: WorkerCalls) => Promise<Result<Value>>): Promise<Value> {
    const connection = this.connect();
    this.expectAnswer(connection, 1);
    try {
      const result = await Promise.race([method(connection.line.calls), connection.ended]);
      if (result.ok) return result.value;
      const { problem } = result;
      if (lossCodes.includes(problem.code)) this.disconnect(connection, problem);
      throw new InputError(problem);
    } finally {
      this.expectAnswer(connection, -1);
    }
  }

  /** Asks what cannot be refused, of a worker that runs; `undefined` when none does, or it ends meanwhile. */
  async ask<Value>(method: (worker: WorkerCalls) => Promise<Value>): Promise<Value | undefined> {
    const { connection } = this;
    if (!connection) return undefined;
    this.expectAnswer(connection, 1);
    try {
      return await Promise.race([method(connection.line.calls), connection.ended.then(() => undefined)]);
    } finally {
      this.expectAnswer(connection, -1);
    }
  }

  /** Lets the worker free everything, ends it for good, and tells what it could not free. */
  async close(): Promise<MemoryReport> {
    this.isClosed = true;
    const { connection } = this;
    if (!connection) return nothingHeld;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, closingTime, undefined);
    });
    try {
      return (await Promise.race([this.ask((worker) => worker.close()), tooLong])) ?? nothingHeld;
    } finally {
      clearTimeout(timer);
      this.disconnect(connection, { code: 'aborted', message: 'the worker was ended.' });
    }
  }

  private connect(): Connection {
    if (this.isClosed)
      throw new InputError({ code: 'disposed', message: 'the lab has been disposed of; make a new one.' });
    if (this.connection) return this.connection;
    let end: Connection['end'] = () => undefined;
    const ended = new Promise<Result<never>>((resolve) => {
      end = (problem) => resolve({ ok: false, problem });
    });
    const line = this.open((message) => this.disconnect(connection, { code: 'worker', message }));
    const connection: Connection = { line, ended, end, isUp: false, pending: 0 };
    this.connection = connection;
    void this.ask((worker) => worker.ping()).then(() => {
      connection.isUp = true;
      // From now on it has less time to answer.
      this.stopWatch(connection);
      this.expectAnswer(connection, 0);
    });
    return connection;
  }

  /** Watches a worker's pulse while it owes an answer. */
  private expectAnswer(connection: Connection, more: number): void {
    connection.pending += more;
    if (connection !== this.connection || connection.pending === 0) {
      this.stopWatch(connection);
      return;
    }
    connection.stopWatch ??= watchPulse(
      () => connection.line.calls.ping(),
      connection.isUp ? this.patience : startPatience,
      () => this.disconnect(connection, { code: 'worker', message: 'it no longer answers' }),
    );
  }

  private stopWatch(connection: Connection): void {
    connection.stopWatch?.();
    connection.stopWatch = undefined;
  }

  private disconnect(connection: Connection, problem: Problem): void {
    if (this.connection === connection) {
      this.connection = undefined;
      this.lost += 1;
    }
    this.stopWatch(connection);
    connection.end(problem);
    connection.line.end();
  }
}

/** Starts a real worker. */
function openBrowserWorker(handleFailure: (message: string) => void): WorkerLine {
  const worker = new Worker(new URL('../../worker/worker.ts', import.meta.url), {
    type: 'module',
    name: 'lr-lab',
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    handleFailure(event.message || 'the worker could not be loaded');
  });
  const remote = comlink.wrap<LabWorker>(worker);
  let isOpen = true;
  return {
    calls: remote,
    end() {
      if (!isOpen) return;
      isOpen = false;
      remote[comlink.releaseProxy]();
      worker.terminate();
    },
  };
}

/** Lets the worker call a listener of the page. */
export function listener<Listener extends LoadListener | RunListener>(listener: Listener): Listener {
  return comlink.proxy(listener);
}
