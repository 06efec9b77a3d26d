/** A run that continues from a checkpoint equals the run that never stopped, bit for bit. */
import * as tf from '@tensorflow/tfjs';
import { previewRates } from '../../../src/timeline/index.js';
import { afterEach, describe, expect, it } from 'vitest';

import { InputError } from '../../../src/errors.js';
import { Trainer } from '../../../src/training/index.js';
import type { PolicyEntry, PolicyEntryInput, SchedulerSpec } from '../../../src/policy/index.js';
import type { Checkpoint, Evaluation, StepRow, TrainerConfig } from '../../../src/training/index.js';
import { smallModel, smallOptimizers, smallRun } from './small-runs.js';

/** A change of a run before a step. */
type Changes = Partial<Record<number, (trainer: Trainer) => void>>;

interface Trace {
  rows: StepRow[];
  evaluations: Evaluation[];
}

const open = new Set<Trainer>();

afterEach(async () => {
  await Promise.all([...open].map((trainer) => trainer.dispose()));
  open.clear();
});

async function create(config: TrainerConfig, trace?: Trace): Promise<Trainer> {
  const trainer = await Trainer.create(
    config,
    trace && { onEvaluation: (evaluation) => trace.evaluations.push(evaluation) },
  );
  open.add(trainer);
  return trainer;
}

/** Trains up to a step, with the changes due until then. */
async function trainTo(trainer: Trainer, end: number, trace: Trace, changes: Changes = {}): Promise<void> {
  while (trainer.steps < end) {
    changes[trainer.steps]?.(trainer);
    const stops = Object.keys(changes).map(Number);
    const next = Math.min(end, ...stops.filter((step) => step > trainer.steps));
    trace.rows.push(...(await trainer.step(next - trainer.steps)));
  }
}

/** Everything visible of a run, and its whole state. */
async function stateOf(trainer: Trainer) {
  return {
    checkpoint: await trainer.checkpoint(),
    preview: previewRates(trainer.rates, { plan: trainer.plan, now: trainer.steps, planned: [] }),
    score: await trainer.evaluate(),
  };
}

/** The same run without interruption, and with a stop, a clone of its state, and another Trainer. */
async function bothWays(config: TrainerConfig, changes: Changes = {}, { stop = 17, end = 40 } = {}) {
  const straight: Trace = { rows: [], evaluations: [] };
  const first = await create(config, straight);
  await trainTo(first, end, straight, changes);

  const stopped: Trace = { rows: [], evaluations: [] };
  const second = await create(config, stopped);
  await trainTo(second, stop, stopped, changes);
  const checkpoint = structuredClone(await second.checkpoint());
  const third = await create(config, stopped);
  await third.restore(checkpoint);
  expect(third.steps).toBe(stop);
  await trainTo(third, end, stopped, changes);
  return {
    straight: { ...straight, state: await stateOf(first) },
    stopped: { ...stopped, state: await stateOf(third) },
  };
}

const step = (scheduler: SchedulerSpec, rest: Partial<PolicyEntry> = {}): PolicyEntryInput[] => [
  { scheduler, interval: 'step', ...rest },
];
const epoch = (scheduler: SchedulerSpec, rest: Partial<PolicyEntry> = {}): PolicyEntryInput[] => [
  { scheduler, interval: 'epoch', ...rest },
];

