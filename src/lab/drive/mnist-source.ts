import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { signal } from '@preact/signals-core';

import type { LoadProgress } from '../../training/index.js';
import type { LoadListener } from '../../worker/index.js';
import { listener, silence, type WorkerClient } from './worker-client.js';

/** Whether real MNIST is available without a download. */
export type MnistState = 'unknown' | 'absent' | 'ready';

/** Lets the worker find, download or read real MNIST. */
export class MnistSource {
  private readonly client: WorkerClient;
  private readonly found: Signal<MnistState> = signal('unknown');
  /** The reader's own files, for a worker that replaces the one that read them. */
  private files?: readonly File[];
  /** The number of the worker that read them; see {@link WorkerClient.losses}. */
  private readBy?: number;

  constructor(client: WorkerClient) {
    this.client = client;
  }

  get state(): ReadonlySignal<MnistState> {
    return this.found;
  }

  /** Checks whether it is in the browser's store; makes no network request. */
  async look(): Promise<void> {
    const isThere = await this.client.call((worker) => worker.hasMnist());
    this.found.value = isThere ? 'ready' : 'absent';
  }

  /** Downloads it, checks it and stores it. */
  async fetch(onProgress: (progress: LoadProgress) => void, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const abort = () => void this.client.ask((worker) => worker.abort('download'));
    signal?.addEventListener('abort', abort);
    const load = listener<LoadListener>({ progress: onProgress });
    try {
      await this.client.call((worker) => worker.fetchMnist(load));
      this.found.value = 'ready';
    } finally {
      signal?.removeEventListener('abort', abort);
      // Progress may arrive after the answer.
      silence(load);
    }
  }

  /** Reads it from the reader's own IDX files. */
  async read(files: readonly File[], signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.client.call((worker) =>
      worker.readMnist(files.map((content) => ({ name: content.name, content }))),
    );
    this.files = files;
    this.readBy = this.client.losses;
    this.found.value = 'ready';
  }

  /** Lets a worker that replaced another read the files that the other had read. */
  async bring(): Promise<void> {
    if (this.files && this.readBy !== this.client.losses) await this.read(this.files);
  }
}
