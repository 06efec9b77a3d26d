import { ContextProvider } from '@lit/context';
import { SignalWatcher } from '@lit-labs/preact-signals';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { type Problem, toProblem } from '../../src/errors.js';
import { type Config, Lab } from '../../src/lab/index.js';
import { themeIcon } from '../internal/icons.js';
import { labContext } from '../internal/lab-context.js';
import { problemStyles, problemView } from '../internal/problem-view.js';
import { refusalOf } from '../internal/refusal.js';
import { TermsController, updateLanguage } from '../internal/terms-controller.js';
import { buttonStyles, chipStyles, themeStyles } from '../internal/theme.styles.js';
import '../lr-backend-status/lr-backend-status.js';
import '../lr-loss-chart/lr-loss-chart.js';
import '../lr-rate-chart/lr-rate-chart.js';
import '../lr-run-controls/lr-run-controls.js';
import '../lr-scheduler-panel/lr-scheduler-panel.js';
import '../lr-setup-dialog/lr-setup-dialog.js';
import type { LrSetupDialog } from '../lr-setup-dialog/lr-setup-dialog.js';
import {
  type AttributeTexts,
  configAttributes,
  type ConfigAttribute,
  configFromAttributes,
} from './attributes.js';
import { configurationWords } from './configuration-words.js';
import { dispatchLabEvent, type LabEventDetails, tellEvents } from './lab-events.js';
import { labStyles } from './lr-lab.styles.js';

/** The property that holds each attribute's text. */
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

/**
 * @summary A place to see what a learning rate does: a small CNN that trains in the page while its learning-rate
 * policy is swapped and chained. Empty, it shows everything; with children it shows only them and gives them its Lab.
 *
 * A changed attribute starts a new experiment, also while one runs. Taken out of the page it ends its worker; moved
 * within the page it goes on; put back later it begins anew.
 *
 * @slot - Elements that show the Lab, in place of the whole page.
 *
 * @fires {CustomEvent<{ state: LabState }>} lr-state - The Lab is idle, loading, running, paused, finished or failed.
 * @fires {CustomEvent<{ run: string, steps: StepRow[] }>} lr-step - New steps, at most once a frame for each run.
 * @fires {CustomEvent<{ run: string, epoch: number, loss: number, accuracy: number }>} lr-epoch - An epoch's validation.
 * @fires {CustomEvent<{ run: string, step: number, kind: string }>} lr-intervention - A swap, chain, … has acted.
 * @fires {CustomEvent<{ message: string, code: string }>} lr-error - An expected failure, also shown in place.
 *
 * @csspart header - The line with the name, the configuration and the tools.
 *
 * @cssprop --lr-page - Background behind the cards.
 * @cssprop --lr-surface - Background of the cards.
 * @cssprop --lr-text - Text.
 * @cssprop --lr-accent - Primary buttons, progress, choices.
 * @cssprop --lr-font - Typeface.
 */
@customElement('lr-lab')
export class LrLab extends SignalWatcher(LitElement) {
  static override styles = [themeStyles, buttonStyles, chipStyles, problemStyles, labStyles];

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  private readonly localize = new TermsController(this);
  private readonly provider = new ContextProvider(this, { context: labContext, initialValue: undefined });
  private readonly childObserver = new MutationObserver(() => this.requestUpdate());

  /** `digits` or `mnist`. */
  @property({ attribute: 'dataset' }) datasetName: string | null = null;

  /** The classes to keep, such as `"3 8"`; all by default. */
  @property() classes: string | null = null;

  /** `tiny`, `lenet`, `alexnet` or `mlp`. */
  @property() model: string | null = null;

  /** A class name of `torch.optim`, with PyTorch's defaults (`"Adam"`), or JSON with options. */
  @property() optimizer: string | null = null;

  /** The learning rate, above 0. */
  @property() lr: string | null = null;

  /** Images per step. */
  @property({ attribute: 'batch-size' }) batchSize: string | null = null;

  /** Epochs of the run. */
  @property() epochs: string | null = null;

