/** Training itself, on WebGPU: what a seed decides, what steps leave behind, what a learning rate does. */
import { expect, test } from '../support/engine-page.js';

test('a Trainer uses the browser’s WebGPU adapter', async ({ enginePage }) => {
  const { backend, adapter } = await enginePage.evaluate(async () => {
    const trainer = await window.engine.Trainer.create({ model: 'tiny', batchSize: 4 });
    await trainer.step(1);
    const info = (await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }))!.info;
    const { backend } = trainer;
    await trainer.dispose();
    return {
      backend,
      adapter: { description: info.description, fallback: info.isFallbackAdapter },
    };
  });
  expect(backend.name).toBe('webgpu');
  expect(backend.refused).toEqual([]);
  expect(backend.adapter).toContain(adapter.description);
  if (adapter.fallback) expect(backend.software).toBe(true);
});

test('a seed decides losses and weights', async ({ enginePage }) => {
  const runs = await enginePage.evaluate(async () => {
    const run = async (seed: number) => {
      const trainer = await window.engine.Trainer.create({ model: 'tiny', batchSize: 8, seed });
      const rows = await trainer.step(12);
      const weights = await trainer.weights();
      await trainer.dispose();
      return {
        losses: rows.map(({ loss }) => loss),
        weights: Object.fromEntries(
          Object.entries(weights).map(([name, { values }]) => [name, Array.from(values)]),
        ),
      };
    };
    return [await run(3), await run(3), await run(4)];
  });
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2].losses).not.toEqual(runs[0].losses);
  expect(runs[2].weights).not.toEqual(runs[0].weights);
});

test('a run that begins before all digits are drawn is the run on the drawn digits, bit for bit', async ({
  enginePage,
}) => {
  const runs = await enginePage.evaluate(async () => {
    const { DatasetCache, makeDigits, shrinkToTwelve, Trainer } = window.engine;
    const digits = await makeDigits();
    const run = async (model: 'tiny' | 'lenet', isWhole: boolean) => {
      const whole = model === 'tiny' ? shrinkToTwelve(digits) : digits;
      const scores: number[] = [];
      const trainer = await Trainer.create(
        { model, dataset: isWhole ? whole : 'digits', batchSize: 8, stepsPerEpoch: 4, epochs: 10 },
        { datasets: new DatasetCache(), onEvaluation: ({ loss }) => scores.push(loss) },
      );
      const early = await trainer.samples(5);
      const rows = await trainer.step(model === 'tiny' ? 24 : 6);
      const { images, answers } = await trainer.samples(5);
      await trainer.dispose();
      return { losses: rows.map(({ loss }) => loss), scores, early, images, answers };
    };
    return [
      await run('tiny', false),
      await run('tiny', true),
      await run('lenet', false),
      await run('lenet', true),
    ];
  });
  expect(runs[0].losses).toHaveLength(24);
  expect(runs[0].scores).toHaveLength(6);
  expect(runs[0]).toEqual(runs[1]);
  expect(runs[2]).toEqual(runs[3]);
});

test('an alexnet with dropout repeats exactly, with masks that differ from step to step', async ({
  enginePage,
}) => {
  const runs = await enginePage.evaluate(async () => {
    const run = async (seed: number) => {
      const batch = [0, 1, 2, 3];
      const trainer = await window.engine.Trainer.create({
        model: 'alexnet',
        classes: [3, 8],
        optimizer: { type: 'Adam', lr: 0.001 },
        batches: [batch, batch, batch],
        seed,
      });
      // With a rate that moves nothing, only the masks can change the loss of one batch.
      trainer.setLr(1e-30);
      const losses = (await trainer.step(3)).map(({ loss }) => loss);
      await trainer.dispose();
      return losses;
    };
    return [await run(3), await run(3), await run(4)];
  });
  expect(runs[1]).toEqual(runs[0]);
  expect(new Set(runs[0]).size).toBe(3);
  expect(runs[2]).not.toEqual(runs[0]);
});

test('a Trainer holds as much after 200 steps as after 20, and nothing once it is disposed of', async ({
  enginePage,
}) => {
  const memory = await enginePage.evaluate(async () => {
    const trainer = await window.engine.Trainer.create(
      { model: 'tiny', batchSize: 4, stepsPerEpoch: 50, epochs: 4, optimizer: { type: 'Adam', lr: 0.01 } },
      { onEvaluation: () => undefined },
    );
    await trainer.step(20);
    const early = trainer.memory();
    await trainer.step(180);
    const late = trainer.memory();
    await trainer.dispose();
    return { early, late, end: trainer.memory() };
  });
  expect(memory.late).toEqual(memory.early);
  expect(memory.early.gpuBytes).toBeGreaterThan(0);
  expect(memory.end.tensors).toBe(0);
});

test('a changed rate acts in the very next update, for every optimizer', async ({ enginePage }) => {
  const ratios = await enginePage.evaluate(async () => {
    /** The size of the update that follows one step at 0.01, made with `lr`. */
    const update = async (optimizer: object, lr: number) => {
      const trainer = await window.engine.Trainer.create({
        model: 'mlp',
        optimizer: optimizer as never,
        policy: [],
        batches: [
          [0, 1, 2, 3],
          [4, 5, 6, 7],
        ],
      });
      await trainer.step(1);
      const before = await trainer.weights();
      trainer.setLr(lr);
      const [row] = await trainer.step(1);
      const after = await trainer.weights();
      await trainer.dispose();
      let square = 0;
      for (const [name, { values }] of Object.entries(after)) {
        for (let index = 0; index < values.length; index++)
          square += (values[index] - before[name].values[index]) ** 2;
      }
      return { size: Math.sqrt(square), used: row.lr[0] };
    };
    const optimizers = [
      { type: 'SGD', lr: 0.01 },
      { type: 'SGD', lr: 0.01, momentum: 0.9 },
      { type: 'SGD', lr: 0.01, momentum: 0.9, nesterov: true },
      { type: 'Adam', lr: 0.01 },
    ];
    return Promise.all(
      optimizers.map(async (optimizer) => {
        const whole = await update(optimizer, 0.01);
        const tenth = await update(optimizer, 0.001);
        return { optimizer: JSON.stringify(optimizer), ratio: tenth.size / whole.size, used: tenth.used };
      }),
    );
  });
  for (const { optimizer, ratio, used } of ratios) {
    expect(used, optimizer).toBe(0.001);
    // Weights of size 0.04 in float32: an update of 1e-5 is exact to some parts in a thousand.
    expect(ratio, optimizer).toBeGreaterThan(0.098);
    expect(ratio, optimizer).toBeLessThan(0.102);
  }
});

test('a Trainer trains a given model', async ({ enginePage }) => {
  const { losses, modelName } = await enginePage.evaluate(async () => {
    const { tf, Trainer } = window.engine;
    await tf.ready();
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [28, 28, 1] }),
        tf.layers.dense({ units: 10, activation: 'softmax' }),
      ],
    });
    const trainer = await Trainer.create({ model, batchSize: 64, policy: [] });
    const losses = (await trainer.step(40)).map(({ loss }) => loss);
    const { modelName } = trainer;
    await trainer.dispose();
    model.dispose();
    return { losses, modelName };
  });
  expect(modelName).toBe('custom');
  expect(losses.at(-1)).toBeLessThan(losses[0] * 0.7);
});
