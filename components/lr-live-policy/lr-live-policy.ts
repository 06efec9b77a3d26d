import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Lab, Run } from '../../src/lab/index.js';
import type { PolicyEntry } from '../../src/policy/index.js';
import { CommandOutcomes, outcomeStyles } from '../internal/command-outcomes.js';
import { formatRate } from '../internal/format.js';
import { LabElement } from '../internal/lab-element.js';
import { hasBegun, isOver, rateFrom, setLrAhead, unchainAhead } from '../internal/policy-commands.js';
import { problemStyles } from '../internal/problem-view.js';
import { schedulerText } from '../internal/scheduler-text.js';
import { buttonStyles, cardStyles, fieldStyles, themeStyles } from '../internal/theme.styles.js';
import { livePolicyStyles } from './lr-live-policy.styles.js';

/**
 * @summary Shows what steers the learning rate now, takes chained schedulers out and sets the rate by hand. A part of
 * `<lr-scheduler-panel>`.
 */
@customElement('lr-live-policy')
export class LrLivePolicy extends LabElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    fieldStyles,
    problemStyles,
    outcomeStyles,
    livePolicyStyles,
  ];

  private readonly outcomes = new CommandOutcomes<'entries' | 'by-hand'>(this);

  @state() private rateText = '';

  private handleTakeOut(lab: Lab, run: Run, index: number, { scheduler }: PolicyEntry): void {
    const { done } = this.localize.terms.panel;
    void this.outcomes.act(lab, 'entries', async () => {
      if (!hasBegun(lab)) {
        await unchainAhead(lab, index);
        return done.use;
      }
      return done.unchain(scheduler.type, this.localize.number((await lab.unchain(run, index)).step));
    });
  }

  private handleByHand(event: SubmitEvent, lab: Lab, run: Run): void {
    event.preventDefault();
    const { done } = this.localize.terms.panel;
    void this.outcomes.act(lab, 'by-hand', async () => {
      const rate = rateFrom(this.rateText);
      if (!hasBegun(lab)) {
        await setLrAhead(lab, rate);
        return done.setLrAhead(formatRate(rate));
      }
      return done.setLr(formatRate(rate), this.localize.number((await lab.setLr(run, rate)).step));
    });
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const run = lab.runs.value[0];
    const terms = this.localize.terms.panel;
    const entries = run.entries.value;
    const isOff = isOver(lab) || lab.state.value === 'loading';
    return html`<div class="title">
        <h2 class="heading">${hasBegun(lab) ? terms.running : terms.runningBeforeStart}</h2>
        <span class="rate">lr ${formatRate(run.lr.value[0])}</span>
      </div>
      ${
        entries.length === 0
          ? html`<p class="hint">${terms.nothingRuns}</p>`
          : html`<ul class="entries">
              ${entries.map((entry, index) => this.renderEntry(lab, run, entry, index, isOff))}
            </ul>`
      }
      ${
        run.planned.value.length === 0
          ? nothing
          : html`<ul class="planned hint">
              ${run.planned.value.map(
                ({ kind, step }) =>
                  html`<li>${terms.planned(terms.kinds[kind], this.localize.number(step))}</li>`,
              )}
            </ul>`
      }
      ${this.outcomes.view('entries', this.localize.terms)} ${this.renderByHand(lab, run, isOff)}`;
  }

  private renderEntry(lab: Lab, run: Run, entry: PolicyEntry, index: number, isOff: boolean): TemplateResult {
    const terms = this.localize.terms.panel;
    const { scheduler, interval, frequency } = entry;
    return html`<li>
      <div>
        <div class="scheduler">${schedulerText(scheduler)}</div>
        <div class="hint">
          ${index === 0 ? terms.base : terms.chained} · ${terms.every[interval](frequency)}
        </div>
      </div>
      ${
        index === 0
          ? nothing
          : html`<button
              class="button quiet"
              type="button"
              aria-label=${terms.takeOutOf(scheduler.type)}
              ?disabled=${isOff}
              @click=${() => this.handleTakeOut(lab, run, index, entry)}
            >
              ${terms.takeOut}
            </button>`
      }
    </li>`;
  }

  private renderByHand(lab: Lab, run: Run, isOff: boolean): TemplateResult {
    const terms = this.localize.terms.panel;
    const isBad = this.outcomes.problemOf('by-hand') !== undefined;
    return html`<form
        class="by-hand"
        novalidate
        @submit=${(event: SubmitEvent) => this.handleByHand(event, lab, run)}
      >
        <div class="field">
          <label class="label" for="rate">${terms.byHand}</label>
          <input
            class="input"
            id="rate"
            inputmode="decimal"
            autocomplete="off"
            placeholder=${formatRate(lab.config.value.optimizer.lr)}
            aria-invalid=${isBad}
            aria-describedby=${isBad ? 'by-hand-problem' : 'by-hand-hint'}
            .value=${live(this.rateText)}
            @input=${(event: InputEvent) => {
              this.rateText = (event.target as HTMLInputElement).value;
            }}
          />
        </div>
        <button class="button" type="submit" ?disabled=${isOff}>${terms.set}</button>
      </form>
      <p class="hint" id="by-hand-hint">${terms.byHandHint}</p>
      ${this.outcomes.view('by-hand', this.localize.terms)}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-live-policy': LrLivePolicy;
  }
}
