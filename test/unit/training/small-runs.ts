/** Very short runs with every feature of a run: dropout, BatchNormalization, param groups. */
import * as tf from '@tensorflow/tfjs';

import type { Dataset } from '../../../src/data/index.js';
import type { OptimizerOptions } from '../../../src/optimizers/index.js';
import type { TrainerConfig } from '../../../src/training/index.js';

const side = 4;
const classes = 3;

/** Noisy images whose brightest row is their class. */
function imagesOf(count: number, seed: number): { images: Uint8Array; labels: Uint8Array } {
  const labels = Uint8Array.from({ length: count }, (_, index) => (index * 7 + seed) % classes);
  let state = seed;
  const images = Uint8Array.from({ length: count * side * side }, (_, index) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const isBright = Math.floor((index % (side * side)) / side) === labels[Math.floor(index / (side * side))];
    return (state >>> 25) + (isBright ? 100 : 0);
  });
  return { images, labels };
}

/** 60 images for training, 12 for validation. */
export const smallDataset: Dataset = {
  ...imagesOf(60, 1),
  height: side,
  width: side,
  channels: 1,
  classes,
  validation: imagesOf(12, 2),
};

/** A network with dropout and, on request, BatchNormalization; always with the same weights. */
export function smallModel({ normalised = false, units = 6 } = {}): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 5 });
  const model = tf.sequential();
  model.add(tf.layers.flatten({ inputShape: [side, side, 1], name: 'flat' }));
  model.add(tf.layers.dense({ units, activation: 'relu', kernelInitializer, name: 'hidden' }));
  if (normalised) model.add(tf.layers.batchNormalization({ name: 'norm' }));
  model.add(tf.layers.dropout({ rate: 0.25, name: 'drop' }));
  model.add(tf.layers.dense({ units: classes, kernelInitializer, name: 'out' }));
  return model;
}

/** Optimizers of each class, with state of every kind. */
export const smallOptimizers: OptimizerOptions[] = [
  { type: 'SGD', lr: 0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.01 },
  { type: 'SGD', lr: 0.1, momentum: 0.9, nesterov: true, groups: [{ layers: ['out'], lr: 0.02 }] },
  { type: 'Adam', lr: 0.01, amsgrad: true },
  { type: 'AdamW', lr: 0.01, weightDecay: 0.1 },
  { type: 'RMSprop', lr: 0.005, centered: true, momentum: 0.5 },
  { type: 'Adagrad', lr: 0.05, initialAccumulatorValue: 0.1, lrDecay: 0.01 },
];

/** A run with 10 steps per epoch on the cpu. */
export function smallRun(config: TrainerConfig = {}): TrainerConfig {
  return {
    backend: 'cpu',
    dataset: smallDataset,
    model: smallModel(),
    optimizer: smallOptimizers[0],
    policy: [],
    batchSize: 6,
    stepsPerEpoch: 10,
    epochs: 20,
    seed: 11,
    ...config,
  };
}
