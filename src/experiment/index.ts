/** Guided experiments: their data, their runs on a Lab, and what they showed. */
export { Experiment, experimentLink } from './experiment.js';
export type { ExperimentOptions, Outcome, Suggested } from './experiment.js';
export { parseExperiment, parseExperimentText } from './parse-experiment.js';
export type { ExperimentResult, ExperimentRun, ExperimentSpec } from './parse-experiment.js';
export type { Finding, FindingValues, RunHistory, Stop } from './check.js';
export { conditionCodes } from './schema.js';
export type { Condition, ConditionCode, StopRule } from './schema.js';
export { builtInExperiment, builtInNames } from './built-in.js';
export type { BuiltInName } from './built-in.js';
export { recordedOutcome, recordOf } from './recorded.js';
export type { RecordedFile } from './recorded.js';
