export { Lab } from './lab.js';
export type { CommandOptions, ForkOptions, LabOptions, Racer } from './lab.js';
export type { KeptSession } from './autosave.js';
export type { LabState } from './fleet.js';
export { History } from './history.js';
export type { HistoryData, HistoryLine } from './history.js';
export type { MnistState } from './mnist-source.js';
export type { RateTarget } from './rates.js';
export { expectedPlan, Run } from './run.js';
export type { Parent, RunState } from './run.js';
export type { SessionFile } from './session-file.js';
export { hasLink } from './share-link.js';
export { defaultConfig, expectedGroups } from '../config/index.js';
export type { CompleteConfig, Config } from '../config/index.js';
export type { Problem, ProblemIssue } from '../errors.js';
export type { BackendName } from '../gpu/backend-name.js';
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
export type { LoadProgress } from '../training/load-dataset.js';
