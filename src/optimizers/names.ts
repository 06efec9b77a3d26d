/** The optimizers without tf.js: the table of their names, defaults and bounds, and how groups name layers. */
export { defaultsOf, optimizerTypes, optionsOf, pythonOptions, usualLr } from './options.js';
export type {
  NumberOption,
  OptimizerOption,
  OptimizerOptions,
  OptimizerType,
  OptionNames,
} from './options.js';
export { paramGroups } from './param-groups.js';
export type { Parameter } from './parameter.js';
