/**
 * Reads small results of many steps back from the device without waiting for it: a row of floats for each step, copied
 * in the step's own encoder and delivered in order.
 *
 * Rows are copied into a buffer that is then mapped for reading; until it is read, the buffer takes no more rows. While
 * another buffer is free, rows are mapped at once, so a slow device reports each step as soon as it is done. When all
 * but one are being mapped, the last one collects rows until another is read, so a fast device is read once for many
 * steps. No buffers are made after the first ones.
 */
import * as tf from '@tensorflow/tfjs-core';

import { badValue } from '../../errors.js';
import { awaitedRead } from '../awaited-read.js';
import { bufferOf, webGpuBackend } from '../webgpu-backend.js';
import { deviceLoss } from './device-loss.js';

/** The length of a row, and how many rows may be in flight. */
export interface ReadbackOptions {
  /** Floats in a row. */
  floats: number;
  /** Rows that may share a buffer. Default 32. */
  rows?: number;
  /** Buffers. Default 4. */
  slots?: number;
}

/** The source of a part of a row: a whole tensor on the device, or floats of a buffer from an offset in bytes. */
export type ReadbackSource = tf.TensorInfo | { buffer: GPUBuffer; offset?: number; floats: number };

interface Row {
  resolve: (values: Float32Array) => void;
  reject: (reason: Error) => void;
}

interface Slot {
  buffer: GPUBuffer;
  rows: Row[];
  /** The rows whose copies have been submitted; a buffer must not be mapped before all are. */
  submitted: number;
}

const bytesPerFloat = 4;

/** Reads rows back, on the device that tf.js uses. */
export class ReadbackRing {
  /** The most rows that can be in flight. */
  readonly capacity: number;
  private readonly device: GPUDevice;
  private readonly floats: number;
  private readonly rowsPerSlot: number;
  private readonly slots: readonly Slot[];
  private readonly free: Slot[];
  private filling?: Slot;
  private full: Slot[] = [];
  private mapping = 0;
  private rowsInFlight = 0;
  /** Settles when all earlier rows have been delivered, so that rows keep their order. */
  private delivered: Promise<void> = Promise.resolve();
  private waiting: (() => void)[] = [];
  private failure?: Error;
  private readonly loss: { readonly reason?: string };

  /** @throws Error when tf.js does not compute on WebGPU */
  constructor({ floats, rows = 32, slots = 4 }: ReadbackOptions) {
    const { device } = webGpuBackend();
    this.device = device;
    this.loss = deviceLoss(device);
    this.floats = floats;
    this.rowsPerSlot = rows;
    this.capacity = rows * slots;
    this.slots = Array.from({ length: slots }, (_, index) => ({
      buffer: device.createBuffer({
        label: `rows to read, ${index}`,
        size: rows * floats * bytesPerFloat,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      }),
      rows: [],
      submitted: 0,
    }));
    this.free = [...this.slots];
  }

  /** Rows recorded and not yet delivered. */
  get inFlight(): number {
    return this.rowsInFlight;
  }

  /**
   * Appends the copies that make one row. Submit the encoder and call {@link flush} before the next encoder.
   *
   * @param sources together as long as a row; the bits of integers arrive unchanged
   * @returns the row, once the device has computed it; rejects if the device is lost or the ring is disposed of
   * @throws Error if no row is free; {@link waitForSpace} waits for one
   */
  record(encoder: GPUCommandEncoder, sources: readonly ReadbackSource[]): Promise<Float32Array> {
    if (this.failure) throw this.failure;
    const parts = sources.map((source) => ('dataId' in source ? wholeTensor(source) : source));
    const floats = parts.reduce((sum, part) => sum + part.floats, 0);
    if (floats !== this.floats) throw badValue('sources', `${floats} floats`, `${this.floats} floats`);
    const slot = (this.filling ??= this.free.pop());
    if (!slot) throw new Error(`all ${this.capacity} rows are in flight; await waitForSpace() first.`);
    let target = slot.rows.length * this.floats * bytesPerFloat;
    for (const { buffer, offset = 0, floats } of parts) {
      const bytes = floats * bytesPerFloat;
      encoder.copyBufferToBuffer(buffer, offset, slot.buffer, target, bytes);
      target += bytes;
    }
    this.rowsInFlight++;
    const row = new Promise<Float32Array>((resolve, reject) => slot.rows.push({ resolve, reject }));
    if (slot.rows.length === this.rowsPerSlot) {
      this.full.push(slot);
      this.filling = undefined;
    }
    return row;
  }

