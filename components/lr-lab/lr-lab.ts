import { ContextProvider } from '@lit/context';
import { SignalWatcher } from '@lit-labs/preact-signals';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { type InputError, keepTaken, type Problem, shareTaken, toProblem } from '../../src/errors.js';
import { type Config, hasLink, Lab } from '../../src/lab/index.js';
import type { PolicyInput } from '../../src/policy/index.js';
import { AttributeCheck } from '../internal/kit/element/attribute-check.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { Autostarter } from './autostarter.js';
import { mediaQuery } from '../internal/kit/media-query.js';
import { mutationObserver, resizeObserver } from '../internal/kit/observers.js';
import { moreIcon, themeIcon } from '../internal/kit/icons.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { claim, endClaims } from '../internal/lab/claims.js';
import { scheduleTitle } from '../internal/lab/run-title.js';
import { labContext } from '../internal/lab/lab-context.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { resumeAndTrain } from '../internal/lab/policy-commands.js';
import type { ForkRequest } from '../internal/chart/chart-element.js';
import { marksOf } from '../internal/chart/marks.js';
import { problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { ownRefusalOf, refusalOf } from '../internal/lab/refusal.js';
import { TermsController, updateLanguage } from '../internal/kit/element/terms-controller.js';
import { en } from '../locales/en.js';
import { buttonStyles, chipStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { popoverStyles } from '../internal/kit/styles/popover.styles.js';
import '../lr-backend-status/lr-backend-status.js';
import type { ChosenExperiment } from '../lr-experiments-dialog/lr-experiments-dialog.js';
import '../lr-export-menu/lr-export-menu.js';
import '../lr-fork-menu/lr-fork-menu.js';
import type { LrForkMenu } from '../lr-fork-menu/lr-fork-menu.js';
import '../lr-loss-chart/lr-loss-chart.js';
import '../lr-rate-chart/lr-rate-chart.js';
import '../lr-run-controls/lr-run-controls.js';
import '../lr-run-table/lr-run-table.js';
import '../lr-samples/lr-samples.js';
import '../lr-scheduler-panel/lr-scheduler-panel.js';
import '../lr-step-report/lr-step-report.js';
import {
  aboutAttribute,
  checkAutostart,
  type ConfigAttribute,
  configAttributes,
  configFromAttributes,
  type GivenValues,
  isSameValue,
} from './attributes.js';
import { exportedParts } from './exported-parts.js';
import { configText, shortConfigText } from './config-text.js';
import { reportSoon } from '../internal/kit/element/report-soon.js';
import { type LabEventDetails, dispatchEvents } from './lab-events.js';
import { labStyles } from './lr-lab.styles.js';
import { nextStep } from './next-step.js';
import { ShortcutListener } from './shortcut-listener.js';

/** Milliseconds after its removal at which an element ends its worker. */
const removalDelay = 2000;

/** Options of an optimizer as a page gives them; without `lr` it has PyTorch's. */
export type GivenOptimizer = Partial<Config['optimizer']> & Pick<Config['optimizer'], 'type'>;

/** The property that holds each attribute's value. */
const propertyOf = {
  dataset: 'datasetName',
  classes: 'classes',
  model: 'model',
  optimizer: 'optimizer',
  lr: 'lr',
  'batch-size': 'batchSize',
  epochs: 'epochs',
  'steps-per-epoch': 'stepsPerEpoch',
  seed: 'seed',
  policy: 'policy',
  backend: 'backend',
} as const satisfies Record<ConfigAttribute, keyof LrLab>;

/** The width of an element, in CSS pixels, from which on it has two columns; its styles know the same number. */
const wide = 920;

/** Dialogs that few readers open, each with what loads it. */
const laterDialogs = {
  experiments: () => import('../lr-experiments-dialog/lr-experiments-dialog.js'),
  keyboard: () => import('../lr-keyboard-dialog/lr-keyboard-dialog.js'),
  range: () => import('../lr-range-dialog/lr-range-dialog.js'),
  setup: () => import('../lr-setup-dialog/lr-setup-dialog.js'),
  share: () => import('../lr-share-dialog/lr-share-dialog.js'),
};

/** The sections of which a narrow page shows one at a time. */
const sections = ['schedule', 'runs', 'inside'] as const;

/** A session from a link or a file that would replace the current one. */
interface Incoming {
  readonly from: 'link' | 'file' | 'experiment';
  /** The title of an experiment. */
  readonly title?: string;
  open(): Promise<void>;
}

/**
 * @summary Shows what a learning rate does: a small CNN trains in the page while its learning-rate policy is swapped
 * and chained. Without children it shows everything; with children it shows only them and provides its Lab to them.
 *
 * With `share` it opens the session in the address of its page (`#lab=…`) and offers such links; it removes the hash
 * once that session trains. A session that would replace trained runs asks first, and a link or a file that cannot be read changes
 * nothing. With `keep` the browser keeps the session, and the page offers to restore it on the next visit.
 *
 * A changed attribute starts a new experiment, also during training. An element that is removed and not inserted again
 * within two seconds ends its worker; inserting it later starts again.
 *
 * Without children it exports the parts of its leaves, each under the name of its leaf.
 *
 * @attr {string} lang - The language of the words, `en` or `zh-CN`; by default the page's, or the browser's.
 *
 * @slot - Elements that show the Lab, instead of the whole page.
 *
 * @fires {CustomEvent<{ state: LabState }>} lr-state - The Lab is idle, loading, running, paused, finished or failed.
 * @fires {CustomEvent<{ run: string, steps: StepRow[] }>} lr-step - New steps, at most once a frame for each run.
 * @fires {CustomEvent<{ run: string, epoch: number, loss: number, accuracy: number }>} lr-epoch - An epoch's validation.
 * @fires {CustomEvent<{ run: string, step: number, kind: string }>} lr-intervention - A swap, chain, … has acted.
 * @fires {CustomEvent<{ message: string, code: string }>} lr-error - An expected failure, also shown in place.
 *
 * @csspart header - The line with the name, the configuration and the tools.
 */
@customElement('lr-lab')
export class LrLab extends SignalWatcher(LitElement) {
  static override styles = [themeStyles, popoverStyles, buttonStyles, chipStyles, problemStyles, labStyles];

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  private readonly localize = new TermsController(this, en);
  private readonly provider = new ContextProvider(this, { context: labContext, initialValue: undefined });
  private readonly resizes = resizeObserver((entries) => {
    this.isNarrow = entries.at(-1)!.contentRect.width < wide;
  });
  /** On a narrow page the run controls are a dock, above which other buttons stay. */
  private readonly dockSizes = resizeObserver((entries) => {
    const { height = 0 } = entries.at(-1)?.target.getBoundingClientRect() ?? {};
    this.pageElement?.style.setProperty('--lr-dock-size', this.isNarrow ? `${Math.ceil(height)}px` : '0px');
  });
  private readonly check = new AttributeCheck(this, () => checkAutostart(this.autostart));
  private readonly childObserver = mutationObserver(() => this.requestUpdate());

  /** `digits`, the default, `mnist`, or a data set of the page's own; the property `dataset` sets it too. */
  @property({ attribute: 'dataset' }) datasetName: Exclude<Config['dataset'], string> | string | null = null;

  /** The classes to keep, such as `"3 8"` or `[3, 8]`; all by default. */
  @property() classes: string | readonly number[] | null = null;

  /** `tiny`, `lenet`, `alexnet` or `mlp`, or a `tf.LayersModel`; by default `lenet`, and `tiny` without a GPU. */
  @property() model: Exclude<Config['model'], string> | string | null = null;

  /** `SGD`, the default, `Adam`, `AdamW`, `RMSprop` or `Adagrad`, or an object or JSON with options too. */
  @property() optimizer: string | GivenOptimizer | null = null;

  /** The learning rate, above 0; 0.1 by default for SGD, and PyTorch's default for the others. */
  @property() lr: string | number | null = null;

  /** Images per step; 64 by default. */
  @property({ attribute: 'batch-size' }) batchSize: string | number | null = null;

  /** Epochs of the run; 12 by default. */
  @property() epochs: string | number | null = null;

  /** Steps in an epoch; by default as many as the data has batches. */
  @property({ attribute: 'steps-per-epoch' }) stepsPerEpoch: string | number | null = null;

  /** A whole number, 7 by default; the same seed gives the same losses. */
  @property() seed: string | number | null = null;

  /** A policy, its JSON, or the id of a preset; by default the rate falls to a tenth every 4 epochs. */
  @property() policy: string | PolicyInput | null = null;

  /** Where to look for a backend first: `webgpu`, the default, `webgl` or `cpu`. */
  @property() backend: string | null = null;

  /** Starts as soon as the element is on the page, or with `visible` as soon as a reader can see it. */
  @property({
    converter: {
      fromAttribute: (text) => (text === '' || text === 'true' || text === 'autostart' ? true : text),
    },
  })
  autostart: boolean | 'visible' = false;

  /** `light` or `dark`; by default the page's `color-scheme`. */
  @property({ reflect: true }) theme: string | null = null;

  /** The name under which the browser keeps the session; without one nothing is kept. */
  @property() keep: string | null = null;

  /** Opens the session in the page's address, and offers links to sessions. */
  @property({ type: Boolean }) share = false;

  /** The address of a page that shows all schedulers; the header links to it. */
  @property({ attribute: 'schedulers-href' }) schedulersHref: string | null = null;

  /** The address of an article with guided experiments; the header links to it beside the schedulers. */
  @property({ attribute: 'learn-href' }) learnHref: string | null = null;

  /** Turns off the letters that press its buttons while the focus is inside; a reader can do so too. */
  @property({ type: Boolean, attribute: 'no-shortcuts', reflect: true }) noShortcuts = false;

  /** As for every element, its `data-` attributes; setting it sets the data, as frameworks do that set properties. */
  override get dataset(): DOMStringMap {
    return super.dataset;
  }
  override set dataset(data: LrLab['datasetName'] | DOMStringMap) {
    this.datasetName = data as LrLab['datasetName'];
  }

  /** What is wrong with the attributes and properties, if anything; `lr-error` reports it too. */
  get problem(): Problem | undefined {
    return this.attributeProblem ?? this.check.problem ?? this.claimProblem;
  }

  /** The Lab: the element's own, made from its attributes, or one set by the page. */
  @property({ attribute: false })
  get lab(): Lab | undefined {
    return this.provider.value;
  }
  set lab(lab: Lab | undefined) {
    if (lab !== undefined && lab === this.lab) return;
    this.release();
    this.isOwn = false;
    this.adopt(lab);
    if (lab === undefined && this.isConnected) this.create();
  }

  /** The problem of the attributes, if any. */
  @state() private attributeProblem: Problem | undefined;
  /** What another lab of the page has, so that this one lacks it. */
  @state() private claimProblem: Problem | undefined;

  /** A session that waits for the reader's answer, because it would replace trained runs. */
  @state() private incoming: Incoming | undefined;
  /** Why a link or a file could not be opened. */
  @state() private openProblem: Problem | undefined;
  @state() private section: (typeof sections)[number] = 'schedule';
  /** Whether it has one column. */
  @state() private isNarrow = false;
  /** The link or the experiment that was just opened. */
  @state() private opened: Incoming | undefined;

  @query('.page') private readonly pageElement!: HTMLElement | null;
  @query('lr-run-controls') private readonly dock!: Element | null;
  @query('.more') private readonly moreButton!: HTMLElement;
  @query('.menu') private readonly menu!: HTMLElement;
  @query('lr-fork-menu') private readonly forkMenu!: LrForkMenu | null;
  @query('.main') private readonly main!: HTMLElement | null;

  private isOwn = false;
  private stopEvents: (() => void) | undefined;
  /** Leaves the link in the address from now on. */
  private leaveHash: (() => void) | undefined;
  /** Changed attributes that the lab has not applied yet; invalid ones stay until they are fixed. */
  private readonly pendingAttributes = new Set<ConfigAttribute>();
  /** The attributes as they were last read. */
  private taken: GivenValues = {};
  private readonly autostarter = new Autostarter(this, () => this.start());
  private removal: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new ShortcutListener(this, {
      isOn: () => !this.noShortcuts,
      isPage: () => this.isPage,
      showKeys: () => void this.openLater('keyboard'),
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.childObserver.observe(this, { childList: true });
    this.resizes.observe(this);
    addEventListener('hashchange', this.handleHash);
    clearTimeout(this.removal);
    if (this.lab === undefined) this.create();
    else this.stopEvents ??= dispatchEvents(this, this.lab);
  }

  protected override updated(): void {
    // Observed again, it reports its size again.
    this.dockSizes.disconnect();
    if (this.isConnected && this.dock !== null) this.dockSizes.observe(this.dock);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.childObserver.disconnect();
    this.resizes.disconnect();
    this.dockSizes.disconnect();
    removeEventListener('hashchange', this.handleHash);
    // A page that moves an element, or shows it again soon, loses nothing.
    this.removal = setTimeout(() => this.release(), removalDelay);
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === 'lang' && before !== value) updateLanguage();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const names = configAttributes.filter(
      (name) => changed.has(propertyOf[name]) && !isSameValue(name, this.taken[name], this[propertyOf[name]]),
    );
    if (this.lab !== undefined) viewOf(this.lab).hasShortcuts.value = !this.noShortcuts;
    if (names.length === 0) return;
    this.taken = this.givenValues;
    for (const name of names) this.pendingAttributes.add(name);
    if (this.lab === undefined) this.create();
    else void this.reconfigure(this.lab);
  }

  private get givenValues(): GivenValues {
    return Object.fromEntries(configAttributes.map((name) => [name, this[propertyOf[name]]]));
  }

  /** Creates the element's own Lab from its attributes, or keeps their problem. */
  private create(): void {
    if (!this.isConnected) return;
    this.taken = this.givenValues;
    let lab: Lab;
    try {
      lab = new Lab(configFromAttributes(this.givenValues), { keep: this.claimKeep() ?? false });
    } catch (error) {
      this.refuse(toProblem(error));
      return;
    }
    this.attributeProblem = undefined;
    this.pendingAttributes.clear();
    this.isOwn = true;
    this.adopt(lab);
    this.requestUpdate();
    void this.begin(lab);
  }

  private async begin(lab: Lab): Promise<void> {
    await this.receiveLink();
    const { autostart } = this;
    if (this.lab === lab && (autostart === true || autostart === 'visible'))
      this.autostarter.begin(autostart);
  }

  private readonly handleHash = (): void => void this.receiveLink();

  private async receiveLink(): Promise<void> {
    const { hash } = location;
    if (this.share && hasLink(hash) && this.claimLinks())
      await this.receive({ from: 'link', open: async () => this.lab?.openLink(hash) });
  }

  private async handleFile(file: File): Promise<void> {
    const text = await file.text();
    await this.receive({ from: 'file', open: async () => this.lab?.open(text) });
  }

  /** Opens one of the dialogs that load when they are first asked for. */
  private async openLater(kind: keyof typeof laterDialogs): Promise<void> {
    try {
      await laterDialogs[kind]();
      this.openDialog(this.renderRoot.querySelector(`lr-${kind}-dialog`));
    } catch (error) {
      this.openProblem = toProblem(error);
    }
  }

  /** Leaves the header: the next Tab stop is the first button of the controls. */
  private handleSkip(event: Event): void {
    event.preventDefault();
    this.main?.focus();
  }

  private async handleExperiment({ detail }: CustomEvent<ChosenExperiment>): Promise<void> {
    const { title, session } = detail;
    await this.receive({ from: 'experiment', title, open: async () => this.lab?.open(session) });
  }

  private handleDragOver(event: DragEvent): void {
    if (!event.defaultPrevented && event.dataTransfer?.types.includes('Files')) event.preventDefault();
  }

  private handleDrop(event: DragEvent): void {
    const file = event.dataTransfer?.files[0];
    if (event.defaultPrevented || file === undefined) return;
    event.preventDefault();
    void this.handleFile(file);
  }

  /** Opens a session, or asks first if that would replace trained runs. */
  private async receive(incoming: Incoming): Promise<void> {
    this.openProblem = undefined;
    if (this.lab?.runs.peek().some((run) => run.history.length > 0)) this.incoming = incoming;
    else await this.open(incoming);
  }

  private async open(incoming: Incoming): Promise<void> {
    this.incoming = undefined;
    this.openProblem = await ownRefusalOf(this.lab, incoming.open());
    this.opened = this.openProblem === undefined && incoming.from !== 'file' ? incoming : undefined;
    this.leaveHash?.();
    if (incoming.from !== 'link' && this.openProblem === undefined) forgetLink();
    else if (this.opened?.from === 'link') this.leaveHash = this.lab && forgetOnceBegun(this.lab);
  }

  private handleKeepPresent(): void {
    if (this.incoming?.from === 'link') forgetLink();
    this.incoming = undefined;
  }

  private async reconfigure(lab: Lab): Promise<void> {
    const names = [...this.pendingAttributes];
    let changes: Partial<Config>;
    try {
      changes = configFromAttributes(this.givenValues, names, lab.config.peek());
    } catch (error) {
      this.refuse(toProblem(error));
      return;
    }
    const refusal = await ownRefusalOf(lab, lab.reset(changes));
    this.attributeProblem = refusal && aboutAttribute(refusal, this.givenValues);
    if (this.attributeProblem === undefined) for (const name of names) this.pendingAttributes.delete(name);
  }

  private refuse(problem: Problem): void {
    this.attributeProblem = aboutAttribute(problem, this.givenValues);
    reportSoon(this, this.attributeProblem);
  }

  /** The name under which the session is kept, unless another lab of the page has it. */
  private claimKeep(): string | null {
    if (this.keep === null || claim(`keep ${this.keep}`, this, () => this.release())) return this.keep;
    this.lack(keepTaken(this.keep));
    return null;
  }

  private claimLinks(): boolean {
    const isFree = claim('share', this, () => this.release());
    if (!isFree) this.lack(shareTaken());
    return isFree;
  }

  private lack(error: InputError): void {
    this.claimProblem = toProblem(error);
    reportSoon(this, this.claimProblem);
  }

  private start(): void {
    if (this.lab !== undefined) void refusalOf(this.lab.start());
  }

  private adopt(lab: Lab | undefined): void {
    this.provider.setValue(lab);
    if (lab !== undefined && this.isConnected) this.stopEvents = dispatchEvents(this, lab);
  }

  /** Ends what the element does with its Lab, and disposes of a Lab of its own. */
  private release(): void {
    this.stopEvents?.();
    this.stopEvents = undefined;
    this.leaveHash?.();
    this.autostarter.end();
    endClaims(this);
    this.claimProblem = undefined;
    if (!this.isOwn) return;
    void this.lab?.dispose();
    this.isOwn = false;
    this.provider.setValue(undefined);
  }

  private handleLanguage(): void {
    this.lang = this.localize.terms.$code === 'zh' ? 'en' : 'zh-CN';
  }

  private handleTheme(): void {
    this.theme = this.isDark ? 'light' : 'dark';
  }

  /** Whether it is all of the page; only then are its parts landmarks. */
  private get isPage(): boolean {
    return this.matches('body > :only-of-type');
  }

  private get isDark(): boolean {
    if (this.theme === 'dark' || this.theme === 'light') return this.theme === 'dark';
    return mediaQuery('(prefers-color-scheme: dark)')?.matches === true;
  }

  protected override render(): TemplateResult {
    const { lab } = this;
    if (this.childElementCount > 0) return this.renderEmbedded(lab);
    return html`<div
      class="page"
      @dragover=${this.handleDragOver}
      @drop=${this.handleDrop}
      @lr-fork=${this.handleForkRequest}
    >
      ${this.renderHeader(lab)} ${this.renderNotice(this.problem, 'notice')}
      ${
        lab === undefined
          ? nothing
          : html`${this.renderSession(lab)}
              <div class="main show-${this.section}" role=${this.isPage ? 'main' : nothing} tabindex="-1">
                <lr-run-controls exportparts=${exportedParts('run-controls')}></lr-run-controls>
                <lr-samples exportparts=${exportedParts('samples')}></lr-samples>
                <div class="charts">
                  <lr-loss-chart no-flags exportparts=${exportedParts('loss-chart')}></lr-loss-chart>
                  <lr-rate-chart exportparts=${exportedParts('rate-chart')}></lr-rate-chart>
                </div>
                <p class="next ${lab.runs.value.length > 1 ? 'over' : ''}">${this.nextWords(lab)}</p>
                ${this.renderSections()}
                <div class="side">
                  <lr-scheduler-panel
                    exportparts=${exportedParts('scheduler-panel')}
                    @lr-reveal=${() => {
                      this.section = 'schedule';
                    }}
                  ></lr-scheduler-panel>
                </div>
                ${
                  hasBegun(lab)
                    ? html`<lr-run-table exportparts=${exportedParts('run-table')}></lr-run-table
                        ><lr-step-report exportparts=${exportedParts('step-report')}></lr-step-report>`
                    : nothing
                }
              </div>
              <lr-fork-menu></lr-fork-menu>
              <lr-setup-dialog></lr-setup-dialog>
              <lr-range-dialog></lr-range-dialog>
              <lr-experiments-dialog
                learn-href=${ifDefined(this.learnHref ?? undefined)}
                @lr-experiment=${(event: CustomEvent<ChosenExperiment>) => void this.handleExperiment(event)}
              ></lr-experiments-dialog>
              ${this.share ? html`<lr-share-dialog></lr-share-dialog>` : nothing}`
      }
      ${this.renderKeys()}
    </div>`;
  }

  /** Other sessions: one that is kept, one that waits, one that could not be opened. */
  private renderSession(lab: Lab): TemplateResult | typeof nothing {
    const { terms } = this.localize;
    const { incoming, openProblem } = this;
    if (openProblem !== undefined)
      return html`<div class="notice" role="alert">
        <div class="calm">
          ${problemView(openProblem, terms)}
          <button
            class="button"
            type="button"
            @click=${() => {
              this.openProblem = undefined;
            }}
          >
            ${terms.lab.dismiss}
          </button>
        </div>
      </div>`;
    if (incoming !== undefined)
      return html`<div class="notice" role="alert">
        <div class="calm">
          <p>${terms.lab.waits[incoming.from]}</p>
          <button class="button" type="button" @click=${() => void this.open(incoming)}>
            ${terms.lab.openIt}
          </button>
          <button class="button" type="button" @click=${this.handleKeepPresent}>
            ${terms.lab.keepPresent}
          </button>
        </div>
      </div>`;
    if (this.opened !== undefined && lab.state.value === 'idle') return this.renderOpened(lab, this.opened);
    const kept = lab.kept.value;
    // Starting something else answers the question.
    if (kept === undefined || lab.state.value !== 'idle') return nothing;
    const when = this.localize.date(kept.savedAt, { dateStyle: 'medium', timeStyle: 'short' });
    const runs = kept.runs
      .map(({ name, steps }) => terms.lab.keptRun(name, this.localize.number(steps)))
      .join(terms.lab.listJoint);
    return html`<section class="notice" aria-label=${terms.lab.keptLabel}>
      <div class="calm">
        <p>${terms.lab.kept(when, runs)}</p>
        <button class="button" type="button" @click=${() => void refusalOf(resumeAndTrain(lab))}>
          ${terms.lab.goOn}
        </button>
        <button class="button" type="button" @click=${() => void refusalOf(lab.forget())}>
          ${terms.lab.forget}
        </button>
      </div>
    </section>`;
  }

  /** What a link or an experiment holds that was just opened. */
  private renderOpened(lab: Lab, { title }: Incoming): TemplateResult {
    const { terms } = this.localize;
    const runs = lab.runs.value.map((run) => {
      const marks = marksOf([{ run, index: 0 }], terms);
      const changes = marks.map(({ step, label }) => terms.charts.markAt(this.localize.number(step), label));
      return terms.lab.openedRun(
        run.name.value,
        scheduleTitle(run, terms),
        changes.join(terms.lab.listJoint),
      );
    });
    return html`<section class="notice" role="status">
      <div class="calm">
        <p>
          ${
            title === undefined
              ? terms.lab.opened(this.settingsWords(lab), runs.join(' '))
              : terms.lab.openedExperiment(title, runs.join(' '))
          }
        </p>
        <button
          class="button"
          type="button"
          @click=${() => {
            this.opened = undefined;
          }}
        >
          ${terms.lab.dismiss}
        </button>
      </div>
    </section>`;
  }

  /** The settings in short: data, model, optimizer. */
  private settingsWords(lab: Lab): string {
    return shortConfigText(viewOf(lab).selected.value.config, lab.modelName.value, this.localize.terms.lab);
  }

  /** What a newcomer could do next. */
  private nextWords(lab: Lab): string | typeof nothing {
    const next = nextStep(lab);
    return next === undefined ? nothing : this.localize.terms.lab.next[next];
  }

  private renderSections(): TemplateResult {
    const terms = this.localize.terms.lab;
    return html`<fieldset class="sections choices">
      <legend class="visually-hidden">${terms.sectionsLabel}</legend>
      ${sections.map(
        (section) =>
          html`<label class="choice">
            <input
              type="radio"
              name="section"
              .checked=${section === this.section}
              @change=${() => {
                this.section = section;
              }}
            />
            <span>${terms.sections[section]}</span>
          </label>`,
      )}
    </fieldset>`;
  }

  private renderEmbedded(lab: Lab | undefined): TemplateResult {
    // The run controls show the Lab's problems; without them they are shown here.
    const isShownBelow = this.querySelector('lr-run-controls') !== null;
    const problem = this.problem ?? (isShownBelow ? undefined : lab?.problem.value);
    return html`${this.renderNotice(problem, 'embedded notice')}${
      lab === undefined
        ? nothing
        : html`<slot @lr-fork=${this.handleForkRequest}></slot><lr-fork-menu></lr-fork-menu>`
    }${this.renderKeys()}`;
  }

  private renderKeys(): TemplateResult {
    return html`<lr-keyboard-dialog
      .isOn=${!this.noShortcuts}
      @lr-shortcuts=${({ detail }: CustomEvent<boolean>) => {
        this.noShortcuts = !detail;
      }}
    ></lr-keyboard-dialog>`;
  }

  private renderNotice(problem: Problem | undefined, classes: string): TemplateResult | typeof nothing {
    if (problem === undefined) return nothing;
    const { terms } = this.localize;
    return html`<div class=${classes} role="alert">
      ${problem === this.attributeProblem ? html`<p>${terms.lab.attributeProblem}</p>` : nothing}
      ${problemView(problem, terms)}
    </div>`;
  }

  /** Opens a dialog; a menu that is open closes first, so that the focus returns to its button after the dialog. */
  private openDialog(dialog: { show(): unknown } | null): void {
    if (this.menu.matches(':popover-open')) {
      this.menu.hidePopover();
      this.moreButton.focus();
    }
    void dialog?.show();
  }

  /** A fork that is asked for on a chart: the menu asks with which schedule. */
  private handleForkRequest(event: CustomEvent<ForkRequest>): void {
    event.preventDefault();
    const { run, step, anchor } = event.detail;
    this.forkMenu?.show(run, anchor, step);
  }

  private handleMenu(event: ToggleEvent): void {
    if (event.newState === 'open') positionPopover(this.menu, this.moreButton);
  }

  /** Settings, backend and sharing: in the header, or on a narrow page in its menu. */
  private renderChips(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const number = (value: number) => this.localize.number(value);
    const settings = configText(viewOf(lab).selected.value.config, lab.modelName.value, terms.lab, number);
    return html`<button
        class="button settings"
        type="button"
        aria-label=${terms.lab.setUp(settings.join(', '))}
        title=${settings.join(' · ')}
        @click=${() => void this.openLater('setup')}
      >
        ${this.settingsWords(lab)}<span class="caret" aria-hidden="true">▾</span>
      </button>
      <lr-backend-status exportparts=${exportedParts('backend-status')}></lr-backend-status>
      ${
        this.share
          ? html`<button class="button" type="button" @click=${() => void this.openLater('share')}>
              ${terms.share.open}
            </button>`
          : nothing
      }`;
  }

  private renderLanguage(): TemplateResult {
    const { terms } = this.localize;
    return html`<button
      class="button language"
      type="button"
      aria-label=${terms.lab.switchLanguage}
      @click=${this.handleLanguage}
    >
      <span lang=${terms.$code === 'zh' ? 'en' : 'zh-CN'}>${terms.lab.otherLanguage}</span>
    </button>`;
  }

  private renderMenu(lab: Lab | undefined): TemplateResult {
    const { terms } = this.localize;
    return html`<button
        class="button more icon-button"
        type="button"
        popovertarget="menu"
        aria-haspopup="dialog"
        aria-label=${terms.lab.more}
        title=${terms.lab.more}
      >
        ${moreIcon}
      </button>
      <div
        class="menu popover"
        id="menu"
        popover
        role="dialog"
        aria-label=${terms.lab.more}
        @toggle=${this.handleMenu}
      >
        ${lab === undefined || !this.isNarrow ? nothing : this.renderChips(lab)}
        ${
          lab === undefined
            ? nothing
            : html`<button class="button" type="button" @click=${() => void this.openLater('experiments')}>
                  ${terms.lab.experiments.open}
                </button>
                <button class="button" type="button" @click=${() => void this.openLater('range')}>
                  ${terms.range.open}
                </button>
                <lr-export-menu
                  @lr-open-file=${(event: CustomEvent<{ file: File }>) =>
                    void this.handleFile(event.detail.file)}
                ></lr-export-menu>`
        }
        <button class="button" type="button" @click=${() => void this.openLater('keyboard')}>
          ${terms.lab.keyboard}
        </button>
        <button class="button" type="button" @click=${this.handleTheme}>
          ${themeIcon}${terms.lab.switchTheme(this.isDark ? terms.lab.themes.light : terms.lab.themes.dark)}
        </button>
        ${this.isNarrow ? this.renderLanguage() : nothing}
      </div>`;
  }

  private renderHeader(lab: Lab | undefined): TemplateResult {
    const { terms } = this.localize;
    return html`<header part="header" role=${this.isPage ? nothing : 'group'}>
      ${
        this.isPage
          ? html`<a class="skip button primary" href="#main" @click=${this.handleSkip}>${terms.lab.skip}</a>`
          : nothing
      }
      <h1>${terms.lab.name}</h1>
      <p class="tagline">${terms.lab.tagline}</p>
      ${
        this.schedulersHref === null
          ? nothing
          : html`<nav aria-label=${terms.lab.pages.label}>
              <span aria-current="page">${terms.lab.pages.lab}</span>
              ${this.learnHref === null ? nothing : html`<a href=${this.learnHref}>${terms.lab.pages.learn}</a>`}
              <a href=${this.schedulersHref}>${terms.lab.pages.schedulers}</a>
            </nav>`
      }
      <div class="end">
        ${lab === undefined || this.isNarrow ? nothing : this.renderChips(lab)}
        ${this.isNarrow ? nothing : this.renderLanguage()} ${this.renderMenu(lab)}
      </div>
    </header>`;
  }
}

/** Whether there is anything to say about runs. */
function hasBegun(lab: Lab): boolean {
  const runs = lab.runs.value;
  return lab.state.value !== 'idle' || runs.length > 1 || runs.some((run) => run.history.length > 0);
}

/** Removes the session from the address, if there is one: nobody copies an old link. */
function forgetLink(): void {
  if (hasLink(location.hash)) history.replaceState(history.state, '', location.pathname + location.search);
}

/**
 * Removes the session from the address once it trains, and no earlier: until then a reload opens it again, from then on
 * the browser keeps it. Returns a function that leaves the address as it is.
 */
function forgetOnceBegun(lab: Lab): () => void {
  const leave = lab.state.subscribe((state) => {
    if (state === 'idle') return;
    forgetLink();
    // The first call comes before `leave` is known, and finds the lab idle.
    leave();
  });
  return leave;
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-lab': LrLab;
  }
  interface GlobalEventHandlersEventMap {
    'lr-state': CustomEvent<LabEventDetails['lr-state']>;
    'lr-step': CustomEvent<LabEventDetails['lr-step']>;
    'lr-epoch': CustomEvent<LabEventDetails['lr-epoch']>;
    'lr-intervention': CustomEvent<LabEventDetails['lr-intervention']>;
    'lr-error': CustomEvent<LabEventDetails['lr-error']>;
  }
}
