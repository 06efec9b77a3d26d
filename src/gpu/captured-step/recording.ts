/**
 * Stands between tf.js and WebGPU while a function runs, and records the commands that it gives the device. Every call is
 * passed through, so the function behaves as usual.
 *
 * A buffer that tf.js releases meanwhile is kept out of its pool, because replays use it. Within the recording it is
 * reused, as tf.js would reuse it, unless the CPU filled it: a replay does not repeat that, so such a buffer must keep
 * its values.
 */
import type * as tf from '@tensorflow/tfjs-core';

import type { WebGpuBackend } from '../webgpu-backend.js';
import { submitPending } from '../webgpu-backend.js';
import type { Command, Dispatch } from './commands.js';
import { override } from './override.js';

/** Values that JavaScript uploaded during a recording; every replay uses these values. */
export interface Constant {
  /** `upload`: a tensor was made from them; `write`: they were written into a buffer that was there before. */
  kind: 'upload' | 'write';
  /** Of the tensor; for a write, the number of bytes. */
  shape: readonly number[];
  /** The first values of an upload, to recognise it. */
  first: readonly number[];
  /** A digest of all values of an upload: recordings with equal digests upload the same values. */
  digest: number;
}

/** How many values of a constant are shown. */
const shownValues = 4;

/** The commands besides computing and copying between buffers, and why a step that uses them is refused. */
const refusedCommands = {
  beginRenderPass: 'it draws',
  copyBufferToTexture: 'it copies values into a texture, as reading a tensor with dataSync() does',
  copyTextureToBuffer: 'it copies from a texture',
  copyTextureToTexture: 'it copies from a texture',
  resolveQuerySet: 'it is being timed, by tf.time() or tf.profile()',
} as const;

const usesTextures = 'it takes pixels from an image, a video or a texture';

/** The commands of a function. They keep their buffers until {@link Recording.release} or the end of the capture. */
export class Recording {
  /** In the order in which they were submitted. */
  readonly commands: Command[] = [];
  readonly constants: Constant[] = [];
  /** Buffers that tf.js released and that are kept out of its pool; some are older than the recording. */
  readonly released = new Set<GPUBuffer>();
  /** Buffers that tf.js took from its pool or made. */
  readonly acquired = new Set<GPUBuffer>();
  /** The first reason against a replay. */
  problem?: string;

  private readonly backend: WebGpuBackend;
  /** Buffers that replays write: they may receive values from JavaScript. */
  private readonly inputs: ReadonlySet<GPUBuffer>;
  private readonly encoded = new WeakMap<GPUCommandBuffer, Command[]>();
  private readonly buffersOfGroups = new Map<GPUBindGroup, GPUBuffer[]>();
  /** Released buffers that may be reused, by size and usage. */
  private readonly spare = new Map<string, GPUBuffer[]>();
  private readonly reusable = new Set<GPUBuffer>();
  private readonly reused = new Set<GPUBuffer>();
  private restore: (() => void)[] = [];

  private constructor(backend: WebGpuBackend, inputs: ReadonlySet<GPUBuffer>) {
    this.backend = backend;
    this.inputs = inputs;
  }

  /** Runs a synchronous function and records its commands; they are submitted when this returns. */
  static of<Result>(
    backend: WebGpuBackend,
    inputs: ReadonlySet<GPUBuffer>,
    run: () => Result,
  ): { result: Result; recording: Recording } {
    const recording = new Recording(backend, inputs);
    submitPending(backend);
    let result: Result;
    try {
      recording.watch();
      result = run();
      // Still recording: tf.js releases buffers as it submits.
      submitPending(backend);
    } catch (error) {
      submitPending(backend);
      recording.stop();
      recording.release();
      throw error;
    }
    recording.stop();
    return { result, recording };
  }

  /** The buffers that the commands read or write. */
  buffers(): Set<GPUBuffer> {
    const buffers = new Set<GPUBuffer>();
    for (const command of this.commands) {
      if (command.kind === 'clear') buffers.add(command.buffer);
      else if (command.kind === 'copy') buffers.add(command.source).add(command.target);
      else
        for (const group of command.bindGroups)
          for (const buffer of (group && this.buffersOfGroups.get(group)) ?? []) buffers.add(buffer);
    }
    return buffers;
  }

  /** Returns buffers to tf.js's pool: by default all, for a recording that is not used. */
  release(buffers: Iterable<GPUBuffer> = this.released): void {
    for (const buffer of buffers) this.backend.bufferManager.releaseBuffer(buffer);
  }

