/**
 * What can happen to a page while it trains: the device is lost, the worker is ended or falls silent, the page is reloaded
 * (gpu-crash.test.ts: the GPU process dies). No step is missing afterwards, and the losses are those of a run that was
 * left alone.
 */
import type { Page } from '@playwright/test';

import { expect, test } from '../support/engine-page.js';
import { makeLab } from '../support/lab-in-page.js';
import {
  config,
  expectWhole,
  makeRuns,
  rounds,
  startUntil,
  steps,
  untouchedStory,
} from '../support/lost-run.js';
import { seed } from '../support/seeded-pick.js';

/** Lets the page keep hold of its workers. */
async function holdWorkers(page: Page): Promise<void> {
  await page.evaluate(() => {
    const workers: Worker[] = [];
    Object.assign(window, { workers });
    window.Worker = class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        workers.push(this);
      }
    };
  });
}

declare global {
  interface Window {
    workers: Worker[];
  }
}

test(`a device lost at step ${steps.join(', ')} costs a run nothing (seed ${seed})`, async ({
  ownEnginePage: page,
}) => {
  test.setTimeout(rounds * 120_000);
  const untouched = await untouchedStory(page);
  for (const step of steps) {
    await makeRuns(page);
    const worker = page.workers().at(-1)!;
    await worker.evaluate(() => {
      const { createCommandEncoder } = GPUDevice.prototype;
      GPUDevice.prototype.createCommandEncoder = function (...given) {
        Object.assign(globalThis, { device: this });
        return createCommandEncoder.apply(this, given);
      };
    });
    await startUntil(page, step);
    await worker.evaluate(() => (globalThis as unknown as { device: GPUDevice }).device.destroy());
    await expectWhole(page, untouched);
    expect(await page.evaluate(() => window.lab.recoveries.value)).toBeGreaterThan(0);
    await page.evaluate(() => window.lab.dispose());
  }
});

test(`a worker that ends at step ${steps.join(', ')} costs a run nothing (seed ${seed})`, async ({
  ownEnginePage: page,
}) => {
  test.setTimeout(rounds * 120_000);
  const untouched = await untouchedStory(page);
  await holdWorkers(page);
  for (const step of steps) {
    await makeRuns(page);
    await startUntil(page, step);
    await page.evaluate(() => window.workers.at(-1)!.terminate());
    await expectWhole(page, untouched);
    expect(await page.evaluate(() => window.lab.recoveries.value)).toBeGreaterThan(0);
    await page.evaluate(() => window.lab.dispose());
  }
});

test(`a reload at step ${steps.join(', ')} costs a run nothing (seed ${seed})`, async ({
  ownEnginePage: page,
}) => {
  test.setTimeout(rounds * 120_000);
  const untouched = await untouchedStory(page);
  const keeping = { keep: 'nothing-lost', keepEvery: 100 };
  for (const step of steps) {
    await makeRuns(page, keeping);
    await startUntil(page, step);
    await page.reload();
    await page.waitForFunction(() => 'engine' in window);
    await makeLab(page, {}, { ...keeping, checkpointEvery: 50 });
    await page.waitForFunction(() => window.lab.kept.value !== undefined);
    const resumed = await page.evaluate(async () => {
      const { lab } = window;
      const [kept] = lab.kept.value!.runs;
      await lab.resume();
      const [run] = lab.runs.value;
      const { length } = run.history;
      await lab.start();
      return { kept, length, state: run.state.value };
    });
    expect(resumed.kept).toEqual({ name: 'A', steps: resumed.length });
    expect(resumed.length).toBeGreaterThanOrEqual(3);
    await expectWhole(page, untouched);
    await page.evaluate(async () => {
      await window.lab.forget();
      await window.lab.dispose();
    });
  }
});

test('the first of two pages keeps its session, although the second trains and forgets', async ({
  ownEnginePage: page,
}) => {
  const keeping = { keep: 'two-pages', keepEvery: 50 };
  await makeLab(page, config, keeping);
  await page.evaluate(() => window.lab.step(5));
  const second = await page.context().newPage();
  await second.goto('test/browser/support/pages/engine.html');
  await second.waitForFunction(() => 'engine' in window);
  await makeLab(second, config, keeping);
  const refused = await second.evaluate(async () => {
    await window.lab.step(9);
    await window.lab.forget();
    return window.lab.resume().catch(window.engine.codeOf);
  });
  expect(refused).toBe('nothing-kept');
  await second.close();
  await page.reload();
  await page.waitForFunction(() => 'engine' in window);
  await makeLab(page, config, keeping);
  await page.waitForFunction(() => window.lab.kept.value !== undefined);
  expect(await page.evaluate(() => window.lab.kept.value!.runs)).toEqual([{ name: 'A', steps: 5 }]);
});

