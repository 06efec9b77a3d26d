import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Config, Plan } from '../../src/lab/index.js';
import {
  type Interval,
  intervals,
  type Policy,
  type Preset,
  presetOf,
  presets,
} from '../../src/policy/index.js';
import { formatRate } from '../internal/format.js';
import {
  draftOfPolicy,
  draftOfText,
  intervalOf,
  isSamePolicy,
  type PolicyDraft,
  withInterval,
} from '../internal/policy-draft.js';
import { issuesView, problemStyles, problemView } from '../internal/problem-view.js';
import { sparkline, sparklineStyles } from '../internal/sparkline.js';
import { TermsController } from '../internal/terms-controller.js';
import { buttonStyles, cardStyles, chipStyles, fieldStyles, themeStyles } from '../internal/theme.styles.js';
import { policyEditorStyles } from './lr-policy-editor.styles.js';
import { type DraftPreview, previewDraft } from './preview.js';

/** How long a fault in half-typed text stays unsaid, in milliseconds. */
const patience = 350;

/**
 * @summary Edits a policy: presets, its JSON with errors in place, its curve, per epoch or per batch. A part of
 * `<lr-scheduler-panel>`; it has no Lab and only tells of changes.
 *
 * @slot - What came of a program.
 *
 * @fires {CustomEvent<PolicyDraft>} lr-policy-draft - The reader changed the policy.
 * @fires {CustomEvent<Preset>} lr-policy-program - The reader wants a preset's whole program.
 */
