import { css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import type { Problem } from '../../src/errors.js';
import type { Lab } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { dialogHead } from '../internal/kit/dialog-head.js';
import { dialogStyles } from '../internal/kit/styles/dialog.styles.js';
import { type QrCode, qrCode, qrStyles, qrView } from '../internal/kit/qr-code.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { refusalOf } from '../internal/lab/refusal.js';
import { buttonStyles, cardStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';

/**
 * @summary Shows a link that contains the configs and interventions of all runs: opened and started, it gives the
 * same losses. A part of `<lr-lab>`, which opens it with `show()`.
 *
 * @csspart dialog - The dialog.
 */
@customElement('lr-share-dialog')
export class LrShareDialog extends LabElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    fieldStyles,
    problemStyles,
    dialogStyles,
    qrStyles,
    css`
      .body {
        display: grid;
        gap: 12px;
        padding: 16px 18px 20px;
        overflow-y: auto;
      }

      .body > p {
        margin: 0;
      }

      .copy {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }

      .copy .input {
        flex: 1 1 240px;
        inline-size: auto;
        min-inline-size: 0;
        font-family: var(--font-mono);
        font-size: 0.8125rem;
      }

      .said {
        min-block-size: 1.45em;
        margin: 0;
      }
    `,
  ];

  @state() private link = '';
  @state() private refusal: Problem | undefined;
  @state() private said = '';
  @state() private qr: QrCode | undefined;

  @query('dialog') private readonly dialog!: HTMLDialogElement | null;
  @query('input') private readonly field!: HTMLInputElement | null;

  /** Creates the link and opens the dialog. */
  async show(): Promise<void> {
    const { lab } = this;
    if (lab === undefined || this.dialog?.open) return;
    this.said = '';
    this.link = '';
    this.qr = undefined;
    this.refusal = await refusalOf(
      lab.shareLink(location.href).then((link) => {
        this.link = link;
      }),
    );
    await this.updateComplete;
    this.dialog?.showModal();
    this.field?.select();
  }

  private handlePointerDown(event: PointerEvent): void {
    if (event.target === this.dialog) this.dialog?.close();
  }

  private async handleCopy(): Promise<void> {
    const terms = this.localize.terms.share;
    this.field?.select();
    try {
      await navigator.clipboard.writeText(this.link);
      this.said = terms.copied;
    } catch {
      // A browser may block the clipboard; the link is selected, so that the reader can copy it.
      this.said = terms.copyByHand;
    }
  }

  private async handleQr(): Promise<void> {
    const { link } = this;
    const qr = this.qr === undefined ? await qrCode(link) : undefined;
    if (this.link === link) this.qr = qr;
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const isTrained = lab.runs.value.some((run) => run.history.length > 0);
    return html`<dialog part="dialog" aria-labelledby="title" @pointerdown=${this.handlePointerDown}>
      <div class="frame">
        ${dialogHead(terms.share.title, terms.share.close, () => this.dialog?.close())}
        <div class="body">
          <p>${isTrained ? terms.share.introduction : terms.share.introductionUntrained}</p>
          ${
            this.refusal === undefined
              ? html`<div class="field">
                  <label class="label" for="link">${terms.share.link}</label>
                  <div class="copy">
                    <input class="input" id="link" readonly spellcheck="false" .value=${this.link} />
                    <button class="button primary" type="button" @click=${() => void this.handleCopy()}>
                      ${terms.share.copy}
                    </button>
                    <button
                      class="button"
                      type="button"
                      aria-expanded=${this.qr !== undefined}
                      @click=${() => void this.handleQr()}
                    >
                      ${terms.share.qr}
                    </button>
                  </div>
                  ${this.qr === undefined ? nothing : qrView(this.qr, terms, (value) => this.localize.number(value))}
                </div>`
              : html`<div role="alert">${problemView(this.refusal, terms)}</div>`
          }
          <p class="said" role="status">${this.said === '' ? nothing : this.said}</p>
        </div>
      </div>
    </dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-share-dialog': LrShareDialog;
  }
}
