/** Which of a policy's errors belong to a value, and how many to a card. */
import type { PolicyIssue } from '../../src/policy/index.js';
import { childrenOf, type DraftSpec, type Path, startsWith } from '../internal/policy/policy-tree.js';

/** The error of the value at a path, or inside it. */
export function issueAt(issues: readonly PolicyIssue[], path: Path): PolicyIssue | undefined {
  return issues.find((issue) => startsWith(issue.path, path));
}

/** The number of errors of a card itself; the cards inside it show their own. */
export function faultsOf(issues: readonly PolicyIssue[], path: Path, spec: DraftSpec): number {
  const own = path.length === 2 ? path.slice(0, 1) : path;
  const inner = childrenOf(spec).map((_, index) => [...path, 'schedulers', index]);
  return issues.filter(
    (issue) => startsWith(issue.path, own) && !inner.some((child) => startsWith(issue.path, child)),
  ).length;
}
