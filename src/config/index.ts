export { completeConfig } from './complete-config.js';
export type { CompleteConfig } from './complete-config.js';
export { datasetNames, defaultConfig } from './config.js';
export type { Config } from './config.js';
export { requirePolicy } from './require-policy.js';
