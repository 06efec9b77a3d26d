import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import {
  type Bounds,
  isRequired,
  isWithin,
  type Parameter,
  type PolicyIssue,
} from '../../src/policy/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { formatRate } from '../internal/kit/format.js';
import { issueSentence } from '../internal/lab/problem-view.js';
import { issueDelay } from '../internal/policy/policy-draft.js';
import { TermsController } from '../internal/kit/element/terms-controller.js';
import { en } from '../locales/en.js';
import { fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { textOfValue, valueOfText } from './field-text.js';
import { parameterFieldStyles } from './lr-parameter-field.styles.js';
import type { Slider } from './parameter-form.js';
import { nextValue, positionOfValue, sliderLength, valueOfPosition, withinSlider } from './slider-scale.js';

/** By how many values a key moves a slider; the browser's own steps are too coarse on one and too fine on another. */
const slideKeys: Partial<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 10,
  PageDown: -10,
};

/**
 * @summary Edits one parameter of a scheduler under PyTorch's name: a number with a slider, a list, a formula, a
 * choice or a switch. A part of `<lr-policy-builder>`.
 *
 * @fires {CustomEvent<unknown>} lr-parameter - The new value; undefined for PyTorch's default.
 */
@customElement('lr-parameter-field')
export class LrParameterField extends LitElement {
  static override shadowRootOptions: ShadowRootInit = {
    ...LitElement.shadowRootOptions,
    delegatesFocus: true,
  };

  static override styles = [themeStyles, fieldStyles, parameterFieldStyles];

  private readonly localize = new TermsController(this, en);

  /** The parameter. */
  @property({ attribute: false }) parameter: Parameter = { kind: 'number', python: '' };

  /** The name shown. */
  @property() name = '';

  /** Its meaning, in a few words. */
  @property() words = '';

  /** What the value counts, if it counts anything: epochs, steps. */
  @property() unit = '';

  /** Any value; an invalid one has an issue. */
  @property({ attribute: false }) value: unknown;

  /** The error of the value. */
  @property({ attribute: false }) issue: PolicyIssue | undefined;

  @property({ attribute: false }) slider: Slider | undefined;

  /** The text as it is typed: `1e-` on the way to `1e-5`. */
  @state() private text = '';
  @state() private showsIssue = false;