test('each of two pages is offered its own session when it is reloaded', async ({ ownEnginePage: page }) => {
  const keeping = { keep: 'two-pages-reloaded', keepEvery: 50 };
  const reopen = async (page: Page) => {
    await page.reload();
    await page.waitForFunction(() => 'engine' in window);
    await makeLab(page, config, keeping);
    await page.waitForFunction(() => window.lab.kept.value !== undefined);
    return page.evaluate(() => window.lab.kept.value!.runs);
  };
  // Time for what was trained to come to the store.
  const trainAndKeep = (page: Page, steps: number) =>
    page.evaluate(async (steps) => {
      await window.lab.step(steps);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }, steps);
  await makeLab(page, config, keeping);
  await trainAndKeep(page, 5);
  const second = await page.context().newPage();
  await second.goto('test/browser/support/pages/engine.html');
  await second.waitForFunction(() => 'engine' in window);
  await makeLab(second, config, keeping);
  await trainAndKeep(second, 9);
  expect(await reopen(page)).toEqual([{ name: 'A', steps: 5 }]);
  expect(await reopen(second)).toEqual([{ name: 'A', steps: 9 }]);
  await second.close();
  expect(await reopen(page)).toEqual([{ name: 'A', steps: 5 }]);
});

test('a run without an adapter stays paused as it is, and continues once there is one', async ({
  ownEnginePage: page,
}) => {
  const untouched = await untouchedStory(page);
  await makeRuns(page, { retryDelays: [0, 50] });
  await startUntil(page, 80);
  await page.evaluate(() => window.lab.pause());
  const rows = await page.evaluate(() => window.run.history.length);
  // The next workers find no adapter.
  const script = /worker[^/]*\.js$/;
  await page.route(script, async (route) => {
    const response = await route.fetch();
    const blindfold = 'GPU.prototype.requestAdapter = () => Promise.resolve(null);';
    await route.fulfill({ response, body: `${blindfold}\n${await response.text()}` });
  });
  const [worker] = page.workers();
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('broken on purpose');
    });
  });
  await expect.poll(() => page.workers().length).toBe(0);
  const refused = await page.evaluate(() => window.lab.start().catch(window.engine.codeOf));
  const held = await page.evaluate(() => ({
    state: window.run.state.value,
    problem: window.lab.problem.value?.code,
    rows: window.run.history.length,
    backend: window.lab.backend.value?.name,
  }));
  expect(refused).toBe('no-adapter');
  expect(held).toEqual({ state: 'paused', problem: 'no-adapter', rows, backend: 'webgpu' });
  await page.unroute(script);
  await page.evaluate(() => window.lab.start());
  await expectWhole(page, untouched);
});

test('a browser that stores nothing is reported once, and training continues', async ({
  enginePage: page,
}) => {
  const result = await page.evaluate(async () => {
    const store = {
      getMany: () => Promise.reject(new DOMException('forbidden here', 'SecurityError')),
      setMany: () => Promise.reject(new DOMException('the disk is full', 'QuotaExceededError')),
      delMany: () => Promise.reject(new DOMException('forbidden here', 'SecurityError')),
      keys: () => Promise.reject(new DOMException('forbidden here', 'SecurityError')),
    };
    const lab = new window.engine.Lab(
      { model: 'tiny', batchSize: 4, stepsPerEpoch: 20, epochs: 3 },
      { keep: 'full', keepEvery: 20, store },
    );
    const reported: string[] = [];
    const stop = lab.problem.subscribe((problem) => problem && reported.push(problem.code));
    for (let count = 0; count < 4; count++) {
      await lab.step(10);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    stop();
    const rows = lab.runs.value[0].history.length;
    await lab.dispose();
    return { reported, rows };
  });
  expect(result).toEqual({ reported: ['not-kept'], rows: 40 });
});

test('another tab may delete what is kept while a lab trains, and the session is kept again', async ({
  ownEnginePage: page,
}) => {
  const keeping = { keep: 'deleted', keepEvery: 50 };
  await makeLab(page, config, keeping);
  await page.evaluate(() => window.lab.step(5));
  await page.waitForFunction(async () =>
    (await indexedDB.databases()).some(({ name }) => name === 'lr-lab-sessions'),
  );
  const second = await page.context().newPage();
  await second.goto('test/browser/support/pages/engine.html');
  const outcome = await second.evaluate(
    () =>
      new Promise((resolve) => {
        const request = indexedDB.deleteDatabase('lr-lab-sessions');
        request.onsuccess = () => resolve('deleted');
        request.onblocked = () => resolve('blocked');
      }),
  );
  expect(outcome).toBe('deleted');
  await second.close();
  await page.evaluate(() => window.lab.step(4));
  expect(await page.evaluate(() => window.lab.problem.value)).toBeUndefined();
  await page.evaluate(() => window.lab.dispose());
  await page.reload();
  await page.waitForFunction(() => 'engine' in window);
  await makeLab(page, config, keeping);
  await page.waitForFunction(() => window.lab.kept.value !== undefined);
  expect(await page.evaluate(() => window.lab.kept.value!.runs)).toEqual([{ name: 'A', steps: 9 }]);
});
