/**
 * What can happen to a page while it trains: the device is lost, the GPU process dies, the worker is ended or falls
 * silent, the page is reloaded. No step is missing afterwards, and the losses are those of a run that was left alone.
 */
import { chromium, type Page } from '@playwright/test';

import { launchOptions } from '../../../scripts/browser.js';
import { expect, test } from '../support/engine-page.js';
import { makeLab, storyOf, trainToTheEnd } from '../support/lab-in-page.js';
import { isSoak, pick, seed } from '../support/seeded-pick.js';

const rounds = isSoak ? 10 : 1;

const config = {
  batchSize: 8,
  stepsPerEpoch: 60,
  epochs: 8,
  seed: 11,
  optimizer: { type: 'Adam', lr: 0.003 },
  policy: [
    { scheduler: { type: 'CosineAnnealingLR', tMax: 480 }, interval: 'step' },
    {
      scheduler: { type: 'ReduceLROnPlateau', patience: 0, factor: 0.7 },
      interval: 'step',
      frequency: 7,
      monitor: 'trainLoss',
    },
  ],
} as const;

/** The heartbeat of a test: an ended worker says nothing by itself. */
const patience = { beat: 250, beats: 12 };

/** Something planned, so that what was planned must not be lost either. */
async function makeRuns(page: Page, options: Parameters<typeof makeLab>[2] = {}): Promise<void> {
  await makeLab(page, config, { checkpointEvery: 50, patience, ...options });
  await page.evaluate(() =>
    window.lab.swap(window.run, { type: 'ExponentialLR', gamma: 0.5 }, { at: 'epoch' }),
  );
  await page.evaluate(async () => {
    await window.lab.step(3);
    await window.lab.chain(window.run, { type: 'StepLR', stepSize: 2 }, { at: 170 });
  });
}

/** Starts training and returns once the run has made that many steps. */
async function startUntil(page: Page, step: number): Promise<void> {
  await page.evaluate(async (step) => {
    const { lab, run } = window;
    // Slow enough for something to happen to it.
    await lab.limitSpeed(150);
    await lab.start();
    await new Promise<void>((resolve) => {
      const stop = run.step.subscribe((made) => {
        if (made < step) return;
        queueMicrotask(() => stop());
        resolve();
      });
    });
  }, step);
}

async function expectWhole(page: Page, untouched: Awaited<ReturnType<typeof storyOf>>): Promise<void> {
  await page.waitForFunction(() => window.lab.state.value === 'finished');
  const story = await storyOf(page);
  expect(story.step).toEqual(Array.from({ length: 480 }, (_, step) => step));
  expect(story.loss).toEqual(untouched.loss);
  expect(story.lr).toEqual(untouched.lr);
  expect(story.evaluations).toEqual(untouched.evaluations);
  expect(story.interventions).toEqual(untouched.interventions);
}

/** The story of the same run, left alone; the lab in the page is another afterwards. */
async function untouchedStory(page: Page) {
  await makeRuns(page);
  await trainToTheEnd(page);
  const story = await storyOf(page);
  await page.evaluate(() => window.lab.dispose());
  return story;
}

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

const steps = Array.from({ length: rounds }, (_, round) => 5 + pick(round, 225));

test(`a lost device at step ${steps.join(', ')} (seed ${seed})`, async ({ enginePage: page }) => {
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

test(`an ended worker at step ${steps.join(', ')} (seed ${seed})`, async ({ enginePage: page }) => {
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

test(`a reload at step ${steps.join(', ')} (seed ${seed})`, async ({ enginePage: page }) => {
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

test('of two pages the first keeps its session, whatever the second does', async ({ enginePage: page }) => {
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

test('of two pages the first is offered its session when it is reloaded, and so is the second', async ({
  enginePage: page,
}) => {
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

test(`a crashed GPU process at step ${steps.join(', ')} (seed ${seed})`, async ({ baseURL }) => {
  test.setTimeout(rounds * 120_000);
  const { args, executablePath } = launchOptions();
  // By itself Chromium gives a page no adapter for minutes after its second crash, and after some more nobody any.
  const browser = await chromium.launch({
    executablePath,
    args: [...args, '--disable-gpu-process-crash-limit', '--disable-domain-blocking-for-3d-apis'],
  });
  const page = await browser.newPage();
  const messages: string[] = [];
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => messages.push(`uncaught: ${error.message}`));
  await page.goto(new URL('test/browser/support/pages/engine.html', baseURL).href);
  await page.waitForFunction(() => 'engine' in window);
  const untouched = await untouchedStory(page);
  const session = await browser.newBrowserCDPSession();
  for (const step of steps) {
    await makeRuns(page);
    await startUntil(page, step);
    await session.send('Browser.crashGpuProcess').catch(() => undefined);
    await expectWhole(page, untouched);
    expect(await page.evaluate(() => window.lab.recoveries.value)).toBeGreaterThan(0);
    await page.evaluate(() => window.lab.dispose());
  }
  await browser.close();
  // The browser itself says in the console that the device is lost.
  expect(messages.filter((text) => !text.includes('external Instance reference'))).toEqual([]);
});

test('where no adapter comes back the run is held as it is, and goes on once one does', async ({
  enginePage: page,
}) => {
  const untouched = await untouchedStory(page);
  await makeRuns(page);
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

test('where the browser keeps nothing, that is said once, and training goes on', async ({
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
    const told: string[] = [];
    const stop = lab.problem.subscribe((problem) => problem && told.push(problem.code));
    for (let count = 0; count < 4; count++) {
      await lab.step(10);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    stop();
    const rows = lab.runs.value[0].history.length;
    await lab.dispose();
    return { told, rows };
  });
  expect(result).toEqual({ told: ['not-kept'], rows: 40 });
});
