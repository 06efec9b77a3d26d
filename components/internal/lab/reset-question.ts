/** Asks before all runs are removed: in a popover beside the button that was pressed. */
import { css, html, type TemplateResult } from 'lit';
import type { Lab } from '../../../src/lab/index.js';
import type { TermsController } from '../kit/element/terms-controller.js';
import { popoverStyles } from '../kit/styles/popover.styles.js';

/** The styles of {@link resetQuestion}. */
export const resetQuestionStyles = [
  popoverStyles,
  css`
    .question {
      inline-size: min(320px, calc(100vw - 24px));
      padding: 14px 16px;
    }

    .question p {
      margin: 0 0 10px;
    }

    .answers {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
    }
  `,
];

/** What removes the runs, and what the answers do. */
export interface ResetQuestion {
  readonly name: string;
  /** The answer that removes them. */
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onKeep: () => void;
}

/** Renders the question, as a popover with the class `question`. */
export function resetQuestion(
  lab: Lab,
  localize: TermsController,
  { name, confirm, onConfirm, onKeep }: ResetQuestion,
): TemplateResult {
  const { resetQuestion: question, keepRuns } = localize.terms.controls;
  return html`<div class="question popover" popover role="dialog" aria-label=${name}>
    <p>${question(localize.number(lab.runs.value.length))}</p>
    <div class="answers">
      <button class="button primary" type="button" @click=${onConfirm}>${confirm}</button>
      <button class="button" type="button" @click=${onKeep}>${keepRuns}</button>
    </div>
  </div>`;
}
