import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { isAborted, noop } from '../../src/async.js';
import { badValue, InputError, type Problem, type ProblemIssue, toProblem } from '../../src/errors.js';
import {
  builtInExperiment,
  builtInNames,
  Experiment,
  experimentLink,
  type Outcome,
  parseExperimentText,
  recordedOutcome,
  type RunHistory,
  type Suggested,
} from '../../src/experiment/index.js';
import { previewPolicy, readsMetric, toPyTorch, WorkBudget } from '../../src/policy/index.js';
import { AttributeCheck } from '../internal/kit/element/attribute-check.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { keyGlyph } from '../internal/chart/key-glyph.js';
import { formatLoss, formatRate } from '../internal/kit/format.js';
import { playIcon, stopIcon } from '../internal/kit/icons.js';
import { type QrCode, qrCode, qrStyles, qrView } from '../internal/kit/qr-code.js';
import { numberOf } from '../internal/kit/number-text.js';
import { resizeObserver } from '../internal/kit/observers.js';
import { reportSoon } from '../internal/kit/element/report-soon.js';
import { runSwatchStyles } from '../internal/kit/styles/run-swatch.styles.js';
import {
  buttonStyles,
  cardStyles,
  chipStyles,
  fieldStyles,
  themeStyles,
} from '../internal/kit/styles/theme.styles.js';
import { TermsController, updateLanguage } from '../internal/kit/element/terms-controller.js';
import { parameterName } from '../internal/policy/scheduler-text.js';
import { experimentTerms } from '../locales/experiments.js';
import { problemsEn } from '../locales/problems-en.js';
import { shareEn } from '../locales/share-en.js';
import { issuesView, problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { experimentPlot, plotHeight, type PlotLine } from './experiment-plot.js';
import {
  builtInTerms,
  choiceName,
  courseOf,
  averagedLosses,
  findingsText,
  guessText,
  runName,
  stopText,
} from './experiment-text.js';
import { experimentStyles } from './lr-experiment.styles.js';

/** What is drawn while it trains. */
interface Progress {
  readonly runs: readonly RunHistory[];
  readonly steps: number;
  readonly suggested: Suggested | undefined;
}

/** Why there is nothing to run. */
type Fault =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'unreadable'; readonly src: string }
  | { readonly kind: 'faulty'; readonly issues: readonly ProblemIssue[] };

/**
 * @summary One guided experiment: a few runs from one start on the same batches, which stop by themselves, and what they
 * showed. It shows a recorded result until it is run; a built-in one by `name`, one of the page's own by `src`.
 *
 * @attr {string} lang - The language of the words, `en` or `zh-CN`; by default the page's, or the browser's.
 *
 * @fires {CustomEvent<{ message: string, code: string }>} lr-error - An expected failure, also shown in place.
 * @fires {CustomEvent<Outcome>} lr-outcome - A run has ended; `holds`, `says` and `runs` are what it showed.
 *
 * @slot - More about the experiment, under its outcome.
 *
 * @csspart base - The card around everything.
 * @csspart heading - The title.
 * @csspart outcome - What the experiment showed, in words.
 *
 * @cssprop --lr-surface - Background of the card.
 * @cssprop --lr-success - The mark of an outcome that was seen.
 * @cssprop --lr-warning - The mark of one that was not.
 */
