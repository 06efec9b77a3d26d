/**
 * Keeps buffers out of tf.js's pool while captures use them: a buffer that tf.js releases meanwhile returns to the pool
 * when the last capture drops it. Until then tf.js counts it as used.
 */
import type { WebGpuBackend } from '../webgpu-backend.js';
import { override } from './override.js';

interface Hold {
  captures: number;
  /** Whether tf.js has released the buffer. */
  released: boolean;
}

const holdsOfBackends = new WeakMap<WebGpuBackend, BufferHolds>();

/** The buffers of one backend that captures hold. */
export class BufferHolds {
  private readonly backend: WebGpuBackend;
  private readonly holds = new Map<GPUBuffer, Hold>();

  private constructor(backend: WebGpuBackend) {
    this.backend = backend;
    override(backend.bufferManager, 'releaseBuffer', (original) => (buffer, reuse) => {
      const hold = this.holds.get(buffer);
      if (hold) hold.released = true;
      else original.call(backend.bufferManager, buffer, reuse);
    });
  }

  /** The holds of a backend, shared by all captures. */
  static of(backend: WebGpuBackend): BufferHolds {
    let holds = holdsOfBackends.get(backend);
    if (!holds) holdsOfBackends.set(backend, (holds = new BufferHolds(backend)));
    return holds;
  }

  /** Holds a buffer for one more capture. */
  hold(buffer: GPUBuffer): void {
    const hold = this.holds.get(buffer);
    if (hold) hold.captures++;
    else this.holds.set(buffer, { captures: 1, released: false });
  }

  /** Drops a buffer for one capture. */
  drop(buffer: GPUBuffer): void {
    const hold = this.holds.get(buffer);
    if (!hold || --hold.captures > 0) return;
    this.holds.delete(buffer);
    if (hold.released) this.backend.bufferManager.releaseBuffer(buffer);
  }

  /** Whether any capture holds the buffer. */
  has(buffer: GPUBuffer): boolean {
    return this.holds.has(buffer);
  }

  /** Notes that a buffer which tf.js may have released belongs to a tensor again. */
  reclaim(buffer: GPUBuffer): void {
    const hold = this.holds.get(buffer);
    if (hold) hold.released = false;
  }
}
