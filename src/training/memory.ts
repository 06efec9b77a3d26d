import * as tf from '@tensorflow/tfjs-core';

/** What tf.js holds. */
export interface MemoryReport {
  tensors: number;
  /** Bytes of the tensors. */
  bytes: number;
  /** Bytes of GPU buffers and textures in use, pooled ones included; 0 on the cpu. */
  gpuBytes: number;
}

/** What tf.js holds now. */
export function memoryReport(): MemoryReport {
  // Before a backend is chosen tf.js holds nothing, and `tf.memory()` fails.
  if (!tf.getBackend()) return { tensors: 0, bytes: 0, gpuBytes: 0 };
  const memory: tf.MemoryInfo & { numBytesInGPU?: number } = tf.memory();
  return { tensors: memory.numTensors, bytes: memory.numBytes, gpuBytes: memory.numBytesInGPU ?? 0 };
}
