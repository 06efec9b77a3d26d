export {
  checkChange,
  fittedChange,
  fittedPolicy,
  handoffs,
  nextInterventionId,
  stepOf,
} from './intervention.js';
export type {
  At,
  Change,
  ChangeAtStep,
  ChangeRequest,
  Handoff,
  Intervention,
  UnfittedPolicy,
} from './intervention.js';
export {
  checkFree,
  entriesAfter,
  inOrder,
  lengthAlong,
  policiesAlong,
  presentEntry,
  replanned,
  withoutCounterfactual,
} from './log.js';
export type { LiveSpan, PolicySpan } from './log.js';
export { planOf } from './plan.js';
export type { Plan } from './plan.js';
export { longestPreview, previewRates } from './preview.js';
export type { RatePreview } from './preview.js';
export { RateDriver } from './rate-driver.js';
export type { RateCheckpoint } from './rate-driver.js';
export { RateReplay, whyRate } from './why-rate.js';
export type {
  PlateauCounter,
  RateFactor,
  RatePast,
  RateReasons,
  RateStart,
  RateSwap,
  SchedulerPath,
  WhyRate,
} from './why-rate.js';
