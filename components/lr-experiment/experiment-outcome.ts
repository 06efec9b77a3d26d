import { html, nothing, type TemplateResult } from 'lit';
import type { Experiment, Outcome } from '../../src/experiment/index.js';
import { experimentTerms } from '../locales/experiments.js';
import { builtInTerms, findingsText, guessText, stopText, type Language } from './experiment-text.js';

/** What an outcome is shown with. */
export interface OutcomeContent {
  readonly experiment: Experiment;
  readonly outcome: Outcome;
  /** Whether it was trained in this page, not recorded earlier. */
  readonly isTrained: boolean;
  readonly guess: string | undefined;
  readonly language: Language;
  readonly handleAnotherSeed: () => void;
}

/** What an experiment showed, in words. */
export function outcomeView(content: OutcomeContent): TemplateResult {
  const { experiment, outcome, isTrained, guess, language, handleAnotherSeed } = content;
  const { terms } = language;
  const experiments = experimentTerms(terms);
  const words = builtInTerms(experiment, terms);
  const shown = outcome.says.filter(({ holds }) => outcome.holds || !holds);
  const sentences = findingsText(shown, words, language);
  return html`<div class="outcome ${outcome.holds ? '' : 'not'}" part="outcome">
    <p>
      <strong
        >${
          outcome.holds ? (isTrained ? experiments.sawIt : experiments.inRecording) : experiments.notThisTime
        }</strong
      >
      ${sentences}
    </p>
    ${guess !== undefined && isTrained ? html`<p>${guessText(guess, outcome, words, terms)}</p>` : nothing}
    <p class="muted">${stopText(outcome, words, language)}</p>
    ${
      outcome.holds
        ? nothing
        : html`<p>
            ${experiments.tryAgain}
            <button class="plain" type="button" @click=${handleAnotherSeed}>
              ${experiments.anotherSeed}
            </button>
          </p>`
    }
  </div>`;
}
