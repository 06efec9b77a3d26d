/**
 * `assign` gives a variable another buffer, but replays use only the buffer with which they were recorded. Here a
 * variable is moved back to that buffer: its present values are copied there, and the variable points there again.
 *
 * Replays write the buffer in place. Tensors that share it with the variable, such as a `clone()`, would change as well,
 * so they get a copy of their own.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { TensorData, WebGpuBackend } from '../webgpu-backend.js';
import { bufferOf, readFresh, submitPending } from '../webgpu-backend.js';
import { BufferHolds } from './buffer-holds.js';
import { CaptureError } from './capture-error.js';
import { copyNow, wholeCopy } from './commands.js';

const variablesOfBackends = new WeakMap<WebGpuBackend, WeakMap<tf.Variable, FixedVariable>>();

/** A variable with the one buffer in which replays read and write it; the same for all captures. */
export class FixedVariable {
  readonly variable: tf.Variable;
  readonly buffer: GPUBuffer;
  private readonly backend: WebGpuBackend;
  private readonly external: boolean | undefined;
  private dataId: tf.DataId;
  private data: TensorData;

  private constructor(backend: WebGpuBackend, variable: tf.Variable) {
    this.backend = backend;
    this.variable = variable;
    this.buffer = bufferOf(backend, variable);
    this.dataId = variable.dataId;
    this.data = backend.tensorMap.get(this.dataId);
    this.external = this.data.external;
    readFresh(this.data);
  }

  /** A variable with the buffer that captures use, or, if none does, with its present one. */
  static of(backend: WebGpuBackend, variable: tf.Variable): FixedVariable {
    let known = variablesOfBackends.get(backend);
    if (!known) variablesOfBackends.set(backend, (known = new WeakMap()));
    let fixed = known.get(variable);
    // A buffer that no capture holds any more may belong to another tensor now.
    if (!fixed || !BufferHolds.of(backend).has(fixed.buffer))
      known.set(variable, (fixed = new FixedVariable(backend, variable)));
    return fixed;
  }

  /** Whether the variable uses the buffer, and alone. A cheap check: every replay makes it. */
  isInPlace(): boolean {
    const { data } = this;
    return this.variable.dataId === this.dataId && data.resource === this.buffer && data.refCount === 1;
  }

  /**
   * Makes the variable use the buffer, and alone, after any change from outside.
   *
   * @throws CaptureError if the variable was disposed of
   */
  moveBack(): void {
    if (this.isInPlace()) return;
    const { backend, variable, buffer } = this;
    if (variable.isDisposed)
      throw new CaptureError(
        'The captured step cannot be replayed',
        `its variable "${variable.name}" was disposed of`,
      );
    const source = bufferOf(backend, variable);
    // tf.js releases some tensors only with its last commands: the number of owners counts after that.
    submitPending(backend);
    if (source === buffer) this.refresh();
    if (this.isInPlace()) return;

    this.copyForOthers();
    if (source !== buffer) copyNow(backend.device, [wholeCopy(source, buffer)]);
    this.attach();
  }

  /** Points the variable to the buffer without a copy; the buffer must hold its values. */
  attach(): void {
    const { backend, variable, buffer, external } = this;
    const info = backend.makeTensorInfo(variable.shape, variable.dtype);
    Object.assign(backend.tensorMap.get(info.dataId), { resource: buffer, external });
    const resident = tf.engine().makeTensorFromTensorInfo(info);
    variable.assign(resident);
    resident.dispose();
    BufferHolds.of(backend).reclaim(buffer);
    this.refresh();
  }

  /** Whether the variable has been assigned other data since it last used the buffer. */
  get hasMoved(): boolean {
    return this.variable.dataId !== this.dataId;
  }

  /** Gives a copy to the tensors that share the buffer with the variable, or that kept it when the variable moved. */
  copyForOthers(): void {
    const { backend, buffer, data } = this;
    const others = data.refCount - (this.hasMoved ? 0 : 1);
    if (data.resource !== buffer || others === 0) return;
    const copy = backend.bufferManager.acquireBuffer(buffer.size, buffer.usage);
    copyNow(backend.device, [wholeCopy(buffer, copy)]);
    data.resource = copy;
  }

  private refresh(): void {
    this.dataId = this.variable.dataId;
    this.data = this.backend.tensorMap.get(this.dataId);
    readFresh(this.data);
  }
}
