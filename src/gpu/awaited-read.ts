/**
 * Reads of the device that JavaScript waits for. A browser may learn late that the device is done: Firefox looks about
 * every 100 ms, and at each submit. So while a read is pending, something empty is submitted every few milliseconds.
 */
import { deviceLoss } from './captured-step/device-loss.js';
import type { WebGpuBackend } from './webgpu-backend.js';

/** Milliseconds between two empty submits. */
const intervalMs = 5;

interface Pending {
  reads: number;
  timer?: ReturnType<typeof setInterval>;
}

const pendingOn = new WeakMap<GPUDevice, Pending>();
const watched = new WeakSet<WebGpuBackend>();

/** Waits for a read of the device, and makes the browser look for its end meanwhile. */
export async function awaitedRead<Value>(device: GPUDevice, read: Promise<Value>): Promise<Value> {
  const pending = pendingOn.get(device) ?? { reads: 0 };
  pendingOn.set(device, pending);
  const loss = deviceLoss(device);
  pending.reads += 1;
  pending.timer ??= setInterval(() => {
    if (loss.reason === undefined) device.queue.submit([]);
  }, intervalMs);
  try {
    return await read;
  } finally {
    pending.reads -= 1;
    if (pending.reads === 0) {
      clearInterval(pending.timer);
      pending.timer = undefined;
    }
  }
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
