export { completeConfig, configProblems } from './complete-config.js';
export type { CompleteConfig } from './complete-config.js';
export { datasetNames } from './config.js';
export { defaultConfig } from './default-config.js';
export type { Config } from './config.js';
export { expectedGroups } from './param-groups.js';
export { optimizerTypes, optionsOf, usualLr } from '../optimizers/names.js';
export type { OptimizerType, OptionNames } from '../optimizers/names.js';