@customElement('lr-experiment')
export class LrExperiment extends LitElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    chipStyles,
    fieldStyles,
    problemStyles,
    runSwatchStyles,
    qrStyles,
    experimentStyles,
  ];

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  private readonly localize = new TermsController(this, { problems: problemsEn, share: shareEn });
  private readonly resizes = resizeObserver(() => this.measure());
  private readonly check = new AttributeCheck(this, () => this.checkValues());

  /** The name of a built-in experiment. */
  @property() name: string | null = null;

  /** The address of an experiment's JSON; see docs/experiments.md. */
  @property() src: string | null = null;

  /** A whole number from 0: the weights, the digits and the batches. */
  @property() seed: string | number | null = null;

  /** The address of a page with `<lr-lab share>`, which "Open in the lab" opens; without it there is no such link. */
  @property({ attribute: 'lab-href' }) labHref: string | null = null;

  /** The run whose lines stand out, by its name. */
  @property() highlight: string | null = null;

  @state() private experiment: Experiment | undefined;
  /** A changed value of the experiment's adjustable parameter. */
  @state() private changed: number | undefined;
  @state() private fault: Fault | undefined;
  @state() private outcome: Outcome | undefined;
  /** Whether the outcome was trained in this page, not recorded earlier. */
  @state() private isTrained = false;
  @state() private progress: Progress | undefined;
  @state() private isRunning = false;
  @state() private wasAborted = false;
  @state() private refusal: Problem | undefined;
  @state() private guess: string | undefined;
  @state() private plotWidth = 600;
  @state() private link: string | undefined;
  @state() private isCodeOpen = false;
  /** The programs of the runs, once they are written: only runs that are changed meanwhile need them. */
  @state() private programs: readonly string[] | undefined;
  @state() private qr: QrCode | undefined;
  @state() private shared: 'copied' | 'byHand' | undefined;

  @query('figure') private readonly figure!: HTMLElement | null;

  /** What the programs were written for. */
  private written: { experiment: Experiment; suggested: Suggested | undefined } | undefined;
  private abort: AbortController | undefined;
  /** Settles once the experiment and its recorded result are there, or why they are not. */
  private loading: Promise<void> = Promise.resolve();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    queueMicrotask(() => {
      if (!this.isConnected) this.abort?.abort(new InputError({ code: 'aborted', message: 'removed.' }));
    });
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === 'lang' && before !== value) updateLanguage();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('name') || changed.has('src')) this.loading = this.load();
    if (changed.has('labHref') || changed.has('name') || changed.has('src')) this.link = undefined;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.figure) {
      this.resizes.disconnect();
      this.resizes.observe(this.figure);
    }
    if (this.link === undefined && this.experiment) void this.makeLink(this.experiment);
    if (this.isCodeOpen && this.experiment) void this.writePrograms(this.experiment);
  }

  /** What is wrong with the attributes or the experiment, if anything; `lr-error` reports it too. */
  get problem(): Problem | undefined {
    return (this.fault && problemOf(this.fault)) ?? this.check.problem ?? this.refusal;
  }

  /**
   * Trains the experiment in this page; a second call meanwhile stops the first.
   *
   * @throws InputError saying why it cannot be trained; `aborted` when it is stopped
   */
  async run({ seed: given }: { seed?: number } = {}): Promise<Outcome> {
    await this.updateComplete;
    await this.loading;
    const seed = given ?? this.seedNow;
    const { experiment } = this;
    if (!experiment) throw new InputError(problemOf(this.fault ?? { kind: 'missing' }));
    this.stop();
    const abort = new AbortController();
    this.abort = abort;
    this.refusal = undefined;
    this.wasAborted = false;
    this.isRunning = true;
    this.progress = undefined;
    try {
      const outcome = await experiment.run({
        seed,
        signal: abort.signal,
        onProgress: (runs, steps, suggested) => {
          if (this.abort === abort) this.progress = { runs, steps, suggested };
        },
      });
      this.outcome = outcome;
      this.isTrained = true;
      this.link = undefined;
      this.dispatchEvent(new CustomEvent('lr-outcome', { detail: outcome, bubbles: true, composed: true }));
      return outcome;
    } catch (error) {
      if (this.abort === abort) this.refuse(error);
      throw error;
    } finally {
      if (this.abort === abort) {
        this.abort = undefined;
        this.isRunning = false;
        this.progress = undefined;
      }
    }
  }

  /** Stops the training in progress; the last result stays. */
  stop(): void {
    this.abort?.abort(new InputError({ code: 'aborted', message: 'stopped on request.' }));
  }

  private get seedNow(): number {
    return seedOf(this.seed) ?? this.outcome?.seed ?? this.experiment?.seed ?? 0;
  }

  private checkValues(): void {
    seedOf(this.seed);
    const runs = this.experiment?.spec.runs.map(({ name }) => name) ?? [];
    if (this.highlight !== null && runs.length > 0 && !runs.includes(this.highlight))
      throw badValue('highlight', `"${this.highlight}"`, alternatives(runs));
  }

  private refuse(error: unknown): void {
    if (isAborted(error)) this.wasAborted = true;
    else if (error instanceof InputError) {
      this.refusal = toProblem(error);
      reportSoon(this, this.refusal);
    } else throw error;
  }

  private async load(): Promise<void> {
    const { name, src } = this;
    this.stop();
    this.experiment = undefined;
    this.changed = undefined;
    this.outcome = undefined;
    this.guess = undefined;
    this.refusal = undefined;
    this.isTrained = false;
    this.fault = undefined;
    const isCurrent = (): boolean => this.name === name && this.src === src;
    if (src !== null) {
      const text = await textAt(src);
      if (!isCurrent()) return;
      if (text === undefined) this.blame({ kind: 'unreadable', src });
      else this.adopt(parseExperimentText(text));
      return;
    }
    if (name === null) {
      this.blame({ kind: 'missing' });
      return;
    }
    const experiment = builtInExperiment(name);
    if (!experiment) {
      this.blame({ kind: 'unknown', name });
      return;
    }
    this.experiment = experiment;
    const recorded = await recordedOutcome(experiment);
    if (isCurrent()) this.outcome ??= recorded;
  }

  private adopt(result: ReturnType<typeof parseExperimentText>): void {
    if (result.success) this.experiment = new Experiment(result.experiment);
    else this.blame({ kind: 'faulty', issues: result.issues });
  }

  private blame(fault: Fault): void {
    this.fault = fault;
    reportSoon(this, problemOf(fault));
  }

  /** The address that opens the experiment in a lab. */
  private async makeLink(experiment: Experiment): Promise<void> {
    const { labHref, outcome, name, src, changed } = this;
    this.link = '';
    this.qr = undefined;
    this.shared = undefined;
    if (labHref === null) return;
    const url = new URL(labHref, this.ownerDocument.baseURI);
    const seed = outcome?.seed ?? experiment.seed;
    if (src === null && name !== null && changed === undefined) {
      url.searchParams.set('experiment', name);
      if (seed !== experiment.seed) url.searchParams.set('seed', String(seed));
      this.link = url.href;
      return;
    }
    const link = await experimentLink(experiment, url.href, { seed, suggested: outcome?.suggested }).catch(
      noop,
    );
    if (this.experiment === experiment && link !== undefined) this.link = link;
  }

  /** Writes the programs, once for each set-up; the writer loads when a reader first looks at one. */
  private async writePrograms(experiment: Experiment): Promise<void> {
    const suggested = this.outcome?.suggested;
    if (this.written?.experiment === experiment && this.written.suggested === suggested) return;
    const written = { experiment, suggested };
    this.written = written;
    this.programs = undefined;
    if (experiment.spec.runs.every(({ changes }) => changes.length === 0)) return;
    const programs = await experiment.programs(suggested);
    if (this.written === written) this.programs = programs.map(({ code }) => code);
  }

  private measure(): void {
    const width = Math.floor(this.figure?.clientWidth ?? 0);
    if (width > 0 && width !== this.plotWidth) this.plotWidth = width;
  }

  private handleRun(): void {
    if (this.isRunning) this.stop();
    // What went wrong is shown in place.
    else this.start();
  }

  private start(seed?: number): void {
    this.run({ seed }).catch(noop);
  }

  /** Changes the adjustable parameter; the recorded result is that of the original value. */
  private async handleAdjust(event: Event): Promise<void> {
    const base = this.name === null ? this.experiment : builtInExperiment(this.name);
    const value = Number((event.target as HTMLInputElement).value);
    if (!base || !this.experiment) return;
    this.stop();
    this.isTrained = false;
    this.wasAborted = false;
    this.link = undefined;
    this.outcome = undefined;
    this.changed = this.name !== null && value === base.adjustable ? undefined : value;
    this.experiment = base.adjusted(value);
    if (this.changed !== undefined) return;
    const recorded = await recordedOutcome(base);
    // Meanwhile it may have been moved again.
    if (this.experiment.adjustable === value) this.outcome ??= recorded;
  }

  private handleAnotherSeed(): void {
    this.start((this.outcome?.seed ?? 0) + 1);
  }

  private async handleShare(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link ?? '');
      this.shared = 'copied';
    } catch {
      this.shared = 'byHand';
    }
  }

  private async handleQr(): Promise<void> {
    const { link } = this;
    if (!link) return;
    const qr = await qrCode(link);
    if (this.link === link) this.qr = this.qr === undefined ? qr : undefined;
  }

  private readonly count = (value: number): string => this.localize.number(value);

  protected override render(): TemplateResult {
    const { experiment, fault } = this;
    if (fault) return this.renderFault(fault);
    const { terms } = this.localize;
    const experiments = experimentTerms(terms);
    if (!experiment)
      return html`<div class="card" part="base"><p class="muted state">${experiments.loading}</p></div>`;
    const words = builtInTerms(experiment, terms);
    const title = words?.title ?? experiment.spec.title ?? experiment.spec.name ?? '';
    return html`<section
      class="card ${this.highlight === null ? '' : 'highlighted'}"
      part="base"
      aria-labelledby="title"
    >
      <h3 class="heading" id="title" part="heading">${title}</h3>
      <div class="bar">
        <button class="button primary" type="button" aria-describedby="title" @click=${this.handleRun}>
          ${
            this.isRunning
              ? html`${stopIcon} ${experiments.stop}`
              : html`${playIcon} ${this.isTrained ? experiments.runAgain : experiments.run}`
          }
        </button>
        ${this.renderGuess(experiment)}
      </div>
      ${this.renderCharts(experiment)}
      <p class="state muted" role="status">${this.stateText(experiment)}</p>
      ${this.problem ? html`<div role="alert">${problemView(this.problem, terms)}</div>` : nothing}
      ${this.renderOutcome()}
      <slot></slot>
      ${this.renderLinks()} ${this.renderCode(experiment)}
    </section>`;
  }

  private renderFault(fault: Fault): TemplateResult {
    const { terms } = this.localize;
    const experiments = experimentTerms(terms);
    if (fault.kind === 'faulty')
      return html`<div class="card" part="base" role="alert">
        <p class="state">${experiments.faulty}</p>
        ${issuesView(fault.issues, terms, undefined, 'experiment')}
      </div>`;
    const text =
      fault.kind === 'unknown'
        ? experiments.unknown(fault.name)
        : fault.kind === 'unreadable'
          ? experiments.unreadable(fault.src)
          : experiments.missing;
    const accepted = fault.kind === 'unknown' ? builtInNames.join(', ') : undefined;
    return html`<div class="card" part="base" role="alert">
      <div class="problem">
        <p class="sentence">${text}</p>
        ${
          accepted === undefined
            ? nothing
            : html`<dl>
                <dt>${terms.problems.accepted}</dt>
                <dd>${accepted}</dd>
              </dl>`
        }
      </div>
    </div>`;
  }

  private renderGuess(experiment: Experiment): TemplateResult | typeof nothing {
    const { terms } = this.localize;
    const { guess } = experiment.spec;
    if (!guess) return nothing;
    const words = builtInTerms(experiment, terms);
    return html`<fieldset class="guess" ?disabled=${this.isRunning}>
      <legend class="muted">${experimentTerms(terms).guess(words?.question ?? '')}</legend>
      ${guess.choices.map(
        ({ name }) =>
          html`<label class="choice"
            ><input
              type="radio"
              name="guess"
              value=${name}
              .checked=${this.guess === name}
              @change=${() => (this.guess = name)}
            /><span>${choiceName(name, words)}</span></label
          >`,
      )}
    </fieldset>`;
  }

  private renderCharts(experiment: Experiment): TemplateResult {
    const { outcome, progress, isRunning } = this;
    const runs = isRunning ? (progress?.runs ?? []) : (outcome?.runs ?? []);
    const suggested = isRunning ? progress?.suggested : outcome?.suggested;
    const { watch, rangeTest } = experiment.spec;
    return html`<div class="charts">
      ${rangeTest ? this.renderRangeTest(suggested) : nothing}
      ${watch.map((kind) => this.renderChart(experiment, runs, kind))}
    </div>`;
  }

  private renderChart(
    experiment: Experiment,
    runs: readonly RunHistory[],
    kind: 'loss' | 'lr',
  ): TemplateResult {
    const { terms } = this.localize;
    const words = builtInTerms(experiment, terms);
    const lines = runs.map((run, index): PlotLine => ({
      run: index,
      values: kind === 'loss' ? run.loss : run.lr,
      isBroken: kind === 'loss' && run.diverged !== undefined,
    }));
    if (kind === 'lr' && (this.isRunning || !this.outcome)) lines.unshift(...plannedLines(experiment));
    // What was shown ended at its event; what trains may take all steps.
    const steps =
      this.isRunning || !this.outcome
        ? experiment.steps
        : Math.max(1, ...runs.map(({ loss }) => loss.length));
    const name = experimentTerms(terms).charts[kind];
    const last = averagedLosses(experiment);
    const courses = runs.map(
      (run) => `${runName(run.name, words)}: ${courseOf(run, kind, { terms, count: this.count, last })}`,
    );
    return html`<figure>
      <figcaption>${experimentTerms(terms)[kind === 'loss' ? 'lossCaption' : 'rateCaption']}</figcaption>
      ${this.renderPlot(lines, {
        label: experimentTerms(terms).describe(name, courses.join(experimentTerms(terms).listJoint)),
        steps,
        kind,
      })}
      <ul class="legend">
        ${experiment.spec.runs.map(
          (run, index) =>
            html`<li>
              ${keyGlyph('line', index)} <span class="name">${runName(run.name, words)}</span>
              <span class="course"
                >${index < runs.length ? courseOf(runs[index], kind, { terms, count: this.count, last }) : nothing}</span
              >
            </li>`,
        )}
      </ul>
      ${kind === 'lr' ? html`${this.renderPlateau(experiment, runs)}${this.renderAdjust(experiment)}` : nothing}
    </figure>`;
  }

  /** What a run that waits for a plateau has counted at its last step. */
  private renderPlateau(experiment: Experiment, runs: readonly RunHistory[]): TemplateResult[] {
    const { terms } = this.localize;
    const words = builtInTerms(experiment, terms);
    const { plateau } = experimentTerms(terms);
    return runs.flatMap((run) =>
      experiment.plateausOf(run).map(({ bad, patience, needs }) => {
        const counted = plateau(this.count(bad), this.count(patience), formatLoss(needs));
        return html`<p class="muted state">${`${runName(run.name, words)}: ${counted}`}</p>`;
      }),
    );
  }

  private renderAdjust(experiment: Experiment): TemplateResult | typeof nothing {
    const experiments = experimentTerms(this.localize.terms);
    const { adjust, runs } = experiment.spec;
    const value = experiment.adjustable;
    if (!adjust || value === undefined) return nothing;
    const policy = runs.find(({ name }) => name === adjust.run)!.config.policy;
    const entry = policy.find(({ scheduler }) => Object.hasOwn(scheduler, adjust.parameter))!;
    const name = parameterName(entry.scheduler.type, adjust.parameter);
    return html`<div class="adjust">
      <label for="adjust">${experiments.adjust(name, this.count(value))}</label>
      <input
        id="adjust"
        type="range"
        min=${adjust.min}
        max=${adjust.max}
        .value=${String(value)}
        ?disabled=${this.isRunning}
        @input=${(event: Event) => void this.handleAdjust(event)}
      />
      <span class="muted">${this.outcome ? nothing : experiments.planned}</span>
    </div>`;
  }

  private renderRangeTest(suggested: Suggested | undefined): TemplateResult {
    const experiments = experimentTerms(this.localize.terms);
    const lines = suggested ? [{ run: 7, values: suggested.loss }] : [];
    const text = suggested
      ? experiments.suggested(formatRate(suggested.steepest), formatRate(suggested.tenthOfDivergence))
      : '';
    return html`<figure>
      <figcaption>${experiments.charts.rangeTest}</figcaption>
      ${this.renderPlot(lines, {
        label: experiments.describe(experiments.charts.rangeTest, text),
        steps: suggested?.lr.length ?? 1,
        kind: 'loss',
        rates: suggested?.lr,
      })}
      <ul class="legend">
        <li class="course">${text}</li>
      </ul>
    </figure>`;
  }

  private renderPlot(
    lines: readonly PlotLine[],
    { label, ...options }: { label: string; steps: number; kind: 'loss' | 'lr'; rates?: ArrayLike<number> },
  ): TemplateResult {
    const marked = this.experiment?.spec.runs.findIndex(({ name }) => name === this.highlight);
    return html`<svg
      class="plot"
      viewBox="0 0 ${this.plotWidth} ${plotHeight}"
      role="img"
      aria-label=${label}
    >
      ${experimentPlot(lines, { ...options, width: this.plotWidth, marked })}
    </svg>`;
  }

  private stateText(experiment: Experiment): string {
    const experiments = experimentTerms(this.localize.terms);
    const { outcome, progress, isRunning } = this;
    if (isRunning) {
      if (progress) return experiments.progress(this.count(progress.steps), this.count(experiment.steps));
      return experiment.spec.rangeTest ? experiments.testing : experiments.preparing;
    }
    if (this.wasAborted) return experiments.aborted;
    if (this.changed !== undefined && !outcome) return experiments.adjusted;
    const size = experiments.size(this.count(experiment.spec.runs.length), this.count(experiment.steps));
    if (!outcome) return this.src === null ? experiments.loading : experiments.join(experiments.notRun, size);
    const seed = String(outcome.seed);
    return this.isTrained ? experiments.trained(seed) : experiments.recorded(seed);
  }

  private renderOutcome(): TemplateResult {
    const { outcome, experiment, isRunning, isTrained } = this;
    const { terms } = this.localize;
    const experiments = experimentTerms(terms);
    // The live region is there before its words, so that they are read out.
    if (!outcome || !experiment || isRunning) return html`<div role="status"></div>`;
    const words = builtInTerms(experiment, terms);
    const language = { terms, count: this.count };
    const shown = outcome.says.filter(({ holds }) => outcome.holds || !holds);
    const sentences = findingsText(shown, words, language);
    return html`<div role="status">
      <div class="outcome ${outcome.holds ? '' : 'not'}" part="outcome">
        <p>
          <strong
            >${
              outcome.holds
                ? isTrained
                  ? experiments.sawIt
                  : experiments.inRecording
                : experiments.notThisTime
            }</strong
          >
          ${sentences}
        </p>
        ${
          this.guess !== undefined && isTrained
            ? html`<p>${guessText(this.guess, outcome, words, terms)}</p>`
            : nothing
        }
        <p class="muted">${stopText(outcome, words, language)}</p>
        ${
          outcome.holds
            ? nothing
            : html`<p>
                ${experiments.tryAgain}
                <button class="plain" type="button" @click=${this.handleAnotherSeed}>
                  ${experiments.anotherSeed}
                </button>
              </p>`
        }
      </div>
    </div>`;
  }

  private renderLinks(): TemplateResult | typeof nothing {
    const experiments = experimentTerms(this.localize.terms);
    if (!this.link) return nothing;
    return html`<div class="links">
      <a href=${this.link}>${experiments.openInLab}</a>
      <button class="plain" type="button" @click=${() => void this.handleShare()}>
        ${experiments.share}
      </button>
      <button
        class="plain"
        type="button"
        aria-expanded=${this.qr !== undefined}
        @click=${() => void this.handleQr()}
      >
        ${this.localize.terms.share.qr}
      </button>
      <span role="status"
        >${
          this.shared === undefined
            ? nothing
            : this.shared === 'copied'
              ? experiments.copied
              : experiments.copyByHand
        }</span
      >
      ${
        this.shared === 'byHand'
          ? html`<input class="input" readonly aria-label=${experiments.link} .value=${this.link} />`
          : nothing
      }
      ${this.qr === undefined ? nothing : qrView(this.qr, this.localize.terms, this.count)}
    </div>`;
  }

  private renderCode(experiment: Experiment): TemplateResult {
    const { terms } = this.localize;
    const words = builtInTerms(experiment, terms);
    return html`<details
      class="code"
      @toggle=${({ newState }: ToggleEvent) => {
        this.isCodeOpen = newState === 'open';
      }}
    >
      <summary>${experimentTerms(terms).code}</summary>
      ${experiment.spec.runs.map(
        ({ name }, index) =>
          html`<h4>${runName(name, words)}</h4>
            <pre
              class=${name === this.highlight ? 'marked' : nothing}
              tabindex="0"
              translate="no"
            ><code>${this.programs?.[index] ?? codeOf(experiment, index, this.outcome?.suggested)}</code></pre>`,
      )}
    </details>`;
  }
}

