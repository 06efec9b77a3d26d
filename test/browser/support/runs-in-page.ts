/**
 * The runs of a Lab on one device, `window.runs`: the worker's host is called in the page itself, where its device can be
 * reached.
 */
import type { Page } from '@playwright/test';

import type { Intervention, TrainerConfig } from '../../../src/training/index.js';
import type { Ready, Result, Start } from '../../../src/worker/protocol.js';

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

export const config: TrainerConfig = {
  model: 'tiny',
  optimizer: { type: 'Adam', lr: 0.003 },
  policy: plateau,
  batchSize: 8,
  stepsPerEpoch: 40,
  epochs: 5,
  seed: 3,
};

/** The length of a run across which the device is lost. */
export const stepsOfWhole = 180;

export const swap: Intervention = {
  id: 'swap',
  kind: 'swap',
  policy: cosine,
  handoff: 'continue',
  step: 45,
} as Intervention;

/** Puts `runs` into the page: a worker's host, and the runs in it with all their reports. */
export async function withRuns(page: Page): Promise<void> {
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
      // A run that is prepared again continues its recording.
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

/**
 * Trains two runs to their ends across a device lost at a step; then a run without a loss.
 *
 * @param lose destroys the device if left out
 */
export async function trainAcrossLoss(page: Page, step: number, lose?: () => Promise<void>) {
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
      // Slow until the device is lost: they must not have ended then.
      else runs.host.limitSpeed(5);
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
      runs.host.limitSpeed();
      for (const call of [
        runs.host.run('A', 120),
        runs.host.checkpoint('A'),
        runs.host.weights('B'),
        runs.host.report('B'),
        runs.host.intervene('B', 'late', { kind: 'setLr', lr: 1 }, 'now'),
        runs.host.replan('A', 'planned', undefined),
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
