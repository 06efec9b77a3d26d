import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Intervention, Lab, Run } from '../../src/lab/index.js';
import type { PolicyEntry } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/custom-element.js';
import { CommandOutcomes, outcomeStyles } from '../internal/lab/command-outcomes.js';
import { formatRate } from '../internal/kit/format.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { hasBegun, isOver } from '../internal/lab/policy-commands.js';
import { problemStyles } from '../internal/lab/problem-view.js';
import { policyText, schedulerText } from '../internal/policy/scheduler-text.js';
import { rateFrom, stepFrom } from '../internal/kit/number-text.js';
import { buttonStyles, cardStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { livePolicyStyles } from './lr-live-policy.styles.js';

/**
 * @summary Shows the schedulers of the selected run and its planned changes, removes chained schedulers, moves and
 * cancels planned changes, and sets the rate by hand. A part of `<lr-scheduler-panel>`.
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

  private readonly outcomes = new CommandOutcomes<'entries' | 'planned' | 'by-hand'>(this);

  @state() private rateText = '';
  /** The step typed for each planned change. */
  @state() private steps: ReadonlyMap<Intervention, string> = new Map();

  private handleTakeOut(lab: Lab, run: Run, index: number, { scheduler }: PolicyEntry): void {
    const { done } = this.localize.terms.panel;
    void this.outcomes.act(lab, 'entries', async () => {
      const isEdit = !hasBegun(run);
      const { step } = await lab.unchain(run, index);
      return isEdit ? done.use : done.unchain(scheduler.type, this.localize.number(step));
    });
  }

  private handleByHand(event: SubmitEvent, lab: Lab, run: Run): void {
    event.preventDefault();
    const { done } = this.localize.terms.panel;
    void this.outcomes.act(lab, 'by-hand', async () => {
      const rate = rateFrom(this.rateText);
      const isEdit = !hasBegun(run);
      const { step } = await lab.setLr(run, rate);
      return isEdit
        ? done.setLrAhead(formatRate(rate))
        : done.setLr(formatRate(rate), this.localize.number(step));
    });
  }

  private handleMove(
    event: SubmitEvent,
    lab: Lab,
    run: Run,
    planned: Intervention,
    step: number | undefined,
  ): void {
    event.preventDefault();
    if (step === undefined) return;
    const { done } = this.localize.terms.panel;
    void this.outcomes.act(lab, 'planned', async () => {
      await lab.movePlanned(run, planned.id, step);
      this.steps = new Map();
      return done.movedPlanned(this.localize.number(step));
    });
  }

  private handleTakeBack(lab: Lab, run: Run, planned: Intervention): void {
    const { done } = this.localize.terms.panel;
    void this.outcomes.act(lab, 'planned', async () => {
      await lab.removePlanned(run, planned.id);
      return done.takenBack;
    });
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const run = viewOf(lab).selected.value;
    const terms = this.localize.terms.panel;
    const entries = run.entries.value;
    const isOff = isOver(run) || run.state.value === 'loading';
    return html`<div class="title">
        <h2 class="heading">${hasBegun(run) ? terms.running : terms.runningBeforeStart}</h2>
        <span class="rate">lr ${formatRate(run.lr.value[0])}</span>
      </div>
      ${
        entries.length === 0
          ? html`<p class="hint">${terms.nothingRuns}</p>`
          : html`<ul class="entries">
              ${entries.map((entry, index) => this.renderEntry(lab, run, entry, index, isOff))}
            </ul>`
      }
      ${this.outcomes.view('entries', this.localize.terms)} ${this.renderPlanned(lab, run)}
      ${this.outcomes.view('planned', this.localize.terms)} ${this.renderByHand(lab, run, isOff)}`;
  }

  private renderPlanned(lab: Lab, run: Run): TemplateResult | typeof nothing {
    const planned = run.planned.value.toSorted((one, other) => one.step - other.step);
    const terms = this.localize.terms.panel;
    if (planned.length === 0) return nothing;
    return html`<h3 class="label">${terms.plannedTitle}</h3>
      <ul class="planned" aria-label=${terms.plannedTitle}>
        ${planned.map((each, index) => this.renderOnePlanned(lab, run, each, index))}
      </ul>`;
  }

  private renderOnePlanned(lab: Lab, run: Run, planned: Intervention, index: number): TemplateResult {
    const terms = this.localize.terms.panel;
    const { kind, step } = planned;
    const what = terms.planned(terms.kinds[kind], this.localize.number(step));
    const text = this.steps.get(planned) ?? String(step);
    const wanted = stepFrom(text, run.step.value, run.plan.value.steps - 1);
    const isBad = wanted === undefined;
    return html`<li>
      <div>
        ${what}
        ${'policy' in planned ? html`<div class="scheduler">${policyText(planned.policy)}</div>` : nothing}
      </div>
      <form
        class="move"
        novalidate
        @submit=${(event: SubmitEvent) => this.handleMove(event, lab, run, planned, wanted)}
      >
        <label class="visually-hidden" for="planned-${index}">${terms.moveTo(what)}</label>
        <input
          class="input"
          id="planned-${index}"
          inputmode="numeric"
          autocomplete="off"
          aria-invalid=${isBad}
          aria-describedby=${isBad ? `planned-hint-${index}` : nothing}
          .value=${live(text)}
          @input=${(event: InputEvent) => {
            this.steps = new Map(this.steps).set(planned, (event.target as HTMLInputElement).value);
          }}
        />
        <button class="button quiet" type="submit" ?disabled=${isBad || wanted === step}>
          ${terms.move}
        </button>
        <button
          class="button quiet"
          type="button"
          aria-label=${terms.takeBackOf(what)}
          @click=${() => this.handleTakeBack(lab, run, planned)}
        >
          ${terms.takeBack}
        </button>
      </form>
      ${
        isBad
          ? html`<p class="hint bad" id="planned-hint-${index}">
              ${terms.stepHint(this.localize.number(run.plan.value.steps - 1))}
            </p>`
          : nothing
      }
    </li>`;
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
            placeholder=${formatRate(run.config.optimizer.lr)}
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