@customElement('lr-policy-editor')
export class LrPolicyEditor extends LitElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    fieldStyles,
    chipStyles,
    problemStyles,
    sparklineStyles,
    policyEditorStyles,
  ];

  private readonly localize = new TermsController(this);

  /** The policy being written. */
  @property({ attribute: false }) draft: PolicyDraft = draftOfPolicy([]);

  /** The run that presets are fitted to and the curve spans. */
  @property({ attribute: false }) plan: Plan = { steps: 1, stepsPerEpoch: 1, epochs: 1 };

  /** Where the curve starts. */
  @property({ type: Number }) lr = 0.1;

  /** What the policy would steer. */
  @property({ attribute: false }) optimizer: Config['optimizer'] = { type: 'SGD', lr: 0.1 };

  /** Whether the draft's faults are shown; not while they are being typed. */
  @state() private showsIssues = false;

  private patienceTimer: ReturnType<typeof setTimeout> | undefined;
  private ownDraft: PolicyDraft | undefined;
  private preview: ReturnType<typeof previewDraft> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.patienceTimer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { draft, plan, lr, optimizer } = this;
    if (changed.has('draft')) {
      clearTimeout(this.patienceTimer);
      if (draft.policy !== undefined) this.showsIssues = false;
      else if (!this.showsIssues) {
        this.patienceTimer = setTimeout(() => {
          this.showsIssues = true;
        }, patience);
      }
    }
    if ((['draft', 'plan', 'lr', 'optimizer'] as const).some((name) => changed.has(name))) {
      this.preview = draft.policy && previewDraft(draft.policy, lr, plan, optimizer);
    }
  }

  private change(draft: PolicyDraft): void {
    this.dispatchEvent(new CustomEvent('lr-policy-draft', { detail: draft }));
  }

  /** A preset made to the measure of the run. */
  private fit(preset: Preset): Policy {
    return preset.policy({ ...this.plan, lr: this.optimizer.lr });
  }

  private handleText(event: InputEvent): void {
    const draft = draftOfText((event.target as HTMLTextAreaElement).value);
    this.ownDraft = draft;
    this.change(draft);
  }

  private handleBlur(): void {
    this.showsIssues = this.draft.policy === undefined;
  }

  private handlePreset(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    const preset = presetOf(value);
    if (preset !== undefined) this.change(draftOfPolicy(this.fit(preset)));
    else if (this.ownDraft !== undefined) this.change(this.ownDraft);
  }

  private handleInterval(interval: Interval): void {
    const { policy } = this.draft;
    if (policy === undefined) return;
    const draft = draftOfPolicy(withInterval(policy, interval));
    this.ownDraft = draft;
    this.change(draft);
  }

  private handleProgram(preset: Preset): void {
    this.dispatchEvent(new CustomEvent('lr-policy-program', { detail: preset }));
  }

  protected override render(): TemplateResult {
    return html`<div class="editor">
      ${this.renderPresets()} ${this.renderCurve()} ${this.renderInterval()} ${this.renderText()}
    </div>`;
  }

  private renderPresets(): TemplateResult {
    const { panel, presets: names } = this.localize.terms;
    const { policy } = this.draft;
    const chosen = policy && presets.find((preset) => isSamePolicy(this.fit(preset), policy));
    const option = ({ id }: (typeof presets)[number]) =>
      html`<option value=${id} ?selected=${id === chosen?.id}>${names[id].name}</option>`;
    return html`<div class="row">
        <h2 class="heading">${panel.heading}</h2>
        <label class="preset">
          <span class="visually-hidden">${panel.preset}</span>
          <select class="input" .value=${live(chosen?.id ?? '')} @change=${this.handlePreset}>
            <option value="" ?selected=${chosen === undefined}>${panel.presetOwn}</option>
            <optgroup label=${panel.presetsGeneral}>
              ${presets.filter(({ config }) => config === undefined).map(option)}
            </optgroup>
            <optgroup label=${panel.presetsArticle}>
              ${presets.filter(({ config }) => config !== undefined).map(option)}
            </optgroup>
          </select>
        </label>
      </div>
      ${chosen === undefined ? nothing : html`<p class="reason">${names[chosen.id].reason}</p>`}
      ${chosen?.config === undefined ? nothing : this.renderProgram(chosen)}
      <slot></slot>`;
  }

  private renderProgram(preset: Preset): TemplateResult {
    const { panel, lab } = this.localize.terms;
    const { optimizer, model, classes, epochs } = preset.config ?? {};
    const words = [
      optimizer && `${optimizer.type} ${formatRate(optimizer.lr)}`,
      model && lab.models[model],
      classes && lab.classCount(String(classes)),
      epochs && lab.epochs(String(epochs)),
    ].filter((word) => word !== undefined);
    return html`<div class="program">
      <button class="button quiet" type="button" @click=${() => this.handleProgram(preset)}>
        ${panel.program}
      </button>
      <p class="hint">${panel.programHint(words.join(' · '))}</p>
    </div>`;
  }

  private renderCurve(): TemplateResult {
    const { terms } = this.localize;
    const { preview } = this;
    if (preview === undefined) {
      return html`<figure class="curve">
        <div class="drawing empty muted">${terms.panel.curveEmpty}</div>
        <figcaption>&nbsp;</figcaption>
      </figure>`;
    }
    if ('code' in preview) return problemView(preview, terms);
    return html`<figure class="curve">
      <div class="drawing" role="img" aria-label=${this.curveWords(preview)}>${sparkline(preview.lr)}</div>
      <figcaption>${this.curveCaption(preview)}</figcaption>
    </figure>`;
  }

  private curveWords({ lr, lowest, highest }: DraftPreview): string {
    return this.localize.terms.panel.curveOf(
      formatRate(lr[0]),
      formatRate(lr[lr.length - 1]),
      formatRate(lowest),
      formatRate(highest),
    );
  }

  private curveCaption({ lr, needsLoss, stops }: DraftPreview): string {
    const terms = this.localize.terms.panel;
    if (stops !== undefined) return terms.curveStops(this.localize.number(stops));
    if (needsLoss) return terms.curveNeedsLoss;
    return terms.curveCaption(
      formatRate(lr[0]),
      formatRate(lr[lr.length - 1]),
      this.localize.number(this.plan.steps),
    );
  }

  private renderInterval(): TemplateResult | typeof nothing {
    const terms = this.localize.terms.panel;
    const { policy } = this.draft;
    const chosen = policy && intervalOf(policy);
    const isOff = policy === undefined || policy.length === 0;
    const hint = {
      epoch: terms.intervalHint.epoch(this.localize.number(this.plan.stepsPerEpoch)),
      step: terms.intervalHint.step,
      mixed: terms.intervalHint.mixed,
    };
    return html`<div>
      <fieldset class="interval" ?disabled=${isOff}>
        <legend class="label">${terms.interval}</legend>
        <div class="choices">
          ${intervals.map(
            (interval) =>
              html`<label class="choice">
                <input
                  type="radio"
                  name="interval"
                  .checked=${live(interval === chosen)}
                  @change=${() => this.handleInterval(interval)}
                />
                <span>${terms.intervals[interval]}</span>
              </label>`,
          )}
        </div>
      </fieldset>
      ${chosen === undefined ? nothing : html`<p class="hint">${hint[chosen]}</p>`}
    </div>`;
  }

  private renderText(): TemplateResult {
    const { terms } = this.localize;
    const { issues, text } = this.draft;
    const isBad = this.showsIssues && issues.length > 0;
    return html`<div class="field">
      <div class="row">
        <label class="label" for="json">${terms.panel.json}</label>
        <span class="state ${isBad ? 'bad' : ''}">
          ${isBad ? terms.panel.invalid(issues.length) : issues.length === 0 ? terms.panel.valid : nothing}
        </span>
      </div>
      <textarea
        class="input"
        id="json"
        rows="9"
        spellcheck="false"
        autocapitalize="off"
        autocomplete="off"
        aria-invalid=${isBad}
        aria-describedby=${isBad ? 'issues json-hint' : 'json-hint'}
        .value=${live(text)}
        @input=${this.handleText}
        @blur=${this.handleBlur}
      ></textarea>
      <div role="status">${isBad ? issuesView(issues, terms, 'issues') : nothing}</div>
      <p class="hint" id="json-hint">${terms.panel.jsonHint}</p>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-policy-editor': LrPolicyEditor;
  }
  interface HTMLElementEventMap {
    'lr-policy-draft': CustomEvent<PolicyDraft>;
    'lr-policy-program': CustomEvent<Preset>;
  }
}
