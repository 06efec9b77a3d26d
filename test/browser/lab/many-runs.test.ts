/**
 * The runs of a Lab on one device: each as if it were alone, in step with the others, and made again from its last
 * checkpoint when the device is lost. The worker's host is called in the page itself, where its device can be reached.
 */
import type { Page } from '@playwright/test';
import { chromium } from '@playwright/test';

import { launchOptions } from '../../../scripts/browser.js';
import type { Intervention, TrainerConfig } from '../../../src/training/index.js';
import type { Ready, Result, Start } from '../../../src/worker/protocol.js';
import { expect, test } from '../support/engine-page.js';
import { isSoak, pick, seed } from '../support/seeded-pick.js';

type Policy = TrainerConfig['policy'];

const cosine: Policy = [{ scheduler: { type: 'CosineAnnealingLR', tMax: 90 }, interval: 'step' }];
const plateau: Policy = [
  { scheduler: { type: 'StepLR', stepSize: 30, gamma: 0.7 }, interval: 'step' },
  {
    scheduler: { type: 'ReduceLROnPlateau', patience: 1, factor: 0.5 },
    interval: 'step',
    frequency: 7,
    monitor: 'trainLoss',
  },
];

const config: TrainerConfig = {
  model: 'tiny',
  optimizer: { type: 'Adam', lr: 0.003 },
  policy: plateau,
  batchSize: 8,
  stepsPerEpoch: 40,
  epochs: 5,
  seed: 3,
};

/** The length of a run across which the device is lost. */
const stepsOfWhole = 180;

const swap: Intervention = { kind: 'swap', policy: cosine, handoff: 'continue', step: 45 } as Intervention;

/** Puts `runs` into the page: a worker's host, and the runs in it with all that they have told. */
async function withRuns(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { LabWorkerHost, Recording } = window.engine;
    const host = new LabWorkerHost();
    const valueOf = <Value>(result: Result<Value>): Value => {
      if (result.ok) return result.value;
      throw new Error(`${result.problem.code}: ${result.problem.message}`);
    };
    const heard: Record<string, InstanceType<typeof Recording>> = {};
    const load = { progress: () => undefined };
    const beginning: Start = { log: [], planned: [], replayTo: 0 };
    window.runs = {
      host,
      heard,
      valueOf,
      codeOf: (result) => (result.ok ? 'accepted' : result.problem.code),
      // A run that is prepared again goes on with its story.
      tryPrepare: (run, config, start = {}) =>
        host.prepare(run, config, { ...beginning, ...start }, (heard[run] ??= new Recording()), load),
      prepare: async (run, config, start) => valueOf(await window.runs.tryPrepare(run, config, start)),
      run: async (run, until) => valueOf(await host.run(run, until)),
      device: () => window.engine.optimizers.webGpuBackend().device,
      memory: () => {
        const { bufferManager } = window.engine.optimizers.webGpuBackend();
        const { tensors, bytes } = host.memory();
        return { tensors, bytes, buffers: bufferManager.getNumUsedBuffers() };
      },
    };
  });
}

declare global {
  interface Window {
    runs: {
      host: InstanceType<typeof window.engine.LabWorkerHost>;
      heard: Record<string, InstanceType<typeof window.engine.Recording>>;
      valueOf<Value>(result: Result<Value>): Value;
      codeOf(result: Result<unknown>): string;
      tryPrepare(run: string, config: TrainerConfig, start?: Partial<Start>): Promise<Result<Ready>>;
      prepare(run: string, config: TrainerConfig, start?: Partial<Start>): Promise<Ready>;
      run(run: string, until: number): Promise<{ steps: number }>;
      device(): GPUDevice;
      memory(): { tensors: number; bytes: number; buffers: number };
    };
  }
}