describe('a run that continues from a checkpoint equals the run that never stopped', () => {
  it.each(smallOptimizers.map((optimizer, index) => [`${index} ${optimizer.type}`, optimizer] as const))(
    'with the optimizer %s',
    async (_, optimizer) => {
      const policy = step({ type: 'ExponentialLR', gamma: 0.97 });
      const { straight, stopped } = await bothWays(smallRun({ optimizer, policy }));
      expect(straight.rows).toHaveLength(40);
      expect(stopped).toEqual(straight);
    },
  );

  const plateau = { type: 'ReduceLROnPlateau' as const, factor: 0.7, patience: 0, threshold: 0.2 };
  const policies: Record<string, PolicyEntryInput[]> = {
    LambdaLR: step({ type: 'LambdaLR', lrLambda: '0.95 ** epoch' }),
    MultiplicativeLR: step({ type: 'MultiplicativeLR', lrLambda: '0.9 + 0.001 * epoch' }),
    StepLR: step({ type: 'StepLR', stepSize: 7, gamma: 0.5 }),
    MultiStepLR: epoch({ type: 'MultiStepLR', milestones: [1, 3], gamma: 0.5 }),
    ConstantLR: step({ type: 'ConstantLR', factor: 0.3, totalIters: 21 }),
    LinearLR: step({ type: 'LinearLR', startFactor: 0.1, totalIters: 25 }),
    PolynomialLR: step({ type: 'PolynomialLR', totalIters: 35, power: 2 }),
    CosineAnnealingLR: step({ type: 'CosineAnnealingLR', tMax: 12 }),
    CosineAnnealingWarmRestarts: step({ type: 'CosineAnnealingWarmRestarts', t0: 5, tMult: 2 }),
    'CyclicLR, whose momentum cycles': step({ type: 'CyclicLR', baseLr: 0.01, maxLr: 0.2, stepSizeUp: 6 }),
    'OneCycleLR, whose momentum cycles': step({ type: 'OneCycleLR', maxLr: 0.3, totalSteps: 41 }),
    SWALR: step({ type: 'SWALR', swaLr: 0.01, annealEpochs: 30 }),
    'SequentialLR, in its second part': step({
      type: 'SequentialLR',
      schedulers: [
        { type: 'LinearLR', startFactor: 0.1, totalIters: 10 },
        { type: 'CosineAnnealingLR', tMax: 20 },
      ],
      milestones: [10],
    }),
    ChainedScheduler: step({
      type: 'ChainedScheduler',
      schedulers: [
        { type: 'ExponentialLR', gamma: 0.98 },
        { type: 'StepLR', stepSize: 9, gamma: 0.6 },
      ],
    }),
    'a plateau of the training loss, in the middle of its mean': step(plateau, {
      frequency: 5,
      monitor: 'trainLoss',
    }),
    'a plateau of the validation loss, each epoch': epoch(
      { ...plateau, threshold: 0.9 },
      { monitor: 'valLoss' },
    ),
    'a plateau of the training loss over an epoch, on top of a step policy': [
      ...step({ type: 'StepLR', stepSize: 3, gamma: 0.97 }),
      ...epoch({ ...plateau, mode: 'max' }, { monitor: 'trainLoss' }),
    ],
  };

  it.each(Object.entries(policies))('with %s', async (_, policy) => {
    const { straight, stopped } = await bothWays(smallRun({ policy }));
    expect(new Set(straight.rows.map(({ lr }) => lr[0])).size).toBeGreaterThan(1);
    expect(stopped).toEqual(straight);
  });

  it.each([
    ['swap, continued', { 12: (run) => run.swap(step({ type: 'LinearLR', totalIters: 20 })) }],
    [
      'swap, restarted',
      {
        5: (run) => run.setLr(0.03),
        12: (run) => run.swap(step({ type: 'OneCycleLR', maxLr: 0.2, totalSteps: 50 }), { handoff: 'torch' }),
        30: (run) => run.swap(step({ type: 'StepLR', stepSize: 4 }), { handoff: 'restart' }),
      },
    ],
    [
      'chain and an unchain',
      {
        8: (run) => run.chain(step({ type: 'CosineAnnealingLR', tMax: 30 })),
        11: (run) => run.chain(step(plateau, { frequency: 4, monitor: 'trainLoss' })),
        14: (run) => run.unchain(0),
        25: (run) => run.unchain(0),
      },
    ],
    ['rate set by hand', { 9: (run) => run.setLr(0.25), 17: (run) => run.setLr(0.1) }],
  ] satisfies [string, Changes][])('after a %s', async (_, changes) => {
    const config = smallRun({ policy: step({ type: 'ExponentialLR', gamma: 0.98 }) });
    const { straight, stopped } = await bothWays(config, changes);
    expect(stopped).toEqual(straight);
  });

  it.each([0, 1, 10, 39])('when it stops after %i steps', async (stop) => {
    const config = smallRun({ policy: epoch(plateau, { monitor: 'valLoss' }) });
    const { straight, stopped } = await bothWays(config, {}, { stop });
    expect(stopped).toEqual(straight);
  });

  it('with the means of a BatchNormalization, which no optimizer updates', async () => {
    const config = smallRun({ model: smallModel({ normalised: true }) });
    const { straight, stopped } = await bothWays(config);
    const { weights } = straight.state.checkpoint;
    const means = Object.keys(weights).find((name) => name.includes('moving_mean'))!;
    expect(weights[means].values.some((value) => value !== 0)).toBe(true);
    expect(stopped).toEqual(straight);
  });
});

