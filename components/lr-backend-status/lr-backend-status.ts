import { html, nothing, type TemplateResult } from 'lit';
import { query } from 'lit/decorators.js';
import type { Lab } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { speedDigits } from '../internal/kit/format.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { cardStyles, chipStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { type BackendDescription, describeBackend } from './describe-backend.js';
import { backendStatusStyles } from './lr-backend-status.styles.js';

/**
 * @summary Shows what trains: WebGPU, WebGL or the CPU, on which adapter, how fast, and which backends failed before.
 * The chip itself names a software adapter or a fallback.
 *
 * @csspart base - The chip, a button that opens the details.
 * @csspart speed - The steps per second on the chip.
 * @csspart details - The details, a popover.
 * @csspart no-lab - The sentence shown without a Lab.
 *
 * @cssprop --lr-success - The dot where a GPU trains.
 * @cssprop --lr-warning - The sign and the words where none does.
 */
@customElement('lr-backend-status')
export class LrBackendStatus extends LabElement {
  static override styles = [themeStyles, cardStyles, chipStyles, backendStatusStyles];

  @query('.chip') private readonly chip!: HTMLButtonElement;
  @query('.details') private readonly details!: HTMLElement;

  private handleToggle(event: ToggleEvent): void {
    if (event.newState === 'open') positionPopover(this.details, this.chip);
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const report = lab.backend.value;
    const description =
      report === undefined ? undefined : describeBackend(report, lab.fallbackModel.value, terms.backend);
    return html`<button
        class="chip ${description?.tone ?? ''}"
        part="base"
        type="button"
        popovertarget="details"
        aria-haspopup="dialog"
      >
        <span class="dot"></span>
        <span class="words">
          ${
            description === undefined
              ? terms.backend.notStarted
              : html`<span class="name">${description.name}</span>
                  ${
                    description.caveat === ''
                      ? nothing
                      : html`<span class="caveat">· ${description.caveat}</span>`
                  }
                  <span class="speed" part="speed">· ${this.speedWords(lab)}</span>`
          }
        </span>
      </button>
      <div
        class="details"
        id="details"
        part="details"
        popover
        role="dialog"
        aria-label=${terms.backend.label}
        @toggle=${this.handleToggle}
      >
        ${
          description === undefined
            ? html`<p>${terms.backend.notStartedDetails}</p>`
            : this.renderDetails(description)
        }
      </div>`;
  }

  private speedWords(lab: Lab): string {
    const terms = this.localize.terms.backend;
    const speed = lab.speed.value;
    return speed > 0 ? terms.speed(this.localize.number(speed, speedDigits(speed))) : terms.idle;
  }

  private renderDetails(description: BackendDescription): TemplateResult {
    const terms = this.localize.terms.backend;
    return html`${description.sentences.map((sentence) => html`<p>${sentence}</p>`)}
      <dl>
        ${
          description.adapter === undefined
            ? nothing
            : html`<dt>${terms.adapter}</dt>
                <dd>${description.adapter}</dd>`
        }
        ${
          description.refused.length === 0
            ? nothing
            : html`<dt>${terms.refusedTitle}</dt>
                <dd>
                  <ul>
                    ${description.refused.map(
                      ({ name, reason }) => html`<li>${terms.refused(name, reason)}</li>`,
                    )}
                  </ul>
                </dd>`
        }
      </dl>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-backend-status': LrBackendStatus;
  }
}
