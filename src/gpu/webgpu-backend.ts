/**
 * The parts of tf.js's WebGPU backend (4.22) that our kernels and the captured step use. Some are private there; only
 * this file knows them.
 */
import * as tf from '@tensorflow/tfjs-core';

import { noop } from '../async.js';

/** The most workgroups along one axis that every device allows. */
export const mostWorkgroups = 65_535;

/** The backend's record of a tensor. */
export interface TensorData {
  /** The buffer on the device, if the tensor was uploaded or computed there. */
  resource: GPUBuffer | null;
  /** The values, while JavaScript has them. */
  values: unknown;
  readonly shape: number[];
  readonly dtype: tf.DataType;
  /** How many tensors and variables share this data. */
  refCount: number;
  /** Whether its maker, and not tf.js, releases the buffer. */
  external?: boolean;
}

/** The parts of tf.js's `WebGPUBackend` that are used here. */
export interface WebGpuBackend {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  readonly bufferManager: {
    readonly numBytesUsed: number;
    readonly numBytesAllocated: number;
    acquireBuffer(
      size: number,
      usage: GPUBufferUsageFlags,
      mappedAtCreation?: boolean,
      reuse?: boolean,
    ): GPUBuffer;
    releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
    getNumUsedBuffers(): number;
    getNumFreeBuffers(): number;
  };
  readonly tensorMap: { get(dataId: tf.DataId): TensorData; has(dataId: tf.DataId): boolean };
  /** The commands that are recorded and not yet submitted. */
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  /** Data that unsubmitted commands use; it must not be freed before they are submitted. */
  readonly commandQueueOwnedIds: WeakSet<tf.DataId>;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(dataId: tf.DataId): void;
  read(dataId: tf.DataId): Promise<tf.BackendValues>;
  readSync(dataId: tf.DataId): tf.BackendValues;
  /** Releases a tensor's buffer once no pending command uses it. */
  disposeData(dataId: tf.DataId): boolean;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: tf.TypedArray): tf.TensorInfo;
}

/**
 * tf.js's WebGPU backend.
 *
 * @throws Error if tf.js uses another backend
 */
export function webGpuBackend(): WebGpuBackend {
  if (tf.getBackend() !== 'webgpu')
    throw new Error(`tf.js computes on "${tf.getBackend()}"; this needs "webgpu".`);
  return tf.backend() as unknown as WebGpuBackend;
}

/** The buffer of a tensor on the device, uploaded first if necessary. */
export function bufferOf(backend: WebGpuBackend, { dataId }: tf.TensorInfo): GPUBuffer {
  backend.uploadToGPU(dataId);
  return backend.tensorMap.get(dataId).resource!;
}

/** Submits the commands that tf.js has recorded and not yet submitted, if there are any. */
export function submitPending(backend: WebGpuBackend): void {
  if (!backend.commandEncoder) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/**
 * Makes every read of a tensor go to the device, for data that changes without tf.js: tf.js keeps the values of the
 * first read and would return them again.
 */
export function readFresh(data: TensorData): void {
  Object.defineProperty(data, 'values', { get: () => null, set: noop, configurable: true });
}

/** A compute shader whose bindings are whole tensors. */
export interface Program {
  /** Names the program in the browser's messages. */
  label: string;
  /** WGSL with an entry point `main`; binding i of group 0 is tensor i. */
  code: string;
  workgroups: readonly [x: number, y?: number, z?: number];
}

interface Pipeline {
  pipeline: GPUComputePipeline;
  layout: GPUBindGroupLayout;
}

const pipelines = new WeakMap<GPUDevice, Map<string, Pipeline>>();

function pipelineOf(device: GPUDevice, { label, code }: Program): Pipeline {
  let known = pipelines.get(device);
  if (!known) pipelines.set(device, (known = new Map<string, Pipeline>()));
  let entry = known.get(code);
  if (!entry) {
    const module = device.createShaderModule({ label, code });
    const pipeline = device.createComputePipeline({ label, layout: 'auto', compute: { module } });
    known.set(code, (entry = { pipeline, layout: pipeline.getBindGroupLayout(0) }));
  }
  return entry;
}

/**
 * Appends a program to the commands that tf.js will submit. The shader must use every tensor: the layout follows from
 * the shader.
 *
 * @param tensors in the order of their bindings; results are tensors that `backend.makeTensorInfo` made
 */
export function dispatch(backend: WebGpuBackend, program: Program, tensors: readonly tf.TensorInfo[]): void {
  const { pipeline, layout } = pipelineOf(backend.device, program);
  const entries = tensors.map((tensor, binding) => ({
    binding,
    resource: { buffer: bufferOf(backend, tensor) },
  }));
  const bindGroup = backend.device.createBindGroup({ layout, entries });
  for (const { dataId } of tensors) backend.commandQueueOwnedIds.add(dataId);
  // Uploading may have ended the pass.
  backend.ensureCommandEncoderReady();
  backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass();
  backend.computePassEncoder.setPipeline(pipeline);
  backend.computePassEncoder.setBindGroup(0, bindGroup);
  const [x, y = 1, z = 1] = program.workgroups;
  backend.computePassEncoder.dispatchWorkgroups(x, y, z);
  backend.dispatchCountInPass++;
  if (backend.dispatchCountInPass >= tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

/** One end of a copy: a tensor, and an offset in bytes. */
export interface Place {
  tensor: tf.TensorInfo;
  offset?: number;
}

/** Appends a copy of `bytes` bytes to the commands that tf.js will submit. */
export function copy(backend: WebGpuBackend, from: Place, to: Place, bytes: number): void {
  const [source, target] = [from, to].map(({ tensor }) => bufferOf(backend, tensor));
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.commandEncoder!.copyBufferToBuffer(source, from.offset ?? 0, target, to.offset ?? 0, bytes);
  for (const { tensor } of [from, to]) backend.commandQueueOwnedIds.add(tensor.dataId);
}

/** Writes values into a tensor's buffer, from an offset in bytes on, after all earlier commands of tf.js. */
export function write(
  backend: WebGpuBackend,
  tensor: tf.TensorInfo,
  values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
  offset = 0,
): void {
  const buffer = bufferOf(backend, tensor);
  // A write overtakes pending commands, among them the upload of the tensor's first values.
  submitPending(backend);
  backend.queue.writeBuffer(buffer, offset, values);
}
