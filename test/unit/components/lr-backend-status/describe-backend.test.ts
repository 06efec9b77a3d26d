import { describe, expect, it } from 'vitest';
import { en } from '../../../../components/locales/en.js';
import { describeBackend } from '../../../../components/lr-backend-status/describe-backend.js';

const terms = en.backend;

describe('a backend in words', () => {
  it('has no caveat when WebGPU runs on a GPU', () => {
    const report = { name: 'webgpu', adapter: 'A GPU', software: false, refused: [] } as const;
    expect(describeBackend(report, false, terms)).toEqual({
      tone: 'good',
      name: 'WebGPU',
      caveat: '',
      sentences: [terms.hardware],
      adapter: 'A GPU',
      refused: [],
    });
  });

  it('says that a software adapter is not a GPU, and that tiny was selected for it', () => {
    const report = { name: 'webgpu', adapter: 'SwiftShader', software: true, refused: [] } as const;
    expect(describeBackend(report, true, terms)).toMatchObject({
      tone: 'warning',
      caveat: terms.softwareShort,
      sentences: [terms.software, terms.fallbackModel],
    });
  });

  it('says that WebGL is a fallback, and why', () => {
    const refused = [{ name: 'webgpu', reason: 'navigator.gpu is missing' }] as const;
    const report = { name: 'webgl', adapter: 'A GPU', software: false, refused } as const;
    expect(describeBackend(report, false, terms)).toMatchObject({
      tone: 'warning',
      caveat: terms.fallbackShort,
      sentences: [terms.hardware, terms.webgl],
      refused: [{ name: 'WebGPU', reason: 'navigator.gpu is missing' }],
    });
  });

  it('does not call WebGL a fallback when it was requested', () => {
    const report = { name: 'webgl', adapter: 'A GPU', software: false, refused: [] } as const;
    expect(describeBackend(report, false, terms)).toMatchObject({ tone: 'good', caveat: '' });
  });

  it('says that the CPU is not a GPU, and names no adapter', () => {
    const report = { name: 'cpu', adapter: '', software: true, refused: [] } as const;
    expect(describeBackend(report, false, terms)).toMatchObject({
      tone: 'warning',
      caveat: terms.cpuShort,
      sentences: [terms.cpu],
      adapter: undefined,
    });
  });
});
