import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { query } from 'lit/decorators.js';
import type { Lab, Run, RatePreview } from '../../src/lab/index.js';
import type { Policy } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { ChartElement, type ChartLines, type ChartWords } from '../internal/chart/chart-element.js';
import { mostRows, type ChartTable } from '../internal/chart/chart-table.js';
import { formatRate, noValue } from '../internal/kit/format.js';
import { emptySlots, type ColumnGrid } from '../internal/plot/lines/column-grid.js';
import { draftDash, keyGlyph } from '../internal/chart/key-glyph.js';
import type { Mark } from '../internal/plot/flags/flag-layout.js';
import { spreadIndices } from '../internal/kit/spread-indices.js';
import { previewDash, runDash } from '../internal/kit/run-style.js';
import { distinctTitle, nameAndTitle } from '../internal/lab/run-title.js';
import type { ShownRun } from '../internal/lab/shown-runs.js';
import type { EndLabel } from '../internal/plot/labels/end-labels.js';
import type { Terms } from '../locales/terms.js';
import type { LineStyle } from '../internal/plot/plot-scene.js';
import type { StepPlot } from '../internal/plot/step-plot.js';
import { VerticalAxis } from '../internal/plot/axes/vertical-axis.js';
import { PreviewRequest } from '../internal/lab/preview-request.js';
import { type Draft, viewOf } from '../internal/lab/lab-view.js';
import { handlesOf, type Handle } from './handles.js';
import { HandleLayer } from './handle-layer.js';
import { rateChartStyles } from './lr-rate-chart.styles.js';
import { draftSlots, previewSlots, RateTrack } from './rate-track.js';

/** The rates of a step, one per param group: used, or previewed. */
interface Rates {
  groups: readonly number[];
  used: boolean;
  /** They depend on losses that are not known yet. */
  isGuess?: boolean;
}

/** The line of a change that is not made yet. */
const draftStyle: LineStyle = { width: 2.5, dash: [...draftDash], stepped: true, hover: true, draft: true };

/**
 * @summary The learning rate of a Lab's runs over the whole run: what was used, and what the live policy will use.
 *
 * @csspart base - The card around everything.
 * @csspart header - Heading, readout and controls.
 * @csspart readout - The values at the cursor, or the newest ones.
 * @csspart controls - Logarithmic axis, table, steps shown, pictures: a popover.
 * @csspart tools-button - The button that opens the controls.
 * @csspart pin - What can be done where the cursor is pinned.
 * @fires {CustomEvent<{ run: Run, step: number, anchor: HTMLElement }>} lr-fork - The reader forks from the step of the cursor; if nothing prevents it, the chart does.
 * @csspart chart - The frame of the plot or the table.
 * @csspart cursor - The area over the plot that receives pointer and keyboard.
 * @csspart table - The table that replaces the plot.
 * @csspart handle - A time of the policy that can be dragged.
 * @csspart why - How the rate at the cursor came about, or the present one.
 * @csspart notice - A sentence about a problem, if there is one.
 * @csspart marks - The list of interventions, for screen readers.
 * @csspart no-lab - The sentence shown without a Lab.
 *
 * @cssprop [--lr-chart-height=190px] - Height of the plot.
 * @cssprop --lr-surface - Background of the card.
 */
@customElement('lr-rate-chart')
export class LrRateChart extends ChartElement {
  static override styles = [ChartElement.styles, rateChartStyles];

  protected override readonly axis = new VerticalAxis([1e-4, 0.1], 0.02, { isSteady: true });
  private readonly tracks = new WeakMap<Run, RateTrack>();
  private readonly previewRequest = new PreviewRequest();
  private readonly planned = new Map<string, boolean>();
  private styled: { key: string; styles: readonly LineStyle[] } = { key: '', styles: [draftStyle] };
  private layer: HandleLayer | undefined;
  private plot: StepPlot | undefined;

  @query('.handles') private readonly handlesElement!: HTMLElement | null;

  constructor() {
    super();
    // As schedules are drawn in books.
    this.yScale = 'linear';
  }

  protected override updated(changed: PropertyValues): void {
    this.planned.clear();
    this.layer?.refresh();
    super.updated(changed);
  }

  protected override endsOf(shown: readonly ShownRun[], terms: Terms): EndLabel[] {
    const runs = shown.map(({ run }) => run);
    const words = (run: Run) => () => nameAndTitle(run.name.peek(), distinctTitle(run, runs, terms));
    return shown.flatMap(({ run, index }): EndLabel[] => {
      const { steps } = run.plan.peek();
      const last = ratesAt(run, steps - 1)?.groups[0];
      const step = last === undefined ? run.history.length - 1 : steps;
      const value = last ?? ratesAt(run, step)?.groups[0];
      return value === undefined ? [] : [{ run: index, step, value, words: words(run) }];
    });
  }

