import { html, nothing, svg, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import { badValue, type Problem, toProblem } from '../../src/errors.js';
import type { Lab, RangeTest, RangeTestOptions, RateTarget, Run } from '../../src/lab/index.js';
import { childrenOf, type SchedulerSpec } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { dialogHead } from '../internal/kit/dialog-head.js';
import { CommandOutcomes, outcomeStyles } from '../internal/lab/command-outcomes.js';
import { formatLoss, formatRate } from '../internal/kit/format.js';
import { dialogStyles } from '../internal/kit/styles/dialog.styles.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { decimalOf } from '../internal/kit/number-text.js';
import { isOver } from '../internal/lab/policy-commands.js';
import { problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { ownRefusalOf } from '../internal/lab/refusal.js';
import { buttonStyles, cardStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { rangeDialogStyles } from './lr-range-dialog.styles.js';
import { plotFrame, rangePlot } from './range-plot.js';

type Field = 'from' | 'to' | 'steps';

const fields: readonly Field[] = ['from', 'to', 'steps'];

/** The most rows of the table; a longer test shows every n-th rate. */
const mostRows = 50;

/**
 * @summary Leslie Smith's learning-rate range test in a dialog: bounds, progress, the curve with its suggestions, and
 * a button that uses one. A part of `<lr-lab>`, which loads it when it is first opened with `show()`.
 *
 * @csspart dialog - The dialog.
 */
@customElement('lr-range-dialog')
export class LrRangeDialog extends LabElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    fieldStyles,
    problemStyles,
    outcomeStyles,
    dialogStyles,
    rangeDialogStyles,
  ];

  private readonly outcomes = new CommandOutcomes<'use'>(this);

  @state() private texts: Record<Field, string> = { from: '1e-5', to: '10', steps: '100' };
  @state() private problems: Partial<Record<Field | 'test', Problem>> = {};
  @state() private result: RangeTest | undefined;
  @state() private abort: AbortController | undefined;

  /** The run of the current or the last test. */
  private tested: Run | undefined;

  @query('dialog') private readonly dialog!: HTMLDialogElement | null;

  /** Opens the dialog for the selected run. */
  async show(): Promise<void> {
    await this.updateComplete;
    const { lab } = this;
    if (lab === undefined || this.dialog?.open) return;
    const run = viewOf(lab).selected.peek();
    if (run !== this.tested) this.result = undefined;
    this.tested = run;
    this.problems = {};
    this.outcomes.clear();
    this.dialog?.showModal();
  }

  /** Closes the dialog and stops a running test. */
  close(): void {
    this.dialog?.close();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.abort?.abort();
  }

  /** The run of the dialog. */
  private runOf(lab: Lab): Run {
    return this.tested ?? viewOf(lab).selected.value;
  }

  private handlePointerDown(event: PointerEvent): void {
    if (event.target === this.dialog && this.abort === undefined) this.close();
  }

  private read(): RangeTestOptions | undefined {
    const problems: Partial<Record<Field, Problem>> = {};
    for (const field of fields)
      if (Number.isNaN(decimalOf(this.texts[field])))
        problems[field] = toProblem(badValue(field, `"${this.texts[field]}"`, 'number'));
    this.problems = problems;
    if (Object.keys(problems).length > 0) return undefined;
    const [from, to, steps] = fields.map((field) => decimalOf(this.texts[field]));
    return { from, to, steps };
  }

  private async handleSubmit(event: SubmitEvent, lab: Lab): Promise<void> {
    event.preventDefault();
    const options = this.read();
    if (options !== undefined) {
      await this.test(lab, options);
    }
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }

  private async test(lab: Lab, options: RangeTestOptions): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    this.result = undefined;
    this.outcomes.clear();
    const run = this.runOf(lab);
    const refused = await ownRefusalOf(
      lab,
      lab.rangeTest(run, options, { signal: abort.signal }).then((result) => {
        this.result = result;
        viewOf(lab).rangeTest.value = result;
      }),
    );
    this.abort = undefined;
    if (refused === undefined) return;
    const field = fields.find((name) => name === refused.path);
    this.problems = { [field ?? 'test']: refused };
  }

  private handleUse(lab: Lab, lr: number, target: RateTarget): void {
    const run = this.runOf(lab);
    void this.outcomes.act(lab, 'use', async () => {
      await lab.applyRate(run, lr, target);
      this.tested = viewOf(lab).selected.peek();
      return () => {
        const { done } = this.localize.terms.range;
        return target === 'lr' ? done.lr(formatRate(lr)) : done.maxLr(formatRate(lr));
      };
    });
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const terms = this.localize.terms.range;
    const isGoing = this.abort !== undefined;
    return html`<dialog
      part="dialog"
      aria-labelledby="title"
      @pointerdown=${this.handlePointerDown}
      @close=${() => this.abort?.abort()}
    >
      <form novalidate @submit=${(event: SubmitEvent) => void this.handleSubmit(event, lab)}>
        ${dialogHead(terms.title, terms.close, () => this.close())}
        <div class="body">
          <p>${terms.introduction}</p>
          <div class="inputs">${fields.map((field) => this.renderField(field, isGoing))}</div>
          ${isGoing ? this.renderProgress(lab) : nothing}
          ${
            this.problems.test === undefined
              ? nothing
              : html`<div role="alert">${problemView(this.problems.test, this.localize.terms)}</div>`
          }
          ${this.outcomes.view('use', this.localize.terms)}
          ${this.result === undefined ? nothing : this.renderResult(lab, this.result)}
        </div>
        <div class="foot">
          <p class="hint">${terms.harmless}</p>
          ${
            isGoing
              ? html`<button class="button" type="button" @click=${() => this.abort?.abort()}>
                  ${terms.cancel}
                </button>`
              : html`<button class=${this.result === undefined ? 'button primary' : 'button'} type="submit">
                  ${this.result === undefined ? terms.start : terms.again}
                </button>`
          }
        </div>
      </form>
    </dialog>`;
  }

  private renderField(field: Field, isGoing: boolean): TemplateResult {
    const problem = this.problems[field];
    return html`<div class="field">
      <label class="label" for=${field}>${this.localize.terms.range[field]}</label>
      <input
        class="input"
        id=${field}
        inputmode="decimal"
        autocomplete="off"
        ?disabled=${isGoing}
        aria-invalid=${problem !== undefined}
        aria-describedby=${problem === undefined ? nothing : `${field}-problem`}
        .value=${live(this.texts[field])}
        @input=${(event: Event) => {
          this.texts = { ...this.texts, [field]: (event.target as HTMLInputElement).value };
        }}
      />
      ${problem === undefined ? nothing : problemView(problem, this.localize.terms, `${field}-problem`)}
    </div>`;
  }

  private renderProgress(lab: Lab): TemplateResult {
    const terms = this.localize.terms.range;
    const loading = lab.loading.value;
    const known = loading?.stage === 'rangeTest' && loading.total > 0 ? loading : undefined;
    const words =
      known === undefined
        ? terms.preparing
        : terms.going(this.localize.number(known.done), this.localize.number(known.total));
    return html`<div class="going">
      <span>${words}</span>
      <progress
        aria-label=${terms.progress}
        max=${ifDefined(known?.total)}
        value=${ifDefined(known?.done)}
      ></progress>
    </div>`;
  }

  private renderResult(lab: Lab, result: RangeTest): TemplateResult {
    const terms = this.localize.terms.range;
    const { steepest, tenthOfDivergence } = result.suggestions;
    const found = [
      { lr: tenthOfDivergence, words: terms.tenth },
      { lr: steepest, words: terms.steepest },
    ]
      .flatMap(({ lr, words }) => (lr === undefined ? [] : [{ lr, words }]))
      .toSorted((one, other) => one.lr - other.lr);
    // Of two, the smaller rate is the safer one.
    const kinds = found.length < 2 ? [] : [terms.safer, terms.bolder];
    const suggestions = found.map((each, index) => ({
      ...each,
      sign: String(index + 1),
      kind: kinds.at(index),
    }));
    const run = this.runOf(lab);
    return html`${this.renderPlot(result, suggestions)}
      ${isOver(run) ? html`<p id="over">${terms.over[run.held.value ? 'held' : 'finished'](run.name.value)}</p>` : nothing}
      ${
        suggestions.length === 0
          ? html`<p role="status">${terms.none}</p>`
          : html`<ul>
              ${suggestions.map((suggestion) => this.renderSuggestion(lab, suggestion))}
            </ul>`
      }
      <details>
        <summary>${terms.table}</summary>
        ${this.renderTable(result)}
      </details>`;
  }

  private renderSuggestion(
    lab: Lab,
    {
      sign,
      lr,
      words,
      kind,
    }: { sign: string; lr: number; words: (lr: string) => string; kind: string | undefined },
  ): TemplateResult {
    const terms = this.localize.terms.range;
    const run = this.runOf(lab);
    const text = formatRate(lr);
    const usable = Number(text);
    return html`<li class="suggestion">
      <p>
        <span class="sign" aria-hidden="true">${sign}</span> ${words(text)}
        ${kind === undefined ? nothing : html`<strong>${kind}</strong>`}
      </p>
      <div class="uses">
        <button
          class="button"
          type="button"
          aria-disabled=${isOver(run) ? 'true' : nothing}
          aria-describedby=${isOver(run) ? 'over' : nothing}
          @click=${isOver(run) ? nothing : () => this.handleUse(lab, usable, 'lr')}
        >
          ${terms.useLr(text)}
        </button>
        ${
          run.entries.value.some(({ scheduler }) => holdsOneCycle(scheduler))
            ? html`<button
                class="button"
                type="button"
                aria-disabled=${isOver(run) ? 'true' : nothing}
                aria-describedby=${isOver(run) ? 'over' : nothing}
                @click=${isOver(run) ? nothing : () => this.handleUse(lab, usable, 'maxLr')}
              >
                ${terms.useMaxLr(text)}
              </button>`
            : nothing
        }
      </div>
    </li>`;
  }

  private renderPlot(
    result: RangeTest,
    suggestions: readonly { sign: string; lr: number }[],
  ): TemplateResult {
    const terms = this.localize.terms.range;
    const { width, height, left, right, top, bottom } = plotFrame;
    const { raw, smoothed, rateTicks, lossTicks, x, yAt } = rangePlot(result);
    const floor = height - bottom;
    const { divergesFrom } = result;
    const said = suggestions.map(({ sign, lr }) => `${sign}: ${formatRate(lr)}`).join(', ');
    return html`<svg
      class="plot"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label=${terms.plot(formatRate(result.lr[0]), formatRate(result.lr.at(-1) ?? 0), said)}
    >
      ${lossTicks.map(
        ({ at, value }) =>
          svg`<line class="grid" x1=${left} x2=${width - right} y1=${at} y2=${at} /><text x=${left - 6} y=${at + 4} text-anchor="end">${value}</text>`,
      )}
      ${rateTicks.map(
        ({ at, value }) =>
          svg`<line class="grid" x1=${at} x2=${at} y1=${top} y2=${floor} /><text x=${at} y=${height - 10} text-anchor="middle">${formatRate(value)}</text>`,
      )}
      ${
        divergesFrom === undefined
          ? nothing
          : svg`<g class="divergence"><line x1=${x(divergesFrom)} x2=${x(divergesFrom)} y1=${top} y2=${floor} /><text x=${x(divergesFrom) - 4} y=${top + 12} text-anchor="end">${terms.blowUp}</text></g>`
      }
      <path class="raw" d=${raw} />
      <path class="smoothed" d=${smoothed} />
      ${suggestions.map(
        ({ sign, lr }) =>
          svg`<g class="mark"><line x1=${x(lr)} x2=${x(lr)} y1=${yAt(lr)} y2=${floor} /><circle cx=${x(lr)} cy=${yAt(lr)} r="5" /><text x=${x(lr) + 7} y=${floor - 6}>${sign}</text></g>`,
      )}
    </svg>`;
  }

  private renderTable({ lr, loss, smoothed }: RangeTest): TemplateResult {
    const terms = this.localize.terms.range;
    const every = Math.max(1, Math.ceil(lr.length / mostRows));
    const rows = Array.from(lr.keys()).filter((index) => index % every === 0 || index === lr.length - 1);
    return html`<div class="rows" tabindex="0" role="region" aria-label=${terms.table}>
      <table>
        <thead>
          <tr>
            <th scope="col">${terms.columns.lr}</th>
            <th scope="col">${terms.columns.loss}</th>
            <th scope="col">${terms.columns.smoothed}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (index) =>
              html`<tr>
                <td>${formatRate(lr[index])}</td>
                <td>${formatLoss(loss[index])}</td>
                <td>${formatLoss(smoothed[index])}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

/** Whether a scheduler has a maximum rate of its own, or contains one that has. */
const holdsOneCycle = (spec: SchedulerSpec): boolean =>
  spec.type === 'OneCycleLR' || childrenOf(spec).some(holdsOneCycle);

declare global {
  interface HTMLElementTagNameMap {
    'lr-range-dialog': LrRangeDialog;
  }
}
