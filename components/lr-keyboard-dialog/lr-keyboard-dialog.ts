import { css, html, LitElement, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { dialogHead } from '../internal/kit/dialog-head.js';
import { dialogStyles } from '../internal/kit/styles/dialog.styles.js';
import { buttonStyles, cardStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { TermsController } from '../internal/kit/element/terms-controller.js';
import { type Shortcut, shortcutKeys } from '../internal/lab/shortcuts.js';
import { en } from '../locales/en.js';
import { keyboardTerms } from '../locales/keyboard.js';
import type { KeyList } from '../locales/keyboard-terms.js';

/**
 * @summary Lists the keys of a lab, and turns the letters that press its buttons on and off. A part of `<lr-lab>`, which
 * loads it when it is first opened with `show()`.
 *
 * @fires {CustomEvent<boolean>} lr-shortcuts - The reader has turned the letters on or off.
 *
 * @csspart dialog - The dialog.
 */
@customElement('lr-keyboard-dialog')
export class LrKeyboardDialog extends LitElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    dialogStyles,
    css`
      dialog {
        inline-size: min(760px, calc(100vw - 24px));
      }

      .body {
        padding: 16px 18px;
        overflow-y: auto;
      }

      /* Within what scrolls: columns of a limited height would continue sideways. */
      .lists {
        columns: 2 19rem;
        column-gap: 32px;
      }

      section {
        margin-block-end: 16px;
        break-inside: avoid;
      }

      h3 {
        margin: 0 0 6px;
        font-size: 0.875rem;
      }

      dl {
        display: grid;
        grid-template-columns: minmax(5.5rem, max-content) minmax(0, 1fr);
        gap: 5px 12px;
        margin: 0;
      }

      dt,
      dd {
        margin: 0;
      }

      kbd {
        padding: 1px 6px;
        border: 1px solid var(--border);
        border-radius: 4px;
        background: var(--surface-sunken);
        font: inherit;
        font-size: 0.8125rem;
        white-space: nowrap;
      }

      label {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-block: 10px 4px;
      }

      input {
        accent-color: var(--accent);
      }

      p {
        margin: 0;
      }
    `,
  ];

  private readonly localize = new TermsController(this, en);

  /** Whether the letters press buttons. */
  @property({ attribute: false }) isOn = true;

  @query('dialog') private readonly dialog!: HTMLDialogElement | null;

  /** Opens the dialog. */
  async show(): Promise<void> {
    await this.updateComplete;
    this.dialog?.showModal();
  }

  private handlePointerDown(event: PointerEvent): void {
    if (event.target === this.dialog) this.dialog?.close();
  }

  private handleSwitch(event: Event): void {
    const { checked } = event.target as HTMLInputElement;
    this.dispatchEvent(new CustomEvent<boolean>('lr-shortcuts', { detail: checked }));
  }

  protected override render(): TemplateResult {
    const { terms } = this.localize;
    const words = keyboardTerms(terms);
    return html`<dialog part="dialog" aria-labelledby="title" @pointerdown=${this.handlePointerDown}>
      <div class="frame">
        ${dialogHead(terms.lab.keyboard, words.close, () => this.dialog?.close())}
        <div class="body" tabindex="0" role="group" aria-labelledby="title">
          <div class="lists">${this.renderLetters()} ${words.lists.map(renderList)}</div>
        </div>
      </div>
    </dialog>`;
  }

  private renderLetters(): TemplateResult {
    const { letters } = keyboardTerms(this.localize.terms);
    const keys = Object.entries(shortcutKeys) as [Shortcut, string][];
    return html`<section>
      <h3>${letters.title}</h3>
      <dl>
        ${keys.map(([shortcut, key]) => renderKey([key.toUpperCase(), letters.does[shortcut]]))}
        ${renderKey(['?', letters.list])}
      </dl>
      <label><input type="checkbox" .checked=${this.isOn} @change=${this.handleSwitch} />${letters.on}</label>
      <p class="muted">${letters.hint}</p>
    </section>`;
  }
}

const renderKey = ([keys, does]: KeyList['keys'][number]): TemplateResult =>
  html`<dt><kbd>${keys}</kbd></dt>
    <dd>${does}</dd>`;

const renderList = ({ title, keys }: KeyList): TemplateResult =>
  html`<section>
    <h3>${title}</h3>
    <dl>${keys.map(renderKey)}</dl>
  </section>`;

declare global {
  interface HTMLElementEventMap {
    'lr-shortcuts': CustomEvent<boolean>;
  }
  interface HTMLElementTagNameMap {
    'lr-keyboard-dialog': LrKeyboardDialog;
  }
}