  private timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('value') || changed.has('parameter')) {
      // The reader's own spelling of the same value stays.
      const typed = JSON.stringify(valueOfText(this.text, this.parameter));
      if (!this.hasUpdated || typed !== JSON.stringify(this.value ?? undefined))
        this.text = textOfValue(this.value, this.parameter);
    }
    if (changed.has('issue')) {
      clearTimeout(this.timer);
      if (this.issue === undefined) this.showsIssue = false;
      else if (!this.showsIssue) {
        const wait = this.hasUpdated ? issueDelay : 0;
        this.timer = setTimeout(() => {
          this.showsIssue = true;
        }, wait);
      }
    }
  }

  private change(value: unknown): void {
    this.dispatchEvent(new CustomEvent('lr-parameter', { detail: value }));
  }

  private handleText(event: Event): void {
    this.text = (event.target as HTMLInputElement).value;
    this.change(valueOfText(this.text, this.parameter));
  }

  private handleBlur(): void {
    if (this.issue !== undefined) this.showsIssue = true;
  }

  private handleSlide(event: InputEvent): void {
    const place = Number((event.target as HTMLInputElement).value);
    if (this.slider) this.change(valueOfPosition(place, this.slider));
  }

  private handleKey(event: KeyboardEvent): void {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : undefined;
    const { present, slider } = this;
    if (direction === undefined || present === undefined || slider === undefined || event.altKey) return;
    event.preventDefault();
    const next = nextValue(present, direction, slider, event.shiftKey ? 10 : 1);
    // A key stops at the bounds of the parameter.
    if (isWithin(next, this.parameter as Bounds)) this.change(next);
  }

  private handleSlideKey(event: KeyboardEvent): void {
    const move = slideKeys[event.key];
    const { slider } = this;
    if (move === undefined || slider === undefined || event.altKey) return;
    event.preventDefault();
    const next = nextValue(this.present ?? slider.from, move > 0 ? 1 : -1, slider, Math.abs(move));
    this.change(withinSlider(next, slider));
  }

  /** The effective number: the value, or the default. */
  private get present(): number | undefined {
    const value = this.value ?? this.parameter.default;
    return typeof value === 'number' ? value : undefined;
  }

  private get isBad(): boolean {
    return this.showsIssue && this.issue !== undefined;
  }

  private get described(): string {
    const { isBad, unit, words } = this;
    return [isBad ? 'issue' : [], unit === '' ? [] : 'unit', words === '' ? [] : 'words'].flat().join(' ');
  }

  private get placeholder(): string {
    const { parameter } = this;
    if (isRequired(parameter)) return '';
    if (typeof parameter.default === 'number') return formatRate(parameter.default);
    return parameter.default === null ? 'None' : textOfValue(parameter.default, parameter);
  }

  protected override render(): TemplateResult {
    const { words, isBad, issue } = this;
    return html`${this.renderRow()} ${words === '' ? nothing : html`<p class="hint" id="words">${words}</p>`}
      <div role="status">
        ${
          isBad && issue
            ? html`<p class="bad" id="issue">
                ${issueSentence(issue, this.localize.terms)}
                <span class="accepted">${issue.accepted}</span>
              </p>`
            : nothing
        }
      </div>`;
  }

  private renderRow(): TemplateResult {
    const { parameter, slider } = this;
    const name = html`<label class="name" for="value">${this.name}</label>`;
    switch (parameter.kind) {
      case 'boolean':
        return html`<div class="row wide">${name}${this.renderCheckbox()}</div>`;
      case 'choice':
        return html`<div class="row wide">${name}${this.renderSelect(parameter.values)}</div>`;
      case 'formula':
        return html`<div class="row wide">${name}${this.renderFormula()}</div>`;
      default:
        return slider === undefined
          ? html`<div class="row wide">${name}${this.renderAmount('')}</div>`
          : html`<div class="row">${name}${this.renderSlider(slider)}${this.renderAmount('value')}</div>`;
    }
  }

  private renderAmount(kind: string): TemplateResult {
    const input = this.renderInput(kind);
    if (this.unit === '') return input;
    return html`<span class="amount">${input}<span class="unit" id="unit">${this.unit}</span></span>`;
  }

  private renderInput(kind: string): TemplateResult {
    return html`<input
      class="input ${kind}"
      id="value"
      inputmode=${this.parameter.kind === 'number' ? 'decimal' : 'text'}
      autocomplete="off"
      spellcheck="false"
      placeholder=${this.placeholder}
      aria-invalid=${this.isBad}
      aria-describedby=${this.described || nothing}
      .value=${live(this.text)}
      @input=${this.handleText}
      @blur=${this.handleBlur}
      @keydown=${this.handleKey}
    />`;
  }

  private renderSlider(slider: Slider): TemplateResult {
    const { present } = this;
    // For the pointer; the keyboard moves the value with the arrows in its field.
    return html`<input
      type="range"
      tabindex="-1"
      min="0"
      max=${sliderLength}
      step=${slider.scale === 'log' ? 5 : Math.max(1, (sliderLength * slider.step) / (slider.to - slider.from))}
      aria-label=${this.name}
      aria-valuetext=${present === undefined ? nothing : formatRate(present)}
      .value=${live(String(present === undefined ? 0 : positionOfValue(present, slider)))}
      @input=${this.handleSlide}
      @keydown=${this.handleSlideKey}
    />`;
  }

  private renderFormula(): TemplateResult {
    return html`<textarea
      class="input"
      id="value"
      rows="1"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      placeholder=${this.placeholder}
      aria-invalid=${this.isBad}
      aria-describedby=${this.described || nothing}
      .value=${live(this.text)}
      @input=${this.handleText}
      @blur=${this.handleBlur}
    ></textarea>`;
  }

  private renderSelect(values: readonly string[]): TemplateResult {
    const chosen = String(this.value ?? this.parameter.default);
    return html`<select
      class="input"
      id="value"
      aria-invalid=${this.isBad}
      aria-describedby=${this.described || nothing}
      .value=${live(chosen)}
      @change=${this.handleText}
    >
      ${values.map((value) => html`<option value=${value} ?selected=${value === chosen}>${value}</option>`)}
    </select>`;
  }

  private renderCheckbox(): TemplateResult {
    return html`<input
      type="checkbox"
      id="value"
      aria-invalid=${this.isBad}
      aria-describedby=${this.described || nothing}
      .checked=${live((this.value ?? this.parameter.default) === true)}
      @change=${(event: Event) => this.change((event.target as HTMLInputElement).checked)}
    />`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-parameter-field': LrParameterField;
  }
  interface HTMLElementEventMap {
    'lr-parameter': CustomEvent<unknown>;
  }
}
