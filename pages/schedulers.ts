/** The page of all schedulers: one card for each of PyTorch's sixteen, and for each preset. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { YScale } from '../components/internal/plot/axes/vertical-axis.js';
import { formatRate } from '../components/internal/kit/format.js';
import { themeIcon } from '../components/internal/kit/icons.js';
import { intervalOf } from '../components/internal/policy/policy-draft.js';
import { TermsController } from '../components/internal/kit/element/terms-controller.js';
import { en } from '../components/locales/en.js';
import {
  buttonStyles,
  cardStyles,
  chipStyles,
  fieldStyles,
  themeStyles,
} from '../components/internal/kit/styles/theme.styles.js';
import '../components/lr-schedule-plot/lr-schedule-plot.js';
import type { SchedulerType } from '../src/policy/index.js';
import {
  type Example,
  type PresetExample,
  presetExamples,
  recipePlan,
  type SchedulerExample,
  schedulerExamples,
  schedulerPlan,
} from './examples.js';
import { formulaView } from './formula-view.js';
import { formulas } from './formulas.js';
import { schedulersStyles } from './schedulers.styles.js';

/**
 * @summary The page of all schedulers. It needs no Lab, no GPU and no network.
 */
@customElement('schedulers-page')
export class SchedulersPage extends LitElement {
  static override styles = [themeStyles, buttonStyles, cardStyles, chipStyles, fieldStyles, schedulersStyles];

  private readonly localize = new TermsController(this, en);

  /** `light` or `dark`; by default the system's. */
  @property({ reflect: true }) theme: string | null = null;

