import { html, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Handoff, Lab, Run } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { formatRate } from '../internal/kit/format.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { buttonStyles, chipStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { popoverStyles } from '../internal/kit/styles/popover.styles.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { swapOptionsStyles } from './lr-swap-options.styles.js';
import { stepOfChoice, type SwapChoice, usualChoice } from '../internal/lab/swap-choice.js';

/**
 * @summary When a change of the schedule acts and from which rate, as one sentence with choices behind it. A part of
 * `<lr-scheduler-panel>`; it only reports choices.
 *
 * @fires {CustomEvent<SwapChoice>} lr-swap-choice - The reader chose otherwise.
 */
@customElement('lr-swap-options')
export class LrSwapOptions extends LabElement {
  static override styles = [
    themeStyles,
    popoverStyles,
    buttonStyles,
    fieldStyles,
    chipStyles,
    swapOptionsStyles,
  ];

  /** What is chosen. */
  @property({ attribute: false }) choice: SwapChoice = usualChoice;

  /** Whether the schedule sets its own rates, so that the rate before it does not matter. */
  @property({ attribute: false }) setsOwnRates = false;

  @query('.options') private readonly options!: HTMLElement | null;
  @query('.sentence') private readonly sentence!: HTMLElement | null;

  private change(part: Partial<SwapChoice>): void {
    const detail: SwapChoice = { ...this.choice, ...part };
    this.dispatchEvent(new CustomEvent('lr-swap-choice', { detail }));
  }

  private handleToggle({ newState }: ToggleEvent): void {
    if (newState !== 'open' || this.options === null || this.sentence === null) return;
    positionPopover(this.options, this.sentence);
    this.options.querySelector<HTMLElement>('input:checked')?.focus();
  }

  private handleWhen(run: Run, when: SwapChoice['when']): void {
    if (when !== 'step' || stepOfChoice(run, { ...this.choice, when }) !== undefined) {
      this.change({ when });
      return;
    }
    // The epoch after the next leaves enough time to type another step.
    const { steps, stepsPerEpoch } = run.plan.peek();
    const next = (Math.floor(run.history.length / stepsPerEpoch) + 2) * stepsPerEpoch;
    this.change({ when, stepText: String(Math.min(next, steps - 1)) });
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const run = viewOf(lab).selected.value;
    const { options } = this.localize.terms.panel;
    const { when, stepText, handoff, keepsOld } = this.choice;
    const rate = formatRate(handoff === 'restart' ? run.config.optimizer.lr : run.lr.value[0]);
    const whenWords = when === 'step' ? options.atStep(stepText) : options[when];
    const given = handoff === 'torch' ? options.keeping : options.from(rate);
    const fromWords = this.setsOwnRates ? options.own : given;
    const words = options.sentence(whenWords, fromWords);
    return html`<button
        class="button sentence"
        type="button"
        popovertarget="options"
        aria-haspopup="dialog"
        aria-label=${options.label(words)}
      >
        ${keepsOld ? options.asNewRun(words) : words}
        <span aria-hidden="true">▾</span>
      </button>
      <div
        class="options popover"
        id="options"
        popover
        role="dialog"
        aria-label=${options.title}
        @toggle=${this.handleToggle}
      >
        ${this.renderWhen(run)} ${this.renderFrom(run)}
        <label class="compare">
          <input
            type="checkbox"
            .checked=${live(keepsOld)}
            @change=${(event: Event) => this.change({ keepsOld: (event.target as HTMLInputElement).checked })}
          />
          <span>${this.localize.terms.panel.counterfactual}</span>
        </label>
      </div>`;
  }

  private renderChoice(name: string, isChecked: boolean, words: string, choose: () => void): TemplateResult {
    return html`<label class="choice">
      <input type="radio" name=${name} .checked=${live(isChecked)} @change=${choose} />
      <span>${words}</span>
    </label>`;
  }

  private renderWhen(run: Run): TemplateResult {
    const terms = this.localize.terms.panel;
    const when = (value: SwapChoice['when'], words: string) =>
      this.renderChoice('at', this.choice.when === value, words, () => this.handleWhen(run, value));
    return html`<fieldset aria-label=${terms.when}>
      <span class="label" aria-hidden="true">${terms.when}</span>
      <div class="choices">
        ${when('now', terms.now)} ${when('epoch', terms.nextEpoch)} ${when('step', terms.atStep)}
      </div>
      ${this.choice.when === 'step' ? this.renderStep(run) : nothing}
    </fieldset>`;
  }

  private renderStep(run: Run): TemplateResult {
    const terms = this.localize.terms.panel;
    const isBad = stepOfChoice(run, this.choice) === undefined;
    return html`<div class="step">
      <label class="label" for="step">${terms.step}</label>
      <input
        class="input"
        id="step"
        inputmode="numeric"
        autocomplete="off"
        aria-invalid=${isBad}
        aria-describedby="step-hint"
        .value=${live(this.choice.stepText)}
        @input=${(event: InputEvent) => this.change({ stepText: (event.target as HTMLInputElement).value })}
      />
      <p class="hint ${isBad ? 'bad' : ''}" id="step-hint">
        ${terms.stepHint(this.localize.number(run.plan.value.steps - 1))}
      </p>
    </div>`;
  }

  private renderFrom(run: Run): TemplateResult {
    const terms = this.localize.terms.panel;
    const from = (handoff: Handoff, words: string) =>
      this.renderChoice('from', this.choice.handoff === handoff, words, () => this.change({ handoff }));
    return html`<fieldset aria-label=${terms.from}>
      <span class="label" aria-hidden="true">${terms.from}</span>
      <div class="choices">
        ${from('continue', terms.currentLr(formatRate(run.lr.value[0])))}
        ${from('restart', terms.baseLr(formatRate(run.config.optimizer.lr)))} ${from('torch', terms.torchLr)}
      </div>
      <p class="hint">${this.setsOwnRates ? terms.ownRatesHint : terms.handoffHint[this.choice.handoff]}</p>
    </fieldset>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-swap-options': LrSwapOptions;
  }
  interface HTMLElementEventMap {
    'lr-swap-choice': CustomEvent<SwapChoice>;
  }
}
