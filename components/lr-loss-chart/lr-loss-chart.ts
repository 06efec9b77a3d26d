import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { badValue } from '../../src/errors.js';
import type { Run } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { ChartElement, type ChartLines, type ChartWords } from '../internal/chart/chart-element.js';
import { mostRows, type ChartTable } from '../internal/chart/chart-table.js';
import type { ColumnGrid } from '../internal/plot/lines/column-grid.js';
import { formatLoss, formatRate, noValue } from '../internal/kit/format.js';
import { keyGlyph } from '../internal/chart/key-glyph.js';
import { spreadIndices } from '../internal/kit/spread-indices.js';
import { runDash } from '../internal/kit/run-style.js';
import { scheduleTitle } from '../internal/lab/run-title.js';
import type { ShownRun } from '../internal/lab/shown-runs.js';
import type { EndLabel } from '../internal/plot/labels/end-labels.js';
import type { Terms } from '../locales/terms.js';
import { rowAtStep } from '../internal/chart/step-index.js';
import type { LineStyle } from '../internal/plot/plot-scene.js';
import { VerticalAxis } from '../internal/plot/axes/vertical-axis.js';
import { evaluationAt, LossTrack } from './loss-track.js';

const usualSmoothing = 0.9;

const isSmoothing = (value: number): boolean => value >= 0 && value <= 0.99;

/** The values of a run at a step. */
interface LossValues {
  step: number;
  loss: number | undefined;
  smoothed: number | undefined;
  epoch: number | undefined;
  validationLoss: number | undefined;
  validationAccuracy: number | undefined;
}

/**
 * @summary The loss of every step of a Lab's runs, raw and smoothed, with the validation loss of every epoch.
 *
 * @csspart base - The card around everything.
 * @csspart header - Heading, readout and controls.
 * @csspart readout - The values at the cursor, or the newest ones.
 * @csspart controls - Smoothing, logarithmic axis, table, steps shown, pictures: a popover.
 * @csspart tools-button - The button that opens the controls.
 * @csspart pin - What can be done where the cursor is pinned.
 * @fires {CustomEvent<{ run: Run, step: number, anchor: HTMLElement }>} lr-fork - The reader forks from the step of the cursor; if nothing prevents it, the chart does.
 * @csspart chart - The frame of the plot or the table.
 * @csspart cursor - The area over the plot that receives pointer and keyboard.
 * @csspart table - The table that replaces the plot.
 * @csspart notice - The sentence about a loss that is NaN or infinite.
 * @csspart marks - The list of interventions, for screen readers.
 * @csspart no-lab - The sentence shown without a Lab.
 *
 * @cssprop [--lr-chart-height=300px] - Height of the plot.
 * @cssprop --lr-surface - Background of the card.
 */
@customElement('lr-loss-chart')
export class LrLossChart extends ChartElement {
  protected override readonly axis = new VerticalAxis([0.1, 5], 0, { isSteady: true });
  private readonly tracks = new WeakMap<Run, LossTrack>();

  /** How much of the past the smoothed line keeps at each step, 0 to 0.99. */
  @property({ type: Number }) smoothing = usualSmoothing;

  protected override checkValues(): void {
    super.checkValues();
    if (!isSmoothing(this.smoothing))
      throw badValue('smoothing', String(this.smoothing), '0 ≤ number ≤ 0.99');
  }

  protected override name(words: ChartWords): string {
    return words.loss;
  }

  protected override subtitle(words: ChartWords): string {
    return words.lowerIsBetter;
  }

  protected override endsOf(shown: readonly ShownRun[], terms: Terms): EndLabel[] {
    return shown.flatMap(({ run, index }): EndLabel[] => {
      const last = run.history.length - 1;
      if (last < 0) return [];
      const value = this.trackOf(run).smoothedAt(last);
      const words = () => [`${run.name.peek()} ${formatLoss(value)}`, scheduleTitle(run, terms)];
      return [{ run: index, step: last, value, words }];
    });
  }

  protected override formatValue(value: number): string {
    return formatRate(value);
  }

  protected override collect(shown: readonly ShownRun[], grid: ColumnGrid): ChartLines {
    const smoothing = isSmoothing(this.smoothing) ? this.smoothing : usualSmoothing;
    const tracks = shown.map(({ run, begin }) => {
      const track = this.trackOf(run);
      track.update(run.history, grid, smoothing, begin);
      return track;
    });
    return {
      lines: tracks.flatMap(({ lines }) => lines),
      styles: shown.flatMap(({ index }) => lossStyles(index)),
      changedFrom: Math.min(...tracks.map(({ changedFrom }) => changedFrom)),
    };
  }

  protected override notices(
    shown: readonly ShownRun[],
    words: ChartWords,
  ): { empty: string; problem: string } {
    if (shown.length === 0) return { empty: words.allHidden, problem: '' };
    const empty = shown.every(({ run }) => run.history.length === 0) ? words.lossEmpty : '';
    const broken = shown.find(({ run }) => this.trackOf(run).brokenSince !== undefined)?.run;
    if (broken === undefined) return { empty, problem: '' };
    const step = this.formatStep(this.trackOf(broken).brokenSince!);
    const problem =
      shown.length === 1 ? words.notANumber(step) : words.notANumberIn(broken.name.peek(), step);
    return { empty, problem };
  }

