import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { Problem } from '../../src/errors.js';
import type { Lab, Run, StepReport } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { intersectionObserver } from '../internal/kit/observers.js';
import { formatRate } from '../internal/kit/format.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { refusalOf } from '../internal/lab/refusal.js';
import { cardStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { stepReportStyles } from './lr-step-report.styles.js';

/** Milliseconds between two reports. */
const askEvery = 1000;

/**
 * @summary What the last update did: the scheduled learning rate beside the one that the GPU used, gradient norms,
 * update-to-weight ratios, and its milliseconds. It requests a report once a second while it is open and visible, and of
 * a paused run one of its next step; none while it is closed.
 *
 * @csspart base - The card around everything.
 * @csspart no-lab - The sentence shown without a Lab.
 *
 * @cssprop --lr-surface - Background of the card.
 * @cssprop --lr-success - The sign that both rates are equal.
 */
@customElement('lr-step-report')
export class LrStepReport extends LabElement {
  static override styles = [themeStyles, cardStyles, problemStyles, stepReportStyles];

  @state() private isOpen = false;
  @state() private report: { readonly run: Run; readonly values: StepReport } | undefined;
  @state() private refusal: Problem | undefined;

  private isSeen = true;
  private isPaused = false;
  private timer: ReturnType<typeof setInterval> | undefined;
  /** The run whose next update is awaited. */
  private asked: Run | undefined;
  private readonly sight = intersectionObserver((entries) => {
    this.isSeen = entries.at(-1)!.isIntersecting;
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.sight.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sight.disconnect();
    this.stop();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.isOpen || this.lab === undefined) {
      this.stop();
      return;
    }
    const isFirst = this.timer === undefined;
    this.timer ??= setInterval(() => void this.ask(), askEvery);
    // A paused run may make a single step: it is asked before it does.
    if (isFirst || this.isPaused) void this.ask();
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async ask(): Promise<void> {
    const { lab } = this;
    if (lab === undefined) return;
    const run = viewOf(lab).selected.peek();
    const state = run.state.peek();
    // The button that makes a single step may be far from here: what it does is read after a scroll back.
    const isAwaited = state === 'paused' || (state === 'running' && this.isSeen && !document.hidden);
    if (!isAwaited || this.asked === run) return;
    this.asked = run;
    try {
      // A run that ends meanwhile makes no more updates; that is not a problem.
      const refused = await refusalOf(
        lab.report(run).then((values) => {
          this.report = { run, values };
        }),
      );
      const isTold = refused !== undefined && run.state.peek() === 'running';
      this.refusal = isTold ? refused : undefined;
    } finally {
      if (this.asked === run) this.asked = undefined;
    }
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const run = viewOf(lab).selected.value;
    this.isPaused = run.state.value === 'paused';
    const report = this.report?.run === run ? this.report.values : undefined;
    return html`<details
      class="card"
      part="base"
      @toggle=${(event: Event) => {
        this.isOpen = (event.currentTarget as HTMLDetailsElement).open;
      }}
    >
      <summary>
        <h2 class="heading">${terms.report.heading}</h2>
        <span class="muted">${terms.report.summary}</span>
      </summary>
      <div class="content">
        ${this.refusal === undefined ? nothing : problemView(this.refusal, terms)}
        ${
          report === undefined
            ? html`<p class="muted">${terms.report.waiting(run.name.value)}</p>`
            : this.renderReport(run, report)
        }
      </div>
    </details>`;
  }

  private renderReport(run: Run, report: StepReport): TemplateResult {
    const terms = this.localize.terms.report;
    const number = (value: number, digits = 2): string =>
      this.localize.number(value, { maximumFractionDigits: digits, minimumFractionDigits: digits });
    const { step, weights, gpuMs, javascriptMs, submits } = report;
    const scheduled = scheduledRate(run, step);
    const [used] = report.lr;
    const norm = Math.hypot(...weights.map(({ gradientNorm }) => gradientNorm));
    const item = (name: string, value: TemplateResult | string): TemplateResult =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`;
    return html`<p class="muted">${terms.ofStep(run.name.value, this.localize.number(step))}</p>
      <dl>
        ${item(terms.scheduled, scheduled === undefined ? '–' : String(scheduled))}
        ${item(
          terms.used,
          html`${rateText(used)}
          ${
            scheduled === undefined
              ? nothing
              : isSame(scheduled, used)
                ? html`<span class="agrees">✓ ${scheduled === used ? terms.isEqual : terms.agrees}</span>`
                : html`<span class="differs">✗ ${terms.differs}</span>`
          }`,
        )}
        ${item(terms.gradientNorm, formatRate(norm))}
        ${item(terms.gpu, gpuMs === undefined ? terms.notKnown : terms.milliseconds(number(gpuMs)))}
        ${item(terms.javascript, terms.milliseconds(number(javascriptMs)))}
        ${item(terms.submits, number(submits))}
      </dl>
      <table>
        <caption>
          ${terms.weights}
        </caption>
        <thead>
          <tr>
            <th scope="col">${terms.weight}</th>
            <th scope="col">${terms.gradientNorm}</th>
            <th scope="col">${terms.updateRatio}</th>
          </tr>
        </thead>
        <tbody>
          ${weights.map(
            ({ name, gradientNorm, updateRatio }) =>
              html`<tr>
                <th scope="row" translate="no">${name}</th>
                <td>${formatRate(gradientNorm)}</td>
                <td>${formatRate(updateRatio)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <p class="muted">${terms.ratioHint}</p>`;
  }
}

/** The rate that the schedule gave a step. A report may come before the step: this reads a signal that tells of it. */
function scheduledRate(run: Run, step: number): number | undefined {
  if (step >= run.history.length && step >= run.step.value) return undefined;
  return run.history.lr.at(0)?.at(step);
}

/** Whether a device used the scheduled rate: in single precision, or in double precision on the CPU. */
const isSame = (scheduled: number, used: number): boolean =>
  used === scheduled || used === Math.fround(scheduled);

/** A rate in as many digits as its precision has: of single precision, the shortest text that means it. */
function rateText(rate: number): string {
  if (Math.fround(rate) !== rate) return String(rate);
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(rate.toPrecision(digits));
    if (Math.fround(text) === rate) return String(text);
  }
  return String(Number(rate.toPrecision(9)));
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-step-report': LrStepReport;
  }
}
