import { html, LitElement, nothing, type PropertyValues, type TemplateResult, unsafeCSS } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import uplotStyles from 'uplot/dist/uPlot.min.css?inline';
import { InputError, type Problem, toProblem } from '../../src/errors.js';
import type { PolicyInput } from '../../src/policy/index.js';
import { AttributeCheck, checkAttributeNames } from '../internal/kit/element/attribute-check.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { mutationObserver, resizeObserver } from '../internal/kit/observers.js';
import { chartTable } from '../internal/chart/chart-table.js';
import { chartTableStyles } from '../internal/chart/chart-table.styles.js';
import { type ChartTheme, readChartTheme } from '../internal/plot/chart-theme.js';
import { chartStyles } from '../internal/chart/chart.styles.js';
import type { Size } from '../internal/plot/css-pixels.js';
import { SharedCursor } from '../internal/plot/cursor/shared-cursor.js';
import { PlotView } from '../internal/plot/plot-view.js';
import { formatRate } from '../internal/kit/format.js';
import { keyGlyph } from '../internal/chart/key-glyph.js';
import { RedrawController } from '../internal/kit/element/redraw-controller.js';
import { LiveTexts } from '../internal/kit/element/live-texts.js';
import { keepWidth } from '../internal/kit/element/keep-width.js';
import { reportSoon } from '../internal/kit/element/report-soon.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { TermsController, updateLanguage } from '../internal/kit/element/terms-controller.js';
import { chartsEn } from '../locales/charts-en.js';
import { presetsEn } from '../locales/presets-en.js';
import { schedulePlotEn } from '../locales/schedule-plot-en.js';
import { buttonStyles, cardStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { curveAttributes, LrScheduleCurve } from './lr-schedule-curve.js';
import { schedulePlotStyles } from './lr-schedule-plot.styles.js';
import type * as ProblemWords from './problem-words.js';
import { type PlotSettings, readSettings } from '../internal/policy/plot-settings.js';
import { curveOf, type ScheduleCurve } from '../internal/policy/schedule-curve.js';
import { marginsAt, type Schedule, SchedulePanels, stripsOf } from './schedule-panels.js';
import {
  courseOf,
  describeSchedule,
  epochAt,
  nameOf,
  tabulateSchedule,
  valuesAt,
  widestRates,
} from './schedule-text.js';

/** A problem, and the name of its curve if there are several. */
interface PlotProblem {
  readonly curve: string | undefined;
  readonly problem: Problem;
}

/**
 * @summary Draws what a policy does to the learning rate, or compares several policies, without a Lab, a GPU or
 * training. If a policy cycles the momentum, it is drawn below.
 *
 * Several curves are children: `<lr-schedule-curve policy="cosine" label="Cosine"></lr-schedule-curve>`. The
 * element's own `policy` comes first. A value that cannot be read is reported instead of the plot until it is fixed.
 *
 * @attr {string} lang - The language of the words, `en` or `zh-CN`; by default the page's, or the browser's.
 *
 * @fires {CustomEvent<{ message: string, code: string }>} lr-error - A value that cannot be read, also shown in place.
 *
 * @csspart base - The card around everything.
 * @csspart header - Label, values and the switch to the table.
 * @csspart label - The label.
 * @csspart readout - The legend and the values at the cursor.
 * @csspart controls - The switch to the table.
 * @csspart chart - The frame of the plot, the table or the problems.
 * @csspart cursor - The area over the plot that receives pointer and keyboard.
 * @csspart table - The table that replaces the plot.
 *
 * @cssprop [--lr-chart-height=200px] - Height of the plot.
 * @cssprop --lr-surface - Background of the card.
 */
@customElement('lr-schedule-plot')
export class LrSchedulePlot extends LitElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    problemStyles,
    unsafeCSS(uplotStyles),
    chartStyles,
    chartTableStyles,
    schedulePlotStyles,
  ];

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  private readonly localize = new TermsController(this, {
    charts: chartsEn,
    presets: presetsEn,
    schedulePlot: schedulePlotEn,
  });
  private readonly redraw = new RedrawController(this, () => this.draw());
  private readonly texts = new LiveTexts(() => this.renderRoot);
  private readonly resizes = resizeObserver((entries) => this.handleResize(entries));
  private readonly childChanges = mutationObserver(() => this.handleChildChange());
  private readonly check = new AttributeCheck(this, () => {
    for (const curve of this.curves) checkAttributeNames(curve, curveAttributes);
  });
  private readonly plotView = new PlotView({ onCursor: (step) => this.showReadout(step) });
  private readonly panels = new SchedulePanels();
  private readonly cursor = new SharedCursor();
  private theme: ChartTheme | undefined;
  private size: Size = { width: 0, height: 0 };
  /** Whether the curves may have changed since they were read. */
  private isStale = true;
  private schedule: Schedule | undefined;
  private problems: readonly PlotProblem[] = [];

  /** A policy, its JSON, or the id of a preset, which is fitted to the plot. */
  @property() policy: string | PolicyInput | null = null;

  /** The optimizer's learning rate, at least 0; 0.1 by default. */
  @property() lr: string | number | null = null;

  /** How many updates are drawn, 1 to 1,000,000; 100 by default. */
  @property() steps: string | number | null = null;

  /** How many updates make an epoch; 1 by default, so that a step is an epoch as in PyTorch's documentation. */
  @property({ attribute: 'steps-per-epoch' }) stepsPerEpoch: string | number | null = null;

  /** Whether the learning rate's axis is `linear`, the default, or `log`. */
  @property() scale: string | null = null;

  /**
   * A made-up metric, as a formula of `epoch`, for policies that watch one: `max(0.3, 1 - epoch / 20)`. It is drawn
   * below. Without it, a policy that waits for a plateau is drawn as if the metric always improved.
   */
  @property() metric: string | null = null;

  /** The heading; by default there is none. */
  @property() label: string | null = null;

  @state() private tableShown = false;
  /** Most plots never have a problem, so that its words load when one does. */
  @state() private problemWords: typeof ProblemWords | 'loading' | 'unavailable' | undefined;
  @query('.plot') private readonly plotElement!: HTMLElement | null;
  @query('.frame') private readonly frame!: HTMLElement;

  override connectedCallback(): void {
    super.connectedCallback();
    this.childChanges.observe(this, {
      childList: true,
      subtree: true,
      attributes: true,
    });
    // After a move nobody has watched the children, and the plot is gone.
    this.handleChildChange();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.childChanges.disconnect();
    this.resizes.disconnect();
    this.plotView.remove();
    this.theme = undefined;
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === 'lang' && before !== value) updateLanguage();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const names = ['policy', 'lr', 'steps', 'stepsPerEpoch', 'scale', 'metric'] as const;
    if (this.isStale || names.some((name) => changed.has(name))) this.readCurves();
    this.check.hostUpdate();
    if (this.hasProblems && this.problemWords === undefined) void this.loadProblemWords();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.texts.refresh();
    if (!this.isConnected) return;
    this.resizes.observe(this.frame);
    if (this.plotElement === null) this.plotView.remove();
    this.showReadout(this.plotView.cursorStep);
    this.redraw.request();
  }

  /** What is wrong with the attributes and properties, if anything; `lr-error` reports it too. */
  get problem(): Problem | undefined {
    return this.problems.at(0)?.problem ?? this.check.problem;
  }

  /** Reads what the page gave, for the element and its curves, into a schedule or into problems. */
  private readCurves(): void {
    const before = this.problems.at(0)?.problem.message;
    this.problems = [];
    this.readSchedule();
    const problem = this.problems.at(0)?.problem;
    if (problem !== undefined && problem.message !== before) reportSoon(this, problem);
  }

  private get hasProblems(): boolean {
    return this.problem !== undefined || this.schedule?.curves.some(({ failure }) => failure) === true;
  }

  private async loadProblemWords(): Promise<void> {
    this.problemWords = 'loading';
    // Without a network the engine's own sentence has to do.
    this.problemWords = await import('./problem-words.js').catch(() => 'unavailable' as const);
  }

  private readSchedule(): void {
    const settings = readSettings(this);
    this.isStale = false;
    this.schedule = undefined;
    if (Array.isArray(settings)) {
      this.problems = settings.map((problem) => ({ curve: undefined, problem }));
      return;
    }
    const given = this.givenCurves();
    const problems: PlotProblem[] = [];
    const curves = given.flatMap(({ policy, label }, index): ScheduleCurve | never[] => {
      try {
        return curveOf(policy, label, settings);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        const curve = given.length > 1 ? (label ?? String(index + 1)) : undefined;
        problems.push({ curve, problem: toProblem(error) });
        return [];
      }
    });
    this.problems = problems;
    if (problems.length === 0 && curves.length > 0) {
      this.schedule = { settings, curves, metric: metricOf(curves, settings) };
    }
  }

  private givenCurves(): { policy: unknown; label: string | null }[] {
    const own = (this.policy ?? null) === null ? [] : [{ policy: this.policy, label: null }];
    return [...own, ...this.curves.map(({ policy, label }) => ({ policy: policy ?? '', label }))];
  }

  private get curves(): LrScheduleCurve[] {
    return [...this.children].filter((child) => child instanceof LrScheduleCurve);
  }

  private draw(): void {
    const { schedule, plotElement, plotView } = this;
    if (schedule === undefined || plotElement === null) return;
    // What is shown for print only has not been measured yet.
    if (this.size.width === 0)
      this.size = { width: plotElement.clientWidth, height: plotElement.clientHeight };
    const { size } = this;
    if (size.width === 0 || size.height === 0) return;
    const { charts } = this.localize.terms;
    const { steps, stepsPerEpoch } = schedule.settings;
    const margins = marginsAt(size.width, this.localize.number(steps));
    const grid = plotView.gridFor({ from: 0, to: steps }, size.width - margins.left - margins.right);
    const scene = {
      panels: this.panels.of(schedule, grid, size, margins),
      grid,
      cursor: this.cursor,
      theme: (this.theme ??= readChartTheme(this)),
      formatStep: (step: number) => this.localize.number(step),
      formatValue: formatRate,
      stepLabel: charts.stepAxis,
      sliderLabel: charts.cursor(this.name),
      latest: 0,
      lastStep: steps - 1,
      stepsPerEpoch,
      describe: (step: number | undefined) => this.describe(step),
    };
    plotView.draw(scene, plotElement);
    plotView.updateWords(true);
  }

  private describe(step: number | undefined): string {
    const { terms } = this.localize;
    if (this.schedule === undefined) return '';
    return describeSchedule(this.schedule, step, terms, (value) => this.localize.number(value));
  }

  /** The label, or the names of the curves. */
  private get name(): string {
    const { terms } = this.localize;
    if (this.label !== null) return this.label;
    const names = this.schedule?.curves.map((curve) => nameOf(curve, terms)) ?? [];
    return names.length === 0 ? terms.charts.learningRate : names.join(', ');
  }

  /** Updates the readout and the names of the strips: for a step, or for the whole schedule. */
  private showReadout(step: number | undefined): void {
    const { schedule, texts } = this;
    if (schedule === undefined) return;
    const { curves, metric } = schedule;
    const words = this.localize.terms.schedulePlot;
    texts.set('position', this.positionText(schedule.settings, step));
    curves.forEach((curve, index) => {
      texts.set(`rate-${index}`, step === undefined ? courseOf(curve) : valuesAt(curve.lr, step));
    });
    const momentum = curves.flatMap((curve) => {
      if (curve.momentum === undefined) return [];
      return step === undefined ? [] : [valuesAt(curve.momentum, step)];
    });
    texts.set('momentum', [words.momentum, ...momentum].join(' '));
    if (metric !== undefined) {
      texts.set(
        'metric',
        [words.metric, ...(step === undefined ? [] : [valuesAt([metric], step)])].join(' '),
      );
    }
  }

  private positionText({ steps, stepsPerEpoch }: PlotSettings, step: number | undefined): string {
    const { charts, schedulePlot } = this.localize.terms;
    if (step === undefined) return schedulePlot.steps(this.localize.number(steps));
    const position = charts.step(this.localize.number(step));
    if (stepsPerEpoch === 1) return position;
    return `${position} · ${charts.epoch(this.localize.number(epochAt(step, stepsPerEpoch)))}`;
  }

  private handleChildChange(): void {
    this.isStale = true;
    this.requestUpdate();
  }

  private handleResize(entries: readonly ResizeObserverEntry[]): void {
    const { width, height } = entries.at(-1)!.contentRect;
    this.size = { width: Math.floor(width), height: Math.floor(height) };
    this.redraw.request();
  }

  private handleThemeChange(): void {
    this.theme = undefined;
    this.redraw.request();
  }

  private handleTableClick(): void {
    this.tableShown = !this.tableShown;
  }

  protected override render(): TemplateResult {
    const { charts } = this.localize.terms;
    const { schedule, label } = this;
    return html`
      <figure class="card" part="base" aria-label=${this.name}>
        <div class="head ${label === null ? '' : 'named'}" part="header">
          ${label === null ? nothing : html`<div class="heading" part="label">${label}</div>`}
          ${schedule === undefined ? nothing : this.renderReadout(schedule)}
          <div class="controls" part="controls">
            <button
              type="button"
              class="button quiet toggle"
              aria-pressed=${this.tableShown}
              aria-label=${charts.tableHint}
              title=${charts.tableHint}
              ?disabled=${schedule === undefined}
              @click=${this.handleTableClick}
            >
              ${charts.table}
            </button>
          </div>
        </div>
        <div class="frame ${this.frameClass}" part="chart">${this.renderFrame()}</div>
        ${this.check.problem === undefined ? nothing : html`<div role="alert">${this.renderProblem(this.check.problem)}</div>`}
        ${schedule && this.renderNotes(schedule)}
        <span class="probe" aria-hidden="true" @transitionrun=${this.handleThemeChange}></span>
      </figure>
    `;
  }

  /** The height of the frame: two strips need more, and problems as much as they fill. */
  private get frameClass(): string {
    if (this.problems.length > 0) return 'fitted';
    return this.schedule !== undefined && stripsOf(this.schedule).length > 1 ? 'tall' : '';
  }

  private renderReadout({ curves, settings }: Schedule): TemplateResult {
    const { terms } = this.localize;
    const several = curves.length > 1;
    const last = this.positionText(settings, settings.steps - 1);
    const widestPosition = longerOf(last, this.positionText(settings, undefined));
    return html`<div class="readout ${several ? '' : 'single'}" part="readout">
      ${curves.map(
        (curve, index) => html`
          <span class="item">
            ${several ? html`${keyGlyph('line', index)}<span>${nameOf(curve, terms)}</span>` : nothing}
            <span
              class="value"
              data-text="rate-${index}"
              ${keepWidth(longerOf(courseOf(curve), widestRates(curve)))}
            ></span>
          </span>
        `,
      )}
      <span class="position" data-text="position" ${several ? keepWidth(widestPosition) : nothing}></span>
    </div>`;
  }

  private renderFrame(): TemplateResult {
    const { terms } = this.localize;
    const { schedule, problems } = this;
    if (problems.length > 0) {
      return html`<div class="problems" role="alert">
        ${problems.map(
          ({ curve, problem }) =>
            html`<div>
              ${curve === undefined ? nothing : html`<p>${curve}</p>`} ${this.renderProblem(problem)}
            </div>`,
        )}
      </div>`;
    }
    if (schedule === undefined) return html`<p class="empty">${terms.schedulePlot.empty}</p>`;
    if (this.tableShown) {
      return chartTable(
        tabulateSchedule(schedule, terms.charts.tableOf(this.name), terms, (value) =>
          this.localize.number(value),
        ),
      );
    }
    const { linear, log } = terms.schedulePlot.axis;
    return html`<div class="plot"></div>
      <span class="axis lr" aria-hidden="true">${schedule.settings.scale === 'log' ? log : linear}</span>
      ${stripsOf(schedule).map(
        (strip) => html`<span class="axis strip" aria-hidden="true" data-text=${strip}></span>`,
      )}`;
  }

  private renderProblem(problem: Problem): TemplateResult | typeof nothing {
    const { problemWords } = this;
    if (typeof problemWords === 'object') return problemWords.viewOf(problem, this.localize.terms);
    const sentence = this.sentenceOf(problem);
    if (sentence === undefined) return nothing;
    return html`<div class="problem"><p class="sentence">${sentence}</p></div>`;
  }

  /** A problem in one sentence; undefined while the words load. */
  private sentenceOf(problem: Problem): string | undefined {
    const { problemWords } = this;
    if (typeof problemWords === 'object') return problemWords.sentenceOf(problem, this.localize.terms);
    return problemWords === 'unavailable' ? problem.message : undefined;
  }

  private renderNotes({ curves, metric }: Schedule): TemplateResult {
    const { terms } = this.localize;
    const words = terms.schedulePlot;
    const named = (curve: ScheduleCurve, text: string): string =>
      curves.length > 1 ? words.ofCurve(nameOf(curve, terms), text) : text;
    return html`
      ${curves.map((curve) =>
        curve.watchesMetric && metric === undefined
          ? html`<p class="note">${named(curve, words.neverStalls)}</p>`
          : nothing,
      )}
      ${curves.map((curve) => {
        if (curve.failure === undefined) return nothing;
        const { step, problem } = curve.failure;
        const sentence = this.sentenceOf(problem);
        if (sentence === undefined) return nothing;
        const text = words.stops(this.localize.number(step), sentence);
        return html`<p class="note stops">${named(curve, text)}</p>`;
      })}
    `;
  }
}

function longerOf(one: string, other: string): string {
  return one.length > other.length ? one : other;
}

/** The made-up metric by step, where a curve watches one. */
function metricOf(
  curves: readonly ScheduleCurve[],
  { metric, steps, stepsPerEpoch }: PlotSettings,
): Float64Array | undefined {
  if (metric === undefined || !curves.some(({ watchesMetric }) => watchesMetric)) return undefined;
  return Float64Array.from({ length: steps }, (_, step) => metric(Math.floor(step / stepsPerEpoch)));
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-schedule-plot': LrSchedulePlot;
  }
}
