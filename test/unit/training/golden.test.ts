/** Whole runs against runs of PyTorch itself: same weights, same batches, same schedule, hence the same losses. */
import { readFileSync } from 'node:fs';

import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import type { Dataset } from '../../../src/data/index.js';
import type { OptimizerOptions } from '../../../src/optimizers/index.js';
import { Trainer } from '../../../src/training/index.js';
import type { StepRow, Weight } from '../../../src/training/index.js';
import type { GoldenScheduler, Parameters } from './golden-policy.js';
import { camelCase, goldenPolicy } from './golden-policy.js';

interface GoldenRun {
  steps: number;
  batch_size: number;
  optimizer: { type: string; options: Parameters };
  scheduler: GoldenScheduler;
  swap?: { step: number; scheduler: GoldenScheduler };
  initial_weights: Record<string, Weight>;
  batches: number[][];
  lr: number[][];
  loss: number[];
  tolerance: number;
  final_eval: { loss: number; accuracy: number };
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../golden/training/${name}.json`, import.meta.url), 'utf8'));

function readDataset(): Dataset {
  const { images, labels } = read('data-tiny') as {
    images: { shape: number[]; values: number[] };
    labels: number[];
  };
  const [, height, width, channels] = images.shape;
  const all = { images: Uint8Array.from(images.values), labels: Uint8Array.from(labels) };
  return { ...all, height, width, channels, classes: 10, validation: all };
}

describe('a run has the losses of the same run in PyTorch', () => {
  it.each([
    'tiny-000-sgd-step',
    'tiny-001-sgd-nesterov-cosine',
    'tiny-002-adam-linear',
    'tiny-003-sgd-chained-exp-multistep',
    'tiny-004-adam-sequential-warmup-cosine',
    'tiny-005-sgd-onecycle',
    'tiny-006-sgd-plateau',
    'tiny-007-sgd-swap-exp-to-warm-restarts',
    'tiny-010-sgd-cyclic-triangular2',
    'tiny-013-adam-polynomial-amsgrad',
  ])('%s', async (name) => {
    const golden = read(name) as GoldenRun;
    const trainer = await Trainer.create({
      backend: 'cpu',
      dataset: readDataset(),
      model: 'tiny',
      optimizer: { type: golden.optimizer.type, ...camelCase(golden.optimizer.options) } as OptimizerOptions,
      policy: goldenPolicy(golden.scheduler),
      batchSize: golden.batch_size,
      initialWeights: golden.initial_weights,
      batches: golden.batches,
    });
    const rows: StepRow[] = [];
    if (golden.swap) {
      rows.push(...(await trainer.step(golden.swap.step)));
      trainer.swap(goldenPolicy(golden.swap.scheduler), { handoff: 'continue' });
    }
    rows.push(...(await trainer.step(golden.steps - rows.length)));

    for (const [step, { lr, loss }] of rows.entries()) {
      expect(lr[0], `learning rate of step ${step}`).toBeCloseTo(golden.lr[step][0], 12);
      expect(Math.abs(loss - golden.loss[step]), `loss of step ${step}`).toBeLessThan(golden.tolerance);
    }
    const score = await trainer.evaluate();
    expect(score.loss).toBeCloseTo(golden.final_eval.loss, 3);
    expect(score.accuracy).toBeCloseTo(golden.final_eval.accuracy, 6);
    await trainer.dispose();
    expect(tf.memory().numTensors).toBe(0);
  });
});