  private refuse(reason: string): void {
    this.problem ??= reason;
  }

  private stop(): void {
    for (const restore of this.restore.reverse()) restore();
    this.restore = [];
  }

  private watch(): void {
    const { backend } = this;
    const { device, queue, bufferManager } = backend;
    this.restore = [
      override(device, 'createCommandEncoder', (original) => (descriptor) => {
        return this.watchEncoder(original.call(device, descriptor));
      }),
      override(device, 'createBindGroup', (original) => (descriptor) => {
        const group = original.call(device, descriptor);
        this.buffersOfGroups.set(group, this.boundBuffers(descriptor));
        return group;
      }),
      override(queue, 'submit', (original) => (commandBuffers) => {
        const all = Array.from(commandBuffers);
        for (const commandBuffer of all) {
          const commands = this.encoded.get(commandBuffer);
          if (commands) for (const command of commands) this.commands.push(command);
          else this.refuse('it submits commands that were recorded before it began');
        }
        original.call(queue, all);
      }),
      override(queue, 'writeBuffer', (original) => (buffer, ...rest) => {
        this.noteWrite(buffer, rest[1]);
        Reflect.apply(original, queue, [buffer, ...rest]);
      }),
      override(bufferManager, 'acquireBuffer', (original) => (size, usage, mapped = false, reuse = true) => {
        const mayBeReused = !mapped && reuse && (usage & GPUBufferUsage.STORAGE) !== 0;
        const spare = mayBeReused && this.spare.get(`${size} ${usage}`)?.pop();
        if (spare) {
          this.released.delete(spare);
          this.reused.add(spare);
          return spare;
        }
        const buffer = original.call(bufferManager, size, usage, mapped, reuse);
        this.acquired.add(buffer);
        if (mayBeReused) this.reusable.add(buffer);
        return buffer;
      }),
      override(bufferManager, 'releaseBuffer', (original) => (buffer, reuse = true) => {
        if (!reuse) {
          // tf.js destroys it: a staging buffer, whose copy replays leave out.
          this.acquired.delete(buffer);
          original.call(bufferManager, buffer, reuse);
          return;
        }
        this.released.add(buffer);
        if (!this.reusable.has(buffer)) return;
        const key = `${buffer.size} ${buffer.usage}`;
        const spare = this.spare.get(key);
        if (spare) spare.push(buffer);
        else this.spare.set(key, [buffer]);
      }),
      override(backend, 'uploadToGPU', (original) => (dataId) => {
        const { resource, values, shape } = backend.tensorMap.get(dataId);
        if (!resource && values) this.noteConstant('upload', shape, values as ArrayLike<number>);
        original.call(backend, dataId);
      }),
      override(backend, 'read', (original) => (dataId) => {
        this.noteRead(dataId);
        return original.call(backend, dataId);
      }),
      override(backend, 'readSync', (original) => (dataId) => {
        this.noteRead(dataId);
        return original.call(backend, dataId);
      }),
    ];
  }

  private noteConstant(kind: Constant['kind'], shape: readonly number[], values?: ArrayLike<number>): void {
    const first = Array.from({ length: Math.min(values?.length ?? 0, shownValues) }, (_, i) => values![i]);
    this.constants.push({ kind, shape: [...shape], first, digest: digestOf(values ?? []) });
  }

  private noteRead(dataId: tf.DataId): void {
    const { resource, shape } = this.backend.tensorMap.get(dataId);
    // Values that were never on the device are constants of the function.
    if (!resource) return;
    this.refuse(
      `it reads the values of a tensor of shape [${shape.join(', ')}], and a replay runs no JavaScript that could use them`,
    );
  }

  private noteWrite(buffer: GPUBuffer, data: unknown): void {
    if (this.inputs.has(buffer)) return;
    if (this.reused.has(buffer))
      this.refuse('it writes values into a buffer that its own commands used before');
    this.reusable.delete(buffer);
    if (!this.acquired.has(buffer)) {
      const bytes = ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? data.byteLength : buffer.size;
      this.noteConstant('write', [bytes]);
    }
  }

  private boundBuffers({ entries }: GPUBindGroupDescriptor): GPUBuffer[] {
    return Array.from(entries).flatMap(({ resource }) => {
      if (resource instanceof GPUBuffer) return [resource];
      if ('buffer' in resource) return [resource.buffer];
      this.refuse(usesTextures);
      return [];
    });
  }

