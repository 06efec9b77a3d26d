/**
 * Choosing where tf.js computes: WebGPU, else WebGL, else the cpu, and remembering why each better one was refused.
 * Each candidate is probed before tf.js sees it, because tf.js only logs a failing backend to the console.
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';

import { Queue } from '../async.js';
import { InputError } from '../errors.js';
import type { BackendName } from './names.js';
import { backendNames } from './names.js';
import { registerKernels } from './kernels/index.js';
import { webGpuBackend } from './webgpu-backend.js';

/** tf.js's own, so that it would choose among its backends as before. */
const webGpuPriority = 3;

/** A backend that was tried and could not be used. */
export interface Refusal {
  name: BackendName;
  /** Why, in English: the browser's or the driver's own words where there are any. */
  reason: string;
}

/** Where tf.js computes. */
export interface BackendReport {
  name: BackendName;
  /** The adapter in its own words; empty where it does not tell. */
  adapter: string;
  /** Whether no GPU takes part: a software adapter, or the cpu backend. */
  software: boolean;
  /** What was tried before this one. */
  refused: readonly Refusal[];
}

type Probe = { adapter: string; software: boolean } | { reason: string };

/** Names by which software rasterizers are known. */
const softwareAdapter = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i;

async function probeWebGpu(): Promise<Probe> {
  // The types promise navigator.gpu; insecure pages, older browsers and Node lack it.
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) {
    return {
      reason: globalThis.isSecureContext ? 'navigator.gpu is missing' : 'the page is not a secure context',
    };
  }
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return { reason: 'requestAdapter() found no adapter' };
    const { description, vendor, architecture, isFallbackAdapter } = adapter.info;
    const words = description || [vendor, architecture].filter(Boolean).join(' ');
    return {
      adapter: words,
      software: isFallbackAdapter || softwareAdapter.test(`${words} ${architecture}`),
    };
  } catch (error) {
    return { reason: String(error) };
  }
}

function probeWebGl(): Probe {
  if (typeof OffscreenCanvas === 'undefined') return { reason: 'OffscreenCanvas is missing' };
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return { reason: 'no WebGL 2 context' };
  if (!gl.getExtension('EXT_color_buffer_float')) return { reason: 'EXT_color_buffer_float is missing' };
  const debug = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  const words = typeof renderer === 'string' ? renderer : '';
  return { adapter: words, software: softwareAdapter.test(words) };
}

const probes: Record<BackendName, () => Probe | Promise<Probe>> = {
  webgpu: probeWebGpu,
  webgl: probeWebGl,
  cpu: () => ({ adapter: '', software: true }),
};

/** A backend that is to be had or none: what was computed on it cannot be gone on with on another. */
export interface RequiredBackend {
  name: BackendName;
  /** The adapter in its own words, where no other adapter will do. */
  adapter?: string;
}

/** tf.js has one backend at a time: the last choice, and the one that is under way. */
let choice: { first: BackendName; report: Promise<BackendReport> } | undefined;

/** Backends start one after the other. */
const starts = new Queue();

/** The device of tf.js's WebGPU backend, and whether it is gone; tf.js itself would go on using it for ever. */
let webGpu: { device: GPUDevice; isLost: boolean } | undefined;

/**
 * Makes tf.js use the first backend that works, from `first` on in the order webgpu, webgl, cpu. After a device was
 * lost, the next call starts the backend anew; tensors of the lost one must have been disposed of by then.
 *
 * @param required if given, this backend and no other
 * @throws InputError `no-adapter` when the required backend is not to be had
 * @throws Error when not even the cpu backend starts, which is a defect.
 */
export async function chooseBackend(
  first: BackendName = 'webgpu',
  required?: RequiredBackend,
): Promise<BackendReport> {
  const wanted = required?.name ?? first;
  const known = choice?.first === wanted ? await choice.report : undefined;
  if (known && isRequired(known, required)) return known;
  const mine = { first: wanted, report: starts.add(() => startBackend(wanted, required)) };
  choice = mine;
  mine.report.catch(() => {
    // Another time it may be there.
    if (choice === mine) choice = undefined;
  });
  return mine.report;
}

/**
 * Settles, in the browser's words, once the device is lost that tf.js uses at the time of the call; `undefined` where
 * tf.js computes without one.
 */
export function deviceLost(): Promise<string> | undefined {
  if (tf.getBackend() !== 'webgpu') return undefined;
  return webGpuBackend().device.lost.then(({ message, reason }) => message || reason);
}

const isRequired = ({ name, adapter }: BackendReport, required: RequiredBackend | undefined): boolean =>
  !required || (name === required.name && (required.adapter === undefined || adapter === required.adapter));

async function startBackend(first: BackendName, required?: RequiredBackend): Promise<BackendReport> {
  const refused: Refusal[] = [];
  const candidates = required ? [required.name] : backendNames.slice(backendNames.indexOf(first));
  for (const name of candidates) {
    const probe = await probes[name]();
    if ('reason' in probe) {
      refused.push({ name, reason: probe.reason });
      continue;
    }
    const report = { name, ...probe, refused };
    if (!isRequired(report, required)) {
      refused.push({ name, reason: `the adapter is "${probe.adapter}"` });
      continue;
    }
    if (name === 'webgpu' && webGpu?.isLost) forgetWebGpu();
    if (await tf.setBackend(name)) {
      if (name === 'webgpu') {
        registerKernels(probe);
        watchWebGpu();
      }
      return report;
    }
    refused.push({ name, reason: `tf.js could not start its ${name} backend` });
  }
  const reasons = refused.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  if (!required) throw new Error(`no tf.js backend starts: ${reasons}`);
  const { name, adapter } = required;
  throw new InputError({
    code: 'no-adapter',
    message: `what this run was computed on is not to be had (${reasons}).`,
    path: 'backend',
    received: reasons,
    accepted: adapter ? `${name}: ${adapter}` : name,
  });
}

/** Makes the next choice start anew once the device is lost that has just been started. */
function watchWebGpu(): void {
  const { device } = webGpuBackend();
  if (webGpu?.device === device) return;
  const watched: NonNullable<typeof webGpu> = { device, isLost: false };
  webGpu = watched;
  void device.lost.then(() => {
    watched.isLost = true;
    if (webGpu === watched) choice = undefined;
  });
}

/** Makes tf.js let go of a lost device and all that was on it, and able to start its backend again. */
function forgetWebGpu(): void {
  const factory = tf.findBackendFactory('webgpu');
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', factory, webGpuPriority);
  webGpu = undefined;
}
