/**
 * The base of both charts: the card, the switch between plot and table, and the way from a Lab's signals to the
 * canvas. An effect reads the signals that change with every batch and only requests a drawing; Lit renders only when
 * a person or a run has done something.
 */
import { html, nothing, unsafeCSS, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import uplotStyles from 'uplot/dist/uPlot.min.css?inline';
import { badValue } from '../../../src/errors.js';
import type { Intervention, Lab, Run } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { LabElement } from '../lab/lab-element.js';
import { resizeObserver } from '../kit/observers.js';
import { buttonStyles, cardStyles, themeStyles } from '../kit/styles/theme.styles.js';
import { popoverStyles } from '../kit/styles/popover.styles.js';
import { chartTable, type ChartTable } from './chart-table.js';
import { chartTableStyles } from './chart-table.styles.js';
import { readChartTheme, type ChartTheme } from '../plot/chart-theme.js';
import { chartTools } from './chart-tools.js';
import { chartStyles } from './chart.styles.js';
import { spanOf, zoomed, type Extent, type WindowChange } from '../plot/chart-window.js';
import type { Size } from '../plot/css-pixels.js';
import type { ColumnGrid, Slot } from '../plot/lines/column-grid.js';
import { flagRowHeight } from '../plot/flags/draw-flags.js';
import type { EndLabel } from '../plot/labels/end-labels.js';
import { positionPopover } from '../kit/position-popover.js';
import { backToBefore } from '../lab/policy-commands.js';
import { problemStyles } from '../lab/problem.styles.js';
import { refusalOf } from '../lab/refusal.js';
import type { Mark } from '../plot/flags/flag-layout.js';
import { marksOf } from './marks.js';
import { pinnedStepView } from './pinned-step.js';
import { savePlot } from './save-plot.js';
import { RedrawController } from '../kit/element/redraw-controller.js';
import { shownRuns, type ShownRun } from '../lab/shown-runs.js';
import type { LineStyle, PlotMargins, PlotScene } from '../plot/plot-scene.js';
import { PlotView } from '../plot/plot-view.js';
import { stepAxisHeight, type StepPlot } from '../plot/step-plot.js';
import { LiveTexts } from '../kit/element/live-texts.js';
import { numberFormat } from '../kit/element/terms-controller.js';
import { throttle } from '../kit/throttle.js';
import type { VerticalAxis, YScale } from '../plot/axes/vertical-axis.js';
import { viewOf } from '../lab/lab-view.js';
import { watchRuns } from '../lab/watch-runs.js';

/** The words of the charts. */
export type ChartWords = Terms['charts'];

/** The lines of a chart. */
export interface ChartLines {
  /** One list of slots per line. */
  readonly lines: readonly (readonly Slot[])[];
  /** How each line looks. */
  readonly styles: readonly LineStyle[];
  /** The first slot that may have changed since the last drawing, in lists that are the same. */
  readonly changedFrom: number;
}

/** Milliseconds between two updates of the words about a changing chart. */
const wordsInterval = 1000;
/** Milliseconds between two updates of the numbers in the readout and at the ends of lines: together, one layout. */
const numbersInterval = 100;

/** A chart narrower than this, in CSS pixels, has no labels beside its lines. */
const narrowest = 560;

/** The detail of `lr-fork`: a fork that the reader asks for on a chart. */
export interface ForkRequest {
  readonly run: Run;
  readonly step: number;
  /** The button that was pressed. */
  readonly anchor: HTMLElement;
}

/** A chart over the steps of a Lab's runs. */
export abstract class ChartElement extends LabElement {
  static override styles: CSSResultGroup = [
    themeStyles,
    popoverStyles,
    cardStyles,
    buttonStyles,
    problemStyles,
    unsafeCSS(uplotStyles),
    chartStyles,
    chartTableStyles,
  ];

  private readonly redraw = new RedrawController(this, () => this.draw());
  private readonly texts = new LiveTexts(() => this.renderRoot);
  private readonly resizes = resizeObserver((entries) => this.handleResize(entries));
  private readonly describeSoon = throttle(() => this.plotView.updateWords(), wordsInterval);
  private readonly showNumbersSoon = throttle(() => {
    this.updateReadout(this.plotView.cursorStep);
    this.plotView.plot?.placeEnds();
  }, numbersInterval);
  private readonly renderTableSoon = throttle(() => this.requestUpdate(), wordsInterval);
  private language = '';
  private terms!: Terms;
  private readonly plotView = new PlotView({
    onCursor: (step) => this.updateReadout(step),
    onPin: (step) => this.pin(step),
    onWindow: (change) => this.changeWindow(change),
  });
  private size: Size = { width: 0, height: 0 };
  private theme: ChartTheme | undefined;
  private marks: readonly Mark[] = [];
  private shown: readonly ShownRun[] = [];
  private watched: Lab | undefined;
  private stopWatching: (() => void) | undefined;
  private hasNews = false;
  /** The first slot that may have changed since the plot was drawn; it is not drawn while the table is shown. */
  private changedFrom = 0;

  /** Whether the left axis is logarithmic or linear. */
  @property({ attribute: 'y-scale', reflect: true }) yScale: YScale = 'log';

  /** Draws changes as lines alone, without flags in a lane above the plot. */
  @property({ type: Boolean, attribute: 'no-flags' }) hasNoFlags = false;

  @state() private tableShown = false;
  /** The step on which the reader has pinned the cursor. */
  @state() private pinned: number | undefined;
  @query('.plot') private readonly plotElement!: HTMLElement | null;
  @query('.frame') private readonly frame!: HTMLElement | null;
  @query('.readout') private readonly readout!: HTMLElement | null;
  @query('.tools') private readonly tools!: HTMLElement;
  @query('.open-tools') private readonly toolsButton!: HTMLElement;

  /** The left axis. */
  protected abstract readonly axis: VerticalAxis;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watch(undefined);
    this.resizes.disconnect();
    this.describeSoon.cancel();
    this.showNumbersSoon.cancel();
    this.renderTableSoon.cancel();
    this.plotView.remove();
    this.theme = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    // Another language renders every element again; looking for it in every frame takes longer than drawing a line.
    this.language = this.localize.lang();
    this.terms = this.localize.terms;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.isConnected) return;
    this.texts.refresh();
    this.watch(this.lab);
    if (this.frame !== null) this.resizes.observe(this.frame);
    this.axis.kind = this.yScale === 'linear' ? 'linear' : 'log';
    this.redraw.request();
  }

  protected override checkValues(): void {
    const scale: string = this.yScale;
    if (scale !== 'log' && scale !== 'linear') throw badValue('y-scale', `"${scale}"`, '"log" | "linear"');
  }

  /** Names its lines at their ends. */
  protected abstract endsOf(shown: readonly ShownRun[], terms: Terms): EndLabel[];
  /** The heading. */
  protected abstract name(words: ChartWords): string;
  /** The readout beside the heading; `showReadout` sets its numbers. */
  protected abstract renderReadout(shown: readonly ShownRun[], words: ChartWords): TemplateResult;
  /** Updates the readout for a step, or for the newest values. */
  protected abstract showReadout(shown: readonly ShownRun[], step: number | undefined): void;
  /** Updates the lines. */
  protected abstract collect(shown: readonly ShownRun[], grid: ColumnGrid): ChartLines;
  /** The content of the table. */
  protected abstract tabulate(shown: readonly ShownRun[], words: ChartWords): Omit<ChartTable, 'marks'>;
  /** The values at a step, or the newest ones, in a sentence. */
  protected abstract describe(
    shown: readonly ShownRun[],
    step: number | undefined,
    words: ChartWords,
  ): string;
  /** The label of a value of the left axis. */
  protected abstract formatValue(value: number): string;
  /** A few words beside the heading: how to read the chart. */
  protected subtitle?(words: ChartWords): string;
  /** Controls of one chart only. */
  protected renderControls?(words: ChartWords): TemplateResult;
  /** A sentence over an empty chart, and one about a problem; each may be empty. */
  protected notices?(shown: readonly ShownRun[], words: ChartWords): { empty: string; problem: string };
  /** Where a mark meets the line of its run. */
  protected valueAtMark?(shown: readonly ShownRun[], mark: Mark): number | undefined;
  /** Called after each drawing. */
  protected handleDrawn?(plot: StepPlot): void;
  /** What stands below the plot. */
  protected renderFoot?(lab: Lab): TemplateResult;
  /** The content of a layer over the plot. */
  protected renderOverlay?(words: ChartWords): TemplateResult;

  /** Sets a text of the readout. */
  protected setText(name: string, text: string): void {
    this.texts.set(name, text);
  }

  /** Sets the text `position`: the step and the epoch that the readout describes. */
  protected showPosition(shown: readonly ShownRun[], step: number | undefined): void {
    const plan = shown.at(0)?.run.plan.peek();
    if (plan === undefined) return;
    const { charts } = this.terms;
    const present = step ?? Math.max(0, ...shown.map(({ run }) => run.step.peek() - 1));
    const epoch = Math.min(Math.floor(present / plan.stepsPerEpoch) + 1, plan.epochs);
    this.setText(
      'position',
      `${charts.step(this.formatStep(present))} · ${charts.epoch(this.formatStep(epoch))}`,
    );
  }

  /** A step in the reader's language. */
  protected formatStep(step: number): string {
    return this.numbers(0).format(step);
  }

  /** A share of one in per cent, in the reader's language. */
  protected formatPercent(share: number, digits = 1): string {
    return this.numbers(digits, 'percent').format(share);
  }

  private numbers(digits: number, style: 'decimal' | 'percent' = 'decimal'): Intl.NumberFormat {
    return numberFormat(this.language, {
      style,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }

  /** Draws with the next frame. */
  protected requestDrawing(): void {
    this.redraw.request();
  }

  private updateReadout(step: number | undefined): void {
    this.readout?.toggleAttribute('data-cursor', step !== undefined);
    this.showReadout(this.shown, step);
  }

  private draw(): void {
    const { lab, plotElement, size, shown } = this;
    if (lab === undefined || plotElement === null || size.width === 0 || size.height === 0) return;
    const margins = this.margins;
    const span = spanOf(viewOf(lab).window.peek(), extentOf(shown));
    const grid = this.plotView.gridFor(span, size.width - margins.left - margins.right);
    const lines = this.collect(shown, grid);
    this.changedFrom = Math.min(this.changedFrom, lines.changedFrom);
    if (!this.tableShown) {
      this.plotView.draw(this.sceneOf(lab, grid, lines, margins), plotElement);
      this.changedFrom = Infinity;
      this.handleDrawn?.(this.plotView.plot!);
    }
    const notices = this.notices?.(shown, this.terms.charts);
    this.setText('empty', notices?.empty ?? '');
    this.setText('problem', notices?.problem ?? '');
    this.showNumbersSoon();
    this.describeSoon();
    if (this.tableShown && this.hasNews) this.renderTableSoon();
    this.hasNews = false;
  }

  private sceneOf(lab: Lab, grid: ColumnGrid, lines: ChartLines, margins: PlotMargins): PlotScene {
    const { shown, marks, size, axis } = this;
    const { charts } = this.terms;
    const { steps, newest } = extentOf(shown);
    const stepsPerEpoch = shown.at(0)?.run.plan.peek().stepsPerEpoch ?? 0;
    // Of the run that receives commands, as long as it is drawn.
    const selected = viewOf(lab).selected.peek();
    const now = shown.some(({ run }) => run === selected) ? selected.history.length : newest;
    const annotations = {
      marks,
      now: now > grid.from && now < grid.steps ? now : undefined,
      nowLabel: charts.now,
      lane: this.lane,
      more: (text: string, count: number) => charts.marks.more(text, this.formatStep(count)),
      valueAt: this.valueAtMark && ((mark: Mark) => this.valueAtMark?.(shown, mark)),
    };
    return {
      panels: [{ ...lines, size, margins, axis, stepAxis: true, annotations, ends: this.ends }],
      grid,
      changedFrom: this.changedFrom,
      cursor: viewOf(lab).cursor,
      theme: (this.theme ??= readChartTheme(this)),
      formatStep: (step) => this.formatStep(step),
      formatValue: (value) => this.formatValue(value),
      stepLabel: charts.stepAxis,
      epochLabel: charts.epochAxis,
      sliderLabel: charts.cursor(this.name(charts)),
      latest: Math.max(0, newest - 1),
      lastStep: steps,
      stepsPerEpoch,
      describe: (step) => this.describe(shown, step, charts),
    };
  }

  /** Narrow charts have no room beside the lines; there the readout names them. */
  private get ends(): EndLabel[] {
    return this.size.width < narrowest ? [] : this.endsOf(this.shown, this.terms);
  }

  /** The rows of flags above the plot. */
  private get lane(): number {
    if (this.hasNoFlags) return 0;
    return this.size.height >= 300 ? 2 : 1;
  }

  private get margins(): PlotMargins {
    const { lane, size } = this;
    const { scale = 1 } = this.theme ?? {};
    const sides =
      size.width < narrowest
        ? { left: 46, right: 14 }
        : { left: Math.round(54 * scale), right: Math.round(104 * scale) };
    return { ...sides, top: lane * flagRowHeight + 6, bottom: stepAxisHeight };
  }

  private watch(lab: Lab | undefined): void {
    if (lab === this.watched) return;
    this.stopWatching?.();
    this.watched = lab;
    this.stopWatching = lab && watchRuns(lab, () => this.handleNews());
  }

  private handleNews(): void {
    this.hasNews = true;
    this.redraw.request();
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

  private handleScaleClick(): void {
    this.yScale = this.yScale === 'log' ? 'linear' : 'log';
  }

  private handleTableClick(): void {
    this.tableShown = !this.tableShown;
  }

  private changeWindow(change: WindowChange): void {
    if (this.lab === undefined) return;
    const { window } = viewOf(this.lab);
    window.value = change(window.peek(), extentOf(this.shown));
  }

  private handleZoom(factor: number): void {
    const around = this.plotView.cursorStep ?? extentOf(this.shown).newest;
    this.changeWindow((window, extent) => zoomed(window, extent, factor, around));
  }

  private handleTools(event: ToggleEvent): void {
    if (event.newState === 'open') positionPopover(this.tools, this.toolsButton);
  }

  private handleSave(kind: 'svg' | 'png'): void {
    const { plot } = this.plotView;
    if (plot === undefined) return;
    const name = `lr-lab-${this.localName.replace(/^lr-|-chart$/g, '')}`;
    void savePlot(plot, kind, { name, title: this.name(this.terms.charts) });
  }

  private pin(step: number | undefined): void {
    this.pinned = step;
    if (this.lab !== undefined) viewOf(this.lab).pinned.value = step;
  }

  private handleUnpin(): void {
    this.pin(undefined);
    if (this.lab !== undefined) viewOf(this.lab).cursor.move(undefined);
    this.plotView.plot?.pointerArea.focus();
  }

  /** Asks the element around it for a fork; `<lr-lab>` asks with which schedule. */
  private handleFork(anchor: HTMLElement, lab: Lab, step: number): void {
    const run = viewOf(lab).selected.peek();
    const detail: ForkRequest = { run, step, anchor };
    const request = new CustomEvent('lr-fork', { detail, bubbles: true, composed: true, cancelable: true });
    if (this.dispatchEvent(request)) void refusalOf(lab.fork(run, { at: step }));
  }

  /** Undoes a change: a fork from before it, which is selected. */
  private handleBack(lab: Lab, run: Run, change: Intervention): void {
    this.handleUnpin();
    void refusalOf(backToBefore(lab, run, change).then((fork) => viewOf(lab).select(fork)));
  }

  private renderPin(lab: Lab): TemplateResult | typeof nothing {
    const { pinned, terms } = this;
    if (pinned === undefined || this.tableShown) return nothing;
    return pinnedStepView(lab, pinned, terms, (step) => this.formatStep(step), {
      handleBack: (run, change) => this.handleBack(lab, run, change),
      handleFork: (anchor) => this.handleFork(anchor, lab, pinned),
      handleUnpin: () => this.handleUnpin(),
    });
  }

  private renderTools(lab: Lab): TemplateResult {
    const { charts } = this.terms;
    return chartTools({
      words: charts,
      name: this.name(charts),
      yScale: this.yScale,
      isTable: this.tableShown,
      window: viewOf(lab).window.value.kind,
      own: this.renderControls?.(charts),
      handleToggle: (event) => this.handleTools(event),
      handleScale: () => this.handleScaleClick(),
      handleTable: () => this.handleTableClick(),
      handleWindow: (change) => this.changeWindow(change),
      handleZoom: (factor) => this.handleZoom(factor),
      handleSave: (kind) => this.handleSave(kind),
    });
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const shown = shownRuns(lab);
    const { terms } = this;
    const { charts } = terms;
    this.shown = shown;
    this.marks = marksOf(shown, terms);
    const sentences = this.marks.map(({ step, label }) => charts.markAt(this.formatStep(step), label));
    return html`
      <section role="group" class="card" part="base" aria-labelledby="name">
        <div class="head" part="header">
          <h2 class="heading" id="name">${this.name(charts)}</h2>
          <span class="subtitle">${this.subtitle?.(charts)}</span>
          <div class="readout" part="readout">${this.renderReadout(shown, charts)}</div>
          ${this.renderTools(lab)}
        </div>
        <div class="frame" part="chart">
          <div class="plot" ?hidden=${this.tableShown}></div>
          ${this.tableShown ? nothing : this.renderOverlay?.(charts)} ${this.renderPin(lab)}
          ${this.tableShown ? chartTable({ ...this.tabulate(shown, charts), marks: sentences }) : nothing}
          <p class="empty" data-text="empty"></p>
          <p class="notice" part="notice" role="status" data-text="problem"></p>
        </div>
        ${this.renderFoot?.(lab)}
        <ul class="visually-hidden" part="marks" aria-label=${charts.marksOf(this.name(charts))}>
          ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
        </ul>
        <span class="probe" aria-hidden="true" @transitionrun=${this.handleThemeChange}></span>
      </section>
    `;
  }
}

/** The most steps and the newest step of the runs shown. */
function extentOf(shown: readonly ShownRun[]): Extent {
  return {
    steps: Math.max(1, ...shown.map(({ run }) => run.plan.peek().steps)),
    newest: Math.max(0, ...shown.map(({ run }) => run.step.peek())),
  };
}

declare global {
  interface GlobalEventHandlersEventMap {
    'lr-fork': CustomEvent<ForkRequest>;
  }
}
