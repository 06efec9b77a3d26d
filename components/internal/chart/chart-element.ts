/**
 * What the charts of a run share: the card, the switch between picture and table, and the way from a Lab's signals
 * to the canvas. The signals that change with every batch are read in an effect that does nothing but ask for a
 * drawing; Lit renders only when a person or a run has done something.
 */
import { html, nothing, unsafeCSS, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import uplotStyles from 'uplot/dist/uPlot.min.css?inline';
import type { Lab, Run } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { LabElement } from '../lab-element.js';
import { buttonStyles, cardStyles, themeStyles } from '../theme.styles.js';
import { chartTable, type ChartTable } from './chart-table.js';
import { chartTableStyles } from './chart-table.styles.js';
import { readChartTheme, type ChartTheme } from './chart-theme.js';
import { chartStyles } from './chart.styles.js';
import type { ColumnGrid } from './column-grid.js';
import { marksOf, type Mark } from './marks.js';
import { Picture, type RunLines } from './picture.js';
import { RedrawController } from './redraw-controller.js';
import type { LineStyle } from './step-plot.js';
import { TextSpots } from './text-spots.js';
import { throttle } from './throttle.js';
import type { VerticalAxis, YScale } from './vertical-axis.js';
import { watchRuns } from './watch-runs.js';

/** The words of the charts. */
export type ChartWords = Terms['charts'];

/** How long words that tell of a changing chart stay as they are, at least. */
const wordsInterval = 1000;

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
  private readonly resizes = new ResizeObserver((entries) => this.handleResize(entries));
  private readonly describeSoon = throttle(() => this.picture?.updateWords(), wordsInterval);
  private readonly renderTableSoon = throttle(() => this.requestUpdate(), wordsInterval);
  private picture: Picture | undefined;
  private size = { width: 0, height: 0 };
  private theme: ChartTheme | undefined;
  private marks: readonly Mark[] = [];
  private watched: Lab | undefined;
  private stopWatching: (() => void) | undefined;
  private hasNews = false;

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
    this.renderTableSoon.cancel();
    this.picture?.remove();
    this.theme = undefined;
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
  protected abstract renderReadout(runs: readonly Run[], words: ChartWords): TemplateResult;
  /** Fills the readout for a step, or for the newest values. */
  protected abstract showReadout(runs: readonly Run[], step: number | undefined): void;
  /** Brings the lines of each run up to date. */
  protected abstract collect(runs: readonly Run[], grid: ColumnGrid): RunLines[];
  /** How the lines of a run look, in the same order. */
  protected abstract styleLines(run: number, lines: number): LineStyle[];
  /** What the table holds. */
  protected abstract tabulate(runs: readonly Run[], words: ChartWords): Omit<ChartTable, 'marks'>;
  /** The values at a step, or the newest ones, in a sentence. */
  protected abstract describe(runs: readonly Run[], step: number | undefined, words: ChartWords): string;
  /** Names a value of the left axis. */
  protected abstract formatValue(value: number): string;
  /** Controls beside those that every chart has. */
  protected renderControls?(words: ChartWords): TemplateResult;
  /** A sentence over an empty chart, and one on what has gone wrong; empty where there is nothing to say. */
  protected notices?(runs: readonly Run[], words: ChartWords): { empty: string; problem: string };
  /** Where a mark meets the line of its run. */
  protected valueAtMark?(runs: readonly Run[], mark: Mark): number | undefined;

  /** Sets the text of a spot of the readout. */
  protected setSpot(name: string, text: string): void {
    this.spots.set(name, text);
  }

  /** Fills the spot `position`: which step of which epoch the readout is about. */
  protected showPosition(runs: readonly Run[], step: number | undefined): void {
    const plan = runs.at(0)?.plan.peek();
    if (plan === undefined) return;
    const { charts } = this.localize.terms;
    const shown = step ?? Math.max(0, ...runs.map((run) => run.step.peek() - 1));
    const epoch = Math.min(Math.floor(shown / plan.stepsPerEpoch) + 1, plan.epochs);
    this.setSpot(
      'position',
      `${charts.step(this.formatStep(shown))} · ${charts.epoch(this.formatStep(epoch))}`,
    );
  }

  /** A step in the reader's language. */
  protected formatStep(step: number): string {
    return this.localize.number(step);
  }

  /** A share of one in per cent, in the reader's language. */
  protected formatPercent(share: number, digits = 1): string {
    return this.localize.number(share, {
      style: 'percent',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }

  private draw(): void {
    const { lab, plotElement, size } = this;
    if (lab === undefined || plotElement === null || size.width === 0 || size.height === 0) return;
    const runs = lab.runs.peek();
    this.picture ??= this.createPicture();
    const lines = this.collect(runs, this.picture.gridFor(runs, size.width));
    if (!this.tableShown) this.picture.draw(lab, plotElement, size, lines, this.marks);
    const notices = this.notices?.(runs, this.localize.terms.charts);
    this.setSpot('empty', notices?.empty ?? '');
    this.setSpot('problem', notices?.problem ?? '');
    this.showReadout(runs, this.picture.cursorStep);
    this.describeSoon();
    if (this.tableShown && this.hasNews) this.renderTableSoon();
    this.hasNews = false;
  }

  private createPicture(): Picture {
    const words = (): ChartWords => this.localize.terms.charts;
    const runs = (): readonly Run[] => this.lab?.runs.peek() ?? [];
    return new Picture({
      axis: this.axis,
      percentAxis: this.percentAxis,
      theme: () => (this.theme ??= readChartTheme(this)),
      words,
      name: () => this.name(words()),
      styleLines: (run, lines) => this.styleLines(run, lines),
      describe: (step) => this.describe(runs(), step, words()),
      valueAt: this.valueAtMark && ((mark) => this.valueAtMark?.(runs(), mark)),
      formatValue: (value) => this.formatValue(value),
      formatStep: (step) => this.formatStep(step),
      formatPercent: (share) => this.formatPercent(share, 0),
      onCursor: (step) => this.showReadout(runs(), step),
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

  protected override renderLab(lab: Lab): TemplateResult {
    const runs = lab.runs.value;
    const { terms } = this.localize;
    const { charts } = terms;
    this.marks = marksOf(runs, terms);
    const sentences = this.marks.map(({ step, label }) => charts.markAt(this.formatStep(step), label));
    return html`
      <section class="card" part="base" aria-labelledby="name">
        <header class="head" part="header">
          <h2 class="heading" id="name">${this.name(charts)}</h2>
          <div class="readout ${runs.length > 1 ? '' : 'single'}" part="readout">
            ${this.renderReadout(runs, charts)}
          </div>
          <div class="controls" part="controls">
            ${this.renderControls?.(charts)}
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
          ${this.tableShown ? chartTable({ ...this.tabulate(runs, charts), marks: sentences }) : nothing}
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
