import { ContextProvider } from '@lit/context';
import { SignalWatcher } from '@lit-labs/preact-signals';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { keepTaken, type Problem, shareTaken } from '../../src/errors.js';
import type { Config, Lab } from '../../src/lab/index.js';
import type { PolicyInput } from '../../src/policy/index.js';
import type { ForkRequest } from '../internal/chart/chart-element.js';
import { AttributeCheck } from '../internal/kit/element/attribute-check.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { TermsController, updateLanguage } from '../internal/kit/element/terms-controller.js';
import { mediaQuery } from '../internal/kit/media-query.js';
import { mutationObserver, resizeObserver } from '../internal/kit/observers.js';
import { popoverStyles } from '../internal/kit/styles/popover.styles.js';
import { buttonStyles, chipStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { labContext } from '../internal/lab/lab-context.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { refusalOf } from '../internal/lab/refusal.js';
import { en } from '../locales/en.js';
import type { ChosenExperiment } from '../lr-experiments-dialog/lr-experiments-dialog.js';
import '../lr-fork-menu/lr-fork-menu.js';
import type { LrForkMenu } from '../lr-fork-menu/lr-fork-menu.js';
import '../lr-loss-chart/lr-loss-chart.js';
import '../lr-rate-chart/lr-rate-chart.js';
import '../lr-run-controls/lr-run-controls.js';
import '../lr-run-table/lr-run-table.js';
import '../lr-samples/lr-samples.js';
import '../lr-scheduler-panel/lr-scheduler-panel.js';
import '../lr-step-report/lr-step-report.js';
import { AttributeLab } from './attribute-lab.js';
import { checkAutostart, type ConfigAttribute, configAttributes, type GivenValues } from './attributes.js';
import { Autostarter } from './autostarter.js';
import { exportedParts } from './exported-parts.js';
import { type LabEventDetails, dispatchEvents } from './lab-events.js';
import { closeMenu, labHeader } from './lab-header.js';
import { LaterDialogs } from './later-dialogs.js';
import { labStyles } from './lr-lab.styles.js';
import { nextStep } from './next-step.js';
import { PageClaims } from './page-claims.js';
import { type Section, sectionChoice } from './section-choice.js';
import { problemNotice, sessionNotice } from './session-notices.js';
import { SessionOpener } from './session-opener.js';
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

/**
 * @summary Shows what a learning rate does: a small CNN trains in the page while its learning-rate policy is swapped
 * and chained. Without children it shows everything; with children it shows only them and provides its Lab to them.
 *
 * With `share` it opens the session in the address of its page (`#lab=…`) and offers such links; it removes the hash
 * once that session trains. A session that would replace trained runs asks first, and a link or a file that cannot be read changes
 * nothing. With `keep` the browser keeps the session, and the page offers to restore it on the next visit.
 *
 * A changed attribute resets the lab, also during training; with `autostart` it then trains again. An element that is
 * removed and not inserted again within two seconds ends its worker; inserting it later starts again.
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
  /** On a narrow page the run controls are a dock, above which other buttons stay; its height. */
  private readonly dockSizes = resizeObserver((entries) => {
    const { height = 0 } = entries.at(-1)?.target.getBoundingClientRect() ?? {};
    this.pageElement?.style.setProperty('--dock', this.isNarrow ? `${Math.ceil(height)}px` : '0px');
  });
  private readonly check = new AttributeCheck(this, () => checkAutostart(this.autostart));
  private readonly childObserver = mutationObserver(() => this.requestUpdate());
  private readonly claims = new PageClaims(this, () => this.release());
  private readonly attributeLab = new AttributeLab(this, {
    given: () => this.givenValues,
    keep: () => this.claimKeep(),
  });
  private readonly sessions = new SessionOpener(this, {
    lab: () => this.lab,
    takesLink: () => this.share && this.claims.claim('share', shareTaken),
  });
  private readonly dialogs = new LaterDialogs(this, () => closeMenu(this.renderRoot));
  private readonly autostarter = new Autostarter(this, () => this.start());

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
    return this.attributeLab.problem.value ?? this.check.problem ?? this.claims.problem.value;
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

  @state() private section: Section = 'schedule';
  /** Whether it has one column. */
  @state() private isNarrow = false;

  @query('.page') private readonly pageElement!: HTMLElement | null;
  @query('lr-run-controls') private readonly dock!: Element | null;
  @query('lr-fork-menu') private readonly forkMenu!: LrForkMenu | null;
  @query('.main') private readonly main!: HTMLElement | null;

  private isOwn = false;
  private stopEvents: (() => void) | undefined;
  private removal: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new ShortcutListener(this, {
      isOn: () => !this.noShortcuts,
      isPage: () => this.isPage,
      showKeys: () => void this.dialogs.open('keyboard'),
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.childObserver.observe(this, { childList: true });
    this.resizes.observe(this);
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
    // A page that moves an element, or shows it again soon, loses nothing.
    this.removal = setTimeout(() => this.release(), removalDelay);
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === 'lang' && before !== value) updateLanguage();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.lab !== undefined) viewOf(this.lab).hasShortcuts.value = !this.noShortcuts;
    const set = configAttributes.filter((name) => changed.has(propertyOf[name]));
    if (!this.attributeLab.take(set)) return;
    if (this.lab === undefined) this.create();
    else void this.renew(this.lab);
  }

  private get givenValues(): GivenValues {
    return Object.fromEntries(configAttributes.map((name) => [name, this[propertyOf[name]]]));
  }

  /** Creates the element's own Lab from its attributes, unless they have a problem. */
  private create(): void {
    const lab = this.isConnected ? this.attributeLab.create() : undefined;
    if (lab === undefined) return;
    this.isOwn = true;
    this.adopt(lab);
    this.requestUpdate();
    void this.begin(lab);
  }

  private async begin(lab: Lab): Promise<void> {
    await this.sessions.receiveLink();
    this.autostartIn(lab);
  }

  /** Resets the lab to the attributes that have changed. */
  private async renew(lab: Lab): Promise<void> {
    if (await this.attributeLab.apply(lab)) this.autostartIn(lab);
  }

  private autostartIn(lab: Lab): void {
    const { autostart } = this;
    if (this.lab === lab && (autostart === true || autostart === 'visible'))
      this.autostarter.begin(autostart);
  }

  /** The name under which the session is kept, unless another lab of the page has it. */
  private claimKeep(): string | false {
    const { keep } = this;
    return keep !== null && this.claims.claim(`keep ${keep}`, () => keepTaken(keep)) ? keep : false;
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
    this.sessions.end();
    this.autostarter.end();
    this.claims.end();
    if (!this.isOwn) return;
    void this.lab?.dispose();
    this.isOwn = false;
    this.provider.setValue(undefined);
  }

  /** Whether it is all of the page; only then are its parts landmarks. */
  private get isPage(): boolean {
    return this.matches('body > :only-of-type');
  }

  private get isDark(): boolean {
    if (this.theme === 'dark' || this.theme === 'light') return this.theme === 'dark';
    return mediaQuery('(prefers-color-scheme: dark)')?.matches === true;
  }

  /** A fork that is asked for on a chart: the menu asks with which schedule. */
  private handleForkRequest(event: CustomEvent<ForkRequest>): void {
    event.preventDefault();
    const { run, step, anchor } = event.detail;
    this.forkMenu?.show(run, anchor, step);
  }

  protected override render(): TemplateResult {
    const { lab } = this;
    if (this.childElementCount > 0) return this.renderEmbedded(lab);
    return html`<div
      class="page"
      @dragover=${this.sessions.handleDragOver}
      @drop=${this.sessions.handleDrop}
      @lr-fork=${this.handleForkRequest}
    >
      ${this.renderHeader(lab)} ${this.renderNotice(this.problem, 'notice')}
      ${
        lab === undefined
          ? nothing
          : html`${this.renderOtherSessions(lab)}
              <div class="main show-${this.section}" role=${this.isPage ? 'main' : nothing} tabindex="-1">
                <lr-run-controls exportparts=${exportedParts('run-controls')}></lr-run-controls>
                <lr-samples exportparts=${exportedParts('samples')}></lr-samples>
                <div class="charts">
                  <lr-loss-chart no-flags exportparts=${exportedParts('loss-chart')}></lr-loss-chart>
                  <lr-rate-chart exportparts=${exportedParts('rate-chart')}></lr-rate-chart>
                </div>
                <p class="next ${lab.runs.value.length > 1 ? 'over' : ''}">${this.nextWords(lab)}</p>
                ${sectionChoice(this.section, this.localize.terms, (section) => {
                  this.section = section;
                })}
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
                    : this.renderEmpty()
                }
              </div>
              <lr-fork-menu></lr-fork-menu>
              <lr-setup-dialog></lr-setup-dialog>
              <lr-range-dialog></lr-range-dialog>
              <lr-experiments-dialog
                learn-href=${ifDefined(this.learnHref ?? undefined)}
                @lr-experiment=${({ detail }: CustomEvent<ChosenExperiment>) =>
                  void this.sessions.receiveExperiment(detail)}
              ></lr-experiments-dialog>
              ${this.share ? html`<lr-share-dialog></lr-share-dialog>` : nothing}`
      }
      ${this.renderKeys()}
    </div>`;
  }

  /** What the chosen section will show; a wide page shows the schedule beside the charts instead. */
  private renderEmpty(): TemplateResult | typeof nothing {
    const { section, isNarrow } = this;
    if (!isNarrow || section === 'schedule') return nothing;
    return html`<p class="empty">${this.localize.terms.lab.emptySections[section]}</p>`;
  }

  private renderHeader(lab: Lab | undefined): TemplateResult {
    const { isPage, isNarrow, isDark, share, schedulersHref, learnHref } = this;
    return labHeader(lab, this.localize, {
      ...{ isPage, isNarrow, isDark, share, schedulersHref, learnHref },
      onSkip: () => this.main?.focus(),
      onLanguage: () => {
        this.lang = this.localize.terms.$code === 'zh' ? 'en' : 'zh-CN';
      },
      onTheme: () => {
        this.theme = isDark ? 'light' : 'dark';
      },
      onDialog: (kind) => void this.dialogs.open(kind),
      onFile: (file) => void this.sessions.receiveFile(file),
    });
  }

  private renderOtherSessions(lab: Lab): TemplateResult | typeof nothing {
    const { problem } = this.dialogs;
    if (problem.value === undefined) return sessionNotice(lab, this.sessions, this.localize);
    return problemNotice(problem.value, this.localize, () => {
      problem.value = undefined;
    });
  }

  /** What a newcomer could do next. */
  private nextWords(lab: Lab): string | typeof nothing {
    const next = nextStep(lab);
    return next === undefined ? nothing : this.localize.terms.lab.next[next];
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
      ${problem === this.attributeLab.problem.value ? html`<p>${terms.lab.attributeProblem}</p>` : nothing}
      ${problemView(problem, terms)}
    </div>`;
  }
}

/** Whether there is anything to say about runs. */
function hasBegun(lab: Lab): boolean {
  const runs = lab.runs.value;
  return lab.state.value !== 'idle' || runs.length > 1 || runs.some((run) => run.history.length > 0);
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
