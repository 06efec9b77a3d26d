/**
 * A policy as a person writes it, in whichever way: put together from cards, as JSON or as PyTorch code; and what it
 * means. What was written is never lost to an error in it.
 */
import {
  type Answer,
  type Interval,
  parsePolicy,
  parsePolicyText,
  type Policy,
  type PolicyIssue,
  type PolicyResult,
  type PyTorchNote,
  type PyTorchOptimizer,
  type PyTorchReader,
  type PyTorchUnknown,
  type SuggestionPlan,
} from '../../../src/policy/index.js';
import { type DraftEntry, treeOf } from './policy-tree.js';
import { printJson } from './print-json.js';

/** What was written last. */
export type DraftSource =
  | { readonly kind: 'build'; readonly tree: readonly DraftEntry[] }
  | { readonly kind: 'json'; readonly text: string }
  | {
      readonly kind: 'pytorch';
      readonly code: string;
      /** The reader's own answers to what the code leaves open. */
      readonly answers: Readonly<Record<string, Answer>>;
    };

/** What was read out of PyTorch code besides its policy. */
export interface CodeReading {
  /** What the code leaves open. */
  readonly unknowns: readonly PyTorchUnknown[];
  /** What is assumed for each of them: the reader's answer, or what is suggested. */
  readonly assumed: Readonly<Record<string, Answer>>;
  readonly notes: readonly PyTorchNote[];
  readonly optimizer: PyTorchOptimizer | undefined;
}

/** What was written, and either its policy or its faults. */
export interface PolicyDraft {
  readonly source: DraftSource;
  /** Undefined while there are faults. */
  readonly policy: Policy | undefined;
  readonly issues: readonly PolicyIssue[];
  /** Only of PyTorch code. */
  readonly reading?: CodeReading;
}

/** A policy, ready to be changed. */
export function draftOfPolicy(policy: Policy): PolicyDraft {
  return { source: { kind: 'build', tree: treeOf(policy) }, policy, issues: [] };
}

/** Reads what was put together from cards. */
export function draftOfTree(tree: readonly DraftEntry[]): PolicyDraft {
  return draftOf({ kind: 'build', tree }, parsePolicy(tree));
}

/** Reads JSON. */
export function draftOfText(text: string): PolicyDraft {
  return draftOf({ kind: 'json', text }, parsePolicyText(text));
}

/** The most rounds of questions: an answer may raise another one. */
const mostRounds = 20;

/** Reads PyTorch code; what it leaves open is answered by the reader, or else as suggested for the plan. */
export function draftOfCode(
  read: PyTorchReader,
  code: string,
  plan?: SuggestionPlan,
  answers: Readonly<Record<string, Answer>> = {},
): PolicyDraft {
  const source = { kind: 'pytorch', code, answers } as const;
  const unknowns = new Map<string, PyTorchUnknown>();
  const assumed: Record<string, Answer> = {};
  let result = read(code, { assume: assumed, plan });
  for (let round = 0; round < mostRounds && !result.success && result.unknowns; round += 1) {
    for (const unknown of result.unknowns) {
      const { expression, suggestion = 1 } = unknown;
      unknowns.set(expression, unknown);
      assumed[expression] = answers[expression] ?? suggestion;
    }
    result = read(code, { assume: assumed, plan });
  }
  const reading: CodeReading = {
    unknowns: [...unknowns.values()].sort((a, b) => a.line - b.line),
    assumed,
    notes: result.success ? result.notes : [],
    optimizer: result.success ? result.optimizer : undefined,
  };
  const draft =
    result.success || result.issues ? draftOf(source, result) : { source, policy: undefined, issues: [] };
  return { ...draft, reading };
}

function draftOf(source: DraftSource, result: PolicyResult): PolicyDraft {
  return result.success
    ? { source, policy: result.policy, issues: [] }
    : { source, policy: undefined, issues: result.issues };
}

/** The cards of a draft; undefined where a text has faults. */
export function treeOfDraft({ source, policy }: PolicyDraft): readonly DraftEntry[] | undefined {
  return source.kind === 'build' ? source.tree : policy && treeOf(policy);
}

/** The JSON of a draft: the reader's own, or the draft written out; undefined for code with faults. */
export function textOfDraft({ source, policy }: PolicyDraft): string | undefined {
  switch (source.kind) {
    case 'json':
      return source.text;
    case 'build':
      return printPolicy(policy ?? source.tree);
    case 'pytorch':
      return policy && printPolicy(policy);
  }
}

/** When a policy's entries are stepped: all alike, or mixed. An empty policy is stepped at no time. */
export function intervalOf(policy: Policy): Interval | 'mixed' | undefined {
  const kinds = new Set(policy.map(({ interval }) => interval));
  return kinds.size > 1 ? 'mixed' : [...kinds].at(0);
}

/** Whether two policies say the same. */
export function isSamePolicy(one: readonly unknown[], other: readonly unknown[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Entries without a frequency that says nothing; the interval always stays, it is what readers stumble over. */
function printPolicy(entries: readonly (Policy[number] | DraftEntry)[]): string {
  return printJson(
    entries.map(({ frequency, ...entry }) => (frequency === 1 ? entry : { ...entry, frequency })),
  );
}
