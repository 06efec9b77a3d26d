/**
 * The page's end of the worker: starts it when it is first needed, turns its results into values or errors, and notices
 * when it is lost. A lost worker is ended; the next call starts another, in which everything must be prepared again.
 */
import * as comlink from 'comlink';

import { Ending, noop, untilAborted } from '../../async.js';
import { aborted, disposed, InputError } from '../../errors.js';
import type { LoadListener, Result, RunListener } from '../../worker/index.js';
import type { MemoryReport } from '../../training/index.js';
import type { HeartbeatLimits } from './heartbeat.js';
import { atStart, usualHeartbeat, watchHeartbeat } from './heartbeat.js';
import { openWorker } from './open-worker.js';
import type { OpenWorker, WorkerCalls, WorkerLine } from './worker-line.js';

/** A running worker; once it has ended for any reason, it answers nothing any more. */
interface Connection {
  readonly line: WorkerLine;
  readonly ending: Ending;
  /** Whether it has answered at all: until then its code is loading. */
  isUp: boolean;
  /** Requests that wait for an answer. */
  pending: number;
  /** Calls that wait for an answer. */
  calls: number;
  stopWatch?: () => void;
}

/** The codes of the problems that mean that a worker and all of its runs are lost. */
const lossCodes: readonly string[] = ['worker', 'device-lost', 'no-adapter'];

/** Milliseconds that a worker has to free what it holds. */
const closingTime = 10_000;

const workerLost = (message: string): InputError => new InputError({ code: 'worker', message });

const nothingHeld: MemoryReport = { tensors: 0, bytes: 0, gpuBytes: 0 };

/** Whether a call failed because the worker or its device is lost, with everything in it. */
export function isLoss(error: unknown): error is InputError {
  return error instanceof InputError && lossCodes.includes(error.code);
}

/** Calls a worker that exists only while it is needed. */
export class WorkerClient {
  private readonly open: OpenWorker;
  private readonly heartbeat: HeartbeatLimits;
  private connection?: Connection;
  private isClosed = false;
  private lost = 0;

  constructor(open: OpenWorker = openWorker, heartbeat: HeartbeatLimits = usualHeartbeat) {
    this.open = open;
    this.heartbeat = heartbeat;
  }

  /** The number of workers that have ended: what was prepared under another number is lost. */
  get losses(): number {
    return this.lost;
  }

  /**
   * Calls one of the worker's methods; the first call starts the worker. An aborted call
   * ends a worker that has never answered and has no other call: if it cannot start, it does not block the next call.
   *
   * @throws InputError the worker's own, `aborted` when it is closed meanwhile, `worker` when it fails or no longer
   * answers; after a loss (see {@link isLoss}) it has been ended. The signal's reason once that is aborted
   */
  async call<Value>(
    method: (worker: WorkerCalls) => Promise<Result<Value>>,
    signal?: AbortSignal,
  ): Promise<Value> {
    signal?.throwIfAborted();
    const connection = this.connect();
    this.expectAnswer(connection, 1);
    connection.calls += 1;
    try {
      const answer = connection.ending.guard(method(connection.line.calls));
      const result = await untilAborted(answer, signal);
      if (result.ok) return result.value;
      const { problem } = result;
      const error = new InputError(problem);
      if (isLoss(error)) this.disconnect(connection, error);
      throw error;
    } finally {
      connection.calls -= 1;
      this.expectAnswer(connection, -1);
      if (signal?.aborted && !connection.isUp && connection.calls === 0)
        this.disconnect(connection, aborted());
    }
  }

  /** Settles as `promise` does, or rejects when the worker that runs now is lost. */
  untilLost<Value>(promise: Promise<Value>): Promise<Value> {
    return this.connection?.ending.guard(promise) ?? Promise.reject(workerLost('no worker runs'));
  }

  /** Calls a method of a running worker that cannot be refused; `undefined` when none runs, or it ends meanwhile. */
  async ask<Value>(method: (worker: WorkerCalls) => Promise<Value>): Promise<Value | undefined> {
    const { connection } = this;
    if (!connection) return undefined;
    this.expectAnswer(connection, 1);
    try {
      return await connection.ending.guard(method(connection.line.calls)).catch((error: unknown) => {
        if (connection === this.connection) throw error;
        return undefined;
      });
    } finally {
      this.expectAnswer(connection, -1);
    }
  }

  /** Lets the worker free everything, ends it permanently, and returns what it could not free. */
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
      this.disconnect(connection, aborted());
    }
  }

  private connect(): Connection {
    if (this.isClosed) throw disposed();
    if (this.connection) return this.connection;
    const line = this.open((message) => this.disconnect(connection, workerLost(message)));
    const connection: Connection = { line, ending: new Ending(), isUp: false, pending: 0, calls: 0 };
    this.connection = connection;
    void this.ask((worker) => worker.ping()).then(() => {
      connection.isUp = true;
      // From now on it has less time to answer.
      this.stopWatch(connection);
      this.expectAnswer(connection, 0);
    });
    return connection;
  }

  /** Watches a worker's heartbeat while requests wait for its answer. */
  private expectAnswer(connection: Connection, more: number): void {
    connection.pending += more;
    if (connection !== this.connection || connection.pending === 0) {
      this.stopWatch(connection);
      return;
    }
    connection.stopWatch ??= watchHeartbeat(
      () => connection.line.calls.ping(),
      connection.isUp ? this.heartbeat : atStart(this.heartbeat),
      () => this.disconnect(connection, workerLost('it no longer answers')),
    );
  }

  private stopWatch(connection: Connection): void {
    connection.stopWatch?.();
    connection.stopWatch = undefined;
  }

  private disconnect(connection: Connection, reason: InputError): void {
    if (this.connection === connection) {
      this.connection = undefined;
      this.lost += 1;
    }
    this.stopWatch(connection);
    connection.ending.end(reason);
    connection.line.end();
  }
}

/** Lets the worker call a listener of the page. */
export function listener<Listener extends LoadListener | RunListener>(listener: Listener): Listener {
  return comlink.proxy(listener);
}

/**
 * Ends what a listener does, and releases what it works on. The worker keeps its end of a listener until it collects
 * garbage, which an idle worker never does; until then a listener that still acts keeps a removed run with its history.
 */
export function silence(listener: LoadListener | RunListener): void {
  const silent = Object.keys(listener).map((method) => [method, noop] as const);
  Object.assign(listener, Object.fromEntries(silent));
}
