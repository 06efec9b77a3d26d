export { completeConfig } from './complete-config.js';
export type { CompleteConfig } from './complete-config.js';
export { datasetNames, defaultConfig } from './config.js';
export type { Config } from './config.js';
export { checkChange, stepOf } from './intervention.js';
export type { At, Change, Handoff, Intervention } from './intervention.js';
export { planOf } from './plan.js';
export type { Plan } from './plan.js';
