import { type Policy, type PresetPlan, presetOfPolicy } from '../../../src/policy/index.js';
import type { Terms } from '../../locales/terms.js';
import { policyName } from './scheduler-text.js';

/**
 * A policy's name for a button or a run, in the reader's language: its preset's, if it is one fitted to any of these
 * trainings, else those of its schedulers: `StepLR + ReduceLROnPlateau`.
 *
 * @param plans the trainings that it may be fitted to: the whole run, and what was left of it where the policy took over
 */
export function policyTitle(policy: Policy, plans: readonly PresetPlan[], terms: Terms): string {
  const preset = presetOfPolicy(policy, plans);
  return preset === undefined ? policyName(policy) : terms.presets[preset.id].name;
}
