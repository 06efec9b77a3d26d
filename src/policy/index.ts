/** A learning-rate policy as data: check it, build it, preview it. */
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
export { isRequired, isWithin, notationOf, type Bounds, type Parameter } from './parameter.js';
export {
  isSchedulerType,
  parametersOf,
  schedulerParameters,
  schedulerTypes,
  type SchedulerType,
} from './scheduler-parameters.js';
export { formatPath, type PolicyIssue, type PolicyIssueCode } from './policy-issue.js';
export { childrenOf, readsMetric, usualMonitor } from './policy-rules.js';
export { normalisePolicy, parsePolicy, type PolicyResult } from './parse-policy.js';
export { parsePolicyText } from './parse-policy-text.js';
export { parseFormula, type Formula, type FormulaProblem, type FormulaResult } from './parse-formula.js';
export { copyGroups } from './group-values.js';
export { neverPlateau } from './never-plateau.js';
export { timesOf } from './adjust-policy.js';
export { buildScheduler } from './build-scheduler.js';
export { buildPolicy } from './build-policy.js';
export {
  LivePolicy,
  restorePolicy,
  type LiveEntry,
  type LivePolicyState,
  type ValidationMetrics,
} from './live-policy.js';
export {
  previewLive,
  previewPolicy,
  type LivePreviewOptions,
  type PolicyPreview,
  type PreviewOptions,
  type Turn,
} from './preview-policy.js';
export {
  presetOf,
  presets,
  type Preset,
  type PresetConfig,
  type PresetId,
  type PresetPlan,
} from './presets.js';
export { toPyTorch, type PyTorchOptions } from './to-pytorch.js';
export { fromPyTorch } from './from-pytorch.js';
