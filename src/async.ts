/** Tools for asynchronous code: a queue, a promise settled from outside, waits, and a test for aborts. */
import { InputError } from './errors.js';

/** Handles a promise whose outcome is reported elsewhere. */
export const noop = (): undefined => undefined;

/**
 * Whether an error means that the work was stopped on request. A browser's AbortError is a failure: a lost GPU rejects its
 * reads with one.
 */
export const isAborted = (error: unknown): boolean => error instanceof InputError && error.code === 'aborted';

/** Runs asynchronous work one after the other: each begins when the one before has ended, however it ended. */
export class Queue {
  private last: Promise<unknown> = Promise.resolve();

  /** Adds `work`; the promise settles as the work does. */
  add<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.last.then(work);
    this.last = done.catch(noop);
    return done;
  }

  /** Settles when all work added so far has ended. */
  async idle(): Promise<void> {
    await this.last;
  }
}

/** A promise that is settled from outside. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

/** Makes a promise that is settled from outside; its rejection may stay unhandled. */
export function deferred<Value = void>(): Deferred<Value> {
  let resolve: Deferred<Value>['resolve'] = () => undefined;
  let reject: Deferred<Value>['reject'] = () => undefined;
  const promise = new Promise<Value>((...settle) => ([resolve, reject] = settle));
  promise.catch(noop);
  return { promise, resolve, reject };
}

/** The end of something that other work depends on: a worker, a device, a run, a lab. */
export class Ending {
  private readonly waiting = new Set<(reason: unknown) => void>();
  private over?: { readonly reason: unknown };

  /** Settles as `promise` does, or rejects as soon as the end has come. */
  guard<Value>(promise: Promise<Value>): Promise<Value> {
    return interruptible(promise, (reject) => {
      if (this.over) reject(this.over.reason);
      this.waiting.add(reject);
      return () => this.waiting.delete(reject);
    });
  }

  /** Rejects everything that waits now, with this reason. */
  interrupt(reason: unknown): void {
    for (const reject of this.waiting) reject(reason);
  }

  /** Rejects everything that waits, now and later. */
  end(reason: unknown): void {
    this.over ??= { reason };
    this.interrupt(reason);
  }
}

let channel: MessageChannel | undefined;
const tasks: (() => void)[] = [];

/** Lets the messages that wait be handled, without the delay that timers have. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    // Node handles up to a thousand messages of one port before it looks at another.
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    if (channel === undefined) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => tasks.shift()?.();
    }
    tasks.push(resolve);
    channel.port2.postMessage(undefined);
  });
}

/** Waits, or rejects with the signal's reason once that is aborted. */
export function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Settles as `promise` does, or rejects with the signal's reason once that is aborted; the work itself continues. */
export async function untilAborted<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (!signal) return promise;
  return interruptible(promise, (reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    return () => signal.removeEventListener('abort', abort);
  });
}

/**
 * Settles as `promise` does, unless it is interrupted before.
 *
 * @param listen is given what interrupts it, and returns what stops listening
 */
async function interruptible<Value>(
  promise: Promise<Value>,
  listen: (reject: (reason: unknown) => void) => () => void,
): Promise<Value> {
  const stop = deferred<never>();
  const stopListening = listen(stop.reject);
  try {
    return await Promise.race([promise, stop.promise]);
  } finally {
    stopListening();
  }
}
