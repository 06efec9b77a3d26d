/**
 * Chooses where tf.js computes: WebGPU, else WebGL, else the cpu, and records why each better one was refused.
 * Each candidate is probed before tf.js sees it, because tf.js only logs a failing backend to the console.
 */
import * as tf from '@tensorflow/tfjs-core';

import { noop, Queue } from '../async.js';
import { InputError } from '../errors.js';
import { awaitReadsOf } from './awaited-read.js';
import { loadFallback } from './fallback-backends.js';
import type { BackendName, Refusal, RequiredBackend } from './names.js';
import { backendNames } from './names.js';
import { registerKernels } from './kernels/index.js';
import { findAdapter, isSoftware, openDevice } from './webgpu-device.js';
import { webGpuBackend } from './webgpu-backend.js';

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

/** What a backend would compute on. */
interface Candidate {
  adapter: string;
  software: boolean;
  /** Does what tf.js needs before it can start the backend; throws why that is not possible. */
  open: () => Promise<unknown>;
}

async function probeWebGpu(): Promise<Candidate> {
  const found = await findAdapter();
  const { adapter, software } = found;
  // tf.js may have a device already.
  const open = async () => {
    if (!(await runningDevice())) await openDevice(found);
  };
  return { adapter, software, open };
}

function probeWebGl(): Candidate {
  if (typeof OffscreenCanvas === 'undefined') throw new Error('OffscreenCanvas is missing');
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) throw new Error('no WebGL 2 context');
  if (!gl.getExtension('EXT_color_buffer_float')) throw new Error('EXT_color_buffer_float is missing');
  const debug = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  const adapter = typeof renderer === 'string' ? renderer : '';
  return { adapter, software: isSoftware(adapter), open: loadFallback.webgl };
}

const probes: Record<BackendName, () => Candidate | Promise<Candidate>> = {
  webgpu: probeWebGpu,
  webgl: probeWebGl,
  cpu: () => ({ adapter: '', software: true, open: loadFallback.cpu }),
};

/** tf.js's own priority of the backend. */
const webGlPriority = 2;

/** What limits a choice. */
export interface ChoiceOptions {
  /** This backend and no other. */
  required?: RequiredBackend;
  /** Backends that are not tried, with the reasons that the report gives. */
  avoided?: readonly Refusal[];
}

/** tf.js has one backend at a time: the last choice, and the one in progress. */
let choice: { first: BackendName; report: Promise<BackendReport> } | undefined;

/** Backends start one after the other. */
const starts = new Queue();

/** What a backend computes on, which the browser can take away. tf.js itself would keep using it. */
interface Device {
  readonly name: BackendName;
  /** The WebGPU device, or the WebGL context. */
  readonly of: object;
  /** Settles with the browser's message. */
  readonly lost: Promise<string>;
  isLost: boolean;
}

/** The device that was used last. */
let device: Device | undefined;

/**
 * Makes tf.js use the first backend that works, from `first` on in the order webgpu, webgl, cpu. After a device was
 * lost, the next call starts the backend again; dispose of the tensors of the lost one first.
 *
 * @throws InputError `no-adapter` if the required backend is not available
 * @throws Error if not even the cpu backend starts, which is a defect
 */
export async function chooseBackend(
  first: BackendName = 'webgpu',
  { required, avoided = [] }: ChoiceOptions = {},
): Promise<BackendReport> {
  const wanted = required?.name ?? first;
  const isAsked = required !== undefined || choice?.first === wanted;
  // Why another choice failed is reported to its caller.
  const known = isAsked ? await choice?.report.catch(noop) : undefined;
  if (known && isRequired(known, required)) return known;
  const mine = { first: wanted, report: starts.add(() => startBackend(wanted, required, avoided)) };
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
  return watchDevice()?.lost;
}

const isRequired = (
  { name, adapter }: Pick<BackendReport, 'name' | 'adapter'>,
  required: RequiredBackend | undefined,
): boolean =>
  !required || (name === required.name && (required.adapter === undefined || adapter === required.adapter));

async function startBackend(
  first: BackendName,
  required: RequiredBackend | undefined,
  avoided: readonly Refusal[],
): Promise<BackendReport> {
  const refused: Refusal[] = [];
  const names = required ? [required.name] : backendNames.slice(backendNames.indexOf(first));
  for (const name of names) {
    const known = required ? undefined : avoided.find((refusal) => refusal.name === name);
    try {
      if (known) throw new Error(known.reason);
      const { adapter, software, open } = await probes[name]();
      if (!isRequired({ name, adapter }, required)) throw new Error(`the adapter is "${adapter}"`);
      if (device?.isLost && device.name === name) forget(name);
      await open();
      if (!(await tf.setBackend(name))) throw new Error(`tf.js could not start its ${name} backend`);
      if (name === 'webgpu') {
        registerKernels({ software });
        awaitReadsOf(webGpuBackend());
      }
      watchDevice();
      return { name, adapter, software, refused: required?.refused ?? refused };
    } catch (error) {
      refused.push({ name, reason: wordsOf(error) });
    }
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

/** The most characters of a reason: a session file keeps it. */
const longestReason = 500;

const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, longestReason);

/** tf.js's WebGPU device, unless it is lost or tf.js has none. */
async function runningDevice(): Promise<GPUDevice | undefined> {
  const { registry } = tf.engine() as unknown as { registry: { webgpu?: { device: GPUDevice } } };
  if (!registry.webgpu) return undefined;
  const lost = registry.webgpu.device.lost.then(() => true);
  const isLost = await Promise.race([lost, Promise.resolve(false)]);
  return isLost ? undefined : registry.webgpu.device;
}

/** Watches the device that tf.js uses: the next choice starts the backend again once it is lost. */
function watchDevice(): Device | undefined {
  const found = presentDevice();
  if (!found || device?.of === found.of) return found && device;
  const watched: Device = { ...found, isLost: false };
  device = watched;
  void found.lost.then(() => {
    watched.isLost = true;
    if (device === watched) choice = undefined;
  });
  return watched;
}

function presentDevice(): Omit<Device, 'isLost'> | undefined {
  const name = tf.getBackend() as BackendName;
  if (name === 'webgpu') {
    const { device } = webGpuBackend();
    return { name, of: device, lost: device.lost.then(({ message, reason }) => message || reason) };
  }
  if (name === 'webgl') {
    const { gl } = (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu;
    return { name, of: gl, lost: contextLost(gl) };
  }
  return undefined;
}

/** Settles with the browser's message once a WebGL context is lost. */
function contextLost(gl: WebGL2RenderingContext): Promise<string> {
  return new Promise((resolve) => {
    const handleLoss = (event: Event) =>
      resolve((event as WebGLContextEvent).statusMessage || 'the WebGL context was lost');
    gl.canvas.addEventListener('webglcontextlost', handleLoss, { once: true });
    if (gl.isContextLost()) resolve('the WebGL context was lost');
  });
}

/** Removes a lost device and its tensors from tf.js, so that its backend can start again. */
function forget(name: BackendName): void {
  const factory = tf.findBackendFactory(name);
  tf.removeBackend(name);
  // WebGPU's is registered with its next device.
  if (name === 'webgl') tf.registerBackend(name, factory, webGlPriority);
  device = undefined;
}
