export { checkChange, stepOf } from './intervention.js';
export type { At, Change, Handoff, Intervention } from './intervention.js';
export { entriesAfter, isSameIntervention, withoutCounterfactual, withoutFirst } from './log.js';
export { planOf } from './plan.js';
export type { Plan } from './plan.js';
export { foresee, ghostOf, longestGhost } from './preview.js';
export type { Ghost, Outlook, RunGhost } from './preview.js';
export { makeChange, steer, tryChange } from './rate-driver.js';
export type { Configured, Steering } from './rate-driver.js';
