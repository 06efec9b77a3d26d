/** One run as data. Config, seed and interventions are enough to replay it exactly. */
import type { LayersModel } from '@tensorflow/tfjs-layers';

import type { Dataset } from '../data/index.js';
import type { BackendName } from '../gpu/names.js';
import type { ModelName } from '../models/names.js';
import type { OptimizerOptions } from '../optimizers/names.js';
import type { PolicyInput } from '../policy/index.js';

/** The data sets that have a name. */
export const datasetNames = ['digits', 'mnist'] as const;

/** Everything that a reader chooses about a run. */
export interface Config {
  dataset: (typeof datasetNames)[number] | Dataset;
  /** Which classes of the data to keep, renumbered from 0; all by default. */
  classes?: number[];
  /** A network of the zoo or of the page's own; by default `lenet`, or `tiny` without a GPU. */
  model?: ModelName | LayersModel;
  optimizer: OptimizerOptions;
  /** A policy in any form that `parsePolicy` accepts. */
  policy: PolicyInput;
  /** Images per step. */
  batchSize: number;
  epochs: number;
  /** Steps in an epoch; by default as many whole batches as the data holds, which is also the most. */
  stepsPerEpoch?: number;
  /** The validation set is evaluated once every N epochs; 1 by default. Lightning's name. */
  checkValEveryNEpoch?: number;
  /** A whole number from 0; decides the weights, the batch order and the dropout. */
  seed: number;
  /** Where to look for a backend first; `webgpu` by default. */
  backend?: BackendName;
}
