/** What a Lab does when something went wrong, with a fake worker: see `fake-worker.ts`. */
import { afterEach, describe, expect, it } from 'vitest';

import { InputError } from '../../../src/errors.js';
import type { Policy } from '../../../src/policy/index.js';
import type { LabOptions } from '../../../src/lab/index.js';
import { Lab } from '../../../src/lab/index.js';
import { FakeWorkers } from './fake-worker.js';

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 4 } as const;

let lab: Lab;
let workers: FakeWorkers;

function open(given: object = {}, options: LabOptions = {}): Lab {
  workers = new FakeWorkers();
  lab = new Lab({ ...config, ...given }, { openWorker: workers.open, checkpointEvery: 5, ...options });
  return lab;
}

afterEach(() => lab.dispose());

const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof InputError ? error.code : String(error)),
  );

const settles = (work: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    work.then(
      () => true,
      () => true,
    ),
    new Promise<boolean>((resolve) => setTimeout(resolve, 2000, false)),
  ]);

describe('a run that blew up', () => {
  const returning: [string, Policy[number]['scheduler']][] = [
    ['LambdaLR', { type: 'LambdaLR', lrLambda: '0.9 ** epoch' }],
    ['CosineAnnealingLR', { type: 'CosineAnnealingLR', tMax: 2 }],
    ['CosineAnnealingWarmRestarts', { type: 'CosineAnnealingWarmRestarts', t0: 2 }],
    ['OneCycleLR', { type: 'OneCycleLR', maxLr: 1e4, totalSteps: 30 }],
    ['CyclicLR', { type: 'CyclicLR', baseLr: 10, maxLr: 1e4, stepSizeUp: 2 }],
    [
      'SequentialLR',
      {
        type: 'SequentialLR',
        schedulers: [
          { type: 'ConstantLR', factor: 1 },
          { type: 'ExponentialLR', gamma: 0.9 },
        ],
        milestones: [3],
      },
    ],
    ['StepLR', { type: 'StepLR', stepSize: 3, gamma: 0.9 }],
  ];

  it.each(returning)('goes on with low rates to its end under %s', async (_, scheduler) => {
    const [run] = open({
      optimizer: { type: 'SGD', lr: 1e4, momentum: 0.9 },
      policy: [{ scheduler, interval: 'step', frequency: 1 }],
    }).runs.value;
    await lab.step(20);
    expect(run.state.value).toBe('held');
    const fork = await lab.recover(run, { lr: 0.01 });
    await lab.step(24, { run: fork });
    expect(fork.state.value).toBe('finished');
    expect(Math.max(...fork.history.lr[0].slice(fork.parent!.step))).toBeLessThan(1);
  });

  it('is not blown up again by the swap that did it', async () => {
    const [run] = open().runs.value;
    await lab.step(5);
    await lab.swap(run, { type: 'OneCycleLR', maxLr: 1e4, totalSteps: 40 });
    await lab.step(10);
    expect(run.held.value).toBeDefined();
    const fork = await lab.recover(run, { lr: 0.01 });
    await lab.step(24, { run: fork });
    expect(fork.state.value).toBe('finished');
  });

  it('stays held when it is made ready again', async () => {
    const [run] = open({ optimizer: { type: 'SGD', lr: 1e4 }, policy: [] }).runs.value;
    await lab.step(3);
    workers.kill();
    await lab.weights(run);
    expect(run.state.value).toBe('held');
  });
});

describe('a counterfactual', () => {
  const halve = { type: 'ExponentialLR', gamma: 0.5 };

  it('that is still to come is not lost with the page', async () => {
    await open().step(2);
    await lab.swap(lab.runs.value[0], halve, { at: 9, counterfactual: true });
    const again = Lab.fromJSON(JSON.stringify(lab), { openWorker: new FakeWorkers().open });
    await again.step(24);
    await expect
      .poll(() => again.runs.value.map(({ parent }) => parent))
      .toEqual([undefined, { run: 'A', step: 9 }]);
    await again.dispose();
  });

  it('is made once, and not again by a link that holds it', async () => {
    await open().step(2);
    await lab.swap(lab.runs.value[0], halve, { counterfactual: true });
    expect(lab.runs.value).toHaveLength(2);
    const { hash } = new URL(await lab.shareLink('https://example.org/'));
    const again = await Lab.fromLink(hash, { openWorker: new FakeWorkers().open });
    await again.step(24);
    expect(again.runs.value).toHaveLength(2);
    await again.dispose();
  });

  it('is made for each of two swaps that are alike but for their step, unless one is taken back', async () => {
    const [run] = open().runs.value;
    await lab.step(1);
    await lab.swap(run, halve, { at: 5, counterfactual: true });
    await lab.swap(run, halve, { at: 9, counterfactual: true });
    await lab.removePlanned(run, 1);
    await lab.step(23);
    await expect.poll(() => lab.runs.value.map(({ parent }) => parent?.step)).toEqual([undefined, 5]);
  });
});

describe('a command', () => {
  it('that pauses as soon as training is told of does pause', async () => {
    const [run] = open({ epochs: 1000 }).runs.value;
    const stop = run.state.subscribe((state) => {
      if (state === 'running') void lab.pause();
    });
    await lab.start();
    expect(await settles(lab.pause())).toBe(true);
    stop();
    expect(run.state.value).toBe('paused');
    expect(run.history.length).toBeLessThan(100);
  });

  it('settles though the worker has fallen silent while nothing trains', async () => {
    const [run] = open({}, { patience: { beat: 20, beats: 3 } }).runs.value;
    await lab.step(3);
    const fork = await lab.fork(run);
    workers.isSilent = true;
    expect(await settles(lab.remove(fork))).toBe(true);
  });

  it('that forks a run settles when the run is taken out meanwhile', async () => {
    const [run] = open().runs.value;
    await lab.step(3);
    await lab.fork(run);
    const fork = lab.fork(run);
    const remove = lab.remove(run);
    expect(await settles(Promise.allSettled([fork, remove]))).toBe(true);
    expect(lab.runs.value).not.toContain(run);
  });

  it('is refused before the start where it could not act', async () => {
    const [run] = open({ policy: [] }).runs.value;
    expect(await refusalOf(lab.unchain(run, 0))).toBe('no-such-entry');
    expect(
      await refusalOf(lab.swap(run, { type: 'CyclicLR', baseLr: [0.1, 0.2], maxLr: 0.3 }, { at: 5 })),
    ).toBe('policy-refused');
    expect(await refusalOf(lab.fork(run, { name: 'n'.repeat(300) }))).toBe('nothing-trained');
    await lab.step(2);
    expect(await refusalOf(lab.fork(run, { name: 'n'.repeat(300) }))).toBe('run-name');
    expect(await refusalOf(lab.race(run, Array(300).fill({ policy: [] })))).toBe('too-many-runs');
    expect(lab.runs.value).toHaveLength(1);
    expect(run.planned.value).toEqual([]);
  });
});

describe('a link', () => {
  it('to a run of ten million steps is opened at once', async () => {
    await open({ epochs: 100_000, stepsPerEpoch: 100 }).step(1);
    const { hash } = new URL(await lab.shareLink('https://example.org/'));
    const again = await Lab.fromLink(hash, { openWorker: new FakeWorkers().open });
    expect(again.runs.value[0].ghost.value.lr[0].length).toBeLessThanOrEqual(200_000);
    await again.dispose();
  });
});
