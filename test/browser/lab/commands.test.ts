/** The Lab's commands at awkward moments: while it loads, once a schedule has ended, after its worker has failed. */
import { expect, test } from '../support/engine-page.js';
import { makeLab } from '../support/lab-in-page.js';

test('a run pauses with a problem where its schedule ends too early, and continues with another', async ({
  enginePage,
}) => {
  await makeLab(enginePage, {
    policy: [{ scheduler: { type: 'OneCycleLR', maxLr: 0.1, totalSteps: 6 }, interval: 'step' }],
  });
  const result = await enginePage.evaluate(async () => {
    const { lab, run } = window;
    const code = await lab.step(12).catch(window.engine.codeOf);
    const stopped = {
      code,
      problem: lab.problem.value?.message,
      state: lab.state.value,
      rows: run.history.length,
    };
    await lab.swap(run, [], { handoff: 'restart' });
    await lab.step(3);
    return { stopped, problem: lab.problem.value, rows: run.history.length, lr: run.history.lr[0].at(-1) };
  });
  expect(result.stopped).toMatchObject({ code: 'policy-refused', state: 'paused', rows: 7 });
  expect(result.stopped.problem).toMatch(/OneCycleLR/);
  expect(result).toMatchObject({ problem: undefined, rows: 10, lr: 0.1 });
});

test('a run that gets more epochs at its end has the losses of one that was as long from the start', async ({
  enginePage,
}) => {
  const policy = [{ scheduler: { type: 'ExponentialLR', gamma: 0.8 }, interval: 'epoch' }] as const;
  const losses: unknown[] = [];
  for (const epochs of [2, 4]) {
    await makeLab(enginePage, { policy, epochs, stepsPerEpoch: 5 });
    losses.push(
      await enginePage.evaluate(async (epochs) => {
        const { lab, run } = window;
        await lab.step(5 * epochs);
        if (epochs < 4) {
          await lab.extend(run, 4 - epochs);
          await lab.step(5 * (4 - epochs));
        }
        const { loss, lr, evaluations } = run.history;
        return { loss: Array.from(loss), lr: Array.from(lr[0]), evaluations: [...evaluations] };
      }, epochs),
    );
  }
  expect(losses[0]).toEqual(losses[1]);
  expect((losses[0] as { loss: number[] }).loss).toHaveLength(20);
});

test('a lab that loads can be paused, changed and started again', async ({ enginePage }) => {
  await makeLab(enginePage);
  const result = await enginePage.evaluate(async () => {
    const { lab, run } = window;
    const start = lab.start().catch(window.engine.codeOf);
    await lab.pause();
    const paused = { start: await start, state: lab.state.value, problem: lab.problem.value };
    const step = lab.step(3);
    await lab.setLr(run, 0.05);
    await step;
    return {
      paused,
      lr: Array.from(run.history.lr[0]),
      kinds: run.interventions.value.map(({ kind }) => kind),
    };
  });
  expect(result.paused.start).toMatch(/[Aa]bort/);
  expect(result.paused).toMatchObject({ state: 'idle', problem: undefined });
  expect(result.kinds).toEqual(['setLr']);
  expect(result.lr).toHaveLength(3);
});

test('a second step() is refused during the first, and start() works during a pause', async ({
  enginePage,
}) => {
  await makeLab(enginePage);
  const result = await enginePage.evaluate(async () => {
    const { lab, run } = window;
    const steps = await Promise.allSettled([lab.step(4), lab.step(4)]);
    const rows = run.history.length;
    await lab.start();
    void lab.pause();
    await lab.start();
    const state = lab.state.value;
    await lab.pause();
    return { steps: steps.map(({ status }) => status), rows, state, end: lab.state.value };
  });
  expect(result).toEqual({ steps: ['fulfilled', 'rejected'], rows: 4, state: 'running', end: 'paused' });
});

test('a refused reset keeps the run and its config', async ({ enginePage }) => {
  await makeLab(enginePage);
  const result = await enginePage.evaluate(async () => {
    const { lab, run } = window;
    await lab.step(3);
    const refused = await lab
      .reset({ policy: { type: 'CyclicLR', baseLr: [0.1, 0.2], maxLr: 0.3 } })
      .catch(window.engine.codeOf);
    await lab.step(2);
    return { refused, same: lab.runs.value[0] === run, rows: run.history.length };
  });
  expect(result).toEqual({ refused: 'policy-refused', same: true, rows: 5 });
});

test('a lab can be disposed of at any moment, and then refuses commands', async ({ ownEnginePage }) => {
  for (const delay of [0, 5, 100]) {
    await makeLab(ownEnginePage);
    const result = await ownEnginePage.evaluate(async (delay) => {
      const { lab } = window;
      const start = lab.start().catch(() => 'refused');
      await new Promise((resolve) => setTimeout(resolve, delay));
      const report = await lab.dispose();
      await start;
      const later = await lab.start().catch(window.engine.codeOf);
      return { tensors: report.tensors, later };
    }, delay);
    expect(result).toEqual({ tensors: 0, later: 'disposed' });
  }
  await expect.poll(() => ownEnginePage.workers().length).toBe(0);
});