  /** Starts to read recorded rows; call it after their encoders have been submitted. */
  flush(): void {
    for (const slot of this.full) this.map(slot);
    this.full = [];
    if (!this.filling) return;
    this.filling.submitted = this.filling.rows.length;
    this.mapIfDue();
  }

  /**
   * Waits until rows can be recorded.
   *
   * @param rows how many, at most `capacity`
   * @param limit the most rows that may be in flight then, including these
   * @throws Error if the device is lost or the ring is disposed of
   */
  async waitForSpace(rows = 1, limit = this.capacity): Promise<void> {
    if (rows > Math.min(limit, this.capacity))
      throw badValue('rows', `${rows}`, `at most ${Math.min(limit, this.capacity)}`);
    while (!this.failure && (this.freeRows < rows || this.rowsInFlight + rows > limit))
      await this.nextDelivery();
    if (this.failure) throw this.failure;
  }

  /** Waits until nothing is in flight; throws as {@link waitForSpace} does. */
  async drain(): Promise<void> {
    while (!this.failure && this.rowsInFlight > 0) await this.nextDelivery();
    if (this.failure) throw this.failure;
  }

  /** Frees the buffers and rejects the rows in flight. */
  dispose(): void {
    this.fail(new Error('the readback ring was disposed of.'));
    for (const { buffer } of this.slots) buffer.destroy();
  }

  private get freeRows(): number {
    const { filling, free, rowsPerSlot } = this;
    return (filling ? rowsPerSlot - filling.rows.length : 0) + free.length * rowsPerSlot;
  }

  private nextDelivery(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Maps the buffer that is being filled, unless it should wait for more rows. */
  private mapIfDue(): void {
    const { filling, free, mapping } = this;
    if (!filling || filling.submitted < filling.rows.length || (free.length === 0 && mapping > 0)) return;
    this.filling = undefined;
    this.map(filling);
  }

  private map(slot: Slot): void {
    this.mapping++;
    const bytes = slot.rows.length * this.floats * bytesPerFloat;
    const mapped = awaitedRead(this.device, slot.buffer.mapAsync(GPUMapMode.READ, 0, bytes));
    // Its failure is handled in order, which may be later.
    mapped.catch(() => undefined);
    this.delivered = this.delivered
      .then(() => mapped)
      .then(
        () => this.deliver(slot),
        (error: unknown) => this.fail(error instanceof Error ? error : new Error(String(error))),
      );
  }

  private deliver(slot: Slot): void {
    if (this.failure) return;
    const { floats } = this;
    const { buffer, rows } = slot;
    const values = new Float32Array(buffer.getMappedRange(0, rows.length * floats * bytesPerFloat).slice(0));
    buffer.unmap();
    slot.rows = [];
    slot.submitted = 0;
    this.rowsInFlight -= rows.length;
    this.mapping--;
    this.free.push(slot);
    for (const [index, { resolve }] of rows.entries())
      resolve(values.subarray(index * floats, (index + 1) * floats));
    this.mapIfDue();
    this.wake();
  }

  private fail(reason: Error): void {
    const lost = this.loss.reason;
    this.failure ??= lost === undefined ? reason : new Error(`the GPU device was lost (${lost}).`);
    for (const slot of this.slots) {
      for (const { reject } of slot.rows) reject(this.failure);
      slot.rows = [];
    }
    this.rowsInFlight = 0;
    this.wake();
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function wholeTensor(tensor: tf.TensorInfo): { buffer: GPUBuffer; offset?: number; floats: number } {
  return { buffer: bufferOf(webGpuBackend(), tensor), floats: tf.util.sizeFromShape(tensor.shape) };
}