  protected override name(words: ChartWords): string {
    return words.learningRate;
  }

  protected override formatValue(value: number): string {
    return formatRate(value);
  }

  protected override collect(shown: readonly ShownRun[], grid: ColumnGrid): ChartLines {
    const { draft } = this;
    const tracks = shown.map(({ run, begin }) => {
      let track = this.tracks.get(run);
      if (track === undefined) {
        track = new RateTrack();
        this.tracks.set(run, track);
      }
      track.update(run.history, previewOf(run), grid, begin);
      return track;
    });
    return {
      lines: [
        ...tracks.flatMap(({ lines }) => lines),
        draft === undefined
          ? emptySlots(grid)
          : isNew(draft)
            ? previewSlots(draft.preview, 0, grid)
            : draftSlots(draft.preview, draft.run.history, grid),
      ],
      styles: this.stylesOf(shown, tracks),
      changedFrom: Math.min(...tracks.map(({ changedFrom }) => changedFrom)),
    };
  }

  /** How the lines look: the same list until something of it changes, because every frame asks for it. */
  private stylesOf(shown: readonly ShownRun[], tracks: readonly RateTrack[]): readonly LineStyle[] {
    const looks = shown.map(({ run, index }, each): Look => [
      index,
      tracks[each].lines.length,
      run.held.peek() !== undefined,
    ]);
    const key = looks.join(' ');
    if (key !== this.styled.key)
      this.styled = { key, styles: [...looks.flatMap((look) => rateStyles(...look)), draftStyle] };
    return this.styled.styles;
  }

