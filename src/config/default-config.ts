import type { Config } from './config.js';

/** A run that teaches something without any choice. */
export const defaultConfig: Config = {
  dataset: 'digits',
  optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 },
  policy: [{ scheduler: { type: 'ExponentialLR', gamma: 0.9 }, interval: 'epoch' }],
  batchSize: 64,
  epochs: 12,
  seed: 7,
};