  private watchEncoder(encoder: GPUCommandEncoder): GPUCommandEncoder {
    const commands: Command[] = [];
    override(encoder, 'beginComputePass', (original) => (descriptor) => {
      if (descriptor?.timestampWrites) this.refuse(refusedCommands.resolveQuerySet);
      return this.watchPass(original.call(encoder, descriptor), commands);
    });
    const copy = encoder.copyBufferToBuffer;
    // Two forms: with and without offsets.
    const noteCopy = (source: GPUBuffer, ...rest: readonly (number | GPUBuffer | undefined)[]): void => {
      const [sourceOffset, target, targetOffset, size] =
        typeof rest[0] === 'number' ? rest : [0, rest[0], 0, rest[1]];
      this.noteCopy(
        commands,
        source,
        sourceOffset as number,
        target as GPUBuffer,
        targetOffset as number,
        size,
      );
      Reflect.apply(copy, encoder, [source, ...rest]);
    };
    override(encoder, 'copyBufferToBuffer', () => noteCopy as typeof copy);
    override(encoder, 'clearBuffer', (original) => (buffer, offset = 0, size) => {
      commands.push({ kind: 'clear', buffer, offset, size });
      original.call(encoder, buffer, offset, size);
    });
    override(encoder, 'finish', (original) => (descriptor) => {
      const commandBuffer = original.call(encoder, descriptor);
      this.encoded.set(commandBuffer, commands);
      return commandBuffer;
    });
    for (const [name, reason] of Object.entries(refusedCommands) as [
      keyof typeof refusedCommands,
      string,
    ][]) {
      const original: (...given: never[]) => unknown = encoder[name];
      const refusing = (...given: unknown[]): unknown => {
        this.refuse(reason);
        return Reflect.apply(original, encoder, given);
      };
      Object.defineProperty(encoder, name, { value: refusing });
    }
    return encoder;
  }

  private noteCopy(
    commands: Command[],
    source: GPUBuffer,
    sourceOffset: number,
    target: GPUBuffer,
    targetOffset: number,
    size: number | GPUBuffer | undefined,
  ): void {
    if (target.usage & GPUBufferUsage.MAP_READ)
      this.refuse('it copies results into a buffer that will be read back');
    if (source.usage & GPUBufferUsage.MAP_WRITE) {
      // An upload into a buffer from tf.js's pool. It happens once, and its values must stay.
      this.noteWriteByCopy(target);
      return;
    }
    commands.push({
      kind: 'copy',
      source,
      sourceOffset,
      target,
      targetOffset,
      size: typeof size === 'number' ? size : source.size - sourceOffset,
    });
  }

  private noteWriteByCopy(target: GPUBuffer): void {
    // tf.js's own uploads are noted where they start.
    if (!this.acquired.has(target) || this.reusable.has(target)) this.noteWrite(target, undefined);
  }

  private watchPass(pass: GPUComputePassEncoder, commands: Command[]): GPUComputePassEncoder {
    let pipeline: GPUComputePipeline | undefined;
    const bindGroups: Dispatch['bindGroups'][number][] = [];
    override(pass, 'setPipeline', (original) => (next) => {
      pipeline = next;
      original.call(pass, next);
    });
    const bind = pass.setBindGroup;
    const noteGroup = (index: number, group: GPUBindGroup | null, ...offsets: readonly unknown[]): void => {
      if (offsets.length > 0) this.refuse('it binds buffers with dynamic offsets');
      bindGroups[index] = group;
      Reflect.apply(bind, pass, [index, group, ...offsets]);
    };
    override(pass, 'setBindGroup', () => noteGroup as typeof bind);
    override(pass, 'dispatchWorkgroups', (original) => (x, y = 1, z = 1) => {
      if (pipeline)
        commands.push({ kind: 'dispatch', pipeline, bindGroups: [...bindGroups], workgroups: [x, y, z] });
      original.call(pass, x, y, z);
    });
    override(pass, 'dispatchWorkgroupsIndirect', (original) => (buffer, offset) => {
      this.refuse('it lets the device decide how many workgroups run (dispatchWorkgroupsIndirect)');
      original.call(pass, buffer, offset);
    });
    return pass;
  }
}

/** A 32-bit digest of numbers, by the bits of their doubles (FNV-1a). */
function digestOf(values: ArrayLike<number>): number {
  let digest = 0x811c9dc5;
  for (const byte of new Uint8Array(Float64Array.from(values).buffer))
    digest = Math.imul(digest ^ byte, 0x01000193);
  return digest >>> 0;
}
