/** The optimizers without tf.js: the table of their names, defaults and bounds, and how groups name layers. */
export {
  defaultsOf,
  optimizerOptions,
  optimizerTypes,
  optionsOf,
  pythonOptions,
  usualLr,
} from './options.js';
export type {
  AdagradOptions,
  AdamOptions,
  AdamWOptions,
  CommonOptions,
  FlagOption,
  LayerGroup,
  NumberOption,
  OptimizerOption,
  OptimizerOptions,
  OptimizerType,
  OptionNames,
  OptionsByType,
  PairOption,
  RmspropOptions,
  SgdOptions,
} from './options.js';
export { paramGroups } from './param-groups.js';
export type { Parameter } from './parameter.js';
