import { effect, type ReadonlySignal } from '@preact/signals-core';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { Lab, PlateauCounter, RateReasons, RateSwap, Run, SchedulerPath } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { formatLoss, formatRate } from '../internal/kit/format.js';
import { styleIndexOf } from '../internal/kit/run-style.js';
import { themeStyles } from '../internal/kit/styles/theme.styles.js';
import { throttle } from '../internal/kit/throttle.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { titleFrom } from '../internal/lab/run-title.js';
import { type RateExplanation, RateExplainer } from './rate-explanation.js';
import { whyRateStyles } from './lr-why-rate.styles.js';

/** Milliseconds between two updates while the run trains. */
const interval = 200;

/**
 * @summary How the rate of the selected run came about, at the cursor that is pinned or else at the newest step: a factor
 * for each scheduler that multiplies, each linked to its place in the schedule. A part of `<lr-rate-chart>`.
 *
 * @csspart why - Everything.
 */
@customElement('lr-why-rate')
export class LrWhyRate extends LabElement {
  static override styles = [themeStyles, whyRateStyles];

  private readonly explainSoon = throttle(() => this.explain(), interval);
  private stopWatching: (() => void) | undefined;
  private watched: Lab | undefined;
  private explainer: RateExplainer | undefined;

  @state() private explanation: RateExplanation | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.explainSoon.cancel();
    this.watch(undefined);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.isConnected) this.watch(this.lab);
  }

  /** Explains again when something changes on which the reasons depend, without a rendering for each batch. */
  private watch(lab: Lab | undefined): void {
    if (lab === this.watched) return;
    this.stopWatching?.();
    this.watched = lab;
    this.explanation = undefined;
    this.stopWatching =
      lab &&
      effect(() => {
        const { selected, pinned } = viewOf(lab);
        const run = selected.value;
        // Reading a signal subscribes to it.
        const watched: readonly ReadonlySignal<unknown>[] = [
          pinned,
          run.history.version,
          run.interventions,
          run.planned,
          run.plan,
        ];
        watched.map((signal) => signal.value);
        if (this.explainer?.knows(run) !== true) this.explainer = new RateExplainer(run);
        this.explainSoon();
      });
  }

  private explain(): void {
    const { lab } = this;
    if (lab === undefined) return;
    const { selected, pinned } = viewOf(lab);
    const run = selected.peek();
    const step = stepOf(run, pinned.peek() ?? Math.max(0, run.history.length - 1));
    const found = this.explainer?.explain(step);
    // A long run is played in slices, so that the page stays responsive.
    if (found === undefined) this.explainSoon();
    this.explanation = found;
  }

  private handleShow(lab: Lab, place: number): void {
    viewOf(lab).showEntry.peek()?.(place);
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const words = terms.charts.why;
    const view = viewOf(lab);
    const run = view.selected.value;
    const pinned = view.pinned.value;
    const { explanation } = this;
    const isReady =
      explanation?.run === run && (pinned === undefined || explanation.step === stepOf(run, pinned));
    const label = pinned === undefined ? words.label : words.labelAt(this.localize.number(pinned));
    const index = styleIndexOf(run.id) % 12;
    return html`<div
      class="why"
      part="why"
      role="group"
      aria-label=${label}
      aria-live=${pinned === undefined ? 'off' : 'polite'}
      tabindex=${view.showEntry.value === undefined ? 0 : nothing}
    >
      <span class="label" aria-hidden="true">${label}</span>
      ${lab.runs.value.length > 1 ? html`<b class="run-${index}">${run.name.value}</b>` : nothing}
      <div class="rows">
        ${
          isReady
            ? this.renderRows(lab, explanation)
            : html`<p class="row">${(run.config.optimizer.groups ?? []).map(() => html`<br />`)}…</p>`
        }
      </div>
    </div>`;
  }

  private renderRows(lab: Lab, explanation: RateExplanation): TemplateResult | TemplateResult[] {
    const words = this.localize.terms.charts.why;
    const { why, run } = explanation;
    if (why === 'unknown') return html`<p class="row">${words.unknown}</p>`;
    if (why === 'far') return html`<p class="row">${words.tooFar}</p>`;
    const named = run.config.optimizer.groups;
    return why.groups.map(
      (reasons, group) =>
        html`<p class="row">
          ${
            named === undefined
              ? nothing
              : html`<span class="group"
                  >${words.ofLayers(named.at(group)?.layers.join(', ') ?? words.otherLayers)}</span
                > `
          }${this.renderReasons(lab, explanation, reasons)}${
            reasons.swap === undefined || reasons.start.from === 'setLr'
              ? nothing
              : html`<span class="swap">${this.swapText(run, reasons.swap)}</span>`
          }${
            group > 0
              ? nothing
              : why.plateaus.map(
                  (counter) => html`<span class="counter">${this.counterText(explanation, counter)}</span>`,
                )
          }
        </p>`,
    );
  }

  private renderReasons(lab: Lab, explanation: RateExplanation, reasons: RateReasons): TemplateResult {
    const { lr, start, factors } = reasons;
    const words = this.localize.terms.charts.why;
    const rate = html`<span class="rate"
      >${explanation.isPlanned ? words.planned(formatRate(lr)) : formatRate(lr)}</span
    >`;
    if (factors.length === 0 && (start.from === 'config' || start.from === 'base'))
      return html`${rate} · ${words.constant}`;
    return html`${rate} =
    ${this.renderStart(lab, explanation, reasons)}${factors.map(
      ({ path, scheduler, factor }) =>
        html` × ${this.renderScheduler(lab, explanation, path, scheduler, formatRate(factor))}`,
    )}`;
  }

  private renderStart(
    lab: Lab,
    explanation: RateExplanation,
    { start, swap }: RateReasons,
  ): TemplateResult | string {
    const { lr, from, step, path, scheduler } = start;
    const words = this.localize.terms.charts.why;
    const rate = formatRate(lr);
    const number = this.localize.number(step);
    switch (from) {
      case 'config':
      case 'base':
        return rate;
      case 'setLr':
        return words.setLr(rate, number);
      case 'swap':
        return lr === swap?.base ? rate : words.swap(rate);
      case 'scheduler':
        return this.renderScheduler(lab, explanation, path!, scheduler!, words.sets(rate));
    }
  }

  /** A scheduler and what it does: a button where its entry is in the live policy and something shows it. */
  private renderScheduler(
    lab: Lab,
    { livePlaces }: RateExplanation,
    [entry]: SchedulerPath,
    scheduler: string,
    does: string,
  ): TemplateResult {
    const place = livePlaces.at(entry);
    const words = html`<span class="name" translate="no">${scheduler}</span>
      <span class="does">${does}</span>`;
    if (place === undefined || viewOf(lab).showEntry.value === undefined)
      return html`<span class="scheduler">${words}</span>`;
    return html`<button
      class="scheduler"
      type="button"
      title=${this.localize.terms.charts.why.show(scheduler)}
      @click=${() => this.handleShow(lab, place)}
    >
      ${words}
    </button>`;
  }

  private swapText(run: Run, { step, policy, handoff, base }: RateSwap): string {
    const { terms } = this.localize;
    const { swapped, swappedOwn } = terms.charts.why;
    const schedule = titleFrom(run, policy, step, terms);
    const number = this.localize.number(step);
    return base === undefined
      ? swappedOwn(schedule, number)
      : swapped[handoff](schedule, number, formatRate(base));
  }

  private counterText({ intervals }: RateExplanation, counter: PlateauCounter): string {
    const words = this.localize.terms.charts.why;
    const { bad, patience, needs, isHigherBetter, cooldown, path } = counter;
    const number = (value: number): string => this.localize.number(value);
    if (!Number.isFinite(needs)) return words.firstMetric;
    const count = intervals.at(path[0]) === 'step' ? words.badChecks : words.badEpochs;
    const need = (isHigherBetter ? words.needsAbove : words.needsBelow)(formatLoss(needs));
    return [
      cooldown > 0 ? words.coolingDown(number(cooldown)) : count(number(bad), number(patience)),
      need,
    ].join(this.localize.terms.lab.listJoint);
  }
}

/** The update at a step; the end of the run has none of its own. */
const stepOf = (run: Run, step: number): number => Math.min(step, run.plan.peek().steps - 1);

declare global {
  interface HTMLElementTagNameMap {
    'lr-why-rate': LrWhyRate;
  }
}
