/** Counts of calls of the WebGPU API. */
export interface GpuCalls {
  dispatches: number;
  /** Submits with commands in them. */
  submits: number;
  bindGroups: number;
  /** Buffers that were created. */
  buffers: number;
  /** Compute passes that were begun. */
  passes: number;
  /** Bytes written by `writeBuffer`, and of buffers that were mapped at creation to be filled. */
  bytesWritten: number;
}

/** Counts while it is on; it slows every call. */
export interface GpuCallCounter {
  start(): void;
  /** The calls since {@link start}. */
  stop(): GpuCalls;
}

const none: GpuCalls = { dispatches: 0, submits: 0, bindGroups: 0, buffers: 0, passes: 0, bytesWritten: 0 };

/** Calls `note` at every call of a method, which otherwise works as before, until the returned function is called. */
function observe(
  { prototype }: { prototype: object },
  name: string,
  note: (...given: never[]) => void,
): () => void {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== 'function') throw new Error(`WebGPU has no ${name}.`);
  const observed = function (this: unknown, ...given: never[]): unknown {
    note(...given);
    return Reflect.apply(original, this, given);
  };
  Reflect.set(prototype, name, observed);
  return () => Reflect.set(prototype, name, original);
}

/** A counter of the WebGPU calls of this page or process. */
export function gpuCallCounter(): GpuCallCounter {
  let calls = { ...none };
  const observeAll = () => [
    observe(GPUComputePassEncoder, 'dispatchWorkgroups', () => calls.dispatches++),
    observe(GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', () => calls.dispatches++),
    observe(GPUQueue, 'submit', (commands: Iterable<GPUCommandBuffer>) => {
      // Submits that only make the browser poll for the end of a read are not counted.
      if (Array.from(commands).length > 0) calls.submits++;
    }),
    observe(GPUDevice, 'createBindGroup', () => calls.bindGroups++),
    observe(GPUCommandEncoder, 'beginComputePass', () => calls.passes++),
    observe(GPUDevice, 'createBuffer', ({ size, mappedAtCreation }: GPUBufferDescriptor) => {
      calls.buffers++;
      if (mappedAtCreation) calls.bytesWritten += size;
    }),
    observe(GPUQueue, 'writeBuffer', (...given: Parameters<GPUQueue['writeBuffer']>) => {
      const [, , data, start = 0, size] = given;
      // Both are in elements for a typed array, in bytes for anything else.
      const unit = 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
      calls.bytesWritten += size === undefined ? data.byteLength - start * unit : size * unit;
    }),
  ];
  let ends: (() => void)[] = [];
  return {
    start: () => {
      calls = { ...none };
      ends = observeAll();
    },
    stop: () => {
      for (const end of ends) end();
      return calls;
    },
  };
}