test('a lab continues in another worker after its own has failed', async ({ ownEnginePage }) => {
  await makeLab(ownEnginePage);
  await ownEnginePage.evaluate(() => window.lab.step(3));
  const [worker] = ownEnginePage.workers();
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('broken on purpose');
    });
  });
  await expect.poll(() => ownEnginePage.workers().length).toBe(0);
  const result = await ownEnginePage.evaluate(async () => {
    const { lab, run } = window;
    const state = lab.state.value;
    await lab.step(2);
    return { state, after: lab.state.value, problem: lab.problem.value, rows: run.history.length };
  });
  expect(result).toEqual({ state: 'paused', after: 'paused', problem: undefined, rows: 5 });
});

test('impossible changes are refused alike before and after the start', async ({ enginePage }) => {
  await makeLab(enginePage);
  const codes = await enginePage.evaluate(async () => {
    const { lab, run } = window;
    const attempt = async () => {
      const refused = [
        lab.setLr(run, -1),
        lab.unchain(run, 9.5),
        lab.chain(run, [], { at: 'later' as 'now' }),
        lab.swap(run, [], { at: 60 }),
        lab.swap(run, [], { handoff: 'never' as 'torch' }),
        lab.swap(run, { type: 'NoLR' } as never),
      ];
      return Promise.all(refused.map((command) => command.then(() => 'accepted', window.engine.codeOf)));
    };
    const before = await attempt();
    await lab.step(2);
    return { before, after: await attempt(), planned: run.planned.value.length };
  });
  expect(codes.before).toEqual(codes.after);
  expect(codes.before).toEqual([
    'config-value',
    'config-value',
    'step-out-of-range',
    'step-out-of-range',
    'config-value',
    'policy',
  ]);
  expect(codes.planned).toBe(0);
});

test('a report gives what the device used in an update, once the run has started', async ({ enginePage }) => {
  await makeLab(enginePage, {
    policy: [{ scheduler: { type: 'ExponentialLR', gamma: 0.5 }, interval: 'step' }],
  });
  const result = await enginePage.evaluate(async () => {
    const { lab, run } = window;
    const early = await lab.report(run).catch(window.engine.codeOf);
    await lab.step(2);
    const asked = lab.report(run);
    await lab.step(1);
    const { step, lr, weights } = await asked;
    const names = weights.map(({ name }) => name);
    const scheduled = run.history.lr[0][2];
    await lab.dispose();
    return { early, step, lr, names, scheduled };
  });
  expect(result.early).toBe('run-not-ready');
  expect(result).toMatchObject({ step: 2, lr: [Math.fround(result.scheduled)] });
  expect(result.names).toContain('conv1/kernel');
});

test('a model whose output is not the number of classes is refused', async ({ enginePage }) => {
  const problem = await enginePage.evaluate(async () => {
    const { tf, Lab } = window.engine;
    await tf.ready();
    const model = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [28, 28, 1] }), tf.layers.dense({ units: 7 })],
    });
    const lab = new Lab({ model });
    await lab.step(1).catch(() => undefined);
    const refused = { ...lab.problem.value, state: lab.state.value };
    await lab.reset({ model: 'tiny', batchSize: 4 });
    await lab.step(1);
    const trained = lab.runs.value[0].history.length;
    await lab.dispose();
    model.dispose();
    return { ...refused, trained };
  });
  expect(problem).toMatchObject({
    code: 'model-output',
    received: '[null,7]',
    accepted: '[null,10]',
    state: 'failed',
  });
  expect(problem.trained).toBe(1);
});

test('a model with a layer that cannot be trained is refused by the name of the layer', async ({
  enginePage,
}) => {
  const problem = await enginePage.evaluate(async () => {
    const { tf, Lab } = window.engine;
    await tf.ready();
    const model = tf.sequential({
      layers: [
        tf.layers.reshape({ targetShape: [28, 28, 1, 1], inputShape: [28, 28, 1] }),
        tf.layers.conv3dTranspose({ filters: 1, kernelSize: 1, name: 'deep' }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 10 }),
      ],
    });
    const lab = new Lab({ model });
    await lab.step(1).catch(() => undefined);
    const refused = { ...lab.problem.value, state: lab.state.value };
    await lab.dispose();
    model.dispose();
    return refused;
  });
  expect(problem).toMatchObject({ code: 'model-layer', state: 'failed' });
  expect(problem.received).toMatch(/^Conv3DTranspose "deep": .*gradient/);
});