describe('a checkpoint', () => {
  it('is changed neither by its run nor by the run that continues from it', async () => {
    const trainer = await create(smallRun());
    await trainer.step(5);
    const checkpoint = await trainer.checkpoint();
    const copy = structuredClone(checkpoint);
    await trainer.step(5);
    await trainer.restore(checkpoint);
    await trainer.step(5);
    expect(checkpoint).toEqual(copy);
  });

  it('can be transferred to another thread while both runs continue', async () => {
    const trainer = await create(smallRun());
    await trainer.step(5);
    const checkpoint = await trainer.checkpoint();
    await trainer.restore(checkpoint);
    const { weights, optimizer } = checkpoint;
    const arrays = [
      ...Object.values(weights).map(({ values }) => values),
      ...optimizer.slots.flatMap((slots) => Object.values(slots)),
    ];
    expect(arrays.length).toBeGreaterThan(7);
    const received = structuredClone(checkpoint, { transfer: arrays.map(({ buffer }) => buffer) });
    expect(arrays.every(({ length }) => length === 0)).toBe(true);
    const rows = await trainer.step(3);
    await trainer.restore(received);
    expect(await trainer.step(3)).toEqual(rows);
  });

  it('restores its run after any later changes', async () => {
    const trainer = await create(smallRun({ policy: step({ type: 'StepLR', stepSize: 4 }) }));
    await trainer.step(7);
    const checkpoint = await trainer.checkpoint();
    const rows = await trainer.step(10);
    trainer.swap(step({ type: 'OneCycleLR', maxLr: 5, totalSteps: 90 }));
    await trainer.step(6);
    await trainer.restore(checkpoint);
    expect(trainer.steps).toBe(7);
    expect(await trainer.step(10)).toEqual(rows);
  });

  it('holds the rates that a restart resets to, also for a run with another config', async () => {
    const source = await create(smallRun({ optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 } }));
    await source.step(4);
    const checkpoint = await source.checkpoint();
    const other = await create(smallRun({ optimizer: { type: 'SGD', lr: 0.004, momentum: 0.1 } }));
    await other.restore(checkpoint);
    for (const trainer of [source, other]) {
      trainer.setLr(0.02);
      trainer.swap([], { handoff: 'restart' });
    }
    expect(other.lr).toEqual([0.1]);
    expect(await other.step(5)).toEqual(await source.step(5));
  });

  it('holds the state between two steps, also when it is requested during steps', async () => {
    const trainer = await create(smallRun({ policy: step({ type: 'StepLR', stepSize: 2, gamma: 0.9 }) }));
    const training = trainer.step(6);
    const checkpoint = await trainer.checkpoint();
    const rows = await training;
    await trainer.restore(checkpoint);
    expect(await trainer.step(6 - checkpoint.step)).toEqual(rows.slice(checkpoint.step));
  });

  it('leaks no tensor', async () => {
    const trainer = await create(smallRun());
    await trainer.step(3);
    const before = tf.memory().numTensors;
    const checkpoint = await trainer.checkpoint();
    await trainer.step(3);
    await trainer.restore(checkpoint);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a run refuses, without changing,', () => {
  type Damage = (checkpoint: Checkpoint) => unknown;
  const damages: [string, Damage][] = [
    ['another object', () => ({ hello: 1 })],
    ['undefined', () => undefined],
    ['a checkpoint of a later version', (checkpoint) => ({ ...checkpoint, version: 2 })],
    ['a negative step', (checkpoint) => ({ ...checkpoint, step: -1 })],
    [
      'a missing weight',
      (checkpoint) => {
        Reflect.deleteProperty(checkpoint.weights, 'out/bias');
        return checkpoint;
      },
    ],
    [
      'a weight of another shape',
      (checkpoint) => ({
        ...checkpoint,
        weights: { ...checkpoint.weights, 'out/bias': { shape: [4], values: new Float32Array(4) } },
      }),
    ],
    [
      'an unknown weight',
      (checkpoint) => ({
        ...checkpoint,
        weights: { ...checkpoint.weights, other: { shape: [1], values: new Float32Array(1) } },
      }),
    ],
    [
      'a momentum of another size',
      (checkpoint) => {
        checkpoint.optimizer.slots[0].momentum_buffer = new Float32Array(3);
        return checkpoint;
      },
    ],
    [
      'a group without its rate',
      (checkpoint) => {
        delete checkpoint.optimizer.groups[0].values.lr;
        return checkpoint;
      },
    ],
    [
      'a policy with an unknown scheduler',
      (checkpoint) => {
        Object.assign(checkpoint.rates.live.entries[0], { entry: { scheduler: { type: 'NoLR' } } });
        return checkpoint;
      },
    ],
    [
      'an invalid scheduler state',
      (checkpoint) => {
        checkpoint.rates.live.entries[0].scheduler.last_epoch = 'late';
        return checkpoint;
      },
    ],
  ];

  it.each(damages)('%s', async (_, damage) => {
    const trainer = await create(smallRun({ policy: step({ type: 'StepLR', stepSize: 4 }) }));
    await trainer.step(3);
    const before = await stateOf(trainer);
    await trainer.step(2);
    const present = await stateOf(trainer);
    const refusal = await trainer
      .restore(damage(structuredClone(before.checkpoint)) as Checkpoint)
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InputError);
    expect(refusal).toMatchObject({ code: 'checkpoint' });
    expect((refusal as InputError).received).not.toBe('');
    expect(await stateOf(trainer)).toEqual(present);
  });

  it.each([
    ['another network', { model: smallModel({ units: 7 }) }, /weights\.hidden\/kernel/],
    ['another optimizer', { optimizer: smallOptimizers[3] }, /optimizer\.type is Adam; accepted: AdamW/],
    ['other param groups', { optimizer: { ...smallOptimizers[2], groups: [{ layers: ['out'] }] } }, /groups/],
  ])('a checkpoint of %s', async (_, other, message) => {
    const source = await create(smallRun({ optimizer: smallOptimizers[2] }));
    await source.step(3);
    const checkpoint = await source.checkpoint();
    const trainer = await create(smallRun({ optimizer: smallOptimizers[2], ...(other as TrainerConfig) }));
    await trainer.step(1);
    const present = await stateOf(trainer);
    const refusal = await trainer.restore(checkpoint).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'checkpoint', message: expect.stringMatching(message) as string });
    expect(await stateOf(trainer)).toEqual(present);
    expect(trainer.steps).toBe(1);
  });
});