test('runs beside each other have the losses that they have alone, bit for bit, and nothing is left of them', async ({
  enginePage: page,
}) => {
  await withRuns(page);
  const { alone, together, left } = await page.evaluate(
    async ({ config, swap }) => {
      const { runs } = window;
      await runs.prepare('alone', config, { planned: [swap] });
      await runs.run('alone', 120);
      await runs.host.release('alone');
      const names = ['A', 'B', 'C'];
      for (const name of names)
        await runs.prepare(name, name === 'C' ? { ...config, batchSize: 16 } : config, { planned: [swap] });
      await Promise.all(names.map((name) => runs.run(name, 120)));
      await Promise.all(names.map((name) => runs.host.release(name)));
      const { alone, ...together } = runs.heard;
      return { alone, together, left: runs.memory() };
    },
    { config, swap },
  );
  expect(alone.loss).toHaveLength(120);
  expect(alone.interventions).toEqual([swap]);
  for (const name of ['A', 'B']) {
    expect(together[name].loss).toEqual(alone.loss);
    expect(together[name].lr).toEqual(alone.lr);
    expect(together[name].evaluations).toEqual(alone.evaluations);
  }
  expect(together.C.loss).toHaveLength(120);
  expect(together.C.loss).not.toEqual(alone.loss);
  expect(left).toEqual({ tensors: 0, bytes: 0, buffers: 0 });
});

test('runs go in step, whatever a step of each takes', async ({ enginePage: page }) => {
  const until = isSoak ? 2000 : 150;
  test.setTimeout(isSoak ? 1_800_000 : 180_000);
  await withRuns(page);
  const { made, memory } = await page.evaluate(
    async ({ config, until }) => {
      const { runs } = window;
      const sizes = { A: 4, B: 4, C: 32, D: 8 };
      const names = Object.keys(sizes);
      for (const [name, batchSize] of Object.entries(sizes))
        await runs.prepare(name, { ...config, policy: [], epochs: 100, batchSize }, { checkpointEvery: 0 });
      // The first to come to its end stops the others.
      const going = names.map(async (name) => {
        await runs.run(name, until);
        for (const other of names) runs.host.pause(other);
      });
      await runs.heard.A.until(Math.ceil(until / 10));
      const early = runs.memory();
      await Promise.all(going);
      return {
        made: names.map((name) => runs.heard[name].loss.length),
        memory: { early: early.tensors, late: runs.memory().tensors },
      };
    },
    { config, until },
  );
  expect(Math.max(...made)).toBe(until);
  expect(Math.min(...made)).toBeGreaterThanOrEqual(Math.max(...made) * 0.95);
  expect(memory.late).toBeLessThanOrEqual(memory.early);
});

test('a fork from a checkpoint, trained in silence up to its step, goes on as its parent does', async ({
  enginePage: page,
}) => {
  await withRuns(page);
  const { parent, fork, other } = await page.evaluate(
    async ({ config, swap }) => {
      const { runs } = window;
      await runs.prepare('parent', config, { planned: [swap], checkpointEvery: 0 });
      await runs.run('parent', 33);
      const checkpoint = runs.valueOf(await runs.host.checkpoint('parent'));
      const parent = runs.run('parent', 110);
      await runs.prepare('fork', config, {
        checkpoint: structuredClone(checkpoint),
        log: [swap],
        replayTo: 57,
      });
      const change = { kind: 'setLr', lr: 0.02, step: 57 } as const;
      await runs.prepare('other', config, { checkpoint, log: [swap], planned: [change], replayTo: 57 });
      await Promise.all([parent, runs.run('fork', 110), runs.run('other', 110)]);
      await runs.host.close();
      return runs.heard;
    },
    { config, swap },
  );
  expect(fork.step[0]).toBe(57);
  expect(fork.loss).toEqual(parent.loss.slice(57));
  expect(fork.lr).toEqual(parent.lr.slice(57));
  expect(fork.evaluations).toEqual(parent.evaluations.filter(({ step }) => step > 57));
  expect(other.loss[0]).toBe(fork.loss[0]);
  expect(other.loss.slice(2)).not.toEqual(fork.loss.slice(2));
});

