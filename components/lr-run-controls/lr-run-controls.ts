import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { Lab, LabState } from '../../src/lab/index.js';
import { Announcer } from '../internal/announcer.js';
import { formatDuration, megabytes } from '../internal/format.js';
import { againIcon, closeIcon, pauseIcon, playIcon, stopIcon } from '../internal/icons.js';
import { keepWidth } from '../internal/keep-width.js';
import { LabElement } from '../internal/lab-element.js';
import { problemStyles, problemView } from '../internal/problem-view.js';
import { refusalOf } from '../internal/refusal.js';
import { buttonStyles, cardStyles, themeStyles } from '../internal/theme.styles.js';
import { loadingSentence } from './loading-sentence.js';
import { runControlsStyles } from './lr-run-controls.styles.js';
import { progressOf } from './progress.js';

/**
 * @summary Starts, pauses, steps and resets a Lab, and says how far its run is.
 *
 * @csspart base - The card around everything.
 * @csspart progress - The progress bar.
 * @csspart no-lab - The sentence shown where there is no Lab.
 *
 * @cssprop --lr-surface - Background of the card.
 * @cssprop --lr-accent - The primary button and the progress.
 */
@customElement('lr-run-controls')
export class LrRunControls extends LabElement {
  static override styles = [themeStyles, cardStyles, buttonStyles, problemStyles, runControlsStyles];

  private readonly announcer = new Announcer(this);

  private abort: AbortController | undefined;
  private announcedState: LabState | undefined;

  protected override willUpdate(): void {
    const { lab } = this;
    if (lab === undefined) return;
    const state = lab.state.value;
    if (this.announcedState !== undefined && this.announcedState !== state) {
      const run = lab.runs.value[0];
      const [step, steps] = [run.step.peek(), run.plan.peek().steps];
      const say = this.localize.terms.controls.announce[state];
      this.announcer.announce(say(this.localize.number(step), this.localize.number(steps)));
    }
    this.announcedState = state;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.announcedState = undefined;
  }

  private async command(action: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    this.requestUpdate();
    try {
      // What is refused is the Lab's problem, which is shown below the buttons.
      await refusalOf(action(abort.signal));
    } finally {
      if (this.abort === abort) this.abort = undefined;
      this.requestUpdate();
    }
  }

  private handlePrimary(lab: Lab): void {
    const state = lab.state.peek();
    if (state === 'loading') this.abort?.abort();
    else if (state === 'running') void this.command(() => lab.pause());
    else if (state === 'finished')
      void this.command((signal) => lab.reset().then(() => lab.start({ signal })));
    else void this.command((signal) => lab.start({ signal }));
  }

  private handleStep(lab: Lab, count: number): void {
    void this.command((signal) => lab.step(count, { signal }));
  }

  private handleReset(lab: Lab): void {
    void this.command(() => lab.reset());
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const problem = lab.problem.value;
    return html`<section class="card" part="base" aria-label=${terms.controls.label}>
      <div class="bar">
        ${this.renderButtons(lab)}
        ${lab.state.value === 'loading' ? this.renderLoading(lab) : this.renderProgress(lab)}
      </div>
      ${
        problem === undefined
          ? nothing
          : html`<div class="notice" role="alert">
              ${problemView(problem, terms)}
              <button
                class="button quiet"
                type="button"
                aria-label=${terms.lab.dismiss}
                title=${terms.lab.dismiss}
                @click=${() => lab.clearProblem()}
              >
                ${closeIcon}
              </button>
            </div>`
      }
      <div class="visually-hidden" role="status">${this.announcer.text}</div>
    </section>`;
  }

  private renderButtons(lab: Lab): TemplateResult {
    const terms = this.localize.terms.controls;
    const state = lab.state.value;
    const primary = {
      idle: { word: terms.start, icon: playIcon },
      loading: { word: terms.cancel, icon: stopIcon },
      running: { word: terms.pause, icon: pauseIcon },
      paused: { word: terms.resume, icon: playIcon },
      finished: { word: terms.again, icon: againIcon },
      failed: { word: terms.retry, icon: againIcon },
    }[state];
    const canStep = state === 'idle' || state === 'paused';
    return html`<div class="buttons">
      <button
        class="button primary"
        type="button"
        ?disabled=${state === 'loading' && this.abort === undefined}
        @click=${() => this.handlePrimary(lab)}
      >
        ${primary.icon}${primary.word}
      </button>
      <button
        class="button"
        type="button"
        title=${terms.stepHint}
        ?disabled=${!canStep}
        @click=${() => this.handleStep(lab, 1)}
      >
        ${terms.step}
      </button>
      <button class="button" type="button" ?disabled=${!canStep} @click=${() => this.handleStep(lab, 10)}>
        ${terms.tenSteps}
      </button>
      <button
        class="button"
        type="button"
        title=${terms.resetHint}
        ?disabled=${state === 'idle' || state === 'loading'}
        @click=${() => this.handleReset(lab)}
      >
        ${terms.reset}
      </button>
    </div>`;
  }

  private renderProgress(lab: Lab): TemplateResult {
    const terms = this.localize.terms.controls;
    const run = lab.runs.value[0];
    const { epoch, epochs, step, steps, secondsLeft } = progressOf(
      run.step.value,
      run.plan.value,
      lab.speed.value,
    );
    const number = (value: number) => this.localize.number(value);
    const epochWords = terms.epoch(number(epoch), number(epochs));
    const stepWords = terms.stepOf(number(step), number(steps));
    return html`<div class="where">
      <p class="words">
        <span class="state">${terms.states[lab.state.value]}</span>
        <span ${keepWidth(terms.epoch(number(epochs), number(epochs)))}>${epochWords}</span>
        <span ${keepWidth(terms.stepOf(number(steps), number(steps)))}>${stepWords}</span>
        ${
          lab.state.value === 'idle'
            ? nothing
            : html`<span class="left">
                ${secondsLeft === undefined ? nothing : terms.left(formatDuration(secondsLeft))}
              </span>`
        }
      </p>
      <progress
        part="progress"
        aria-label=${terms.progress}
        aria-valuetext=${`${epochWords}, ${stepWords}`}
        max=${steps}
        .value=${step}
      ></progress>
    </div>`;
  }

  private renderLoading(lab: Lab): TemplateResult {
    const terms = this.localize.terms.controls;
    const loading = lab.loading.value;
    const known = loading !== undefined && loading.total > 0 ? loading : undefined;
    const format = (value: number) =>
      loading?.unit === 'bytes'
        ? this.localize.terms.setup.megabytes(
            this.localize.number(megabytes(value), { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
          )
        : this.localize.number(value);
    const say = (progress: typeof loading) =>
      loadingSentence(progress, lab.config.value.dataset, terms, format);
    return html`<div class="where">
      <p class="words">
        <span ${keepWidth(say(loading && { ...loading, done: loading.total }))}>${say(loading)}</span>
      </p>
      <progress
        part="progress"
        aria-label=${terms.loadingLabel}
        max=${ifDefined(known?.total)}
        value=${ifDefined(known?.done)}
      ></progress>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-run-controls': LrRunControls;
  }
}