  protected override valueAtMark(shown: readonly ShownRun[], mark: Mark): number | undefined {
    const found = shown.find(({ index }) => index === mark.run);
    return found && ratesAt(found.run, mark.step)?.groups[0];
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
      this.setText(`${run.id} rate`, formatRates(rates));
      this.showPlanned(run, rates?.used === false);
    }
    // Before the first step, the plan above says it all.
    if (step !== undefined || shown.some(({ run }) => run.history.length > 0)) loadReasons();
    const { draft } = this;
    if (draft !== undefined)
      this.setText('draft rate', formatRates(previewRatesAt(draft.preview, step ?? draft.preview.from)));
    this.showPosition(shown, step);
  }

  /** Whether the readout shows a preview of a run; looking for its item in every frame takes long. */
  private showPlanned(run: Run, isPlanned: boolean): void {
    if (this.planned.get(run.id) === isPlanned) return;
    this.planned.set(run.id, isPlanned);
    this.renderRoot.querySelector(`[data-run="${run.id}"]`)?.toggleAttribute('data-planned', isPlanned);
  }

  protected override describe(
    shown: readonly ShownRun[],
    step: number | undefined,
    words: ChartWords,
  ): string {
    const sentences = shown.flatMap(({ run }) => {
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
        ? [now]
        : [now, words.describePreview(formatRates(end))];
    });
    return words.describe(words.learningRate, ...sentences);
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
      <span class="position" data-text="position"></span>
      ${shown.map(
        ({ run: { id, name }, index }) => html`
          <span class="item" data-run=${id}>
            <span class="used">${keyGlyph('line', index)}</span>
            <span class="planned">${keyGlyph('preview', index)}</span>
            <b class="run-${index % 12}">${name.value}</b>
            <span class="value" data-text="${id} rate"></span>
          </span>
        `,
      )}
      ${
        draft === undefined
          ? nothing
          : html`<span class="item draft">
              ${keyGlyph('draft')} ${isNew(draft) ? words.draftOfNew : words.draftOf(draft.run.name.value)}
              <span class="value" data-text="draft rate"></span>
            </span>`
      }
      ${
        shown.some(({ run }) => previewOf(run).isGuess)
          ? html`<span class="item guess">${words.guess}</span>`
          : nothing
      }
    `;
  }

  protected override renderOverlay(words: ChartWords): TemplateResult {
    return html`<div class="handles" role="group" aria-label=${words.handles.group}></div>`;
  }

  protected override renderFoot(lab: Lab): TemplateResult {
    return html`<lr-why-rate .lab=${lab} exportparts="why"></lr-why-rate>`;
  }

  /** The preview of the proposed change, if its run is drawn. */
  private get draft(): Draft | undefined {
    const { lab } = this;
    if (lab === undefined) return undefined;
    const { draft, hidden } = viewOf(lab);
    const { value } = draft;
    return value === undefined || hidden.value.has(value.run) ? undefined : value;
  }

  /** The handles of the selected run, if it is drawn and not over. */
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
      width: () => this.plot?.width ?? 0,
      pointOf: (handle, value) => this.pointOf(lab, handle, value),
      onMove: (move) => this.handleMove(lab, move),
      onApply: (handle, value) => void this.handleApply(lab, handle.policyWith(value)),
    });
  }

  /**
   * A handle is on the line of the run's preview, and on the draft's while it is moved; one whose time is after the
   * run is at its end.
   */
  private pointOf(lab: Lab, handle: Handle, value: number): { x: number; y: number } | undefined {
    const { plot } = this;
    if (plot === undefined) return undefined;
    const run = viewOf(lab).selected.peek();
    const step = Math.min(handle.stepOf(value), run.plan.peek().steps);
    const { draft } = this;
    const isOfDraft = value !== handle.value && draft?.run === run && step >= draft.preview.from;
    const preview = isOfDraft ? draft.preview : previewOf(run);
    const rates = preview.lr.at(0);
    const rate = rates?.at(Math.min(step - preview.from, rates.length - 1)) ?? run.lr.peek()[0];
    const { left, top, width, height } = plot.box;
    const { x, y } = plot.pointOf(step, rate);
    if (x < left - 1 || x > left + width + 1) return undefined;
    return { x, y: Number.isFinite(y) ? Math.min(Math.max(y, top), top + height) : top + height };
  }

  private handleMove(lab: Lab, move: { handle: Handle; value: number } | undefined): void {
    const view = viewOf(lab);
    const run = view.selected.peek();
    if (move === undefined) {
      this.previewRequest.cancel();
      view.draft.value = undefined;
    } else {
      const { handle, value } = move;
      const change = { kind: 'adjust', policy: handle.policyWith(value) } as const;
      this.previewRequest.send(lab, { run, change, at: 'now' }, (result) => {
        // A change that is refused is not drawn; the reader learns why on making it.
        if (result?.preview) view.draft.value = { run, preview: result.preview };
      });
    }
    this.requestDrawing();
  }

  private async handleApply(lab: Lab, policy: Policy): Promise<void> {
    const view = viewOf(lab);
    const run = view.selected.peek();
    this.previewRequest.cancel();
    try {
      await lab.adjust(run, policy);
    } catch {
      // The run controls show the lab's problem.
    } finally {
      view.draft.value = undefined;
      this.requestDrawing();
    }
  }
}

/** Whether a draft is of a race from step 0. */
const isNew = ({ run, preview }: Draft): boolean => preview.from === 0 && run.history.length > 0;

let reasons: Promise<unknown> | undefined;

/** Loads the words about the reasons of a rate, which the page does without until there is one. */
const loadReasons = (): void => {
  // Even a module that is there costs each frame an import.
  reasons ??= import('../lr-why-rate/lr-why-rate.js').catch(() => {
    // Without a network the next readout tries again.
    reasons = undefined;
  });
};

/** What decides how the lines of a run look: its number, how many they are, and whether it has diverged. */
type Look = [run: number, lines: number, yields: boolean];

/** How the lines of a run look, in the order of {@link RateTrack.lines}; those of later param groups are thinner. */
const rateStyles = (...[run, lines, yields]: Look): LineStyle[] =>
  Array.from({ length: lines / 2 }, (_, group): LineStyle[] => {
    const first = group === 0;
    return [
      { run, width: first ? 1.5 : 1, dash: previewDash(run), alpha: 0.9, stepped: true, hover: true },
      { run, width: first ? 2 : 1.25, dash: runDash(run), stepped: true, hover: true, yields },
    ];
  }).flat();

const noPreview: RatePreview = { from: 0, lr: [], isGuess: false };

/** The preview of a run; none for a diverged one. */
const previewOf = ({ preview, held }: Run): RatePreview =>
  held.value === undefined ? preview.value : noPreview;

/** The rates of a step: the ones used, or the preview of a future step. */
function ratesAt(run: Run, step: number): Rates | undefined {
  const { length, lr } = run.history;
  // The GPU uses the scheduled rate in 32 bits.
  if (step >= 0 && step < length) return { groups: lr.map((group) => Math.fround(group[step])), used: true };
  return step < length ? undefined : previewRatesAt(previewOf(run), step);
}

function previewRatesAt({ from, lr, isGuess }: RatePreview, step: number): Rates | undefined {
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
