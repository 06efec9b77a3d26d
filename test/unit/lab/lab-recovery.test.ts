/** How a Lab recovers from failures. The worker is scripted: see `scripted-worker.ts`. */
import { afterEach, describe, expect, it, vi } from 'vitest';

import { InputError } from '../../../src/errors.js';
import type { Policy } from '../../../src/policy/index.js';
import type { LabOptions } from '../../../src/lab/index.js';
import { normalisePolicy } from '../../../src/policy/index.js';
import { Lab } from '../../../src/lab/index.js';
import type { OpenWorker, WorkerCalls } from '../../../src/lab/drive/worker-line.js';
import type { LoadListener } from '../../../src/worker/index.js';
import { MemoryStore } from './memory-store.js';
import { replay, ScriptedWorkers } from './scripted-worker.js';

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 4 } as const;

let lab: Lab;
let workers: ScriptedWorkers;

function open(given: object = {}, options: LabOptions = {}): Lab {
  workers = new ScriptedWorkers();
  lab = new Lab({ ...config, ...given }, { openWorker: workers.open, checkpointEvery: 5, ...options });
  return lab;
}

afterEach(() => lab.dispose());

const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof InputError ? error.code : (error as Error).name),
  );

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const settles = (work: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    work.then(
      () => true,
      () => true,
    ),
    new Promise<boolean>((resolve) => setTimeout(resolve, 2000, false)),
  ]);

describe('a run that diverged', () => {
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

  it.each(returning)('continues to its end with low rates under %s', async (_, scheduler) => {
    const [run] = open({
      optimizer: { type: 'SGD', lr: 1e4, momentum: 0.9 },
      policy: [{ scheduler, interval: 'step', frequency: 1 }],
    }).runs.value;
    await lab.step(20);
    expect(run.state.value).toBe('held');
    const fork = await lab.rewind(run, { lr: 0.01 });
    await lab.step(24, { run: fork });
    expect(fork.state.value).toBe('finished');
    expect(Math.max(...fork.history.lr[0].slice(fork.parent!.step))).toBeLessThan(1);
  });

  it('lowers the rates of all param groups, also at step 0', async () => {
    const groups = [{ layers: ['conv1'], lr: 1e4 }];
    const [run] = open({ optimizer: { type: 'SGD', lr: 1e4, groups }, policy: [] }).runs.value;
    await lab.step(3);
    const fork = await lab.rewind(run, { lr: 0.01 });
    expect([fork.parent!.step, fork.lr.value]).toEqual([0, [0.01, 0.01]]);
  });

  it('does not diverge again from the swap that caused it', async () => {
    const [run] = open().runs.value;
    await lab.step(5);
    await lab.swap(run, { type: 'OneCycleLR', maxLr: 1e4, totalSteps: 40 });
    await lab.step(10);
    expect(run.held.value).toBeDefined();
    const fork = await lab.rewind(run, { lr: 0.01 });
    await lab.step(24, { run: fork });
    expect(fork.state.value).toBe('finished');
  });

  it('stays held when it is prepared again', async () => {
    const [run] = open({ optimizer: { type: 'SGD', lr: 1e4 }, policy: [] }).runs.value;
    await lab.step(3);
    workers.kill();
    await lab.weights(run);
    expect(run.state.value).toBe('held');
  });
});

describe('a counterfactual swap', () => {
  const halve = { type: 'ExponentialLR', gamma: 0.5 } as const;
  const planned = {
    kind: 'swap' as const,
    step: 9,
    policy: normalisePolicy(halve),
    handoff: 'continue' as const,
  };

  it('makes a new run with the new policy, and the old run keeps its policy', async () => {
    const [run] = open().runs.value;
    await lab.step(2);
    const fork = await lab.swap(run, halve, { at: 9, counterfactual: true });
    expect(lab.runs.value).toEqual([run, fork]);
    expect(run.planned.value).toEqual([]);
    expect(fork.parent).toEqual({ run: 'A', step: 2 });
    expect(fork.planned.value).toMatchObject([planned]);
    await lab.step(22);
    expect(run.entries.value).toEqual(run.config.policy);
    expect(fork.entries.value).toEqual(planned.policy);
    expect(fork.history.loss.slice(0, 9)).toEqual(run.history.loss.slice(0, 9));
    expect(fork.history.loss.slice(10)).not.toEqual(run.history.loss.slice(10));
  });

  it('before the start makes a new run from step 0', async () => {
    const [run] = open().runs.value;
    const other = await lab.swap(run, halve, { counterfactual: true });
    expect(other.config.policy).toEqual(planned.policy);
    expect(run.config.policy).not.toEqual(planned.policy);
    expect([run, other].map(({ interventions }) => interventions.value)).toEqual([[], []]);
  });

  it('in a session of an earlier version is replayed as recorded', async () => {
    open();
    const file = JSON.parse(JSON.stringify(lab)) as { runs: { planned: unknown[] }[] };
    file.runs[0].planned = [{ ...planned, counterfactual: true }];
    const again = Lab.fromJSON(file, { openWorker: new ScriptedWorkers().open });
    await again.step(24);
    await expect
      .poll(() => again.runs.value.map(({ parent }) => parent))
      .toEqual([undefined, { run: 'A', step: 9 }]);
    const [swapped, kept] = again.runs.value;
    expect(swapped.entries.value).toEqual(planned.policy);
    expect(kept.entries.value).toEqual(kept.config.policy);
    await again.dispose();
  });
});

