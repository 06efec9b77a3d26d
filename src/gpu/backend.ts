/**
 * Choosing where tf.js computes: WebGPU, else WebGL, else the cpu, and remembering why each better one was refused.
 * Each candidate is probed before tf.js sees it, because tf.js only logs a failing backend to the console.
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';

import type { BackendName } from './backend-name.js';
import { backendNames } from './backend-name.js';
import { registerKernels } from './kernels/index.js';

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

/** tf.js has one backend at a time: the last choice, and the one that is under way. */
let choice: { first: BackendName; report: Promise<BackendReport> } | undefined;

/**
 * Makes tf.js use the first backend that works, from `first` on in the order webgpu, webgl, cpu.
 *
 * @throws Error when not even the cpu backend starts, which is a defect.
 */
export function chooseBackend(first: BackendName = 'webgpu'): Promise<BackendReport> {
  if (choice?.first !== first) {
    const before = choice?.report.then(
      () => undefined,
      () => undefined,
    );
    choice = { first, report: Promise.resolve(before).then(() => startBackend(first)) };
  }
  return choice.report;
}

async function startBackend(first: BackendName): Promise<BackendReport> {
  const refused: Refusal[] = [];
  for (const name of backendNames.slice(backendNames.indexOf(first))) {
    const probe = await probes[name]();
    if ('reason' in probe) {
      refused.push({ name, reason: probe.reason });
    } else if (await tf.setBackend(name)) {
      if (name === 'webgpu') registerKernels(probe);
      return { name, ...probe, refused };
    } else {
      refused.push({ name, reason: `tf.js could not start its ${name} backend` });
    }
  }
  throw new Error(
    `no tf.js backend starts: ${refused.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}`,
  );
}
