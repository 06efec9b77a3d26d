/** What the page holds of a worker, wherever that runs. */
import * as comlink from 'comlink';

import type { LabWorker } from '../../worker/index.js';

type Called<Method> = Method extends (...given: infer Given) => infer Value
  ? (...given: Given) => Promise<Awaited<Value>>
  : never;

/** A worker's methods as the page calls them: each answers later. */
export type WorkerCalls = { readonly [Name in keyof LabWorker]: Called<LabWorker[Name]> };

/** A worker that has been started, at the other end of its port. */
export interface WorkerLine {
  readonly calls: WorkerCalls;
  /** Ends it, even while it is busy. */
  end(): void;
}

/** Starts a worker; `handleFailure` hears when it breaks. */
export type OpenWorker = (handleFailure: (message: string) => void) => WorkerLine;

/** The line to the host that is exposed at the other end of `port`. */
export function lineTo(port: comlink.Endpoint, end: () => void): WorkerLine {
  const remote = comlink.wrap<LabWorker>(port);
  let isOpen = true;
  return {
    calls: remote,
    end() {
      if (!isOpen) return;
      isOpen = false;
      remote[comlink.releaseProxy]();
      end();
    },
  };
}