/** Why there is nothing to run, as an element reports it. */
function problemOf(fault: Fault): Problem {
  switch (fault.kind) {
    case 'missing':
      return toProblem(badValue('name', 'missing, and so is src', alternatives(builtInNames)));
    case 'unknown':
      return toProblem(badValue('name', `"${fault.name}"`, alternatives(builtInNames)));
    case 'unreadable':
      return toProblem(
        badValue('src', `"${fault.src}", which cannot be loaded`, 'the address of a JSON file'),
      );
    case 'faulty': {
      const { issues } = fault;
      const message = `the experiment has errors: ${issues.map((issue) => issue.message).join(' ')}`;
      return { code: 'experiment', message, issues };
    }
  }
}

const alternatives = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(' | ');

/** @throws InputError for a seed that is not one */
function seedOf(given: string | number | null): number | undefined {
  if (given === null) return undefined;
  const seed = typeof given === 'number' ? given : numberOf(given);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw badValue('seed', `"${given}"`, '0 ≤ integer < 2³²');
}

/** The rates that the schedules will set, as far as they depend on no loss and on no change. */
function plannedLines({ spec }: Experiment): PlotLine[] {
  return spec.runs.flatMap(({ config, changes, suggestion }, run) => {
    if (suggestion || changes.length > 0 || config.policy.some(({ scheduler }) => readsMetric(scheduler)))
      return [];
    const { optimizer, policy, epochs, stepsPerEpoch = 1 } = config;
    const steps = epochs * stepsPerEpoch;
    const options = { lr: optimizer.lr, steps, stepsPerEpoch, budget: new WorkBudget() };
    return [{ run, values: previewPolicy(policy, options).lr[0], isPlanned: true }];
  });
}

/** The schedule of a run in PyTorch; nothing yet for a run whose schedule changes meanwhile, which takes a program. */
function codeOf(experiment: Experiment, index: number, suggested: Suggested | undefined): string {
  const { config, changes, suggestion } = experiment.spec.runs[index];
  if (changes.length > 0) return '…';
  const { optimizer } = config;
  const lr = (suggestion && suggested?.[suggestion]) ?? optimizer.lr;
  return toPyTorch(config.policy, { ...config, optimizer: { ...optimizer, lr } });
}

/** The text at an address; undefined if it cannot be loaded. */
async function textAt(src: string): Promise<string | undefined> {
  try {
    const response = await fetch(src);
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-experiment': LrExperiment;
  }
}
