import { badValue, InputError } from '../../../src/errors.js';
import {
  normalisePolicy,
  parsePolicyText,
  type Policy,
  type PolicyInput,
  type PresetId,
  type PresetPlan,
  presetOf,
  presets,
  printValue,
} from '../../../src/policy/index.js';

/** A policy that a page gave, and its preset if it was given by the preset's id. */
export interface GivenPolicy {
  readonly policy: Policy;
  readonly preset?: PresetId;
}

/**
 * Reads a policy that a page gave: JSON or the id of a preset, as a text, or a policy itself.
 *
 * @param plan what a preset is fitted to
 * @throws InputError `config-value` for anything else, `policy` with the policy's issues
 */
export function readPolicyValue(given: unknown, plan: () => PresetPlan): GivenPolicy {
  if (typeof given === 'object' && given !== null) return { policy: normalisePolicy(given as PolicyInput) };
  const accepted = ['JSON', ...presets.map(({ id }) => `"${id}"`)].join(' | ');
  if (typeof given !== 'string') throw badValue('policy', printValue(given), `${accepted} | a policy`);
  const text = given.trim();
  const preset = presetOf(text);
  if (preset !== undefined) return { policy: preset.policy(plan()), preset: preset.id };
  if (!/^[[{]/.test(text)) throw badValue('policy', `"${text}"`, accepted);
  const result = parsePolicyText(text);
  if (result.success) return { policy: result.policy };
  const { issues } = result;
  const message = `the policy is not valid: ${issues.map((issue) => issue.message).join(' ')}`;
  throw new InputError({ code: 'policy', message, path: 'policy', issues });
}