  @state() private scale: YScale = 'linear';
  /** The code that was copied last, and whether the browser allowed that. */
  @state() private copied: { code: string; allowed: boolean } | undefined;

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { schedulersPage, lab } = this.localize.terms;
    document.title = `${schedulersPage.title} · ${lab.name}`;
  }

  private get isDark(): boolean {
    if (this.theme !== null) return this.theme === 'dark';
    return matchMedia('(prefers-color-scheme: dark)').matches;
  }

  private handleLanguage(): void {
    // On the document: the title and the reader's own tools follow it, and so does every element.
    document.documentElement.lang = this.localize.terms.$code === 'zh' ? 'en' : 'zh-CN';
  }

  private handleTheme(): void {
    this.theme = this.isDark ? 'light' : 'dark';
  }

  protected override render(): TemplateResult {
    const words = this.localize.terms.schedulersPage;
    const number = (value: number): string => this.localize.number(value);
    const recipes = presetExamples.filter(({ config }) => config === undefined);
    const programs = presetExamples.filter(({ config }) => config !== undefined);
    const { lr, epochs, stepsPerEpoch } = recipePlan;
    return html`
      ${this.renderHeader()}
      <main>
        <div class="opening">
          <h1>${words.title}</h1>
          ${this.renderScale()}
        </div>
        <section>
          <h2>${words.torch}</h2>
          <p class="introduction">
            ${words.torchIntroduction(formatRate(schedulerPlan.lr), number(schedulerPlan.steps))}
          </p>
          <p class="introduction">${words.formulas}</p>
          <ul class="cards">
            ${schedulerExamples.map((example) => this.renderScheduler(example))}
          </ul>
        </section>
        <section>
          <h2>${words.recipes}</h2>
          <p class="introduction">
            ${words.recipesIntroduction(formatRate(lr), number(epochs), number(stepsPerEpoch))}
          </p>
          <ul class="cards">
            ${recipes.map((example) => this.renderPreset(example))}
          </ul>
        </section>
        <section>
          <h2>${words.programs}</h2>
          <p class="introduction">${words.programsIntroduction}</p>
          <ul class="cards">
            ${programs.map((example) => this.renderPreset(example))}
          </ul>
        </section>
      </main>
    `;
  }

  private renderHeader(): TemplateResult {
    const { lab, $code } = this.localize.terms;
    return html`<header>
      <a class="home" href="./index.html">${lab.name}</a>
      <p class="tagline">${lab.tagline}</p>
      <nav aria-label=${lab.pages.label}>
        <a href="./index.html">${lab.pages.lab}</a>
        <a href="./learn.html">${lab.pages.learn}</a>
        <span aria-current="page">${lab.pages.schedulers}</span>
      </nav>
      <div class="tools">
        <button class="button" type="button" aria-label=${lab.switchLanguage} @click=${this.handleLanguage}>
          <span lang=${$code === 'zh' ? 'en' : 'zh-CN'}>${lab.otherLanguage}</span>
        </button>
        <button
          class="button icon-button"
          type="button"
          aria-label=${lab.switchTheme(this.isDark ? lab.themes.light : lab.themes.dark)}
          @click=${this.handleTheme}
        >
          ${themeIcon}
        </button>
      </div>
    </header>`;
  }

  private renderScale(): TemplateResult {
    const { scale, scales } = this.localize.terms.schedulersPage;
    return html`<fieldset class="scale">
      <legend class="label">${scale}</legend>
      <div class="choices">
        ${(['linear', 'log'] as const).map(
          (kind) =>
            html`<label class="choice">
              <input
                type="radio"
                name="scale"
                .checked=${kind === this.scale}
                @change=${() => {
                  this.scale = kind;
                }}
              />
              <span>${scales[kind]}</span>
            </label>`,
        )}
      </div>
    </fieldset>`;
  }

  private renderScheduler(example: SchedulerExample): TemplateResult {
    const { type } = example;
    return html`<li class="card example with-formula">
      <div class="title"><h3 translate="no">${type}</h3></div>
      <p class="sentence">${this.localize.terms.schedulersPage.schedulers[type]}</p>
      <div class="formula" translate="no">${formulaView(formulas[type])}</div>
      ${this.renderPlot(example)} ${this.renderCode(example)} ${this.renderTools(example, type)}
    </li>`;
  }

  private renderPreset(example: PresetExample): TemplateResult {
    const { lab, panel, presets, schedulersPage } = this.localize.terms;
    const { id, config, source, policy, steps, stepsPerEpoch } = example;
    const { name, reason } = presets[id];
    const interval = intervalOf(policy);
    const facts = [
      ...(config === undefined
        ? []
        : [
            `${config.optimizer.type} ${formatRate(config.optimizer.lr)}`,
            lab.epochs(this.localize.number(steps / stepsPerEpoch)),
          ]),
      interval === undefined
        ? schedulersPage.noScheduler
        : interval === 'mixed'
          ? panel.intervals.mixed
          : panel.every[interval](1),
    ];
    return html`<li class="card example">
      <div class="title">
        <h3>${name}</h3>
        <p class="facts">${facts.join(' · ')}</p>
      </div>
      <p class="sentence">
        ${reason}
        ${
          source === undefined
            ? nothing
            : html`<a href=${source} target="_blank" rel="noopener">${panel.programSource}</a>`
        }
      </p>
      ${this.renderPlot(example)} ${this.renderCode(example)} ${this.renderTools(example)}
    </li>`;
  }

  private renderPlot({ policy, lr, steps, stepsPerEpoch, metric, scale }: Example): TemplateResult {
    return html`<lr-schedule-plot
      policy=${JSON.stringify(policy)}
      lr=${lr}
      steps=${steps}
      steps-per-epoch=${stepsPerEpoch}
      scale=${scale ?? this.scale}
      metric=${metric ?? nothing}
    ></lr-schedule-plot>`;
  }

  /** What a reader can do with an example; a scheduler has a page in PyTorch's documentation. */
  private renderTools(example: Example, type?: SchedulerType): TemplateResult {
    const words = this.localize.terms.schedulersPage;
    const { code } = example;
    const { copied } = this;
    const isCopied = code !== '' && copied?.code === code;
    return html`<div class="actions">
      <button class="button" type="button" @click=${() => void this.handleOpen(example)}>
        ${words.open}
      </button>
      ${
        code === ''
          ? nothing
          : html`<button class="button" type="button" @click=${() => void this.handleCopy(code)}>
              ${isCopied ? (copied.allowed ? words.copied : words.copyBlocked) : words.copy}
            </button>`
      }
      ${
        type === undefined
          ? nothing
          : html`<a
              href="${documentation}${type}.html"
              target="_blank"
              rel="noopener"
              aria-label=${words.documentation(type)}
              >PyTorch</a
            >`
      }
    </div>`;
  }

  private async handleCopy(code: string): Promise<void> {
    const allowed = await navigator.clipboard.writeText(code).then(
      () => true,
      () => false,
    );
    this.copied = { code, allowed };
  }

  /** Opens the lab with a run whose learning rate follows the curve. */
  private async handleOpen({ policy, lr, steps, stepsPerEpoch, config }: OpenedExample): Promise<void> {
    const { Lab } = await import('../src/lab/index.js');
    const lab = new Lab({
      policy,
      epochs: steps / stepsPerEpoch,
      // An epoch of the drawing may be one step; the lab then takes ten, so that there is something to learn.
      stepsPerEpoch: Math.max(10, stepsPerEpoch),
      optimizer: config?.optimizer ?? { type: 'SGD', lr, momentum: 0.9 },
    });
    const link = await lab.shareLink(new URL('./index.html', location.href).href);
    await lab.dispose();
    location.assign(link);
  }

  private renderCode({ code }: Example): TemplateResult {
    if (code === '') {
      return html`<pre class="none"><code># ${this.localize.terms.schedulersPage.noScheduler}</code></pre>`;
    }
    return html`<pre translate="no"><code>${code
      .split('\n')
      .map((line) => html`<span class="line depth-${depthOf(line)}">${line}</span>`)}</code></pre>`;
  }
}

/** The pages of PyTorch's documentation about the schedulers, by their names. */
const documentation = 'https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.';

/** An example; a preset's may have an optimizer of its own. */
type OpenedExample = Example & Partial<Pick<PresetExample, 'config'>>;

/** The indentation of a line of code, in steps of four spaces. */
function depthOf(line: string): number {
  return Math.floor((line.length - line.trimStart().length) / 4);
}

declare global {
  interface HTMLElementTagNameMap {
    'schedulers-page': SchedulersPage;
  }
}
