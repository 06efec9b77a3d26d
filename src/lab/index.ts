/** The Lab and its parts, for pages and elements; only its worker loads tf.js. */
export { Lab } from './lab.js';
export type {
  CommandOptions,
  ForkOptions,
  LabOptions,
  RaceEntry,
  RaceOptions,
  SwapOptions,
} from './options.js';
export { safeRate } from './rates.js';
export type { RateTarget } from './rates.js';
export type { LabState } from './run-list.js';
export { setWorkerUrl } from './drive/worker-url.js';
export type { MnistState } from './drive/mnist-source.js';
export { expectedPlan } from './run/expected-run.js';
export { decimate, ExtremeIndex } from './run/extreme-index.js';
export { History } from './run/history.js';
export type { HistoryData, HistoryLine } from './run/history.js';
export type { Parent, Run, RunState } from './run/run.js';
export { pack } from './session/packed.js';
export type { KeptSession } from './session/autosave.js';
export type { SessionFile } from './session/session-file.js';
export { hasLink } from './session/share-link.js';
export { defaultConfig, expectedGroups } from '../config/index.js';
export type { CompleteConfig, Config } from '../config/index.js';
export { InputError } from '../errors.js';
export type { Problem, ProblemIssue } from '../errors.js';
export { formatHistoryCsv, pytorchProgram, tfjsFiles } from '../export/index.js';
export type { CsvRun, ProgramRun, TfjsFiles } from '../export/index.js';
export type { BackendName } from '../gpu/names.js';
export { WorkBudget } from '../policy/index.js';
export { presentEntry, handoffs, policiesAlong, RateReplay, whyRate } from '../timeline/index.js';
export type {
  At,
  Change,
  ChangeAtStep,
  Handoff,
  Intervention,
  LiveSpan,
  Plan,
  PlateauCounter,
  PolicySpan,
  RateFactor,
  RatePast,
  RatePreview,
  RateReasons,
  RateStart,
  RateSwap,
  SchedulerPath,
  WhyRate,
} from '../timeline/index.js';
export type {
  BackendReport,
  Evaluation,
  LoadProgress,
  MemoryReport,
  RangeTest,
  RangeTestOptions,
  Samples,
  StepReport,
} from '../training/index.js';
