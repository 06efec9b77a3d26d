import { css, html, type TemplateResult } from 'lit';
import { query } from 'lit/decorators.js';
import type { Lab } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { CommandOutcomes, outcomeStyles } from '../internal/lab/command-outcomes.js';
import { download, type Download } from '../internal/kit/download.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import {
  historyFile,
  programFile,
  sessionFile,
  tableFile,
  weightsFiles,
} from '../internal/lab/run-exports.js';
import { buttonStyles, cardStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { popoverStyles } from '../internal/kit/styles/popover.styles.js';
import { viewOf } from '../internal/lab/lab-view.js';

/**
 * @summary Exports from a Lab, and opens a session again: the session, histories as CSV, trained weights in tf.js's
 * format, the run as a PyTorch program. A part of `<lr-lab>`.
 *
 * @fires {CustomEvent<{ file: File }>} lr-open-file - The reader has chosen a session file.
 *
 * @csspart base - The button that opens the menu.
 * @csspart menu - The menu, a popover.
 */
@customElement('lr-export-menu')
export class LrExportMenu extends LabElement {
  static override styles = [
    themeStyles,
    popoverStyles,
    cardStyles,
    buttonStyles,
    problemStyles,
    outcomeStyles,
    css`
      :host {
        display: inline-block;
      }

      .menu {
        inline-size: min(380px, calc(100vw - 16px));
        max-block-size: calc(100vh - 16px);
        padding: 12px;
        overflow: auto;
      }

      ul {
        display: grid;
        gap: 10px;
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li .button {
        justify-content: start;
        inline-size: 100%;
        white-space: normal;
        text-align: start;
      }

      li p {
        margin: 2px 0 0;
        color: var(--text-muted);
        font-size: 0.75rem;
      }

      .open {
        margin-block-start: 12px;
        padding-block-start: 12px;
        border-block-start: 1px solid var(--border);
      }

      label.button:focus-within {
        outline: 2px solid var(--focus-ring);
        outline-offset: 2px;
      }
    `,
  ];

  private readonly outcomes = new CommandOutcomes<'export'>(this);

  @query('.menu') private readonly menu!: HTMLElement;
  @query('.button') private readonly button!: HTMLElement;

  private handleToggle(event: ToggleEvent): void {
    if (event.newState === 'open') positionPopover(this.menu, this.button);
    else this.outcomes.clear();
  }

  private handleExport(lab: Lab, files: () => Download[] | Promise<Download[]>): void {
    const { saved } = this.localize.terms.export;
    void this.outcomes.act(lab, 'export', async () => {
      const made = await files();
      download(made);
      return saved(made.map(({ name }) => name).join(', '));
    });
  }

  private handleFile(event: Event): void {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file === undefined) return;
    this.menu.hidePopover();
    this.dispatchEvent(new CustomEvent('lr-open-file', { detail: { file }, bubbles: true, composed: true }));
    // The same file may be chosen again.
    input.value = '';
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const words = terms.export;
    const run = viewOf(lab).selected.value;
    const name = run.name.value;
    const hasBegun = run.step.value > 0;
    const item = (
      label: string,
      hint: string,
      files: () => Download[] | Promise<Download[]>,
      disabled = false,
    ): TemplateResult =>
      html`<li>
        <button
          class="button"
          type="button"
          ?disabled=${disabled}
          @click=${() => this.handleExport(lab, files)}
        >
          ${label}
        </button>
        <p>${hint}</p>
      </li>`;
    return html`<button class="button" part="base" type="button" popovertarget="menu" aria-haspopup="dialog">
        ${words.open}
      </button>
      <div
        class="menu popover"
        id="menu"
        part="menu"
        popover
        role="dialog"
        aria-label=${words.title}
        @toggle=${this.handleToggle}
      >
        <ul>
          ${item(words.session, words.sessionHint, () => sessionFile(lab))}
          ${item(words.csv, words.csvHint, () => historyFile(lab.runs.peek()), !hasBegun)}
          ${item(words.table, words.tableHint, () => tableFile(lab.runs.peek()), !hasBegun)}
          ${item(words.weights(name), words.weightsHint, () => weightsFiles(lab, run), !hasBegun)}
          ${item(words.program(name), words.programHint, () => programFile(lab, run))}
        </ul>
        ${this.outcomes.view('export', terms)}
        <div class="open">
          <label class="button">
            ${words.openFile}
            <input
              class="visually-hidden"
              type="file"
              accept=".json,application/json"
              @change=${this.handleFile}
            />
          </label>
          <p class="muted">${words.openFileHint}</p>
        </div>
      </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-export-menu': LrExportMenu;
  }
}
