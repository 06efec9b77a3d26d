/**
 * Reads of the device that JavaScript waits for. A browser may learn late that the device is done: Firefox looks about
 * every 100 ms, and at each submit. So while a read is pending, something empty is submitted every few milliseconds.
 * Most browsers tell by themselves, and there each such submit is a wake-up for nothing: where reads end in their usual
 * time without one, none is made until a read is late.
 */
import { deviceLoss } from './captured-step/device-loss.js';
import type { WebGpuBackend } from './webgpu-backend.js';

/** Milliseconds before the first empty submit, and between two, at least. */
const intervalMs = 5;

/** The share of a read's time so far that passes before the next empty submit: long reads need not be found so soon. */
const interval = 0.25;

/**
 * Milliseconds before a read's usual time at which the first empty submit comes. It is longer than an answer takes, so
 * that the usual time comes down to the true one.
 */
const leadMs = 6;

/** Milliseconds after a read's usual time at which it is late. It is far below the time between two looks of Firefox. */
const lateMs = 20;

/** How many of the latest reads decide what is usual. */
const remembered = 8;

/** The most reads that empty submits help before the browser is trusted again. */
const mostHelped = 1024;

/** Whether the browser is trusted to tell by itself that a read has ended. */
class Trust {
  /** How many reads are helped before the next trial. */
  private stretch = remembered;
  private helped = 0;
  private alone = 0;
  isGiven = false;

  readEnded(): void {
    if (this.isGiven) {
      this.alone += 1;
      if (this.alone >= 4 * remembered) this.stretch = remembered;
    } else {
      this.helped += 1;
      if (this.helped >= this.stretch) this.isGiven = true;
    }
  }

  /** A read that was left alone is late. Each time in a row, the next trial comes half as soon. */
  readIsLate(): void {
    if (!this.isGiven) return;
    this.stretch = Math.min(2 * this.stretch, mostHelped);
    this.helped = 0;
    this.alone = 0;
    this.isGiven = false;
  }
}

/** The reads of one device. */
class PendingReads {
  private readonly device: GPUDevice;
  private readonly loss: { readonly reason?: string };
  private readonly trust = new Trust();
  private readonly lately: number[] = [];
  private readonly pending = new Set<{ readonly begun: number }>();
  private timer?: ReturnType<typeof setTimeout>;

  constructor(device: GPUDevice) {
    this.device = device;
    this.loss = deviceLoss(device);
  }

  async wait<Value>(read: Promise<Value>): Promise<Value> {
    const entry = { begun: performance.now() };
    this.pending.add(entry);
    if (this.pending.size === 1) this.watchOldest();
    try {
      return await read;
    } finally {
      this.lately.push(performance.now() - entry.begun);
      if (this.lately.length > remembered) this.lately.shift();
      this.trust.readEnded();
      const wasOldest = entry === this.oldest;
      this.pending.delete(entry);
      if (wasOldest) this.watchOldest();
    }
  }

  private get oldest(): { readonly begun: number } | undefined {
    return this.pending.values().next().value;
  }

  /** The median of the latest reads; 0 before the first. */
  private get usualMs(): number {
    const sorted = this.lately.toSorted((one, other) => one - other);
    return sorted.at(sorted.length >> 1) ?? 0;
  }

  private watchOldest(): void {
    clearTimeout(this.timer);
    const { oldest } = this;
    if (oldest === undefined) return;
    const due = this.usualMs + (this.trust.isGiven ? lateMs : -leadMs);
    this.nudgeAfter(oldest.begun + due - performance.now(), oldest.begun);
  }

  private nudgeAfter(milliseconds: number, begun: number): void {
    this.timer = setTimeout(
      () => {
        this.trust.readIsLate();
        this.nudgeAfter(interval * (performance.now() - begun), begun);
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
