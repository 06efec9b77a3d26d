/**
 * `assign` gives a variable another buffer, and replays know only the one that they were recorded with: its home. Here
 * a variable is brought home: its present values are copied there, and it is pointed back.
 *
 * Replays write a home in place. Data that something else shares with the variable, a `clone()` of it for one, would
 * change along with it, so the others go on with a copy of their own.
 */
import * as tf from '@tensorflow/tfjs';

import type { TensorData, WebGpuBackend } from '../webgpu-backend.js';
import { bufferOf, readFresh, submitPending } from '../webgpu-backend.js';
import { BufferHolds } from './buffer-holds.js';
import { CaptureError } from './capture-error.js';
import { copyNow, wholeCopy } from './commands.js';

const homesOfBackends = new WeakMap<WebGpuBackend, WeakMap<tf.Variable, VariableHome>>();

/** The one buffer in which replays read and write a variable; the same for all captures. */
export class VariableHome {
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

  /** The home of a variable: where captures know it to be; else, where it is. */
  static of(backend: WebGpuBackend, variable: tf.Variable): VariableHome {
    let homes = homesOfBackends.get(backend);
    if (!homes) homesOfBackends.set(backend, (homes = new WeakMap()));
    let home = homes.get(variable);
    // A buffer that no capture holds any more may have become someone else's.
    if (!home || !BufferHolds.of(backend).has(home.buffer))
      homes.set(variable, (home = new VariableHome(backend, variable)));
    return home;
  }

  /** Whether the variable lives here, and alone. Costs next to nothing: replays ask it every time. */
  isOccupied(): boolean {
    const { data } = this;
    return this.variable.dataId === this.dataId && data.resource === this.buffer && data.refCount === 1;
  }

  /**
   * Makes the variable live here, and alone, whatever has been done to it outside.
   *
   * @throws CaptureError when it has been disposed of
   */
  occupy(): void {
    if (this.isOccupied()) return;
    const { backend, variable, buffer } = this;
    if (variable.isDisposed)
      throw new CaptureError(
        'The captured step cannot be replayed',
        `its variable "${variable.name}" was disposed of`,
      );
    const source = bufferOf(backend, variable);
    // What tf.js released together with its last commands is let go of before its owners are looked at.
    submitPending(backend);
    if (source === buffer) this.lookAgain();
    if (this.isOccupied()) return;

    this.giveOthersACopy();
    if (source !== buffer) copyNow(backend.device, [wholeCopy(source, buffer)]);
    this.settle();
  }

  /** Points the variable here without copying anything; call it once its values are here. */
  settle(): void {
    const { backend, variable, buffer, external } = this;
    const info = backend.makeTensorInfo(variable.shape, variable.dtype);
    Object.assign(backend.tensorMap.get(info.dataId), { resource: buffer, external });
    const resident = tf.engine().makeTensorFromTensorInfo(info);
    variable.assign(resident);
    resident.dispose();
    BufferHolds.of(backend).reclaim(buffer);
    this.lookAgain();
  }

  /** Whether the variable has been given other data since it was last here. */
  get isLeft(): boolean {
    return this.variable.dataId !== this.dataId;
  }

  /** Makes those that share this buffer with the variable, or that kept it when the variable left, go on with a copy. */
  giveOthersACopy(): void {
    const { backend, buffer, data } = this;
    const others = data.refCount - (this.isLeft ? 0 : 1);
    if (data.resource !== buffer || others === 0) return;
    const copy = backend.bufferManager.acquireBuffer(buffer.size, buffer.usage);
    copyNow(backend.device, [wholeCopy(buffer, copy)]);
    data.resource = copy;
  }

  private lookAgain(): void {
    this.dataId = this.variable.dataId;
    this.data = this.backend.tensorMap.get(this.dataId);
    readFresh(this.data);
  }
}
