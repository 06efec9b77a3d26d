/**
 * Programs as operations of tf.js: their results are ordinary tensors, which `tf.tidy` frees and gradients reach. One
 * kernel runs all of them.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { Program, WebGpuBackend } from '../webgpu-backend.js';
import { dispatch } from '../webgpu-backend.js';

const kernelName = 'LabProgram';

/** The result of a program: a tensor of this shape. */
export interface ResultShape {
  shape: number[];
  dtype: 'float32' | 'int32';
}

/** A result of floats. */
export const float = (...shape: number[]): ResultShape => ({ shape, dtype: 'float32' });

/** A result of integers. */
export const integer = (...shape: number[]): ResultShape => ({ shape, dtype: 'int32' });

/** Within a kernel: makes the results and runs a program whose bindings are the results, then the tensors. */
export function run(
  backend: WebGpuBackend,
  program: Program,
  results: readonly ResultShape[],
  tensors: readonly tf.TensorInfo[],
): tf.TensorInfo[] {
  const made = results.map(({ shape, dtype }) => backend.makeTensorInfo([...shape], dtype));
  dispatch(backend, program, [...made, ...tensors]);
  return made;
}

/** The same as an operation, without a gradient. */
export function runProgram(
  program: Program,
  results: readonly ResultShape[],
  tensors: readonly tf.Tensor[],
): tf.Tensor[] {
  return runKernel(
    kernelName,
    Object.fromEntries(tensors.map((tensor, index) => [`input${index}`, tensor])),
    { program, results },
  );
}

/** Runs a kernel with several results; its attributes may be any plain data. */
export function runKernel(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: object = {},
): tf.Tensor[] {
  return tf.engine().runKernel<tf.Tensor[]>(name, inputs, attributes as tf.NamedAttrMap);
}

/** The arguments of our kernels: tensors by name, and the attributes as given. */
export interface KernelCall<Attributes> {
  inputs: Record<string, tf.TensorInfo>;
  attributes: Attributes;
  backend: WebGpuBackend;
}

/** Registers a kernel on the WebGPU backend. */
export function registerKernel<Attributes = object>(
  name: string,
  kernel: (call: KernelCall<Attributes>) => tf.TensorInfo[],
): void {
  tf.registerKernel({
    kernelName: name,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) =>
      kernel({
        inputs: inputs as Record<string, tf.TensorInfo>,
        attributes: attrs as unknown as Attributes,
        backend: backend as WebGpuBackend,
      }),
  });
}

/** Registers the kernel of {@link runProgram}. */
export function registerPrograms(): void {
  registerKernel<{ program: Program; results: ResultShape[] }>(
    kernelName,
    ({ inputs, attributes: { program, results }, backend }) =>
      run(backend, program, results, Object.values(inputs)),
  );
}