/**
 * Trains two runs, with the device lost at a step, and goes on until they are whole; then one that was left alone.
 *
 * @param lose destroys the device if left out
 */
async function trainAcrossLoss(page: Page, step: number, lose?: () => Promise<void>) {
  await withRuns(page);
  await page.evaluate(
    async ({ config, swap, step, whole, isDestroyed }) => {
      const { runs } = window;
      const ready = await runs.prepare('A', config, { planned: [swap] });
      const { backend } = ready;
      await runs.prepare('B', { ...config, seed: 8 });
      const going = Promise.all(['A', 'B'].map((run) => runs.host.run(run, whole)));
      await runs.heard.A.until(step);
      if (isDestroyed) runs.device().destroy();
      Object.assign(window, { state: { backend, going } });
    },
    { config, swap, step, whole: stepsOfWhole, isDestroyed: lose === undefined },
  );
  await lose?.();
  return page.evaluate(
    async ({ config, swap, steps }) => {
      const { runs } = window;
      const { backend, going } = (window as unknown as { state: Lost }).state;
      const codes = (await going).map(runs.codeOf);
      for (const call of [
        runs.host.run('A', 120),
        runs.host.checkpoint('A'),
        runs.host.weights('B'),
        runs.host.report('B'),
        runs.host.intervene('B', { kind: 'setLr', lr: 1 }, 'now'),
        runs.host.plan('A', []),
      ])
        codes.push(runs.codeOf(await call));
      const goOn = async (run: string, config: TrainerConfig, planned: Intervention[]) => {
        const { loss, step, lr, evaluations, checkpoints, interventions } = runs.heard[run];
        // The score of an epoch comes after its last row: where it is missing, that row is made again.
        if (loss.length % 40 === 0 && evaluations.at(-1)?.step !== loss.length)
          for (const each of [loss, step, lr]) each.pop();
        const replayTo = loss.length;
        const log = interventions.filter(({ step }) => step < replayTo);
        const checkpoint = checkpoints.findLast(({ step }) => step <= replayTo);
        const rest = planned.filter(({ step }) => step >= replayTo);
        await runs.prepare(run, config, { checkpoint, log, planned: rest, replayTo, backend });
      };
      await goOn('A', config, [swap]);
      await goOn('B', { ...config, seed: 8 }, []);
      await Promise.all(['A', 'B'].map((run) => runs.run(run, steps)));
      await Promise.all(['A', 'B'].map((run) => runs.host.release(run)));
      const left = runs.memory();
      await runs.prepare('whole', config, { planned: [swap] });
      await runs.run('whole', steps);
      await runs.host.close();
      const { A, B, whole } = runs.heard;
      return { A, B, whole, codes, left };
    },
    { config, swap, steps: stepsOfWhole },
  );
}

interface Lost {
  backend: Start['backend'];
  going: Promise<Result<unknown>[]>;
}

for (let round = 0; round < (isSoak ? 10 : 1); round++) {
  const step = 52 + pick(round, 100);
  test(`a destroyed device at step ${step} (seed ${seed}, ${round}) changes no row of its runs`, async ({
    enginePage: page,
  }) => {
    const { A, B, whole, codes, left } = await trainAcrossLoss(page, step);
    expect(new Set(codes)).toEqual(new Set(['device-lost']));
    expect(A.step).toEqual(Array.from({ length: stepsOfWhole }, (_, step) => step));
    expect(A.loss).toEqual(whole.loss);
    expect(A.lr).toEqual(whole.lr);
    expect(A.evaluations).toEqual(whole.evaluations);
    expect(B.loss).toHaveLength(stepsOfWhole);
    expect(left).toEqual({ tensors: 0, bytes: 0, buffers: 0 });
  });
}

