/**
 * Finds a WebGPU adapter and opens a device on it. A driver may refuse in words, or never answer: every question has a
 * limit, so that another backend can be used.
 */
import * as tf from '@tensorflow/tfjs-core';
import type * as WebGpu from '@tensorflow/tfjs-backend-webgpu';

import { noop } from '../async.js';

/** Milliseconds that a driver has for each answer. */
const answerMs = 10_000;

/** tf.js's own priority of the backend, so that its choice among its backends does not change. */
const priority = 3;

/** Names of software rasterizers. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i;

/** Whether the name of an adapter is the name of a software rasterizer. */
export const isSoftware = (name: string): boolean => softwareNames.test(name);

/** An adapter, and what it is called. */
export interface FoundAdapter {
  readonly gpuAdapter: GPUAdapter;
  /** Its description; empty if it has none. */
  readonly adapter: string;
  readonly software: boolean;
  /** tf.js's backend, which loads while the adapter is looked for. */
  readonly backend: Promise<typeof WebGpu>;
}

/**
 * Finds the adapter that the browser prefers.
 *
 * @throws Error why there is none, in the browser's words where it has any
 */
export async function findAdapter(): Promise<FoundAdapter> {
  // The types promise navigator.gpu; insecure pages, older browsers and Node lack it.
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu)
    throw new Error(
      globalThis.isSecureContext ? 'navigator.gpu is missing' : 'the page is not a secure context',
    );
  const backend = import('@tensorflow/tfjs-backend-webgpu');
  // Why it does not load is reported where it is needed.
  backend.catch(noop);
  const options: GPURequestAdapterOptions = { powerPreference: 'high-performance' };
  const gpuAdapter = await answer(gpu.requestAdapter(options), 'requestAdapter()');
  if (!gpuAdapter) throw new Error('requestAdapter() found no adapter');
  // The types promise it; Chrome before 128 has no info.
  const info = (gpuAdapter as { info?: GPUAdapterInfo }).info;
  const { description = '', vendor = '', architecture = '', isFallbackAdapter = false } = info ?? {};
  const adapter = description === '' ? `${vendor} ${architecture}`.trim() : description;
  const software = isFallbackAdapter || isSoftware(`${adapter} ${architecture}`);
  return { gpuAdapter, adapter, software, backend };
}

/**
 * Registers a WebGPU backend in tf.js that computes on a new device of the adapter, in place of the one before, whose
 * tensors must have been disposed of.
 *
 * @throws Error why the adapter gives no device, in the driver's words
 */
export async function openDevice({ gpuAdapter, backend }: FoundAdapter): Promise<void> {
  const { features, limits } = gpuAdapter;
  // The limits and the feature that tf.js itself asks for.
  const request = gpuAdapter.requestDevice({
    requiredFeatures: features.has('timestamp-query') ? ['timestamp-query'] : [],
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  });
  const device = await answer(request, 'requestDevice()');
  const { WebGPUBackend } = await backend;
  if ('webgpu' in factories()) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, gpuAdapter.info), priority);
}

const factories = () => (tf.engine() as unknown as { registryFactory: object }).registryFactory;

/** Waits for a driver's answer; throws when it takes too long. */
async function answer<Value>(asked: Promise<Value>, question: string): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    const reason = new Error(`${question} has not been answered for ${answerMs / 1000} s`);
    timer = setTimeout(reject, answerMs, reason);
  });
  try {
    return await Promise.race([asked, limit]);
  } finally {
    clearTimeout(timer);
  }
}
