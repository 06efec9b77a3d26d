/** Measures how long the device computes, from timestamps at the first and the last pass of a submit. */

import { awaitedRead } from '../awaited-read.js';

/** Two timestamps of 8 bytes, in nanoseconds. */
const timestampBytes = 16;

/** Reuses its buffers; several measurements may run at once. */
export class GpuTimer {
  readonly querySet: GPUQuerySet;
  private readonly device: GPUDevice;
  private readonly resolved: GPUBuffer;
  private readonly free: GPUBuffer[] = [];
  private readonly made: GPUBuffer[] = [];

  private constructor(device: GPUDevice) {
    this.device = device;
    this.querySet = device.createQuerySet({ type: 'timestamp', count: 2 });
    this.resolved = device.createBuffer({
      label: 'timestamps',
      size: timestampBytes,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
  }

  /** A timer, if the device has timestamps. */
  static of(device: GPUDevice): GpuTimer | undefined {
    return device.features.has('timestamp-query') ? new GpuTimer(device) : undefined;
  }

  /**
   * Appends the commands that read the clock to the encoder whose passes were timed.
   *
   * @returns reads the milliseconds; call it once the encoder has been submitted
   */
  finish(encoder: GPUCommandEncoder): () => Promise<number> {
    const buffer = this.free.pop() ?? this.makeBuffer();
    encoder.resolveQuerySet(this.querySet, 0, 2, this.resolved, 0);
    encoder.copyBufferToBuffer(this.resolved, 0, buffer, 0, timestampBytes);
    return async () => {
      await awaitedRead(this.device, buffer.mapAsync(GPUMapMode.READ));
      const [begin, end] = new BigUint64Array(buffer.getMappedRange());
      const milliseconds = Number(end - begin) / 1e6;
      buffer.unmap();
      this.free.push(buffer);
      return milliseconds;
    };
  }

  /** Frees everything and rejects the measurements that still run. */
  dispose(): void {
    this.querySet.destroy();
    this.resolved.destroy();
    for (const buffer of this.made) buffer.destroy();
  }

  private makeBuffer(): GPUBuffer {
    const buffer = this.device.createBuffer({
      label: 'timestamps to read',
      size: timestampBytes,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    this.made.push(buffer);
    return buffer;
  }
}
