/**
 * The runs of a Lab on one device: each as if it were alone, in step with the others, and made again from its last
 * checkpoint when the device is lost.
 */
import { expect, test } from '../support/engine-page.js';
import { config, stepsOfWhole, swap, trainAcrossLoss, withRuns } from '../support/runs-in-page.js';
import { isSoak, pick, seed } from '../support/seeded-pick.js';

test('runs on one device have the losses that they have alone, bit for bit, and leave nothing behind', async ({
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

test('runs keep pace although their steps take different times', async ({ enginePage: page }) => {
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
      const late = runs.memory();
      await runs.host.close();
      return {
        made: names.map((name) => runs.heard[name].loss.length),
        memory: { early: early.tensors, late: late.tensors },
      };
    },
    { config, until },
  );
  expect(Math.max(...made)).toBe(until);
  expect(Math.min(...made)).toBeGreaterThanOrEqual(Math.max(...made) * 0.95);
  expect(memory.late).toBeLessThanOrEqual(memory.early);
});

test('a fork from a checkpoint, replayed up to its step, continues as its parent does', async ({
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
      const change = { id: 'other', kind: 'setLr', lr: 0.02, step: 57 } as const;
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

for (let round = 0; round < (isSoak ? 10 : 1); round++) {
  const step = 52 + pick(round, 100);
  test(`a device destroyed at step ${step} changes no row of its runs (seed ${seed}, round ${round})`, async ({
    ownEnginePage: page,
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

test('a run whose device is gone continues on no other backend, but once the device is back', async ({
  ownEnginePage: page,
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

test('a diverged run is held at the same step each time, and the others train on', async ({
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
