/** A learning-rate policy as data: checks, builds and previews it. */
export type {
  Interval,
  Monitor,
  Policy,
  PolicyEntry,
  PolicyEntryInput,
  PolicyInput,
  SchedulerSpec,
  SpecOf,
} from './policy.js';
export { intervals, monitors } from './policy.js';
export { isRequired, isWithin, notationOf, type Bounds, type Parameter } from './schema/parameter.js';
export {
  isSchedulerType,
  parametersOf,
  schedulerParameters,
  schedulerTypes,
  type SchedulerType,
} from './schema/scheduler-parameters.js';
export {
  formatPath,
  printValue,
  type PolicyIssue,
  type PolicyIssueCode,
  type PythonDetail,
} from './schema/policy-issue.js';
export { childrenOf, groupCountOf, readsMetric, usualMonitor } from './schema/policy-rules.js';
export { normalisePolicy, parsePolicy, type PolicyResult } from './schema/parse-policy.js';
export { parsePolicyText } from './schema/parse-policy-text.js';
export {
  parseFormula,
  type Formula,
  type FormulaProblem,
  type FormulaResult,
} from './formula/parse-formula.js';
export { copyGroups, writeGroups } from './live/group-values.js';
export { neverPlateau, neverPlateauFrom } from './live/never-plateau.js';
export { timesOf } from './live/adjust-policy.js';
export { buildScheduler } from './live/build-scheduler.js';
export { buildPolicy } from './live/build-policy.js';
export {
  LivePolicy,
  restorePolicy,
  type LiveEntry,
  type LivePolicyState,
  type ValidationMetrics,
} from './live/live-policy.js';
export {
  playPolicy,
  previewPolicy,
  type Played,
  type PlayOptions,
  type PolicyPreview,
  type PreviewOptions,
} from './live/preview-policy.js';
export { changeWork, stepWork, usualWork, WorkBudget } from './live/work-budget.js';
export { advisePolicy } from './advice/advise-policy.js';
export type { Advice, AdviceCode, AdviceOptions, AdviceValues } from './advice/advice.js';
export { isSamePolicy } from './same-policy.js';
export { planFrom, type PolicyPlan } from './plan.js';
export {
  presetOf,
  presetOfPolicy,
  presets,
  type Preset,
  type PresetConfig,
  type PresetId,
  type PresetPlan,
} from './presets.js';
export { toPyTorch, type PyTorchOptions } from './pytorch/to-pytorch.js';
export { loadPyTorchReader, type PyTorchReader } from './pytorch/load-reader.js';
export { fromPyTorch, type FromPyTorchOptions, type PyTorchResult } from './pytorch/from-pytorch.js';
export type { OptimizerOption, PyTorchOptimizer } from './pytorch/read-optimizer.js';
export type {
  Answer,
  PyTorchNote,
  PyTorchNoteCode,
  PyTorchUnknown,
  UnknownKind,
} from './python/outcome/answers.js';
export type { SuggestionPlan } from './python/outcome/suggest.js';
