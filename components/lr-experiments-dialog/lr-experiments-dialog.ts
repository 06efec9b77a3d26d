import { css, html, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import {
  builtInExperiment,
  type BuiltInName,
  builtInNames,
  recordedOutcome,
} from '../../src/experiment/index.js';
import type { SessionFile } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { dialogHead } from '../internal/kit/dialog-head.js';
import { dialogStyles } from '../internal/kit/styles/dialog.styles.js';
import { buttonStyles, cardStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { experimentTerms } from '../locales/experiments.js';

/** A guided experiment that the reader has chosen, as a session of a lab. */
export interface ChosenExperiment {
  readonly title: string;
  /** What to watch for, with the possible answers. */
  readonly question: string;
  readonly session: SessionFile;
}

/**
 * @summary Lists the guided experiments and opens one as a session. A part of `<lr-lab>`, which loads it when it is first
 * opened with `show()`.
 *
 * @fires {CustomEvent<ChosenExperiment>} lr-experiment - The reader has chosen one.
 *
 * @csspart dialog - The dialog.
 */
@customElement('lr-experiments-dialog')
export class LrExperimentsDialog extends LabElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    dialogStyles,
    css`
      .body {
        display: grid;
        gap: 12px;
        padding: 16px 18px 20px;
        overflow-y: auto;
      }

      p {
        margin: 0;
      }

      a {
        color: var(--accent);
      }

      ol {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr));
        gap: 8px;
        margin: 0;
        padding: 0;
        list-style: none;
      }

      .choice {
        display: block;
        block-size: 100%;
        inline-size: 100%;
        padding: 8px 12px;
        text-align: start;
        white-space: normal;
      }

      .question {
        display: block;
        margin-block-start: 2px;
        color: var(--text-muted);
        font-size: 0.8125rem;
        font-weight: 400;
      }
    `,
  ];

  /** The address of the article about them. */
  @property({ attribute: 'learn-href' }) learnHref: string | null = null;

  @query('dialog') private readonly dialog!: HTMLDialogElement | null;

  /** Opens the dialog. */
  async show(): Promise<void> {
    await this.updateComplete;
    this.dialog?.showModal();
  }

  private handlePointerDown(event: PointerEvent): void {
    if (event.target === this.dialog) this.dialog?.close();
  }

  private async handleChoice(name: BuiltInName): Promise<void> {
    const experiment = builtInExperiment(name)!;
    const recorded = await recordedOutcome(experiment);
    const { title, question, choices, runs } = experimentTerms(this.localize.terms).builtIn[name];
    const detail: ChosenExperiment = {
      title,
      question: `${question} ${Object.values(choices).join(' / ')}`,
      session: experiment.session({ suggested: recorded?.suggested, names: runs }),
    };
    this.dialog?.close();
    this.dispatchEvent(new CustomEvent('lr-experiment', { detail }));
  }

  protected override renderLab(): TemplateResult {
    const { terms } = this.localize;
    const words = terms.lab.experiments;
    return html`<dialog part="dialog" aria-labelledby="title" @pointerdown=${this.handlePointerDown}>
      <div class="frame">
        ${dialogHead(words.title, words.close, () => this.dialog?.close())}
        <div class="body">
          <p>
            ${words.introduction}
            ${this.learnHref === null ? nothing : html`<a href=${this.learnHref}>${words.article}</a>`}
          </p>
          <ol>
            ${builtInNames.map((name) => this.renderChoice(name))}
          </ol>
        </div>
      </div>
    </dialog>`;
  }

  private renderChoice(name: BuiltInName): TemplateResult {
    const { title, question } = experimentTerms(this.localize.terms).builtIn[name];
    return html`<li>
      <button class="button choice" type="button" @click=${() => void this.handleChoice(name)}>
        ${title}<span class="question">${question}</span>
      </button>
    </li>`;
  }
}

declare global {
  interface HTMLElementEventMap {
    'lr-experiment': CustomEvent<ChosenExperiment>;
  }
  interface HTMLElementTagNameMap {
    'lr-experiments-dialog': LrExperimentsDialog;
  }
}
