import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Run } from '../../src/lab/index.js';
import { ChartElement, type ChartWords } from '../internal/chart/chart-element.js';
import { mostRows, type ChartTable } from '../internal/chart/chart-table.js';
import type { ColumnGrid } from '../internal/chart/column-grid.js';
import { noValue } from '../internal/chart/format.js';
import { keyGlyph } from '../internal/chart/key-glyph.js';
import type { Mark } from '../internal/chart/marks.js';
import { spreadIndices } from '../internal/chart/pick-rows.js';
import type { RunLines } from '../internal/chart/picture.js';
import { ghostDash, runDash } from '../internal/chart/run-style.js';
import { rowAtStep } from '../internal/chart/step-index.js';
import type { LineStyle } from '../internal/chart/step-plot.js';
import { VerticalAxis } from '../internal/chart/vertical-axis.js';
import { formatRate } from '../internal/format.js';
import { rateChartStyles } from './lr-rate-chart.styles.js';
import { RateTrack } from './rate-track.js';

/** The rates of a step, one per param group, and whether they were used or are what the policy will do. */
interface Rates {
  groups: readonly number[];
  used: boolean;
}

/**
 * @summary The learning rate of a Lab's runs over the whole run: what was used, and what the live policy will do.
 *
 * @csspart base - The card around everything.
 * @csspart header - Heading, readout and controls.
 * @csspart readout - The values at the cursor, or the newest.
 * @csspart controls - Logarithmic axis, table.
 * @csspart chart - The frame of the picture or the table.
 * @csspart cursor - The area over the plot that takes pointer and keyboard.
 * @csspart table - The table that stands in for the picture.
 * @csspart marks - The list of interventions, for screen readers.
 * @csspart no-lab - The sentence shown where there is no Lab.
 *
 * @cssprop [--lr-chart-height=190px] - Height of the picture.
 * @cssprop --lr-surface - Background of the card.
 * @cssprop --lr-run-a - Colour of the first run; `--lr-run-b` … `--lr-run-h` of the others.
 */
@customElement('lr-rate-chart')
export class LrRateChart extends ChartElement {
  static override styles = [ChartElement.styles, rateChartStyles];

  protected override readonly axis = new VerticalAxis([1e-4, 1], 0.02);
  protected override readonly percentAxis = false;
  private readonly tracks = new WeakMap<Run, RateTrack>();

  protected override name(words: ChartWords): string {
    return words.learningRate;
  }

  protected override formatValue(value: number): string {
    return formatRate(value);
  }

  protected override styleLines(run: number, lines: number): LineStyle[] {
    return Array.from({ length: lines / 2 }, (_, group): LineStyle[] => {
      const first = group === 0;
      return [
        { run, width: first ? 1.5 : 1, dash: ghostDash(run), alpha: 0.9, stepped: true, hover: true },
        { run, width: first ? 2 : 1.25, dash: runDash(run), stepped: true, hover: true },
      ];
    }).flat();
  }

  protected override collect(runs: readonly Run[], grid: ColumnGrid): RunLines[] {
    return runs.map((run) => {
      let track = this.tracks.get(run);
      if (track === undefined) {
        track = new RateTrack();
        this.tracks.set(run, track);
      }
      track.update(run.history, run.ghost.peek(), grid);
      return track.lines;
    });
  }

  protected override valueAtMark(runs: readonly Run[], mark: Mark): number | undefined {
    const run = runs.at(mark.run);
    return run && ratesAt(run, mark.step)?.groups[0];
  }

  protected override showReadout(runs: readonly Run[], step: number | undefined): void {
    for (const run of runs) {
      const rates = ratesAt(run, step ?? run.history.length - 1) ?? ratesAt(run, run.history.length);
      this.setSpot(`${run.id} rate`, formatRates(rates));
      this.renderRoot
        .querySelector(`[data-run="${run.id}"]`)
        ?.toggleAttribute('data-planned', rates?.used === false);
    }
    this.showPosition(runs, step);
  }

  protected override describe(runs: readonly Run[], step: number | undefined, words: ChartWords): string {
    const sentences = runs.map((run) => {
      const shown = step ?? Math.max(0, run.history.length - 1);
      const { steps } = run.plan.peek();
      const rates = ratesAt(run, shown);
      const rate = formatRates(rates);
      const now = words.describeRate(
        run.id,
        this.formatStep(shown),
        this.formatStep(steps),
        rates?.used === false ? words.marks.planned(rate) : rate,
      );
      const end = ratesAt(run, steps - 1);
      return end === undefined || end.used || step !== undefined
        ? now
        : `${now} ${words.describeGhost(formatRates(end))}`;
    });
    return [`${words.learningRate}.`, ...sentences].join(' ');
  }

  protected override tabulate(runs: readonly Run[], words: ChartWords): Omit<ChartTable, 'marks'> {
    const { columns } = words;
    const several = runs.length > 1;
    const rows = runs.flatMap((run) =>
      spreadIndices(run.plan.peek().steps, Math.floor(mostRows / runs.length)).map((step) => {
        const rates = ratesAt(run, step);
        const kind = rates === undefined ? noValue : rates.used ? words.used : words.willUse;
        const cells = [this.formatStep(step), formatRates(rates), kind];
        return several ? [run.id, ...cells] : cells;
      }),
    );
    const names = [columns.step, columns.learningRate, columns.kind];
    return {
      caption: words.tableOf(words.learningRate),
      columns: several ? [columns.run, ...names] : names,
      rows,
    };
  }

  protected override renderReadout(runs: readonly Run[], words: ChartWords): TemplateResult {
    return html`
      <span class="position" data-spot="position"></span>
      ${runs.map(
        ({ id }, index) => html`
          <span class="item" data-run=${id}>
            <span class="used">${keyGlyph('line', index)}</span>
            <span class="planned">${keyGlyph('ghost', index)}</span>
            ${runs.length > 1 ? html`<b>${id}</b>` : nothing}
            <span class="value" data-spot="${id} rate"></span>
          </span>
        `,
      )}
      <span class="legend">${words.solidAndDashed}</span>
    `;
  }
}

/** The rates of a step: those used, or where it has not come yet those that the live policy will use. */
function ratesAt(run: Run, step: number): Rates | undefined {
  const { history } = run;
  const row = rowAtStep(history.step, history.length, step);
  if (row >= 0 && history.step[row] === step)
    return { groups: history.lr.map((group) => group[row]), used: true };
  const { from, lr } = run.ghost.peek();
  const index = step - from;
  if (step < history.length || index < 0 || index >= (lr.at(0)?.length ?? 0)) return undefined;
  return { groups: lr.map((group) => group[index]), used: false };
}

function formatRates(rates: Rates | undefined): string {
  return rates === undefined ? noValue : [...new Set(rates.groups.map(formatRate))].join(' · ');
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-rate-chart': LrRateChart;
  }
}
