/**
 * A policy as a person writes it, with cards, as JSON or as PyTorch code, and what it means. An error never discards
 * the text.
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

/** Milliseconds before an error in half-typed text is shown. */
export const issueDelay = 350;

/** The last input. */
type DraftSource =
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
  /** How many epochs the code trains, where it tells. */
  readonly epochs: number | undefined;
}

/** The input, and either its policy or its errors. */
export interface PolicyDraft {
  readonly source: DraftSource;
  /** Undefined while there are errors. */
  readonly policy: Policy | undefined;
  readonly issues: readonly PolicyIssue[];
  /** Only of PyTorch code. */
  readonly reading?: CodeReading;
}

/** A draft of a valid policy. */
export function draftOfPolicy(policy: Policy): PolicyDraft {
  return { source: { kind: 'build', tree: treeOf(policy) }, policy, issues: [] };
}

/** Reads cards. */
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
      assumed[expression] = Object.hasOwn(answers, expression) ? answers[expression] : suggestion;
    }
    result = read(code, { assume: assumed, plan });
  }
  const reading: CodeReading = {
    unknowns: [...unknowns.values()].sort((a, b) => a.line - b.line),
    assumed,
    notes: result.success ? result.notes : [],
    optimizer: result.success ? result.optimizer : undefined,
    epochs: result.success ? result.epochs : undefined,
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

/** The cards of a draft; undefined for a text with errors. */
export function treeOfDraft({ source, policy }: PolicyDraft): readonly DraftEntry[] | undefined {
  return source.kind === 'build' ? source.tree : policy && treeOf(policy);
}

/** The JSON of a draft: the reader's own, or the printed draft; undefined for code with errors. */
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

/** When a policy's entries are stepped: all alike, or mixed. An empty policy is never stepped. */
export function intervalOf(policy: Policy): Interval | 'mixed' | undefined {
  const kinds = new Set(policy.map(({ interval }) => interval));
  return kinds.size > 1 ? 'mixed' : [...kinds].at(0);
}

/** Leaves out a frequency of 1. The interval always stays, because readers overlook it most. */
function printPolicy(entries: readonly (Policy[number] | DraftEntry)[]): string {
  return printJson(
    entries.map(({ frequency, ...entry }) => (frequency === 1 ? entry : { ...entry, frequency })),
  );
}
