export { Lab } from './lab.js';
export type { CommandOptions, LabState, MnistState } from './lab.js';
export { History } from './history.js';
export { expectedPlan, Run } from './run.js';
export { defaultConfig } from '../config/index.js';
export type { CompleteConfig, Config } from '../config/index.js';
export type { Problem, ProblemIssue } from '../errors.js';
export type { BackendName } from '../gpu/backend-name.js';
export type {
  At,
  BackendReport,
  Evaluation,
  Ghost,
  Handoff,
  Intervention,
  MemoryReport,
  StepReport,
  Plan,
} from '../training/index.js';
export type { LoadProgress } from '../training/load-dataset.js';
