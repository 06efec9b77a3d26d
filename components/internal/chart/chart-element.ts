/**
 * What the charts of a run share: the card, the switch between picture and table, and the way from a Lab's signals
 * to the canvas. The signals that change with every batch are read in an effect that does nothing but ask for a
 * drawing; Lit renders only when a person or a run has done something.
 */
import { html, nothing, unsafeCSS, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import uplotStyles from 'uplot/dist/uPlot.min.css?inline';
import type { Lab } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { LabElement } from '../lab/lab-element.js';
import { resizeObserver } from '../kit/observers.js';
import { buttonStyles, cardStyles, themeStyles } from '../kit/theme.styles.js';
import { chartTable, type ChartTable } from './chart-table.js';
import { chartTableStyles } from './chart-table.styles.js';
import { readChartTheme, type ChartTheme } from '../plot/chart-theme.js';
import { chartStyles } from './chart.styles.js';
import { following, windowOf, zoomed, type ChartWindow } from '../plot/chart-window.js';
import type { ColumnGrid } from '../plot/column-grid.js';
import { marksOf, type Mark } from './marks.js';
import { extentOf, Picture, zoomStep, type Collected, type RunLines, type Size } from './picture.js';
import { RedrawController } from '../kit/redraw-controller.js';
import { shownRuns, type ShownRun } from '../lab/shown-runs.js';
import type { LineStyle, StepPlot } from '../plot/step-plot.js';
import { TextSpots } from '../kit/text-spots.js';
import { throttle } from '../kit/throttle.js';
import type { VerticalAxis, YScale } from '../plot/vertical-axis.js';
import { watchRuns } from '../lab/watch-runs.js';

/** The words of the charts. */
export type ChartWords = Terms['charts'];

/** How long words that tell of a changing chart stay as they are, at least. */
const wordsInterval = 1000;
/** The same for the numbers of the readout, which nobody reads faster. */
const readoutInterval = 100;

/** A chart over the steps of a Lab's runs. */
export abstract class ChartElement extends LabElement {
  static override styles: CSSResultGroup = [
    themeStyles,
    cardStyles,
    buttonStyles,
    unsafeCSS(uplotStyles),
    chartStyles,
    chartTableStyles,
  ];

  private readonly redraw = new RedrawController(this, () => this.draw());
  private readonly spots = new TextSpots(() => this.renderRoot);
  private readonly resizes = resizeObserver((entries) => this.handleResize(entries));
  private readonly describeSoon = throttle(() => this.picture?.updateWords(), wordsInterval);
  private readonly showReadoutSoon = throttle(
    () => this.showReadout(this.shown, this.picture?.cursorStep),
    readoutInterval,
  );
  private readonly renderTableSoon = throttle(() => this.requestUpdate(), wordsInterval);
  private readonly formats = new Map<string, Intl.NumberFormat>();
  private language = '';
  private terms!: Terms;
  private picture: Picture | undefined;
  private size: Size = { width: 0, height: 0 };
  private theme: ChartTheme | undefined;
  private marks: readonly Mark[] = [];
  private shown: readonly ShownRun[] = [];
  private watched: Lab | undefined;
  private stopWatching: (() => void) | undefined;
  private hasNews = false;
  /** The first slot that may have changed since the picture was drawn; while the table stands there, it is not. */
  private changedFrom = 0;

  /** Whether the left axis is logarithmic or linear. */
  @property({ attribute: 'y-scale', reflect: true }) yScale: YScale = 'log';

  @state() private tableShown = false;
  @query('.plot') private readonly plotElement!: HTMLElement | null;
  @query('.frame') private readonly frame!: HTMLElement | null;

  /** The left axis. */
  protected abstract readonly axis: VerticalAxis;
  /** Whether the right axis is named, in per cent. */
  protected abstract readonly percentAxis: boolean;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watch(undefined);
    this.resizes.disconnect();
    this.describeSoon.cancel();
    this.showReadoutSoon.cancel();
    this.renderTableSoon.cancel();
    this.picture?.remove();
    this.theme = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    // Another language renders every element anew; to look for it with every frame takes longer than to draw a line.
    this.language = this.localize.lang();
    this.terms = this.localize.terms;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.isConnected) return;
    this.spots.refresh();
    this.watch(this.lab);
    if (this.frame !== null) this.resizes.observe(this.frame);
    this.axis.kind = this.yScale;
    this.redraw.request();
  }

  /** The heading. */
  protected abstract name(words: ChartWords): string;
  /** What stands beside the heading; its numbers are spots that `showReadout` fills. */
  protected abstract renderReadout(shown: readonly ShownRun[], words: ChartWords): TemplateResult;
  /** Fills the readout for a step, or for the newest values. */
  protected abstract showReadout(shown: readonly ShownRun[], step: number | undefined): void;
  /** Brings the lines of each run up to date. */
  protected abstract collect(shown: readonly ShownRun[], grid: ColumnGrid): Collected;
  /** How the lines of a run look, in the same order. */
  protected abstract styleLines(place: number, lines: number): LineStyle[];
  /** What the table holds. */
  protected abstract tabulate(shown: readonly ShownRun[], words: ChartWords): Omit<ChartTable, 'marks'>;
  /** The values at a step, or the newest ones, in a sentence. */
  protected abstract describe(
    shown: readonly ShownRun[],
    step: number | undefined,
    words: ChartWords,
  ): string;
  /** Names a value of the left axis. */
  protected abstract formatValue(value: number): string;
  /** Controls beside those that every chart has. */
  protected renderControls?(words: ChartWords): TemplateResult;
  /** A sentence over an empty chart, and one on what has gone wrong; empty where there is nothing to say. */
  protected notices?(shown: readonly ShownRun[], words: ChartWords): { empty: string; problem: string };
  /** Where a mark meets the line of its run. */
  protected valueAtMark?(shown: readonly ShownRun[], mark: Mark): number | undefined;
  /** Lines that are of no run: how they look, and their slots. */
  protected readonly otherLines: readonly LineStyle[] = [];
  protected collectOthers?(grid: ColumnGrid): RunLines;
  /** Called when the picture has been drawn. */
  protected handleDrawn?(plot: StepPlot): void;
  /** What lies over the picture. */
  protected renderOverlay?(words: ChartWords): TemplateResult;

  /** Sets the text of a spot of the readout. */
  protected setSpot(name: string, text: string): void {
    this.spots.set(name, text);
  }

  /** Fills the spot `position`: which step of which epoch the readout is about. */
  protected showPosition(shown: readonly ShownRun[], step: number | undefined): void {
    const plan = shown.at(0)?.run.plan.peek();
    if (plan === undefined) return;
    const { charts } = this.terms;
    const present = step ?? Math.max(0, ...shown.map(({ run }) => run.step.peek() - 1));
    const epoch = Math.min(Math.floor(present / plan.stepsPerEpoch) + 1, plan.epochs);
    this.setSpot(
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

  /** What writes numbers; to make one takes longer than to draw a line. */
  private numbers(digits: number, style: 'decimal' | 'percent' = 'decimal'): Intl.NumberFormat {
    const { language } = this;
    const key = `${language} ${style} ${digits}`;
    let format = this.formats.get(key);
    if (format === undefined) {
      format = new Intl.NumberFormat(language, {
        style,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      this.formats.set(key, format);
    }
    return format;
  }

  /** Draws with the next frame. */
  protected requestDrawing(): void {
    this.redraw.request();
  }

  private draw(): void {
    const { lab, plotElement, size, shown } = this;
    if (lab === undefined || plotElement === null || size.width === 0 || size.height === 0) return;
    this.picture ??= this.createPicture();
    const grid = this.picture.gridFor(lab, shown, size.width);
    const { lines, changedFrom } = this.collect(shown, grid);
    this.changedFrom = Math.min(this.changedFrom, changedFrom);
    if (!this.tableShown) {
      const others = this.collectOthers?.(grid) ?? [];
      const scene = { lab, shown, lines, changedFrom: this.changedFrom, others, marks: this.marks };
      this.picture.draw(scene, plotElement, size);
      this.changedFrom = Infinity;
      this.handleDrawn?.(this.picture.stepPlot!);
    }
    const notices = this.notices?.(shown, this.terms.charts);
    this.setSpot('empty', notices?.empty ?? '');
    this.setSpot('problem', notices?.problem ?? '');
    this.showReadoutSoon();
    this.describeSoon();
    if (this.tableShown && this.hasNews) this.renderTableSoon();
    this.hasNews = false;
  }

  private createPicture(): Picture {
    const words = (): ChartWords => this.terms.charts;
    return new Picture({
      axis: this.axis,
      percentAxis: this.percentAxis,
      theme: () => (this.theme ??= readChartTheme(this)),
      words,
      name: () => this.name(words()),
      styleLines: (place, lines) => this.styleLines(place, lines),
      otherLines: this.otherLines,
      describe: (step) => this.describe(this.shown, step, words()),
      valueAt: this.valueAtMark && ((mark) => this.valueAtMark?.(this.shown, mark)),
      formatValue: (value) => this.formatValue(value),
      formatStep: (step) => this.formatStep(step),
      formatPercent: (share) => this.formatPercent(share, 0),
      onCursor: (step) => this.showReadout(this.shown, step),
    });
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

  private handleWindow(lab: Lab, next: (window: ChartWindow) => ChartWindow): void {
    const window = windowOf(lab);
    window.value = next(window.peek());
  }

  private handleZoom(lab: Lab, factor: number): void {
    const extent = extentOf(this.shown);
    const around = this.picture?.cursorStep ?? extent.newest;
    this.handleWindow(lab, (window) => zoomed(window, extent, factor, around));
  }

  private renderZoom(lab: Lab, words: ChartWords): TemplateResult {
    const { kind } = windowOf(lab).value;
    return html`
      <div class="zoom" role="group" aria-label=${words.window}>
        <button
          type="button"
          class="button quiet toggle"
          aria-pressed=${kind === 'whole'}
          title=${words.wholeHint}
          @click=${() => this.handleWindow(lab, () => ({ kind: 'whole' }))}
        >
          ${words.whole}
        </button>
        <button
          type="button"
          class="button quiet toggle"
          aria-pressed=${kind === 'follow'}
          title=${words.followHint}
          @click=${() => this.handleWindow(lab, (window) => following(window, extentOf(this.shown)))}
        >
          ${words.follow}
        </button>
        <button
          type="button"
          class="button quiet sign"
          aria-label=${words.zoomIn}
          title=${words.zoomInHint}
          @click=${() => this.handleZoom(lab, 1 / zoomStep)}
        >
          +
        </button>
        <button
          type="button"
          class="button quiet sign"
          aria-label=${words.zoomOut}
          title=${words.zoomOut}
          ?disabled=${kind === 'whole'}
          @click=${() => this.handleZoom(lab, zoomStep)}
        >
          −
        </button>
      </div>
    `;
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const shown = shownRuns(lab);
    const { terms } = this;
    const { charts } = terms;
    this.shown = shown;
    this.marks = marksOf(shown, terms);
    const sentences = this.marks.map(({ step, label }) => charts.markAt(this.formatStep(step), label));
    return html`
      <section class="card" part="base" aria-labelledby="name">
        <header class="head" part="header">
          <h2 class="heading" id="name">${this.name(charts)}</h2>
          <div class="readout ${shown.length > 1 ? '' : 'single'}" part="readout">
            ${this.renderReadout(shown, charts)}
          </div>
          <div class="controls" part="controls">
            ${this.renderControls?.(charts)} ${this.renderZoom(lab, charts)}
            <button
              type="button"
              class="button quiet toggle"
              aria-pressed=${this.yScale === 'log'}
              title=${charts.logScaleHint}
              @click=${this.handleScaleClick}
            >
              ${charts.logScale}
            </button>
            <button
              type="button"
              class="button quiet toggle"
              aria-pressed=${this.tableShown}
              aria-label=${charts.tableHint}
              title=${charts.tableHint}
              @click=${this.handleTableClick}
            >
              ${charts.table}
            </button>
          </div>
        </header>
        <div class="frame" part="chart">
          <div class="plot" ?hidden=${this.tableShown}></div>
          ${this.tableShown ? nothing : this.renderOverlay?.(charts)}
          ${this.tableShown ? chartTable({ ...this.tabulate(shown, charts), marks: sentences }) : nothing}
          <p class="empty" data-spot="empty"></p>
          <p class="notice" part="notice" role="status" data-spot="problem"></p>
        </div>
        <ul class="visually-hidden" part="marks" aria-label=${charts.marksOf(this.name(charts))}>
          ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
        </ul>
        <span class="probe" aria-hidden="true" @transitionrun=${this.handleThemeChange}></span>
      </section>
    `;
  }
}
