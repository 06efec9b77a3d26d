/** The worker's host in this thread, on the cpu: what happens to its runs when one of them fails. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Result, Start } from '../../../src/worker/protocol.js';
import type { LoadProgress } from '../../../src/training/dataset-cache.js';
import { RateDriver } from '../../../src/timeline/index.js';
import { LabWorkerHost } from '../../../src/worker/host.js';
import { Recording } from './recording.js';
import { smallRun } from '../training/small-runs.js';

const load = { progress: () => undefined };
const hosts: LabWorkerHost[] = [];
const models: tf.LayersModel[] = [];

async function hostOf(runs: Record<string, Recording>, start: Partial<Start> = {}): Promise<LabWorkerHost> {
  const host = new LabWorkerHost();
  hosts.push(host);
  for (const [run, heard] of Object.entries(runs)) await prepare(host, run, heard, start);
  return host;
}

async function prepare(host: LabWorkerHost, run: string, heard: Recording, start: Partial<Start> = {}) {
  const config = smallRun();
  const whole = { log: [], planned: [], replayTo: 0, checkpointEvery: 5, ...start };
  const ready = await host.prepare(run, config, whole, heard, load);
  // The worker copies it, and a range test does so again.
  if (config.model instanceof tf.LayersModel) models.push(config.model);
  expect(ready).toMatchObject({ ok: true });
}

const codeOf = (result: Result<unknown>): string => (result.ok ? 'accepted' : result.problem.code);

afterEach(async () => {
  vi.restoreAllMocks();
  for (const host of hosts.splice(0)) await host.close();
  for (const model of models.splice(0)) model.dispose();
  expect(tf.memory().numTensors).toBe(0);
});

describe('a run that has failed', () => {
  it('is freed once it is released, and continues from its last checkpoint under another name', async () => {
    const undisturbed = new Recording();
    const other = await hostOf({ whole: undisturbed });
    await other.run('whole', 40);
    await other.release('whole');

    const before = new Recording();
    const host = await hostOf({ first: before });
    await host.run('first', 13);
    const holding = host.memory().tensors;
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    vi.spyOn(RateDriver.prototype, 'recordLoss').mockImplementationOnce(() => {
      throw new Error('broken on purpose');
    });
    expect(codeOf(await host.run('first', 40))).toBe('unexpected');
    const released = host.release('first');

    const checkpoint = before.checkpoints.at(-1);
    const replayTo = before.loss.length;
    const after = new Recording();
    await prepare(host, 'second', after, { checkpoint, replayTo });
    await released;
    // The second run brought a model of its own.
    expect(host.memory().tensors - (models.at(-1)?.weights.length ?? 0)).toBeLessThanOrEqual(holding);
    expect(codeOf(await host.run('second', 40))).toBe('accepted');
    expect([...before.loss, ...after.loss]).toEqual(undisturbed.loss);
  });
});

describe('range tests of several runs', () => {
  const options = { steps: 200, to: 0.1 };

  it('are stopped one by one', async () => {
    const host = await hostOf({ first: new Recording(), second: new Recording() });
    const done = [0, 0];
    const tests = ['first', 'second'].map((run, index) =>
      host.rangeTest(run, options, { progress: (progress: LoadProgress) => (done[index] = progress.done) }),
    );
    await vi.waitUntil(() => Math.min(...done) > 0);
    host.abort('rangeTest', 'first');
    expect((await Promise.all(tests)).map(codeOf)).toEqual(['aborted', 'accepted']);
  });

  it('are stopped before the run has returned its state', async () => {
    const host = await hostOf({ first: new Recording() });
    const test = host.rangeTest('first', options, load);
    host.abort('rangeTest', 'first');
    expect(codeOf(await test)).toBe('aborted');
  });
});
