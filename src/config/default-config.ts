import type { Config } from './config.js';

/** A run that teaches something without any choice. */
export const defaultConfig: Config = {
  dataset: 'digits',
  optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 },
  // Its cuts show in the loss at once.
  policy: [{ scheduler: { type: 'StepLR', stepSize: 4, gamma: 0.1 }, interval: 'epoch' }],
  batchSize: 64,
  epochs: 12,
  seed: 7,
};
