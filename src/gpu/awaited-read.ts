/**
 * Reads of the device that JavaScript waits for. A browser may learn late that the device is done: Firefox looks about
 * every 100 ms, and at each submit. So while a read is pending, something empty is submitted every few milliseconds.
 */
import { deviceLoss } from './captured-step/device-loss.js';
import type { WebGpuBackend } from './webgpu-backend.js';

/** Milliseconds before the first empty submit, and between two, at least. */
const intervalMs = 5;

/** The share of a read's time so far that passes before the next empty submit: long reads need not be found so soon. */
const interval = 0.25;

/**
 * Milliseconds before a read's usual time at which the first empty submit comes: most browsers need none, and a wake-up
 * costs. It is longer than an answer takes, so that the usual time comes down to the true one.
 */
const leadMs = 6;

/** How many of the latest reads decide what is usual. */
const remembered = 8;

/** The reads of one device. */
class PendingReads {
  private readonly device: GPUDevice;
  private readonly loss: { readonly reason?: string };
  private readonly lately: number[] = [];
  private count = 0;
  private timer?: ReturnType<typeof setTimeout>;
  private begun = 0;

  constructor(device: GPUDevice) {
    this.device = device;
    this.loss = deviceLoss(device);
  }

  async wait<Value>(read: Promise<Value>): Promise<Value> {
    const begun = performance.now();
    if (this.count === 0) {
      this.begun = begun;
      this.nudgeAfter(this.usualMs - leadMs);
    }
    this.count += 1;
    try {
      return await read;
    } finally {
      this.count -= 1;
      if (this.count === 0) clearTimeout(this.timer);
      this.lately.push(performance.now() - begun);
      if (this.lately.length > remembered) this.lately.shift();
    }
  }

  /** The median of the latest reads; 0 before the first. */
  private get usualMs(): number {
    const sorted = this.lately.toSorted((one, other) => one - other);
    return sorted.at(sorted.length >> 1) ?? 0;
  }

  private nudgeAfter(milliseconds: number): void {
    this.timer = setTimeout(
      () => {
        this.nudgeAfter(interval * (performance.now() - this.begun));
        if (this.loss.reason === undefined) this.device.queue.submit([]);
      },
      Math.max(intervalMs, milliseconds),
    );
  }
}

const pendingOn = new WeakMap<GPUDevice, PendingReads>();
const watched = new WeakSet<WebGpuBackend>();

/** Waits for a read of the device, and makes the browser look for its end meanwhile. */
export function awaitedRead<Value>(device: GPUDevice, read: Promise<Value>): Promise<Value> {
  let pending = pendingOn.get(device);
  if (pending === undefined) pendingOn.set(device, (pending = new PendingReads(device)));
  return pending.wait(read);
}

/** Makes all asynchronous reads of tf.js's tensors {@link awaitedRead}s. */
export function awaitReadsOf(backend: WebGpuBackend): void {
  if (watched.has(backend)) return;
  watched.add(backend);
  const read = backend.read.bind(backend);
  backend.read = (dataId) => {
    const { values } = backend.tensorMap.get(dataId);
    const reading = read(dataId);
    // Values that JavaScript has need no device.
    return values === null || values === undefined ? awaitedRead(backend.device, reading) : reading;
  };
}