test('a crashed GPU process changes no row of its runs', async ({ baseURL }) => {
  const { args, executablePath } = launchOptions();
  // By itself Chromium gives up on WebGPU after some crashes.
  const browser = await chromium.launch({
    executablePath,
    args: [...args, '--disable-gpu-process-crash-limit'],
  });
  const page = await browser.newPage();
  const messages: string[] = [];
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => messages.push(`uncaught: ${error.message}`));
  await page.goto(new URL('test/browser/support/pages/engine.html', baseURL).href);
  await page.waitForFunction(() => 'engine' in window);
  const session = await browser.newBrowserCDPSession();
  const crash = async () => {
    await session.send('Browser.crashGpuProcess').catch(() => undefined);
  };
  const { A, whole, codes, left } = await trainAcrossLoss(page, 60, crash);
  expect(new Set(codes)).toEqual(new Set(['device-lost']));
  expect(A.loss).toEqual(whole.loss);
  expect(A.evaluations).toEqual(whole.evaluations);
  expect(left).toEqual({ tensors: 0, bytes: 0, buffers: 0 });
  await browser.close();
  // The browser itself says in the console that the device is lost.
  expect(messages).toEqual([expect.stringContaining('external Instance reference')]);
});

test('a run whose device does not come back is on no other backend, and goes on once it does', async ({
  enginePage: page,
}) => {
  await withRuns(page);
  const { codes, names, heard } = await page.evaluate(async (config) => {
    const { runs } = window;
    const { tf } = window.engine;
    const short = { ...config, epochs: 1 };
    const { backend } = await runs.prepare('A', short);
    await runs.run('A', 20);
    runs.device().destroy();
    const { requestAdapter } = GPU.prototype;
    GPU.prototype.requestAdapter = () => Promise.resolve(null);
    const checkpoint = runs.heard.A.checkpoints.at(-1);
    const start = { checkpoint, replayTo: 20, backend };
    const codes: string[] = [runs.codeOf(await runs.host.run('A', 40))];
    codes.push(runs.codeOf(await runs.tryPrepare('A', short, start)));
    const names = [tf.getBackend()];
    GPU.prototype.requestAdapter = requestAdapter;
    const other = { ...start, backend: { name: 'webgpu' as const, adapter: 'another one' } };
    codes.push(runs.codeOf(await runs.tryPrepare('A', short, other)));
    await runs.prepare('A', short, start);
    await runs.run('A', 40);
    codes.push(runs.codeOf(await runs.tryPrepare('B', { ...short, backend: 'cpu' })));
    names.push(tf.getBackend());
    await runs.prepare('whole', short);
    await runs.run('whole', 40);
    await runs.host.close();
    return { codes, names, heard: runs.heard };
  }, config);
  expect(codes).toEqual(['device-lost', 'no-adapter', 'no-adapter', 'backend-in-use']);
  expect(names).toEqual(['webgpu', 'webgpu']);
  expect(heard.A.loss).toEqual(heard.whole.loss);
});

test('a loss that blows up holds its run at the same step each time, and the others go on', async ({
  enginePage: page,
}) => {
  await withRuns(page);
  const { heard, code } = await page.evaluate(async (config) => {
    const { runs } = window;
    const wild = { ...config, policy: [], optimizer: { type: 'SGD', lr: 1e4 } as const };
    for (const [name, each] of Object.entries({ A: wild, again: wild, calm: config }))
      await runs.prepare(name, each);
    await Promise.all(['A', 'again', 'calm'].map((name) => runs.run(name, 60)));
    const code = runs.codeOf(await runs.host.run('A', 60));
    await runs.host.close();
    return { heard: runs.heard, code };
  }, config);
  const { A, again, calm } = heard;
  expect(A.held?.reason).toBe('diverged');
  expect(A.held!.step).toBeLessThan(12);
  expect(A.step.at(-1)).toBe(A.held!.step);
  expect(again.held).toEqual(A.held);
  expect(again.loss).toEqual(A.loss);
  expect(calm.loss).toHaveLength(60);
  expect(code).toBe('held');
});
