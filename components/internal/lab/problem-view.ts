import { html, nothing, type TemplateResult } from 'lit';
import type { Problem, ProblemIssue } from '../../../src/errors.js';
import { formatPath, type PolicyIssue } from '../../../src/policy/index.js';
import type { Terms } from '../../locales/terms.js';

/** The words of problems. */
type ProblemTerms = Pick<Terms, 'problems'>;

/** An error in a policy, with more details if its parser found it. */
type Fault = ProblemIssue & Partial<Pick<PolicyIssue, 'suggestion' | 'line' | 'column' | 'detail'>>;

/** A problem in one sentence of the reader's language; the engine's English sentence for an unknown code. */
export function problemSentence(problem: Problem, terms: ProblemTerms): string {
  return terms.problems.sentences[problem.code]?.(problem) ?? problem.message;
}

/** A problem in words, with the value received and what is accepted. */
export function problemView(problem: Problem, terms: ProblemTerms, id?: string): TemplateResult {
  const { issues } = problem;
  if (issues !== undefined && issues.length > 0) return issuesView(issues, terms, id);
  // The engine's own sentence already contains the values.
  const isKnown = problem.code in terms.problems.sentences;
  return html`<div class="problem" id=${id ?? nothing}>
    <p class="sentence">${problemSentence(problem, terms)}</p>
    ${isKnown ? valuesView({ ...problem, ...terms.problems.values[problem.code]?.(problem) }, terms) : nothing}
  </div>`;
}

/**
 * Every error of a policy: where it is, what it is, the value received and what is accepted.
 *
 * @param root what the paths begin in, if it is not a policy
 */
export function issuesView(
  issues: readonly Fault[],
  terms: ProblemTerms,
  id?: string,
  root = 'policy',
): TemplateResult {
  return html`<div class="problem" id=${id ?? nothing}>
    <ul>
      ${issues.map(
        (issue) =>
          html`<li>
            <p class="sentence">${issueSentence(issue, terms)}</p>
            ${valuesView(issue, terms, locationOf(issue, terms, root))}
          </li>`,
      )}
    </ul>
  </div>`;
}

/** One error of a policy in one sentence. */
export function issueSentence(issue: Fault, terms: ProblemTerms): string {
  const { issues, suggestion, details } = terms.problems;
  const known: Partial<Record<string, (issue: ProblemIssue) => string>> = issues;
  const detail = issue.detail === undefined ? undefined : details[issue.detail];
  const sentence = detail ?? known[issue.code]?.(issue) ?? issue.message;
  return issue.suggestion === undefined ? sentence : suggestion(sentence, issue.suggestion);
}

function locationOf({ path, line, column }: Fault, terms: ProblemTerms, root: string): string {
  if (line === undefined) return formatPath(path, root);
  return column === undefined
    ? terms.problems.line(String(line))
    : terms.problems.lineAndColumn(String(line), String(column));
}

function valuesView(
  { received, accepted }: { received?: string; accepted?: string },
  terms: ProblemTerms,
  place?: string,
): TemplateResult | typeof nothing {
  const row = (name: string, value: string | undefined) =>
    value === undefined || value === ''
      ? nothing
      : html`<dt>${name}</dt>
          <dd>${value}</dd>`;
  if (!received && !accepted && !place) return nothing;
  return html`<dl>
    ${row(terms.problems.place, place)}${row(terms.problems.given, received)}${row(terms.problems.accepted, accepted)}
  </dl>`;
}
