/** What the optimizers offer without tf.js: their names and options, and how groups name layers. */
export { optimizerTypes } from './options.js';
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
export { paramGroups } from './param-groups.js';
export type { Parameter } from './parameter.js';
