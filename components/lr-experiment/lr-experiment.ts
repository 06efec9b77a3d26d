import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { isAborted, noop } from '../../src/async.js';
import { badValue, InputError, type Problem, toProblem } from '../../src/errors.js';
import {
  builtInExperiment,
  Experiment,
  type Outcome,
  parseExperimentText,
  recordedOutcome,
  type RunHistory,
  type Suggested,
} from '../../src/experiment/index.js';
import { AttributeCheck } from '../internal/kit/element/attribute-check.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { playIcon, stopIcon } from '../internal/kit/icons.js';
import { qrStyles } from '../internal/kit/qr-code.js';
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
import { problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { chartsView } from './experiment-charts.js';
import { ExperimentCode } from './experiment-code.js';
import { alternatives, type Fault, faultView, problemOf } from './experiment-fault.js';
import { ExperimentLink } from './experiment-link.js';
import { outcomeView } from './experiment-outcome.js';
import { builtInTerms, choiceName, type Language } from './experiment-text.js';
import { experimentStyles } from './lr-experiment.styles.js';

/** What is drawn while it trains. */
interface Progress {
  readonly runs: readonly RunHistory[];
  readonly steps: number;
  readonly suggested: Suggested | undefined;
}

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
  private readonly link = new ExperimentLink(this);
  private readonly code = new ExperimentCode(this);

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

  @query('figure') private readonly figure!: HTMLElement | null;

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
    if (changed.has('labHref') || changed.has('name') || changed.has('src')) this.link.forget();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.figure) {
      this.resizes.disconnect();
      this.resizes.observe(this.figure);
    }
    const { experiment, outcome } = this;
    if (experiment === undefined) return;
    if (this.link.isMissing)
      void this.link.make({ experiment, outcome, page: this.page, name: this.knownName });
    void this.code.write(experiment, outcome?.suggested);
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
      this.link.forget();
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

  /** The page with a lab that the link opens. */
  private get page(): URL | undefined {
    return this.labHref === null ? undefined : new URL(this.labHref, this.ownerDocument.baseURI);
  }

  /** The name of the built-in experiment that is shown as it is. */
  private get knownName(): string | undefined {
    return this.src === null && this.changed === undefined ? (this.name ?? undefined) : undefined;
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
    this.link.forget();
    this.outcome = undefined;
    this.changed = this.name !== null && value === base.adjustable ? undefined : value;
    this.experiment = base.adjusted(value);
    if (this.changed !== undefined) return;
    const recorded = await recordedOutcome(base);
    // Meanwhile it may have been moved again.
    if (this.experiment.adjustable === value) this.outcome ??= recorded;
  }

  private get language(): Language {
    return { terms: this.localize.terms, count: (value) => this.localize.number(value) };
  }

  protected override render(): TemplateResult {
    const { experiment, fault } = this;
    const { terms } = this.localize;
    if (fault) return faultView(fault, terms);
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
      ${this.link.view(terms, this.language.count)}
      ${this.code.view(experiment, this.outcome?.suggested, { highlight: this.highlight, terms })}
    </section>`;
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
    const { outcome, progress, isRunning, highlight, language } = this;
    const shown = isRunning ? progress : outcome;
    return chartsView({
      experiment,
      runs: shown?.runs ?? [],
      suggested: shown?.suggested,
      isOpen: isRunning || !outcome,
      highlight,
      width: this.plotWidth,
      language,
      foot: this.renderAdjust(experiment),
    });
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
      <label for="adjust">${experiments.adjust(name, this.language.count(value))}</label>
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

  private stateText(experiment: Experiment): string {
    const experiments = experimentTerms(this.localize.terms);
    const { outcome, progress, isRunning } = this;
    const { count } = this.language;
    if (isRunning) {
      if (progress) return experiments.progress(count(progress.steps), count(experiment.steps));
      return experiment.spec.rangeTest ? experiments.testing : experiments.preparing;
    }
    if (this.wasAborted) return experiments.aborted;
    if (this.changed !== undefined && !outcome) return experiments.adjusted;
    const size = experiments.size(count(experiment.spec.runs.length), count(experiment.steps));
    if (!outcome) return this.src === null ? experiments.loading : experiments.join(experiments.notRun, size);
    const seed = String(outcome.seed);
    return this.isTrained ? experiments.trained(seed) : experiments.recorded(seed);
  }

  private renderOutcome(): TemplateResult {
    const { outcome, experiment, isRunning, isTrained, guess, language } = this;
    const handleAnotherSeed = () => this.start((outcome?.seed ?? 0) + 1);
    // The live region is there before its words, so that they are read out.
    return html`<div role="status">
      ${
        outcome && experiment && !isRunning
          ? outcomeView({ experiment, outcome, isTrained, guess, language, handleAnotherSeed })
          : nothing
      }
    </div>`;
  }
}

/** @throws InputError for a seed that is not one */
function seedOf(given: string | number | null): number | undefined {
  if (given === null) return undefined;
  const seed = typeof given === 'number' ? given : numberOf(given);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw badValue('seed', `"${given}"`, '0 ≤ integer < 2³²');
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
  interface GlobalEventHandlersEventMap {
    'lr-outcome': CustomEvent<Outcome>;
  }
}
