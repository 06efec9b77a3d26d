import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { signal } from '@preact/signals-core';

import type { LoadProgress } from '../training/load-dataset.js';
import { listener, type WorkerClient } from './worker-client.js';

/** Whether real MNIST can be had without a download. */
export type MnistState = 'unknown' | 'absent' | 'ready';

/** Real MNIST, as the worker gets hold of it. */
export class MnistSource {
  private readonly client: WorkerClient;
  private readonly found: Signal<MnistState> = signal('unknown');

  constructor(client: WorkerClient) {
    this.client = client;
  }

  get state(): ReadonlySignal<MnistState> {
    return this.found;
  }

  /** Finds out whether it is in the browser's store; asks nothing of the network. */
  async look(): Promise<void> {
    const isThere = await this.client.call((worker) => worker.hasMnist());
    this.found.value = isThere ? 'ready' : 'absent';
  }

  /** Downloads it, checks it and keeps it. */
  async fetch(onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const abort = () => void this.client.ask((worker) => worker.abort('download'));
    signal?.addEventListener('abort', abort);
    try {
      await this.client.call((worker) => worker.fetchMnist(listener({ progress: onProgress })));
      this.found.value = 'ready';
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Reads it from the reader's own IDX files. */
  async read(files: readonly File[], signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.client.call((worker) => worker.readMnist([...files]));
    this.found.value = 'ready';
  }
}
