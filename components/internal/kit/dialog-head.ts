/** The head of a dialog: its title and a button that closes it. */
import { html, type TemplateResult } from 'lit';
import { closeIcon } from './icons.js';

/**
 * Renders the head; the dialog is labelled by `title`.
 *
 * @param close what the button says to a screen reader
 */
export function dialogHead(title: string, close: string, onClose: () => void): TemplateResult {
  return html`<div class="head">
    <h2 class="heading" id="title">${title}</h2>
    <button class="button icon-button" type="button" aria-label=${close} @click=${onClose}>
      ${closeIcon}
    </button>
  </div>`;
}
