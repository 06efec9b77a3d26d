/**
 * The input tensors of a captured step. For one step the values are written straight into their buffers; for several
 * steps in one submit they are uploaded together, in one write, and copied in before each step.
 */
import * as tf from '@tensorflow/tfjs-core';

import { badValue } from '../../errors.js';
import type { WebGpuBackend } from '../webgpu-backend.js';
import { bufferOf, readFresh } from '../webgpu-backend.js';

/** The tensors, by names that the caller chooses. */
export type InputTensors = Readonly<Record<string, tf.Tensor>>;

/** The values of one input, as many as its tensor has; a number for a tensor of one value. */
export type InputValue = number | Float32Array | Int32Array | readonly number[];

/** Values for some of the inputs; the others keep theirs. */
export type InputValues<Inputs extends InputTensors> = { readonly [name in keyof Inputs]?: InputValue };

type Values = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

interface Input {
  name: string;
  buffer: GPUBuffer;
  size: number;
  /** Holds values that are given in another array type than the tensor's. */
  scratch: Values;
}

/** The steps that fit into the first staging buffer. */
const leastSteps = 8;

/** The three types of inputs all take 4 bytes a value on the device. */
const bytesPerValue = 4;

/** How tf.js stores these types on the device: as 32-bit floats or 32-bit integers. */
const arrayOf = { float32: Float32Array, int32: Int32Array, bool: Int32Array } as const;

/** Writes inputs, by name. */
export class StepInputs<Inputs extends InputTensors> {
  /** Their buffers on the device. */
  readonly buffers: ReadonlySet<GPUBuffer>;
  private readonly device: GPUDevice;
  private readonly inputs: readonly Input[];
  private readonly names: ReadonlySet<string>;
  private staging?: GPUBuffer;
  private staged = { floats: new Float32Array(), integers: new Int32Array() };

  constructor(backend: WebGpuBackend, tensors: Inputs) {
    this.device = backend.device;
    this.inputs = Object.entries(tensors).map(([name, tensor]) => {
      const { dtype, size } = tensor;
      if (tensor instanceof tf.Variable)
        throw badValue(`inputs.${name}`, 'a variable', 'a tensor; assign variables as usual');
      if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
        throw badValue(`inputs.${name}`, `a tensor of type ${dtype}`, 'float32, int32, bool');
      const buffer = bufferOf(backend, tensor);
      readFresh(backend.tensorMap.get(tensor.dataId));
      return { name, buffer, size, scratch: new arrayOf[dtype](size) };
    });
    this.buffers = new Set(this.inputs.map(({ buffer }) => buffer));
    this.names = new Set(Object.keys(tensors));
  }

  /** Bytes on the device that are only used to feed several steps at once. */
  get stagingBytes(): number {
    return this.staging?.size ?? 0;
  }

  /**
   * Writes values for the next step, ahead of all commands that have not been submitted.
   *
   * @throws InputError for a name that is not an input, and for a number of values other than the tensor's
   */
  write(values: InputValues<Inputs>): void {
    this.checkNames(values);
    for (const input of this.inputs) {
      const given = values[input.name];
      if (given !== undefined) this.device.queue.writeBuffer(input.buffer, 0, toArray(input, given));
    }
  }

  /** Uploads the values of several steps; call {@link copyStaged} for each of them, in order, afterwards. */
  stage(steps: readonly InputValues<Inputs>[]): void {
    let end = 0;
    for (const values of steps) {
      this.checkNames(values);
      for (const { name, size } of this.inputs) if (values[name] !== undefined) end += size;
    }
    if (end === 0) return;
    this.growStaging(end);
    let cursor = 0;
    for (const values of steps)
      for (const input of this.inputs) {
        const given = values[input.name];
        if (given === undefined) continue;
        const array = toArray(input, given);
        if (array instanceof Float32Array) this.staged.floats.set(array, cursor);
        else this.staged.integers.set(array, cursor);
        cursor += input.size;
      }
    this.device.queue.writeBuffer(this.staging!, 0, this.staged.floats, 0, end);
  }

  /**
   * Appends the copies that feed one step.
   *
   * @param offset where its values start among those that were staged: the result of the previous call, or 0
   */
  copyStaged(encoder: GPUCommandEncoder, values: InputValues<Inputs>, offset: number): number {
    for (const { name, buffer, size } of this.inputs) {
      if (values[name] === undefined) continue;
      encoder.copyBufferToBuffer(this.staging!, offset * bytesPerValue, buffer, 0, size * bytesPerValue);
      offset += size;
    }
    return offset;
  }

  /** Frees the staging buffer; the inputs themselves belong to the caller. */
  dispose(): void {
    this.staging?.destroy();
    this.staging = undefined;
  }

  private checkNames(values: InputValues<Inputs>): void {
    for (const name in values)
      if (!this.names.has(name)) throw badValue('inputs', `"${name}"`, [...this.names].join(', ') || 'none');
  }

  private growStaging(values: number): void {
    if (values <= this.staged.floats.length) return;
    // Enough for several steps at once, then doubling, so that it rarely grows.
    const least = leastSteps * this.inputs.reduce((sum, { size }) => sum + size, 0);
    const bytes = bytesPerValue * 2 ** Math.ceil(Math.log2(Math.max(values, least)));
    this.staging?.destroy();
    this.staging = this.device.createBuffer({
      label: 'inputs of several steps',
      size: bytes,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    const memory = new ArrayBuffer(bytes);
    this.staged = { floats: new Float32Array(memory), integers: new Int32Array(memory) };
  }
}

function toArray({ name, size, scratch }: Input, given: InputValue): Values {
  const length = typeof given === 'number' ? 1 : given.length;
  if (length !== size) throw badValue(`inputs.${name}`, `${length} values`, `${size} values`);
  if (typeof given === 'number') scratch[0] = given;
  else if (ArrayBuffer.isView(given) && given.constructor === scratch.constructor) return given as Values;
  else scratch.set(given);
  return scratch;
}