describe('a command', () => {
  it('that pauses as soon as training is reported takes effect', async () => {
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

  it('settles even if the worker no longer answers and nothing trains', async () => {
    const [run] = open({}, { heartbeat: { every: 20, misses: 3 } }).runs.value;
    await lab.step(3);
    const fork = await lab.fork(run);
    workers.isSilent = true;
    expect(await settles(lab.remove(fork))).toBe(true);
  });

  it('is not blocked by a worker that never answers', async () => {
    const [run] = open().runs.value;
    workers.isSilent = true;
    const start = lab.start();
    await tick();
    expect(await settles(lab.pause())).toBe(true);
    expect(await refusalOf(start)).toBe('aborted');
    const again = lab.start();
    await tick();
    expect(await settles(lab.reset())).toBe(true);
    expect(await settles(again)).toBe(true);
    workers.isSilent = false;
    await lab.step(3);
    expect(workers.started).toBe(3);
    expect([run, lab.runs.value[0]].map(({ history }) => history.length)).toEqual([0, 3]);
  });

  it('on a planned change settles when the run pauses, and blocks no later change', async () => {
    const [run] = open().runs.value;
    await lab.step(3);
    const { id } = await lab.chain(run, [], { at: 20 });
    workers.kill();
    workers.isSilent = true;
    const work = [lab.movePlanned(run, id, 21), lab.removePlanned(run, id), lab.setLr(run, 0.2)];
    await tick();
    await lab.pause();
    for (const each of work) expect(await settles(each)).toBe(true);
    workers.isSilent = false;
    await lab.movePlanned(run, id, 22);
    expect(run.planned.value).toMatchObject([{ id, step: 22 }]);
  });

  it('in progress ends as aborted when the lab is disposed of', async () => {
    const [run] = open({ epochs: 1000 }).runs.value;
    await lab.step(3);
    await lab.start();
    const work = [
      lab.fork(run),
      lab.race(run, [{ policy: [] }], { at: 'now' }),
      lab.swap(run, [], { counterfactual: true }),
      lab.rangeTest(run),
      lab.setLr(run, 0.1),
      lab.report(run),
    ];
    workers.silence();
    const closed = lab.dispose();
    for (const each of work) expect(await refusalOf(each)).toBe('aborted');
    workers.kill();
    await closed;
    expect(await refusalOf(lab.start())).toBe('disposed');
  });

  it('that reads a run is refused as `run-gone` when the run is removed or reset meanwhile', async () => {
    const logged = vi.spyOn(console, 'error');
    const [run] = open({ epochs: 1000 }).runs.value;
    await lab.step(3);
    const fork = await lab.fork(run);
    await lab.start();
    for (const end of [() => lab.remove(fork), () => lab.reset()]) {
      const read = lab.runs.value.at(-1)!;
      const work = [lab.weights(read), lab.artifacts(read), lab.report(read), lab.fork(read)];
      await Promise.all([...work.map((each) => refusalOf(each)), end()]);
      for (const each of work) expect(['accepted', 'run-gone']).toContain(await refusalOf(each));
      expect(await refusalOf(lab.weights(read))).toBe('run-gone');
    }
    expect(logged).not.toHaveBeenCalled();
    logged.mockRestore();
  });

  it('that forks a run settles when the run is removed meanwhile', async () => {
    const [run] = open().runs.value;
    await lab.step(3);
    await lab.fork(run);
    const fork = lab.fork(run);
    const remove = lab.remove(run);
    expect(await settles(Promise.allSettled([fork, remove]))).toBe(true);
    expect(lab.runs.value).not.toContain(run);
  });

  it('is refused before the start if it could not act', async () => {
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

describe('a lost device', () => {
  it('that rejects reads long before the loss is announced is replaced', async () => {
    const [run] = open({}, { retryDelays: [0] }).runs.value;
    await lab.step(7);
    workers.breakDevice();
    await lab.step(24 - 7);
    expect(run.state.value).toBe('finished');
    expect(run.history.loss).toEqual(Float32Array.from(replay(run.config, [], 24).loss));
    expect(lab.recoveries.value).toBe(1);
  });

  it('without a replacement is reported as lost', async () => {
    const [run] = open({}, { retryDelays: [] }).runs.value;
    await lab.step(7);
    workers.breakDevice();
    expect(await refusalOf(lab.step(5))).toBe('device-lost');
    expect(lab.problem.value).toMatchObject({ code: 'device-lost', received: 'the instance is gone' });
    expect(run.history.length).toBe(7);
  });
});

describe('a driver that always loses its device', () => {
  it('makes a run without steps use the next backend, and the report names the reason', async () => {
    const [run] = open({}, { retryDelays: [0, 0] }).runs.value;
    workers.hasBadDriver = true;
    await lab.step(5);
    expect(run.history.length).toBe(5);
    const refused = [{ name: 'webgpu', reason: 'the GPU was lost (the instance is gone).' }];
    expect(lab.backend.value).toMatchObject({ name: 'webgl', refused });
    expect(workers.started).toBe(4);
  });

  it('makes a run with steps wait for it', async () => {
    const [run] = open({}, { retryDelays: [0, 0] }).runs.value;
    await lab.step(5);
    workers.hasBadDriver = true;
    workers.breakDevice();
    expect(await refusalOf(lab.step(5))).toBe('device-lost');
    expect(run).toMatchObject({ origin: { backend: { name: 'webgpu' } }, history: { length: 5 } });
    workers.hasBadDriver = false;
    await lab.step(5);
    expect(run.history.length).toBe(10);
  });
});

describe('the report of a fallback', () => {
  const reason = 'the GPU was lost (the instance is gone).';
  const fallback = { name: 'webgl', software: false, refused: [{ name: 'webgpu', reason }] };

  const openOnFallback = async () => {
    const [run] = open({}, { retryDelays: [0] }).runs.value;
    workers.hasBadDriver = true;
    await lab.step(5);
    return run;
  };

  it('names the reason also after a fork', async () => {
    const run = await openOnFallback();
    await lab.fork(run);
    expect(lab.backend.value).toMatchObject(fallback);
  });

  it('names the reason also after a recovery', async () => {
    await openOnFallback();
    workers.kill();
    await lab.step(5);
    expect(lab.recoveries.value).toBeGreaterThan(0);
    expect(lab.backend.value).toMatchObject(fallback);
  });

  it('names the reason also after a reload', async () => {
    const keeping = { keep: 'fallback', keepEvery: 0, store: new MemoryStore() };
    open({}, { retryDelays: [0], ...keeping });
    workers.hasBadDriver = true;
    await lab.step(5);
    await lab.dispose();
    open({}, keeping);
    await vi.waitUntil(() => lab.kept.value);
    await lab.resume();
    await lab.step(5);
    expect(lab.runs.value[0].history.length).toBe(10);
    expect(lab.backend.value).toMatchObject(fallback);
  });
});

describe('progress that arrives after its work has ended', () => {
  it.each(['prepare', 'rangeTest', 'fetchMnist'] as const)('of %s is not shown as loading', async (work) => {
    let late: LoadListener | undefined;
    const hear = <Given extends unknown[]>(given: Given): Given => {
      late = given.at(-1) as LoadListener;
      return given;
    };
    const openWorker: OpenWorker = (handleFailure) => {
      const line = workers.open(handleFailure);
      const { prepare, rangeTest, fetchMnist } = line.calls;
      const heard: Partial<WorkerCalls> = {
        prepare: (...given) => prepare(...(work === 'prepare' ? hear(given) : given)),
        rangeTest: (...given) => rangeTest(...(work === 'rangeTest' ? hear(given) : given)),
        fetchMnist: (...given) => fetchMnist(...hear(given)),
      };
      return { ...line, calls: { ...line.calls, ...heard } };
    };
    const [run] = open({}, { openWorker }).runs.value;
    await lab.step(2);
    await lab.rangeTest(run);
    if (work === 'fetchMnist') await lab.fetchMnist();
    late!.progress({ stage: 'dataset', done: 1, total: 2, unit: 'bytes' });
    expect(lab.loading.value).toBeUndefined();
  });
});

describe('a link', () => {
  it('to a run of ten million steps is opened at once', async () => {
    await open({ epochs: 100_000, stepsPerEpoch: 100 }).step(1);
    const { hash } = new URL(await lab.shareLink('https://example.org/'));
    const again = await Lab.fromLink(hash, { openWorker: new ScriptedWorkers().open });
    expect(again.runs.value[0].preview.value.lr[0].length).toBeLessThanOrEqual(200_000);
    await again.dispose();
  });
});

describe('the ids of forks', () => {
  it.each(['ZZZZ', 'ZZZZZ', 'ZZZZZZZZZZ'])(
    'are their own after a run %s, in every opened session',
    async (id) => {
      open();
      const file = JSON.parse(JSON.stringify(lab)) as { runs: { id: string }[] };
      file.runs[0].id = id;
      await lab.open(file);
      for (let reopened = 0; reopened < 3; reopened += 1) {
        await lab.step(1);
        await lab.fork(lab.runs.value[0]);
        await lab.open(JSON.stringify(lab));
      }
      const ids = lab.runs.value.map((run) => run.id);
      expect(new Set(ids).size).toBe(4);
    },
  );
});
