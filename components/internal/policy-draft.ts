/** A policy as a person writes it: the text, and what the text means. The text is never lost to an error in it. */
import { type Interval, parsePolicyText, type Policy, type PolicyIssue } from '../../src/policy/index.js';
import { printJson } from './print-json.js';

/** A text and either its policy or its faults. */
export interface PolicyDraft {
  readonly text: string;
  /** Undefined while the text has faults. */
  readonly policy: Policy | undefined;
  readonly issues: readonly PolicyIssue[];
}

/** Reads a text. */
export function draftOfText(text: string): PolicyDraft {
  const result = parsePolicyText(text);
  return result.success
    ? { text, policy: result.policy, issues: [] }
    : { text, policy: undefined, issues: result.issues };
}

/** Writes a policy out. */
export function draftOfPolicy(policy: Policy): PolicyDraft {
  return { text: printJson(policy.map(brief)), policy, issues: [] };
}

/** When a policy's entries are stepped: all alike, or mixed. An empty policy is stepped at no time. */
export function intervalOf(policy: Policy): Interval | 'mixed' | undefined {
  const kinds = new Set(policy.map(({ interval }) => interval));
  return kinds.size > 1 ? 'mixed' : [...kinds].at(0);
}

/** The same schedulers, all stepped at this interval. */
export function withInterval(policy: Policy, interval: Interval): Policy {
  return policy.map((entry) => ({ ...entry, interval }));
}

/** Whether two policies say the same. */
export function isSamePolicy(one: Policy, other: Policy): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** An entry without a frequency that says nothing; the interval always stays, it is what readers stumble over. */
function brief({ frequency, ...entry }: Policy[number]): object {
  return frequency === 1 ? entry : { ...entry, frequency };
}
