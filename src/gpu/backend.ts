/**
 * Chooses where tf.js computes: WebGPU, else WebGL, else the cpu, and records why each better one was refused.
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

/** tf.js's own priorities, so that its choice among its backends does not change. */
const webGpuPriority = 3;

/** A backend that was tried and could not be used. */
export interface Refusal {
  name: BackendName;
  /** Why, in English: the browser's or the driver's message if there is one. */
  reason: string;
}

/** Where tf.js computes. */
export interface BackendReport {
  name: BackendName;
  /** The adapter's description; empty if it has none. */
  adapter: string;
  /** Whether no GPU is used: a software adapter, or the cpu backend. */
  software: boolean;
  /** The backends that were tried before this one. */
  refused: readonly Refusal[];
}

type Probe = { adapter: string; software: boolean } | { reason: string };

/** Names of software rasterizers. */
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

/** The only backend that is accepted: state computed on one backend cannot continue on another. */
export interface RequiredBackend {
  name: BackendName;
  /** The adapter's description, if no other adapter is accepted. */
  adapter?: string;
}

/** tf.js has one backend at a time: the last choice, and the one in progress. */
let choice: { first: BackendName; report: Promise<BackendReport> } | undefined;

/** Backends start one after the other. */
const starts = new Queue();

/** The device of tf.js's WebGPU backend, and whether it is lost; tf.js itself would keep using it. */
let webGpu: { device: GPUDevice; isLost: boolean } | undefined;

/**
 * Makes tf.js use the first backend that works, from `first` on in the order webgpu, webgl, cpu. After a device was
 * lost, the next call starts the backend again; dispose of the tensors of the lost one first.
 *
 * @param required if given, this backend and no other
 * @throws InputError `no-adapter` if the required backend is not available
 * @throws Error if not even the cpu backend starts, which is a defect
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
    // It may be available next time.
    if (choice === mine) choice = undefined;
  });
  return mine.report;
}

/**
 * Settles with the browser's message once the device that tf.js uses now is lost; `undefined` if
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
    message: `the backend that this run needs is not available (${reasons}).`,
    path: 'backend',
    received: reasons,
    accepted: adapter ? `${name}: ${adapter}` : name,
  });
}

/** Makes the next choice start the backend again once its device is lost. */
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

/** Removes a lost device and its tensors from tf.js, so that its backend can start again. */
function forgetWebGpu(): void {
  const factory = tf.findBackendFactory('webgpu');
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', factory, webGpuPriority);
  webGpu = undefined;
}
