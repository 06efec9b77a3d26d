/** Why `<lr-experiment>` has nothing to run: as the problem that it reports, and in the reader's words. */
import { html, nothing, type TemplateResult } from 'lit';
import { badValue, type Problem, type ProblemIssue, toProblem } from '../../src/errors.js';
import { builtInNames } from '../../src/experiment/index.js';
import { issuesView } from '../internal/lab/problem-view.js';
import { experimentTerms } from '../locales/experiments.js';
import type { Terms } from '../locales/terms.js';

/** Why there is nothing to run. */
export type Fault =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'unreadable'; readonly src: string }
  | { readonly kind: 'faulty'; readonly issues: readonly ProblemIssue[] };

/** Names as an error lists them. */
export const alternatives = (names: readonly string[]): string =>
  names.map((name) => `"${name}"`).join(' | ');

/** A fault as the element reports it. */
export function problemOf(fault: Fault): Problem {
  switch (fault.kind) {
    case 'missing':
      return toProblem(badValue('name', 'missing, and so is src', alternatives(builtInNames)));
    case 'unknown':
      return toProblem(badValue('name', `"${fault.name}"`, alternatives(builtInNames)));
    case 'unreadable':
      return toProblem(
        badValue('src', `"${fault.src}", which cannot be loaded`, 'the address of a JSON file'),
      );
    case 'faulty': {
      const { issues } = fault;
      const message = `the experiment has errors: ${issues.map((issue) => issue.message).join(' ')}`;
      return { code: 'experiment', message, issues };
    }
  }
}

/** A fault in words, in the place of the experiment. */
export function faultView(fault: Fault, terms: Pick<Terms, 'experiments' | 'problems'>): TemplateResult {
  const experiments = experimentTerms(terms);
  if (fault.kind === 'faulty')
    return html`<div class="card" part="base" role="alert">
      <p class="state">${experiments.faulty}</p>
      ${issuesView(fault.issues, terms, undefined, 'experiment')}
    </div>`;
  const text =
    fault.kind === 'unknown'
      ? experiments.unknown(fault.name)
      : fault.kind === 'unreadable'
        ? experiments.unreadable(fault.src)
        : experiments.missing;
  const accepted = fault.kind === 'unknown' ? builtInNames.join(', ') : undefined;
  return html`<div class="card" part="base" role="alert">
    <div class="problem">
      <p class="sentence">${text}</p>
      ${
        accepted === undefined
          ? nothing
          : html`<dl>
              <dt>${terms.problems.accepted}</dt>
              <dd>${accepted}</dd>
            </dl>`
      }
    </div>
  </div>`;
}
