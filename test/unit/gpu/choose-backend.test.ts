/** What is said of a driver that gives no device; Node has no WebGL, so the cpu is next. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { BackendReport } from '../../../src/gpu/index.js';

const limits = { maxBufferSize: 1 };
const info = { description: 'a card', vendor: '', architecture: '', isFallbackAdapter: false };
const never = () => new Promise<never>(() => undefined);

/** Chooses a backend where `navigator.gpu` answers like this. */
async function choose(gpu: object): Promise<BackendReport> {
  vi.stubGlobal('navigator', { gpu });
  const { chooseBackend } = await import('../../../src/gpu/index.js');
  const choice = chooseBackend();
  await vi.advanceTimersByTimeAsync(10_000);
  return choice;
}

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('where WebGPU cannot start, the next backend is used and the report says why', () => {
  const adapterThat = (requestDevice: () => Promise<unknown>) => ({
    requestAdapter: () => Promise.resolve({ info, limits, features: new Set(), requestDevice }),
  });
  const refusals: [string, object, string][] = [
    [
      'that finds no adapter',
      { requestAdapter: () => Promise.resolve(null) },
      'requestAdapter() found no adapter',
    ],
    ['that never answers', { requestAdapter: never }, 'requestAdapter() has not been answered for 10 s'],
    ['whose adapter never answers', adapterThat(never), 'requestDevice() has not been answered for 10 s'],
    [
      'that refuses a device in its own words',
      adapterThat(() => Promise.reject(new DOMException('the driver is out of memory', 'OperationError'))),
      'the driver is out of memory',
    ],
  ];

  it.each(refusals)('for a browser %s', async (_, gpu, reason) => {
    const report = await choose(gpu);
    expect(report.name).toBe('cpu');
    expect(report.refused[0]).toEqual({ name: 'webgpu', reason });
  });

  it('for an adapter without info, whose device is asked for all the same', async () => {
    const requestDevice = () => Promise.reject(new Error('asked for a device'));
    const adapter = { limits, features: new Set(), requestDevice };
    const report = await choose({ requestAdapter: () => Promise.resolve(adapter) });
    expect(report.refused[0].reason).toBe('asked for a device');
  });
});

describe('a backend that is not to be tried', () => {
  it('is listed with its reason and never asked', async () => {
    const requestAdapter = vi.fn(never);
    vi.stubGlobal('navigator', { gpu: { requestAdapter } });
    const { chooseBackend } = await import('../../../src/gpu/index.js');
    const avoided = [{ name: 'webgpu' as const, reason: 'its device was always lost' }];
    const { name, refused } = await chooseBackend('webgpu', { avoided });
    expect({ name, first: refused[0] }).toEqual({ name: 'cpu', first: avoided[0] });
    expect(requestAdapter).not.toHaveBeenCalled();
  });
});

describe('a required backend', () => {
  it('is reported with what was refused when it was chosen first', async () => {
    const { chooseBackend } = await import('../../../src/gpu/index.js');
    const refused = [{ name: 'webgpu' as const, reason: 'there was none' }];
    expect(await chooseBackend('webgpu', { required: { name: 'cpu', refused } })).toMatchObject({ refused });
  });
});
