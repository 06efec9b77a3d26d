/** Runs that share a past: forks, counterfactuals, races; and pasts that come back from a link or a file. */
import { expect, test } from '../support/engine-page.js';
import { makeLab, storyOf, trainToTheEnd } from '../support/lab-in-page.js';

/** A run whose schedule depends on its losses, so that nothing of its state may be forgotten. */
const config = {
  stepsPerEpoch: 30,
  epochs: 3,
  seed: 5,
  optimizer: { type: 'Adam', lr: 0.004 },
  policy: [
    { scheduler: { type: 'StepLR', stepSize: 25, gamma: 0.7 }, interval: 'step' },
    {
      scheduler: { type: 'ReduceLROnPlateau', patience: 0, factor: 0.8, threshold: 0.2 },
      interval: 'step',
      frequency: 8,
      monitor: 'trainLoss',
    },
  ],
} as const;

test('a fork continues as its parent does, bit for bit, and differs with another rate or policy', async ({
  enginePage: page,
}) => {
  await makeLab(page, config, { checkpointEvery: 16 });
  const parents = await page.evaluate(async () => {
    const { lab, run } = window;
    await lab.step(41);
    await lab.fork(run);
    await lab.fork(run, { at: 23, name: 'from 23' });
    await lab.fork(run, { lr: 0.001 });
    await lab.fork(run, { policy: { type: 'ConstantLR', factor: 0.5 }, at: 23 });
    const runs = lab.runs.value;
    await lab.start(runs[1]);
    await lab.pause(runs[1]);
    return runs.map(({ parent, name }) => ({ parent, name: name.value }));
  });
  expect(parents).toEqual([
    { parent: undefined, name: 'A' },
    { parent: { run: 'A', step: 41 }, name: 'B' },
    { parent: { run: 'A', step: 23 }, name: 'from 23' },
    { parent: { run: 'A', step: 41 }, name: 'D' },
    { parent: { run: 'A', step: 23 }, name: 'E' },
  ]);
  await trainToTheEnd(page);
  const [parent, now, early, slower, constant] = await Promise.all(
    [0, 1, 2, 3, 4].map((place) => storyOf(page, place)),
  );
  expect(parent.loss).toHaveLength(90);
  for (const fork of [now, early]) {
    expect(fork.loss).toEqual(parent.loss);
    expect(fork.lr).toEqual(parent.lr);
    expect(fork.evaluations).toEqual(parent.evaluations);
    expect(fork.interventions).toEqual([]);
  }
  expect(slower.loss.slice(0, 42)).toEqual(parent.loss.slice(0, 42));
  expect(slower.loss.slice(42)).not.toEqual(parent.loss.slice(42));
  expect(constant.loss.slice(0, 24)).toEqual(parent.loss.slice(0, 24));
  expect(constant.loss.slice(24)).not.toEqual(parent.loss.slice(24));
  const left = await page.evaluate(() => window.lab.dispose());
  expect(left.tensors).toBe(0);
});

test('with a counterfactual swap the run continues untouched, and a new run carries the swap', async ({
  enginePage: page,
}) => {
  await makeLab(page, config, { checkpointEvery: 16 });
  await trainToTheEnd(page);
  const untouched = await storyOf(page);
  for (const at of ['now', 'epoch', 50] as const) {
    await page.evaluate(async (at) => {
      const { lab } = window;
      await lab.reset();
      await lab.step(20);
      const policy = { type: 'ExponentialLR', gamma: 0.5 } as const;
      await lab.swap(lab.runs.value[0], policy, { at, counterfactual: true });
    }, at);
    await trainToTheEnd(page);
    await page.waitForFunction(
      () => window.lab.runs.value.length === 2 && window.lab.state.value === 'finished',
    );
    const [old, swapped] = await Promise.all([storyOf(page, 0), storyOf(page, 1)]);
    const [{ step }] = swapped.interventions;
    expect(step).toBe({ now: 20, epoch: 30, 50: 50 }[at]);
    expect(swapped.parent).toEqual({ run: 'A', step: 20 });
    expect(old.interventions).toEqual([]);
    expect(old.loss).toEqual(untouched.loss);
    expect(old.lr).toEqual(untouched.lr);
    expect(swapped.loss.slice(0, step + 1)).toEqual(untouched.loss.slice(0, step + 1));
    expect(swapped.loss).not.toEqual(untouched.loss);
  }
});

test('racing policies start at one step and keep pace, and one of them can be paused', async ({
  enginePage: page,
}) => {
  await makeLab(page, { stepsPerEpoch: 100, epochs: 10 });
  const made = await page.evaluate(async () => {
    const { lab, run } = window;
    await lab.step(10);
    const racers = await lab.race(
      run,
      [
        { policy: [], name: 'as it is' },
        { policy: { type: 'ExponentialLR', gamma: 0.9 } },
        { policy: { type: 'ConstantLR', factor: 0.1 } },
      ],
      { at: 'now' },
    );
    await lab.start();
    await lab.pause(racers[2]);
    const waiting = racers[2].history.length;
    const atLeast = (steps: number) =>
      new Promise<void>((resolve) => {
        const stop = run.step.subscribe((step) => {
          if (step < steps) return;
          queueMicrotask(() => stop());
          resolve();
        });
      });
    await atLeast(150);
    await lab.pause();
    return {
      going: [run, racers[0], racers[1]].map(({ history }) => history.length),
      waited: racers[2].history.length - waiting,
      parents: racers.map(({ parent }) => parent),
    };
  });
  expect(made.parents).toEqual(Array.from({ length: 3 }, () => ({ run: 'A', step: 10 })));
  expect(made.waited).toBe(0);
  expect(Math.max(...made.going) - Math.min(...made.going)).toBeLessThanOrEqual(16);
});

