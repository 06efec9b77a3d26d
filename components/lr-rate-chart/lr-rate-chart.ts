import { html, nothing, type TemplateResult } from 'lit';
import { query } from 'lit/decorators.js';
import type { Lab, Run, RatePreview } from '../../src/lab/index.js';
import type { Policy } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/custom-element.js';
import { ChartElement, type ChartWords } from '../internal/chart/chart-element.js';
import { mostRows, type ChartTable } from '../internal/chart/chart-table.js';
import { noValue } from '../internal/chart/format.js';
import { emptySlots, type ColumnGrid } from '../internal/plot/column-grid.js';
import { draftDash, keyGlyph } from '../internal/chart/key-glyph.js';
import type { Mark } from '../internal/chart/marks.js';
import { spreadIndices } from '../internal/plot/pick-rows.js';
import { collected, type Collected, type RunLines } from '../internal/chart/picture.js';
import { ghostDash, runDash } from '../internal/kit/run-style.js';
import type { ShownRun } from '../internal/lab/shown-runs.js';
import type { LineStyle, StepPlot } from '../internal/plot/step-plot.js';
import { VerticalAxis } from '../internal/plot/vertical-axis.js';
import { Foresight } from '../internal/lab/foresight.js';
import { formatRate } from '../internal/kit/format.js';
import { viewOf } from '../internal/lab/view.js';
import { handlesOf, type Handle } from './handles.js';
import { HandleLayer } from './handle-layer.js';
import { rateChartStyles } from './lr-rate-chart.styles.js';
import { ghostSlots, RateTrack } from './rate-track.js';

/** The rates of a step, one per param group, and whether they were used or are what the policy will do. */
interface Rates {
  groups: readonly number[];
  used: boolean;
  /** They follow from losses that are not known yet. */
  isGuess?: boolean;
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
 * @csspart handle - A time of the policy that can be dragged.
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
  protected override readonly otherLines: readonly LineStyle[] = [
    { width: 2.5, dash: [...draftDash], stepped: true, hover: true, strong: true },
  ];
  private readonly tracks = new WeakMap<Run, RateTrack>();
  private readonly foresight = new Foresight();
  private layer: HandleLayer | undefined;
  private plot: StepPlot | undefined;

  @query('.handles') private readonly handlesElement!: HTMLElement | null;

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

  protected override collect(shown: readonly ShownRun[], grid: ColumnGrid): Collected {
    const tracks = shown.map(({ run, begin }) => {
      let track = this.tracks.get(run);
      if (track === undefined) {
        track = new RateTrack();
        this.tracks.set(run, track);
      }
      track.update(run.history, ghostOf(run), grid, begin);
      return track;
    });
    return collected(tracks);
  }

  protected override valueAtMark(shown: readonly ShownRun[], mark: Mark): number | undefined {
    const found = shown.find(({ place }) => place === mark.run);
    return found && ratesAt(found.run, mark.step)?.groups[0];
  }

  protected override collectOthers(grid: ColumnGrid): RunLines {
    const draft = this.draft;
    return [draft === undefined ? emptySlots(grid) : ghostSlots(draft.ghost, 0, grid)];
  }

  protected override handleDrawn(plot: StepPlot): void {
    this.plot = plot;
    const { lab, handlesElement } = this;
    if (lab === undefined || handlesElement === null) return;
    if (this.layer?.isIn(handlesElement) !== true) this.layer = this.createLayer(lab, handlesElement);
    this.layer.update(this.handles(lab));
  }

  protected override showReadout(shown: readonly ShownRun[], step: number | undefined): void {
    for (const { run } of shown) {
      const rates = ratesAt(run, step ?? run.history.length - 1) ?? ratesAt(run, run.history.length);
      this.setSpot(`${run.id} rate`, formatRates(rates));
      this.renderRoot
        .querySelector(`[data-run="${run.id}"]`)
        ?.toggleAttribute('data-planned', rates?.used === false);
    }
    const { draft } = this;
    if (draft !== undefined)
      this.setSpot('draft rate', formatRates(ghostRatesAt(draft.ghost, step ?? draft.ghost.from)));
    this.showPosition(shown, step);
  }

