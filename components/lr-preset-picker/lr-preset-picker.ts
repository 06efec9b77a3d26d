import { html, LitElement, nothing, type SVGTemplateResult, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { type Preset, type PresetId, presets } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { TermsController } from '../internal/kit/element/terms-controller.js';
import { en } from '../locales/en.js';
import { themeStyles } from '../internal/kit/styles/theme.styles.js';
import { sparkline, sparklineStyles } from '../internal/plot/sparkline.js';
import { presetCurve } from '../internal/policy/preset-curve.js';
import { presetPickerStyles } from './lr-preset-picker.styles.js';

/** The value of the tile of the reader's own policy. */
const own = 'own';

const pictures = new Map<PresetId, SVGTemplateResult>();

/** The picture of a preset; drawn once. */
function pictureOf(id: PresetId): SVGTemplateResult {
  const picture = pictures.get(id) ?? sparkline(presetCurve(id));
  pictures.set(id, picture);
  return picture;
}

const recipes = presets.filter(({ config }: Preset) => config === undefined);
const programs = presets.filter(({ config }: Preset) => config !== undefined);

/**
 * @summary The presets as pictures, in one radio group. A part of `<lr-scheduler-panel>`; it only reports choices.
 *
 * @fires {CustomEvent<PresetId
 * null>} lr-preset - The preset that was picked; null for the reader's own policy.
 *
 * @cssprop --lr-draft - The picked preset, and the preview of a change that is not made yet.
 */
@customElement('lr-preset-picker')
export class LrPresetPicker extends LitElement {
  static override styles = [themeStyles, sparklineStyles, presetPickerStyles];

  private readonly localize = new TermsController(this, en);

  /** The preset that is picked, if any. */
  @property({ attribute: false }) picked: PresetId | undefined;

  /** The preset that the selected run trains with, if any. */
  @property({ attribute: false }) running: PresetId | undefined;

  /** The rates of the reader's own policy, if there is one. */
  @property({ attribute: false }) ownCurve: Float64Array | undefined;

  /** Whether the selected run trains with the reader's own policy. */
  @property({ type: Boolean }) runsOwn = false;

  private handlePick(id: PresetId | null): void {
    this.dispatchEvent(new CustomEvent('lr-preset', { detail: id }));
  }

  protected override render(): TemplateResult {
    const { panel } = this.localize.terms;
    return html`<div class="groups" role="radiogroup" aria-label=${panel.preset}>
      <div class="tiles">
        ${recipes.map(({ id }) => this.renderTile(id))}
        ${this.ownCurve === undefined ? nothing : this.renderOwn(this.ownCurve)}
      </div>
      <div class="programs" role="group" aria-labelledby="programs">
        <p class="title" id="programs">${panel.presetsPrograms}</p>
        <div class="tiles">${programs.map(({ id }) => this.renderTile(id))}</div>
      </div>
    </div>`;
  }

  private renderTile(id: PresetId): TemplateResult {
    const { presets: words, panel } = this.localize.terms;
    const { name, reason } = words[id];
    const isRunning = id === this.running;
    return html`<label class="tile ${isRunning ? 'running' : ''}" title=${reason}>
      <input
        type="radio"
        name="preset"
        value=${id}
        aria-label=${name}
        aria-description=${isRunning ? panel.trainsNow : nothing}
        .checked=${live(id === this.picked)}
        @change=${() => this.handlePick(id)}
      />
      <span class="face" aria-hidden="true">
        <span class="picture">${pictureOf(id)}</span>
        <span class="name">${name}</span>
      </span>
    </label>`;
  }

  private renderOwn(curve: Float64Array): TemplateResult {
    const { presetOwn, trainsNow } = this.localize.terms.panel;
    return html`<label class="tile ${this.runsOwn ? 'running' : ''}">
      <input
        type="radio"
        name="preset"
        value=${own}
        aria-label=${presetOwn}
        aria-description=${this.runsOwn ? trainsNow : nothing}
        .checked=${live(this.picked === undefined)}
        @change=${() => this.handlePick(null)}
      />
      <span class="face" aria-hidden="true">
        <span class="picture">${sparkline(curve)}</span>
        <span class="name">${presetOwn}</span>
      </span>
    </label>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-preset-picker': LrPresetPicker;
  }
  interface HTMLElementEventMap {
    'lr-preset': CustomEvent<PresetId | null>;
  }
}
