export { Adagrad } from './adagrad.js';
export type { AdagradGroup } from './adagrad.js';
export { Adam } from './adam.js';
export type { AdamGroup } from './adam.js';
export { AdamW } from './adamw.js';
export { createOptimizer } from './create-optimizer.js';
export type { FusedUpdate } from './fused-update.js';
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
export type { Gradients, GroupOf, OptimizerGroup, Parameter, ParameterGroup } from './parameter.js';
export { RMSprop } from './rmsprop.js';
export type { RmspropGroup } from './rmsprop.js';
export { SGD } from './sgd.js';
export type { SgdGroup } from './sgd.js';
export type { HyperParameter, OptimizerStateDict } from './state-dict.js';
