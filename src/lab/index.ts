export { Lab } from './lab.js';
export type { CommandOptions, ForkOptions, LabOptions, Racer } from './lab.js';
export type { KeptSession } from './session/autosave.js';
export type { LabState } from './fleet.js';
export { History } from './run/history.js';
export type { HistoryData, HistoryLine } from './run/history.js';
export type { MnistState } from './drive/mnist-source.js';
export type { RateTarget } from './rates.js';
export { expectedPlan, Run } from './run/run.js';
export type { Parent, RunState } from './run/run.js';
export type { SessionFile } from './session/session-file.js';
export { hasLink } from './session/share-link.js';
export { defaultConfig, expectedGroups } from '../config/index.js';
export type { CompleteConfig, Config } from '../config/index.js';
export type { Problem, ProblemIssue } from '../errors.js';
export type { BackendName } from '../gpu/names.js';
export type {
  At,
  BackendReport,
  Change,
  Evaluation,
  Ghost,
  Handoff,
  Intervention,
  MemoryReport,
  RangeTest,
  RangeTestOptions,
  RunGhost,
  StepReport,
  Plan,
} from '../training/index.js';
export type { LoadProgress } from '../training/index.js';
export { decimate, Extremes } from './run/extremes.js';
export { gentleRate } from './rates.js';