  protected override showReadout(shown: readonly ShownRun[], step: number | undefined): void {
    for (const { run } of shown) {
      const values = this.valuesAt(run, step);
      const { id } = run;
      this.setText(`${id} smoothed`, formatLoss(values.smoothed));
      this.setText(`${id} validation loss`, formatLoss(values.validationLoss));
    }
    this.showPosition(shown, step);
  }

  protected override describe(
    shown: readonly ShownRun[],
    step: number | undefined,
    words: ChartWords,
  ): string {
    const sentences = shown
      .filter(({ run }) => run.history.length > 0)
      .flatMap(({ run }) => {
        const values = this.valuesAt(run, step);
        const of = this.formatStep(run.plan.peek().steps);
        const loss = words.describeLoss(
          run.name.peek(),
          this.formatStep(values.step),
          of,
          formatLoss(values.loss),
          formatLoss(values.smoothed),
        );
        if (values.epoch === undefined) return [loss];
        const validation = words.describeValidation(
          this.formatStep(values.epoch),
          formatLoss(values.validationLoss),
          this.formatAccuracy(values.validationAccuracy),
        );
        return [loss, validation];
      });
    if (sentences.length > 0) return words.describe(words.loss, ...sentences);
    return words.describeEmpty(words.loss, this.formatStep(shown.at(0)?.run.plan.peek().steps ?? 0));
  }

  protected override tabulate(shown: readonly ShownRun[], words: ChartWords): Omit<ChartTable, 'marks'> {
    const { columns } = words;
    const several = shown.length > 1;
    const rows = shown.flatMap(({ run, begin }) => {
      const { history } = run;
      return spreadIndices(Math.max(0, history.length - begin), mostRows).map((row) => {
        const values = this.valuesAt(run, begin + row);
        const cells = [
          this.formatStep(values.step),
          formatLoss(values.loss),
          formatLoss(values.smoothed),
          formatLoss(values.validationLoss),
          this.formatAccuracy(values.validationAccuracy),
        ];
        return several ? [run.name.peek(), ...cells] : cells;
      });
    });
    const names = [
      columns.step,
      columns.loss,
      columns.smoothed,
      columns.validationLoss,
      columns.validationAccuracy,
    ];
    return {
      caption: words.tableOf(words.loss),
      columns: several ? [columns.run, ...names] : names,
      rows,
    };
  }

  private trackOf(run: Run): LossTrack {
    let track = this.tracks.get(run);
    if (track === undefined) {
      track = new LossTrack();
      this.tracks.set(run, track);
    }
    return track;
  }

  private valuesAt(run: Run, step: number | undefined): LossValues {
    const { history } = run;
    const shown = step ?? (history.length > 0 ? history.step[history.length - 1] : 0);
    const row = rowAtStep(history.step, history.length, shown);
    const isThere = row >= 0 && history.step[row] === shown;
    const evaluation = evaluationAt(history.evaluations, step ?? Infinity);
    return {
      step: shown,
      loss: isThere ? history.loss[row] : undefined,
      smoothed: isThere ? numberOrNothing(this.trackOf(run).smoothedAt(row)) : undefined,
      epoch: evaluation?.epoch,
      validationLoss: evaluation?.loss,
      validationAccuracy: evaluation?.accuracy,
    };
  }

  private formatAccuracy(share: number | undefined): string {
    return share === undefined || !Number.isFinite(share) ? noValue : this.formatPercent(share);
  }

  private handleSmoothing(event: Event): void {
    this.smoothing = (event.currentTarget as HTMLInputElement).valueAsNumber;
  }

  protected override renderControls(words: ChartWords): TemplateResult {
    return html`
      <label class="smoothing" title=${words.smoothing}>
        <span class="smoothing-name">${words.smoothing}</span>
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          .valueAsNumber=${this.smoothing}
          @input=${this.handleSmoothing}
        />
        <output>${this.localize.number(this.smoothing, { minimumFractionDigits: 2 })}</output>
      </label>
    `;
  }

  protected override renderReadout(shown: readonly ShownRun[], words: ChartWords): TemplateResult {
    return html`
      <span class="position" data-text="position"></span>
      ${shown.map(
        ({ run: { id, name }, index }) => html`
          <span class="item">
            ${keyGlyph('line', index)} <b class="run-${index % 12}">${name.value}</b>
            <span class="value" data-text="${id} smoothed"></span>
          </span>
        `,
      )}
      <span class="item validation">
        ${keyGlyph('circle')} ${words.validationLoss}
        ${
          shown.length === 1
            ? html`<span class="value" data-text="${shown[0].run.id} validation loss"></span>`
            : nothing
        }
      </span>
    `;
  }
}

/** How the lines of a run look, in the order of {@link LossTrack.lines}. */
function lossStyles(run: number): LineStyle[] {
  return [
    { run, width: 1, alpha: 0.3, noisy: true },
    { run, width: 2, dash: runDash(run), hover: true },
    { run, width: 1, dash: [3, 3], alpha: 0.85, points: 'circle' },
  ];
}

/** A row that arrived after the last drawing is not smoothed yet. */
const numberOrNothing = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

declare global {
  interface HTMLElementTagNameMap {
    'lr-loss-chart': LrLossChart;
  }
}
