/**
 * Storms: commands that nothing awaits, on the real worker host, while workers end, stop answering and lose their devices.
 * Every command settles, and every history equals a replay of its log. The losses are scripted: see `scripted-worker.ts`.
 */
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/errors.js';
import { Lab, type Run } from '../../../src/lab/index.js';
import type { PolicyInput } from '../../../src/policy/index.js';
import { isSoak } from '../../property-runs.js';
import { replay, ScriptedWorkers } from './scripted-worker.js';

const commands = isSoak ? 10_000 : 400;
const seeds = isSoak ? [1, 2, 3, 4, 5] : [1, 2];

const policies: PolicyInput[] = [
  [],
  [{ scheduler: { type: 'ExponentialLR', gamma: 0.9 }, interval: 'epoch' }],
  [{ scheduler: { type: 'CosineAnnealingLR', tMax: 10 }, interval: 'step' }],
  [{ scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 9 }, interval: 'step' }],
  [{ scheduler: { type: 'ReduceLROnPlateau', patience: 0 }, interval: 'step', monitor: 'trainLoss' }],
];

/** Pseudorandom numbers from 0 to 1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('a storm of commands that nothing awaits', () => {
  it.each(seeds)('leaves no promise unsettled and no gap in a history (seed %i)', async (seed) => {
    const random = generator(seed);
    const below = (most: number) => Math.floor(random() * most);
    const workers = new ScriptedWorkers();
    const lab = new Lab(
      { model: 'tiny', batchSize: 10, stepsPerEpoch: 50, epochs: 20, policy: [] },
      {
        openWorker: workers.open,
        retryDelays: [0, 1, 2],
        checkpointEvery: 40,
        heartbeat: { every: 5, misses: 4 },
      },
    );
    const rejections: unknown[] = [];
    const handleRejection = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', handleRejection);
    let unsettled = 0;
    let done = 0;
    const defects: unknown[] = [];
    const send = (command: () => Promise<unknown>) => {
      unsettled += 1;
      command()
        .then(() => (done += 1))
        .catch((error: unknown) => {
          if (!(error instanceof InputError || error instanceof DOMException)) defects.push(error);
        })
        .finally(() => (unsettled -= 1));
    };
    const pick = (): Run => lab.runs.value[below(lab.runs.value.length)];
    const policy = () => policies[below(policies.length)];
    const at = () => (['now', 'epoch', below(1000)] as const)[below(3)];
    const planned = (run: Run) => run.planned.value[below(run.planned.value.length)]?.id ?? 'unknown';

    for (let sent = 0; sent < commands; sent += 1) {
      const run = pick();
      const abort = new AbortController();
      const { signal } = abort;
      const all: (() => unknown)[] = [
        () => send(() => lab.start({ signal })),
        () => send(() => lab.start(run)),
        () => send(() => lab.pause()),
        () => send(() => lab.pause(run)),
        () => send(() => lab.step(1 + below(5), { run, signal })),
        () => send(() => lab.swap(run, policy(), { at: at() })),
        () => send(() => lab.swap(run, policy(), { at: at(), counterfactual: true, signal })),
        () => send(() => lab.chain(run, policy(), { at: at() })),
        () => send(() => lab.adjust(run, run.entries.value, { at: at() })),
        () => send(() => lab.unchain(run, below(2))),
        () => send(() => lab.setLr(run, [0.1, 0.01, 8][below(3)])),
        () => send(() => lab.movePlanned(run, planned(run), below(1000))),
        () => send(() => lab.removePlanned(run, planned(run))),
        () => send(() => lab.preview(run, { kind: 'setLr', lr: 0.2 }, { at: at() })),
        () => send(() => lab.fork(run, { at: below(2) ? 'now' : below(500), signal })),
        () => send(() => lab.race(run, [{ policy: policy() }], { at: below(2) ? 'now' : 0, signal })),
        () => send(() => lab.rewind(run)),
        () => send(() => lab.rangeTest(run, {}, { signal })),
        () => send(() => lab.report(run)),
        () => send(() => lab.weights(run)),
        () => send(() => lab.artifacts(run)),
        () => send(() => lab.remove(run)),
        () => send(() => lab.remove(lab.runs.value[lab.runs.value.length - 1])),
        () => below(20) === 0 && send(() => lab.reset()),
        () => below(3) === 0 && workers.kill(),
        () => below(3) === 0 && workers.loseDevice(),
        () => below(8) === 0 && workers.silence(),
      ];
      all[below(all.length)]();
      if (below(4) === 0) abort.abort();
      for (let left = below(6); left > 0; left -= 1) await tick();
      // A lab with many runs spends its time preparing forks.
      if (lab.runs.value.length > 8) send(() => lab.remove(lab.runs.value[0]));
    }
    // Half of the pending commands end by themselves, the rest with the lab.
    for (let left = 0; left < 50; left += 1) await tick();
    const runs = lab.runs.value;
    await lab.dispose();
    await expect.poll(() => unsettled, { timeout: 5000 }).toBe(0);
    process.off('unhandledRejection', handleRejection);
    expect(defects).toEqual([]);
    expect(done).toBeGreaterThan(commands / 10);
    expect(rejections).toEqual([]);
    for (const { history, interventions, config } of runs) {
      const { length } = history;
      expect([...history.step]).toEqual(Array.from({ length }, (_, step) => step));
      const again = replay(config, interventions.value, length);
      expect([...history.loss]).toEqual(again.loss);
      expect([...(history.lr.at(0) ?? [])]).toEqual(again.lr);
    }
  });
});