test('a link replays a run with its interventions, and a saved session continues it', async ({
  ownEnginePage: page,
}) => {
  await makeLab(page, config, { checkpointEvery: 16 });
  const { file, early } = await page.evaluate(async () => {
    const { lab, run } = window;
    await lab.step(12);
    await lab.swap(run, { type: 'CosineAnnealingLR', tMax: 40 }, { handoff: 'torch' });
    await lab.chain(run, { type: 'ExponentialLR', gamma: 0.8 }, { at: 'epoch' });
    await lab.step(25);
    await lab.fork(run, { lr: 0.001 });
    return { file: JSON.stringify(lab), early: await lab.shareLink(location.href) };
  });
  await trainToTheEnd(page);
  const originals = [await storyOf(page, 0), await storyOf(page, 1)];
  const late = await page.evaluate(() => window.lab.shareLink(location.href));

  for (const opened of [{ file }, { link: early }, { link: late }]) {
    await page.reload();
    await page.waitForFunction(() => 'engine' in window);
    await page.evaluate(async ({ file, link }: { file?: string; link?: string }) => {
      const { Lab } = window.engine;
      const lab = file ? Lab.fromJSON(file) : await Lab.fromLink(new URL(link!).hash);
      Object.assign(window, { lab, run: lab.runs.value[0] });
    }, opened);
    const steps = await page.evaluate(() => window.lab.runs.value.map(({ history }) => history.length));
    expect(steps).toEqual('file' in opened ? [37, 37] : [0, 0]);
    await trainToTheEnd(page);
    for (const [place, original] of originals.entries()) {
      const { loss, lr, evaluations, interventions } = await storyOf(page, place);
      expect(loss).toEqual(original.loss);
      expect(lr).toEqual(original.lr);
      expect(evaluations).toEqual(original.evaluations);
      expect(interventions).toEqual(original.interventions);
    }
  }
});

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value) / values.length;

test('a diverged run is held, and recovers as a fork from before with a lower rate', async ({
  enginePage: page,
}) => {
  await makeLab(
    page,
    { ...config, policy: [], optimizer: { type: 'SGD', lr: 0.05, momentum: 0.9 } },
    { checkpointEvery: 10 },
  );
  const result = await page.evaluate(async () => {
    const { lab, run } = window;
    const { codeOf } = window.engine;
    await lab.step(25);
    const early = await lab.rewind(run).catch(codeOf);
    await lab.setLr(run, 1e4);
    await lab.start();
    await new Promise<void>((resolve) => {
      const stop = run.state.subscribe((state) => {
        if (state !== 'held') return;
        queueMicrotask(() => stop());
        resolve();
      });
    });
    const problem = lab.problem.value;
    const refused = [
      await lab.start(run).catch(codeOf),
      await lab.setLr(run, 0.1).catch(codeOf),
      await lab.step(1, { run }).catch(codeOf),
    ];
    const fork = await lab.rewind(run);
    const lr = fork.lr.value[0];
    await lab.start(fork);
    return { early, problem: problem?.code, refused, parent: fork.parent, lr };
  });
  expect(result).toMatchObject({
    early: 'not-held',
    problem: 'diverged',
    refused: ['held', 'held', 'held'],
    parent: { run: 'A', step: 25 },
    lr: 0.01,
  });
  await page.waitForFunction(() => window.lab.runs.value[1].state.value === 'finished');
  const [held, fork] = [await storyOf(page, 0), await storyOf(page, 1)];
  const blowUp = held.loss.findIndex((loss) => !(loss < 10));
  expect(held.held!.step - blowUp).toBeLessThan(10);
  expect(held.loss).toHaveLength(held.held!.step + 1);
  expect(fork.loss.slice(0, 25)).toEqual(held.loss.slice(0, 25));
  expect(fork.loss).toHaveLength(90);
  expect(mean(fork.loss.slice(-20))).toBeLessThan(mean(fork.loss.slice(0, 20)));
});

test('a range test leaves its run unchanged, bit for bit, and its suggestion can be applied', async ({
  enginePage: page,
}) => {
  await makeLab(page, { ...config, policy: [], optimizer: { type: 'SGD', lr: 0.01 } });
  await trainToTheEnd(page);
  const untouched = await storyOf(page);
  const result = await page.evaluate(async () => {
    const { lab } = window;
    await lab.reset();
    const [run] = lab.runs.value;
    await lab.step(20);
    const test = await lab.rangeTest(run, { from: 1e-4, to: 10, steps: 40 });
    await lab.step(20);
    return { ...test, lr: Array.from(test.lr), loss: Array.from(test.loss), rows: run.history.length };
  });
  expect(result.rows).toBe(40);
  expect(result.lr[0]).toBe(1e-4);
  expect((await storyOf(page)).loss).toEqual(untouched.loss.slice(0, 40));
  const lr = await page.evaluate(async () => {
    const { lab } = window;
    const [run] = lab.runs.value;
    await lab.applyRate(run, 0.02);
    await lab.step(1);
    const refused = await lab.applyRate(run, 0.3, 'maxLr').catch(window.engine.codeOf);
    await lab.swap(run, { type: 'OneCycleLR', maxLr: 0.1, totalSteps: 30 });
    await lab.step(1);
    await lab.applyRate(run, 0.3, 'maxLr');
    const [entry] = run.entries.value;
    return { used: run.history.lr[0][40], refused, entry };
  });
  expect(lr).toMatchObject({
    used: 0.02,
    refused: 'no-one-cycle',
    entry: { scheduler: { type: 'OneCycleLR', maxLr: 0.3 } },
  });
});