  /** Steps in an epoch; by default as many as the data has batches. */
  @property({ attribute: 'steps-per-epoch' }) stepsPerEpoch: string | null = null;

  /** A whole number; the same seed gives the same losses. */
  @property() seed: string | null = null;

  /** Policy JSON, or the id of a preset. */
  @property() policy: string | null = null;

  /** Where to look for a backend first: `webgpu`, `webgl` or `cpu`. */
  @property() backend: string | null = null;

  /** Starts as soon as the element is on the page. */
  @property({ type: Boolean }) autostart = false;

  /** `light` or `dark`; by default as the system. */
  @property({ reflect: true }) theme: string | null = null;

  /** The address of a page that shows all schedulers; the header links to it when it is given. */
  @property({ attribute: 'schedulers-href' }) schedulersHref: string | null = null;

  /** The Lab that is shown: the element's own, made from its attributes, or one given by the page. */
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

  /** Why the attributes make no lab, or not the lab they ask for. */
  @state() private attributeProblem: Problem | undefined;

  @query('lr-setup-dialog') private readonly setupDialog!: LrSetupDialog | null;

  private isOwn = false;
  private stopEvents: (() => void) | undefined;
  /** Changed attributes that the lab has not taken over yet; bad ones stay until they are mended. */
  private readonly pendingAttributes = new Set<ConfigAttribute>();
  /** The attributes as they were last looked at. */
  private taken: AttributeTexts = {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.childObserver.observe(this, { childList: true });
    if (this.lab === undefined) this.create();
    else this.stopEvents ??= tellEvents(this, this.lab);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.childObserver.disconnect();
    // Moving an element takes it out and puts it back at once; only a real removal ends the session.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.stopEvents?.();
      this.stopEvents = undefined;
      if (this.isOwn) this.release();
    });
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === 'lang' && before !== value) updateLanguage();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const names = configAttributes.filter(
      (name) => changed.has(propertyOf[name]) && this.taken[name] !== this[propertyOf[name]],
    );
    if (names.length === 0) return;
    this.taken = this.attributeTexts;
    for (const name of names) this.pendingAttributes.add(name);
    if (this.lab === undefined) this.create();
    else void this.reconfigure(this.lab);
  }

  private get attributeTexts(): AttributeTexts {
    return Object.fromEntries(configAttributes.map((name) => [name, this[propertyOf[name]]]));
  }

  /** Makes the element's own Lab from its attributes, or keeps what is wrong with them. */
  private create(): void {
    if (!this.isConnected) return;
    this.taken = this.attributeTexts;
    let lab: Lab;
    try {
      lab = new Lab(configFromAttributes(this.attributeTexts));
    } catch (error) {
      this.refuse(toProblem(error));
      return;
    }
    this.attributeProblem = undefined;
    this.pendingAttributes.clear();
    this.isOwn = true;
    this.adopt(lab);
    this.requestUpdate();
    if (this.autostart) void refusalOf(lab.start());
  }

  private async reconfigure(lab: Lab): Promise<void> {
    const names = [...this.pendingAttributes];
    let changes: Partial<Config>;
    try {
      changes = configFromAttributes(this.attributeTexts, names, lab.config.peek());
    } catch (error) {
      this.refuse(toProblem(error));
      return;
    }
    const refused = await refusalOf(lab.reset(changes));
    if (refused === undefined) {
      for (const name of names) this.pendingAttributes.delete(name);
      this.attributeProblem = undefined;
    } else {
      // It is told here, at the attributes, and not a second time by the controls.
      lab.clearProblem();
      this.attributeProblem = refused;
    }
  }

  private refuse(problem: Problem): void {
    this.attributeProblem = problem;
    dispatchLabEvent(this, 'lr-error', { message: problem.message, code: problem.code });
  }

  private adopt(lab: Lab | undefined): void {
    this.provider.setValue(lab);
    if (lab !== undefined && this.isConnected) this.stopEvents = tellEvents(this, lab);
  }

  /** Lets go of the Lab; ends it if it is the element's own. */
  private release(): void {
    this.stopEvents?.();
    this.stopEvents = undefined;
    if (this.isOwn) void this.lab?.dispose();
    this.isOwn = false;
    this.provider.setValue(undefined);
  }

  private handleLanguage(): void {
    this.lang = this.localize.terms.$code === 'zh' ? 'en' : 'zh-CN';
  }

  private handleTheme(): void {
    this.theme = this.isDark ? 'light' : 'dark';
  }

  private get isDark(): boolean {
    if (this.theme === 'dark' || this.theme === 'light') return this.theme === 'dark';
    return matchMedia('(prefers-color-scheme: dark)').matches;
  }

  protected override render(): TemplateResult {
    const { lab } = this;
    if (this.childElementCount > 0) return this.renderEmbedded(lab);
    return html`<div class="page">
      ${this.renderHeader(lab)} ${this.renderNotice(this.attributeProblem, 'notice')}
      ${
        lab === undefined
          ? nothing
          : html`<main>
                <lr-run-controls></lr-run-controls>
                <lr-loss-chart></lr-loss-chart>
                <lr-rate-chart></lr-rate-chart>
                <div class="side"><lr-scheduler-panel></lr-scheduler-panel></div>
              </main>
              <lr-setup-dialog></lr-setup-dialog>`
      }
    </div>`;
  }

  private renderEmbedded(lab: Lab | undefined): TemplateResult {
    // The controls show the Lab's problems; without them nobody else would.
    const isShownBelow = this.querySelector('lr-run-controls') !== null;
    const problem = this.attributeProblem ?? (isShownBelow ? undefined : lab?.problem.value);
    return html`${this.renderNotice(problem, 'embedded notice')}${lab === undefined ? nothing : html`<slot></slot>`}`;
  }

  private renderNotice(problem: Problem | undefined, classes: string): TemplateResult | typeof nothing {
    if (problem === undefined) return nothing;
    const { terms } = this.localize;
    return html`<div class=${classes} role="alert">
      ${problem === this.attributeProblem ? html`<p>${terms.lab.attributeProblem}</p>` : nothing}
      ${problemView(problem, terms)}
    </div>`;
  }

  private renderHeader(lab: Lab | undefined): TemplateResult {
    const { terms } = this.localize;
    const number = (value: number) => this.localize.number(value);
    return html`<header part="header">
      <h1>${terms.lab.name}</h1>
      ${
        lab === undefined
          ? nothing
          : html`<ul class="configuration chip" aria-label=${terms.lab.configuration}>
                ${configurationWords(lab.config.value, lab.modelName.value, terms.lab, number).map(
                  (words) => html`<li>${words}</li>`,
                )}
              </ul>
              <button class="button" type="button" @click=${() => this.setupDialog?.show()}>
                ${terms.lab.setUp}
              </button>`
      }
      <div class="tools">
        ${lab === undefined ? nothing : html`<lr-backend-status></lr-backend-status>`}
        ${
          this.schedulersHref === null
            ? nothing
            : html`<a class="button" href=${this.schedulersHref}>${terms.lab.allSchedulers}</a>`
        }
        <button
          class="button"
          type="button"
          lang=${terms.$code === 'zh' ? 'en' : 'zh-CN'}
          aria-label=${terms.lab.switchLanguage}
          @click=${this.handleLanguage}
        >
          ${terms.lab.otherLanguage}
        </button>
        <button
          class="button icon-button"
          type="button"
          aria-label=${terms.lab.switchTheme(this.isDark ? terms.lab.themes.light : terms.lab.themes.dark)}
          @click=${this.handleTheme}
        >
          ${themeIcon}
        </button>
      </div>
    </header>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-lab': LrLab;
  }
  interface HTMLElementEventMap {
    'lr-state': CustomEvent<LabEventDetails['lr-state']>;
    'lr-step': CustomEvent<LabEventDetails['lr-step']>;
    'lr-epoch': CustomEvent<LabEventDetails['lr-epoch']>;
    'lr-intervention': CustomEvent<LabEventDetails['lr-intervention']>;
    'lr-error': CustomEvent<LabEventDetails['lr-error']>;
  }
}