  protected override describe(
    shown: readonly ShownRun[],
    step: number | undefined,
    words: ChartWords,
  ): string {
    const sentences = shown.map(({ run }) => {
      const present = step ?? Math.max(0, run.history.length - 1);
      const { steps } = run.plan.peek();
      const rates = ratesAt(run, present);
      const rate = formatRates(rates);
      const now = words.describeRate(
        run.name.peek(),
        this.formatStep(present),
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

  protected override tabulate(shown: readonly ShownRun[], words: ChartWords): Omit<ChartTable, 'marks'> {
    const { columns } = words;
    const several = shown.length > 1;
    const rows = shown.flatMap(({ run, begin }) =>
      spreadIndices(run.plan.peek().steps - begin, mostRows).map((row) => {
        const step = begin + row;
        const rates = ratesAt(run, step);
        const kind = kindOf(rates, words);
        const cells = [this.formatStep(step), formatRates(rates), kind];
        return several ? [run.name.peek(), ...cells] : cells;
      }),
    );
    const names = [columns.step, columns.learningRate, columns.kind];
    return {
      caption: words.tableOf(words.learningRate),
      columns: several ? [columns.run, ...names] : names,
      rows,
    };
  }

  protected override renderReadout(shown: readonly ShownRun[], words: ChartWords): TemplateResult {
    const { draft } = this;
    return html`
      <span class="position" data-spot="position"></span>
      ${shown.map(
        ({ run: { id, name }, place }) => html`
          <span class="item" data-run=${id}>
            <span class="used">${keyGlyph('line', place)}</span>
            <span class="planned">${keyGlyph('ghost', place)}</span>
            ${shown.length > 1 ? html`<b>${name.value}</b>` : nothing}
            <span class="value" data-spot="${id} rate"></span>
          </span>
        `,
      )}
      <span class="either" ?data-draft=${draft !== undefined}>
        <span class="legend">
          ${words.solidAndDashed}${
            shown.some(({ run }) => ghostOf(run).isGuess) ? html` · ${words.guess}` : nothing
          }
        </span>
        <span class="item draft">
          ${keyGlyph('draft')} ${words.draftOf(draft?.run.name.value ?? '')}
          <span class="value" data-spot="draft rate"></span>
        </span>
      </span>
    `;
  }

  protected override renderOverlay(words: ChartWords): TemplateResult {
    return html`<div class="handles" role="group" aria-label=${words.handles.group}></div>`;
  }

  /** What would happen if the reader went ahead, as far as its run is drawn. */
  private get draft(): { run: Run; ghost: RatePreview } | undefined {
    const { lab } = this;
    if (lab === undefined) return undefined;
    const { draft, hidden } = viewOf(lab);
    const { value } = draft;
    return value === undefined || hidden.value.has(value.run) ? undefined : value;
  }

  /** The handles of the selected run, if anything of it is to come and it is drawn. */
  private handles(lab: Lab): readonly Handle[] {
    const { selected, hidden } = viewOf(lab);
    const run = selected.peek();
    if (hidden.peek().has(run) || run.isOver || run.held.peek() !== undefined) return [];
    return handlesOf({
      policy: run.config.policy,
      interventions: run.interventions.peek(),
      planned: run.planned.peek(),
      plan: run.plan.peek(),
      step: run.step.peek(),
    });
  }

  private createLayer(lab: Lab, container: HTMLElement): HandleLayer {
    const words = (): ChartWords['handles'] => this.localize.terms.charts.handles;
    return new HandleLayer(container, {
      label: ({ type, parameter, python }) =>
        words().label(words().names[parameter] ?? parameter, type, python),
      describe: (handle, value, isPending) => {
        const { python } = handle;
        const { steps } = viewOf(lab).selected.peek().plan.peek();
        const step = handle.stepOf(value);
        const number = this.localize.number(value, { maximumFractionDigits: 4 });
        const text =
          step > steps
            ? words().beyond(python, number)
            : words().value(python, number, this.formatStep(step));
        return isPending ? words().pending(text) : text;
      },
      stepAt: (clientX) => this.plot?.stepAt(clientX) ?? 0,
      placeOf: (handle, value) => this.placeOf(lab, handle, value),
      onMove: (move) => this.handleMove(lab, move),
      onApply: (handle, value) => void this.handleApply(lab, handle.policyWith(value)),
    });
  }

  /** A handle stands on the line that is to come; one whose time is not in the run stands at its end. */
  private placeOf(lab: Lab, handle: Handle, value: number): { x: number; y: number } | undefined {
    const { plot } = this;
    if (plot === undefined) return undefined;
    const run = viewOf(lab).selected.peek();
    const step = Math.min(handle.stepOf(value), run.plan.peek().steps);
    const { draft } = this;
    const isOfDraft = draft?.run === run && step >= draft.ghost.from;
    const ghost = isOfDraft ? draft.ghost : ghostOf(run);
    const rates = ghost.lr.at(0);
    const rate = rates?.at(Math.min(step - ghost.from, rates.length - 1)) ?? run.lr.peek()[0];
    const { left, top, width, height } = plot.box;
    const { x, y } = plot.placeOf(step, rate);
    if (x < left - 1 || x > left + width + 1) return undefined;
    return { x, y: Number.isFinite(y) ? Math.min(Math.max(y, top), top + height) : top + height };
  }

  private handleMove(lab: Lab, move: { handle: Handle; value: number } | undefined): void {
    const view = viewOf(lab);
    const run = view.selected.peek();
    if (move === undefined) {
      this.foresight.end();
      view.draft.value = undefined;
    } else {
      const { handle, value } = move;
      const change = { kind: 'adjust', policy: handle.policyWith(value) } as const;
      this.foresight.ask(lab, { run, change, at: 'now' }, (prospect) => {
        // What cannot be is not drawn; whoever does it is told why.
        if (prospect?.ghost) view.draft.value = { run, ghost: prospect.ghost };
      });
    }
    this.requestDrawing();
  }

  private async handleApply(lab: Lab, policy: Policy): Promise<void> {
    const view = viewOf(lab);
    const run = view.selected.peek();
    this.foresight.end();
    try {
      await lab.adjust(run, policy);
    } catch {
      // The lab's problem says why.
    } finally {
      view.draft.value = undefined;
      this.requestDrawing();
    }
  }
}

const nothingAhead: RatePreview = { from: 0, lr: [], isGuess: false };

/** What is to come; nothing for a run that is held. */
const ghostOf = ({ preview, held }: Run): RatePreview =>
  held.value === undefined ? preview.value : nothingAhead;

/** The rates of a step: those used, or where it has not come yet those that the live policy will use. */
function ratesAt(run: Run, step: number): Rates | undefined {
  const { length, lr } = run.history;
  // What the GPU used is the scheduled rate in 32 bits.
  if (step >= 0 && step < length) return { groups: lr.map((group) => Math.fround(group[step])), used: true };
  return step < length ? undefined : ghostRatesAt(ghostOf(run), step);
}

function ghostRatesAt({ from, lr, isGuess }: RatePreview, step: number): Rates | undefined {
  const index = step - from;
  if (index < 0 || index >= (lr.at(0)?.length ?? 0)) return undefined;
  return { groups: lr.map((group) => group[index]), used: false, isGuess };
}

function formatRates(rates: Rates | undefined): string {
  if (rates === undefined) return noValue;
  const text = [...new Set(rates.groups.map(formatRate))].join(' · ');
  return rates.isGuess === true ? `≈ ${text}` : text;
}

function kindOf(rates: Rates | undefined, words: ChartWords): string {
  if (rates === undefined) return noValue;
  if (rates.used) return words.used;
  return rates.isGuess === true ? words.guessed : words.willUse;
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-rate-chart': LrRateChart;
  }
}
