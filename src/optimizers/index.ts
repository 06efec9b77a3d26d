/** PyTorch's SGD, Adam, AdamW, RMSprop and Adagrad over tf.js variables, with param groups and state dicts. */
export { Adagrad } from './rules/adagrad.js';
export type { AdagradGroup } from './rules/adagrad.js';
export { Adam } from './rules/adam.js';
export type { AdamGroup } from './rules/adam.js';
export { AdamW } from './rules/adamw.js';
export { createOptimizer } from './create-optimizer.js';
export type { FusedUpdater } from './fused-updater.js';
export { Optimizer } from './optimizer.js';
export type { OptimizerState } from './optimizer-state.js';
export type {
  AdagradOptions,
  AdamOptions,
  AdamWOptions,
  CommonOptions,
  LayerGroup,
  OptimizerOptions,
  OptimizerType,
  OptionsByType,
  RmspropOptions,
  SgdOptions,
} from './options.js';
export { optimizerTypes } from './options.js';
export type {
  GivenWeight,
  GivenWeights,
  Gradients,
  GroupOf,
  OptimizerGroup,
  Parameter,
  ParameterGroup,
  TrainableModel,
} from './parameter.js';
export { RMSprop } from './rules/rmsprop.js';
export type { RmspropGroup } from './rules/rmsprop.js';
export { SGD } from './rules/sgd.js';
export type { SgdGroup } from './rules/sgd.js';
export type { HyperParameter, OptimizerStateDict } from './state-dict.js';
