/** A Lab in Node, with its real worker in a thread of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { nodeWorker } from '../../../scripts/package-builds.js';
import { Lab, setWorkerUrl } from '../../../src/lab/index.js';

const config = { model: 'tiny', batchSize: 16, stepsPerEpoch: 10, epochs: 2, backend: 'cpu' } as const;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lr-lab-worker-'));
  await build(nodeWorker({ outDir: folder }));
  setWorkerUrl(pathToFileURL(join(folder, 'node-worker.js')));
}, 120_000);

afterAll(async () => {
  setWorkerUrl();
  await rm(folder, { recursive: true, force: true });
});

async function trained(): Promise<string> {
  const lab = new Lab(config);
  const [run] = lab.runs.value;
  try {
    await lab.swap(run, { type: 'StepLR', stepSize: 4, gamma: 0.5 }, { at: 5 });
    await lab.start();
    await lab.until(8);
    await lab.finished;
    expect(lab.backend.value?.name).toBe('cpu');
    expect(run.interventions.value.map(({ kind, step }) => [kind, step])).toEqual([['swap', 5]]);
    return run.toCSV();
  } finally {
    await lab.dispose();
  }
}

it('trains the same losses twice in Node, and ends its thread', { timeout: 120_000 }, async () => {
  const csv = await trained();
  expect(csv.trim().split('\r\n')).toHaveLength(22);
  expect(await trained()).toBe(csv);
});

it('pauses in Node within a few steps', { timeout: 120_000 }, async () => {
  const lab = new Lab({ ...config, batchSize: 1, stepsPerEpoch: 2000, epochs: 1 });
  const [run] = lab.runs.value;
  try {
    await lab.start();
    await lab.until(3);
    await lab.pause();
    expect(run.state.value).toBe('paused');
    expect(run.step.value).toBeLessThan(500);
  } finally {
    await lab.dispose();
  }
});

it('reports the address of a worker that is not there', { timeout: 120_000 }, async () => {
  setWorkerUrl(pathToFileURL(join(folder, 'absent.js')));
  const lab = new Lab(config, { retryDelays: [] });
  try {
    await expect(lab.start()).rejects.toThrow(/absent\.js/);
    await expect(lab.finished).rejects.toThrow(/absent\.js/);
  } finally {
    await lab.dispose();
  }
});
