import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Intervention, Lab, Run } from '../../src/lab/index.js';
import type { PolicyEntry } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { CommandOutcomes, outcomeStyles } from '../internal/lab/command-outcomes.js';
import { formatRate } from '../internal/kit/format.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { changeWords } from '../internal/lab/change-words.js';
import { backToBefore, hasBegun, isOver } from '../internal/lab/policy-commands.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { policyText, schedulerText } from '../internal/policy/scheduler-text.js';
import { decimalOf, rateFrom, stepFrom } from '../internal/kit/number-text.js';
import { buttonStyles, cardStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { livePolicyStyles } from './lr-live-policy.styles.js';

/** Above this rate training usually diverges with any optimizer. */
const highRate = 10;

/**
 * @summary Shows the schedulers of the selected run and its planned changes, removes chained schedulers, moves and
 * cancels planned changes, goes back to before a change that was made, and sets the rate by hand. A part of `<lr-scheduler-panel>`.
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

  private readonly outcomes = new CommandOutcomes<'entries' | 'planned' | 'changes' | 'by-hand'>(this);

  /** The entry that the reader has asked for, by its index. */
  @state() private shownEntry: number | undefined;
  @state() private rateText = '';
  /** The step typed for each planned change, by its id. */
  @state() private steps: ReadonlyMap<string, string> = new Map();

  /** Brings an entry of the live policy into view, with the focus on it. */
  async showEntry(index: number): Promise<void> {
    this.shownEntry = index;
    await this.updateComplete;
    const entry = this.renderRoot
      .querySelectorAll<HTMLElement>('.entries li')
      .item(index) as HTMLElement | null;
    entry?.focus();
    entry?.scrollIntoView({ block: 'nearest' });
  }

  private handleTakeOut(lab: Lab, run: Run, index: number, { scheduler }: PolicyEntry): void {
    void this.outcomes.act(lab, 'entries', async () => {
      const isEdit = !hasBegun(run);
      const { step } = await lab.unchain(run, index);
      return () => {
        const { done } = this.localize.terms.panel;
        return isEdit ? done.use : done.unchain(scheduler.type, this.localize.number(step));
      };
    });
  }

  private handleByHand(event: SubmitEvent, lab: Lab, run: Run): void {
    event.preventDefault();
    void this.outcomes.act(lab, 'by-hand', async () => {
      const rate = rateFrom(this.rateText);
      const isEdit = !hasBegun(run);
      const { step } = await lab.setLr(run, rate);
      this.rateText = '';
      return () => {
        const { done } = this.localize.terms.panel;
        return isEdit
          ? done.setLrAhead(formatRate(rate))
          : done.setLr(formatRate(rate), this.localize.number(step));
      };
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
    void this.outcomes.act(lab, 'planned', async () => {
      await lab.movePlanned(run, planned.id, step);
      this.steps = new Map();
      await this.updateComplete;
      // Moved past another, its form has another place, and the browser takes the focus away.
      this.renderRoot.querySelector<HTMLElement>(`[id="planned-${planned.id}"]`)?.focus();
      return () => this.localize.terms.panel.done.movedPlanned(this.localize.number(step));
    });
  }

  private handleTakeBack(lab: Lab, run: Run, planned: Intervention): void {
    void this.outcomes.act(lab, 'planned', async () => {
      await lab.removePlanned(run, planned.id);
      return () => this.localize.terms.panel.done.takenBack;
    });
  }

  private handleBack(lab: Lab, run: Run, change: Intervention): void {
    void this.outcomes.act(lab, 'changes', async () => {
      const fork = await backToBefore(lab, run, change);
      viewOf(lab).select(fork);
      await this.updateComplete;
      // The button belonged to the other run.
      this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
      return () => this.localize.terms.panel.done.back(fork.name.value, this.localize.number(change.step));
    });
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const run = viewOf(lab).selected.value;
    const entries = run.entries.value;
    const isOff = isOver(run) || run.state.value === 'loading';
    return html`<div class="title">
        <h2 class="heading" tabindex="-1">${this.headingOf(run)}</h2>
        <span class="rate">lr ${formatRate(run.lr.value[0])}</span>
      </div>
      ${
        // The presets show a single schedule already.
        entries.length < 2 && this.shownEntry === undefined
          ? nothing
          : html`<ul class="entries">
              ${entries.map((entry, index) => this.renderEntry(lab, run, entry, index))}
            </ul>`
      }
      ${this.outcomes.view('entries', this.localize.terms)} ${this.renderPlanned(lab, run)}
      ${this.outcomes.view('planned', this.localize.terms)} ${this.renderChanges(lab, run)}
      ${this.outcomes.view('changes', this.localize.terms)} ${this.renderByHand(lab, run, isOff)}`;
  }

  private headingOf(run: Run): string {
    const { panel } = this.localize.terms;
    if (run.held.value !== undefined) return panel.diverged;
    if (isOver(run)) return panel.ran;
    return hasBegun(run) ? panel.running : panel.runningBeforeStart;
  }

  /** What was done to the run, the last first. */
  private renderChanges(lab: Lab, run: Run): TemplateResult | typeof nothing {
    const terms = this.localize.terms.panel;
    const made = run.interventions.value;
    if (made.length === 0) return nothing;
    return html`<h3 class="label">${terms.changes}</h3>
      <ul class="changes" aria-label=${terms.changes}>
        ${repeat(
          made.toReversed(),
          ({ id }) => id,
          (change) => {
            const number = this.localize.number(change.step);
            const words = terms.changed[change.kind](changeWords(run, change, this.localize.terms), number);
            return html`<li>
              <span>${words}</span>
              <button
                class="button quiet"
                type="button"
                aria-label=${terms.backOf(words)}
                @click=${() => this.handleBack(lab, run, change)}
              >
                ${terms.back}
              </button>
            </li>`;
          },
        )}
      </ul>`;
  }

  private renderPlanned(lab: Lab, run: Run): TemplateResult | typeof nothing {
    const planned = run.planned.value.toSorted((one, other) => one.step - other.step);
    const terms = this.localize.terms.panel;
    if (planned.length === 0) return nothing;
    return html`<h3 class="label">${terms.plannedTitle}</h3>
      <ul class="planned" aria-label=${terms.plannedTitle}>
        ${repeat(
          planned,
          ({ id }) => id,
          (each) => this.renderOnePlanned(lab, run, each),
        )}
      </ul>`;
  }

  private renderOnePlanned(lab: Lab, run: Run, planned: Intervention): TemplateResult {
    const terms = this.localize.terms.panel;
    const { id, kind, step } = planned;
    const what = terms.planned(terms.kinds[kind], this.localize.number(step));
    const text = this.steps.get(id) ?? String(step);
    const wanted = stepFrom(text, run.history.length, run.plan.value.steps - 1);
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
        <label class="visually-hidden" for="planned-${id}">${terms.moveTo(what)}</label>
        <input
          class="input"
          id="planned-${id}"
          inputmode="numeric"
          autocomplete="off"
          aria-invalid=${isBad}
          aria-describedby=${isBad ? `planned-hint-${id}` : nothing}
          .value=${live(text)}
          @input=${(event: InputEvent) => {
            this.steps = new Map(this.steps).set(id, (event.target as HTMLInputElement).value);
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
          ? html`<p class="hint bad" id="planned-hint-${id}">
              ${terms.stepHint(this.localize.number(run.plan.value.steps - 1))}
            </p>`
          : nothing
      }
    </li>`;
  }

  private renderEntry(lab: Lab, run: Run, entry: PolicyEntry, index: number): TemplateResult {
    const terms = this.localize.terms.panel;
    const { scheduler, interval, frequency } = entry;
    return html`<li tabindex="-1">
      <div>
        <div class="scheduler">${schedulerText(scheduler)}</div>
        <div class="hint">
          ${index === 0 ? terms.base : terms.chained} · ${terms.every[interval](frequency)}
        </div>
      </div>
      ${
        index === 0 || isOver(run)
          ? nothing
          : html`<button
              class="button quiet"
              type="button"
              aria-label=${terms.takeOutOf(scheduler.type)}
              ?disabled=${run.state.value === 'loading'}
              @click=${() => this.handleTakeOut(lab, run, index, entry)}
            >
              ${terms.takeOut}
            </button>`
      }
    </li>`;
  }

  /** What the typed rate does, or why it cannot be set; one that is far too high gets a warning instead of an error. */
  private rateHint(run: Run): string {
    const { panel, advice } = this.localize.terms;
    if (run.held.value !== undefined) return panel.byHandOff.diverged;
    if (isOver(run)) return panel.byHandOff.ended;
    if (run.state.value === 'loading') return panel.byHandOff.loading;
    const rate = decimalOf(this.rateText);
    if (!(rate > highRate)) return panel.byHandHint;
    const [high, limit] = [formatRate(rate), formatRate(highRate)];
    return advice.sentences['rate-high']({ rate: high, limit });
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
      <p class="hint" id="by-hand-hint">${this.rateHint(run)}</p>
      ${this.outcomes.view('by-hand', this.localize.terms)}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-live-policy': LrLivePolicy;
  }
}
