import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { Problem } from '../../src/errors.js';
import { safeRate } from '../../src/lab/index.js';
import type { Lab, LabState, Run } from '../../src/lab/index.js';
import { Announcer } from '../internal/kit/announcer.js';
import { formatDuration, formatLoss, formatRate, megabytes, speedDigits } from '../internal/kit/format.js';
import { againIcon, closeIcon, forkIcon, pauseIcon, playIcon, stopIcon } from '../internal/kit/icons.js';
import { keepWidth } from '../internal/kit/keep-width.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { problemStyles, problemView } from '../internal/lab/problem-view.js';
import { refusalOf } from '../internal/lab/refusal.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { buttonStyles, cardStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { loadingText } from './loading-text.js';
import { runControlsStyles } from './lr-run-controls.styles.js';
import { progressOf } from './progress.js';
import { speedChoice, speedStyles } from './speed-choice.js';

/** Milliseconds between two announcements of loss and learning rate during training. */
const announceEvery = 10_000;

/**
 * @summary Starts, pauses, steps and resets a Lab, forks the selected run, limits the speed of all runs, and shows
 * the progress of the selected run; a problem appears here, with a way out.
 *
 * @csspart base - The card around everything.
 * @csspart progress - The progress bar.
 * @csspart no-lab - The sentence shown without a Lab.
 *
 * @cssprop --lr-surface - Background of the card.
 * @cssprop --lr-accent - The primary button and the progress.
 */
@customElement('lr-run-controls')
export class LrRunControls extends LabElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    problemStyles,
    runControlsStyles,
    speedStyles,
  ];

  private readonly announcer = new Announcer(this);

  @query('.question') private readonly question!: HTMLElement | null;

  private abort: AbortController | undefined;
  private announcedState: LabState | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  protected override willUpdate(): void {
    const { lab } = this;
    if (lab === undefined) return;
    const state = lab.state.value;
    if (this.announcedState !== undefined && this.announcedState !== state) {
      this.announce(lab, state);
    }
    this.announcedState = state;
    if (state !== 'running') this.stopTelling();
    else this.timer ??= setInterval(() => this.announce(lab, 'running'), announceEvery);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.announcedState = undefined;
    this.stopTelling();
  }

  private stopTelling(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Announces the step, the loss and the learning rate of the selected run. */
  private announce(lab: Lab, state: LabState): void {
    const { announce, announceFigures } = this.localize.terms.controls;
    const run = viewOf(lab).selected.peek();
    const { loss, length } = run.history;
    const words = announce[state](this.localize.number(length), this.localize.number(run.plan.peek().steps));
    const figures =
      length > 0 && state !== 'loading'
        ? announceFigures(formatLoss(loss[length - 1]), formatRate(run.lr.peek()[0]))
        : '';
    this.announcer.announce(`${words} ${figures}`.trim());
  }

  private async command(action: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    this.requestUpdate();
    try {
      // A refusal is the Lab's problem, which is shown below the buttons.
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
    else if (state === 'finished' && lab.runs.peek().length > 1) this.ask();
    else if (state === 'finished')
      void this.command((signal) => lab.reset().then(() => lab.start({ signal })));
    else void this.command((signal) => lab.start({ signal }));
  }

  private handleStep(lab: Lab, count: number): void {
    void this.command((signal) => lab.step(count, { signal }));
  }

  private handleReset(lab: Lab): void {
    if (lab.runs.peek().length > 1) this.ask();
    else void this.command(() => lab.reset());
  }

  /** Asks before it deletes forks. */
  private ask(): void {
    const button = this.renderRoot.querySelector<HTMLElement>('.reset');
    if (this.question === null || button === null) return;
    this.question.showPopover();
    positionPopover(this.question, button);
    this.question.querySelector('button')?.focus();
  }

  private handleAnswer(lab: Lab): void {
    this.question?.hidePopover();
    void this.command(() => lab.reset());
  }

  private handleFork(lab: Lab, run: Run): void {
    void this.command(async (signal) => {
      // The reader's next command is meant for the fork.
      viewOf(lab).select(await lab.fork(run, { signal }));
    });
  }

  private handleRewind(lab: Lab, run: Run): void {
    void this.command(async () => {
      viewOf(lab).select(await lab.rewind(run));
      lab.clearProblem();
    });
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const problem = lab.problem.value;
    return html`<section class="card" part="base" aria-label=${terms.controls.label}>
      <div class="bar">
        ${this.renderButtons(lab)}
        ${lab.state.value === 'loading' ? this.renderLoading(lab) : this.renderProgress(lab)}
      </div>
      ${problem === undefined ? nothing : this.renderNotice(lab, problem)}
      <div class="visually-hidden" role="status">${this.announcer.text}</div>
      <div class="question" popover role="dialog" aria-label=${terms.controls.reset}>
        <p>${terms.controls.resetQuestion(this.localize.number(lab.runs.value.length))}</p>
        <div class="answers">
          <button class="button primary" type="button" @click=${() => this.handleAnswer(lab)}>
            ${terms.controls.resetAll}
          </button>
          <button class="button" type="button" @click=${() => this.question?.hidePopover()}>
            ${terms.controls.keepRuns}
          </button>
        </div>
      </div>
    </section>`;
  }

  private renderNotice(lab: Lab, problem: Problem): TemplateResult {
    const { terms } = this.localize;
    const held = lab.runs.value.find(
      (run) => problem.code === 'diverged' && run.id === problem.path && run.held.value !== undefined,
    );
    const shown = held === undefined ? problem : { ...problem, path: held.name.value, received: undefined };
    return html`<div class="notice" role="alert">
      ${problemView(shown, terms)}
      ${
        held === undefined
          ? nothing
          : html`<button class="button" type="button" @click=${() => this.handleRewind(lab, held)}>
              ${terms.runs.rewind(formatRate(safeRate(held)))}
            </button>`
      }
      <button
        class="button quiet"
        type="button"
        aria-label=${terms.lab.dismiss}
        title=${terms.lab.dismiss}
        @click=${() => lab.clearProblem()}
      >
        ${closeIcon}
      </button>
    </div>`;
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
    const run = viewOf(lab).selected.value;
    const isHeld = run.state.value === 'held';
    const canFork = run.step.value > 0 && run.step.value < run.plan.value.steps && !isHeld;
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
      <button class="button ten" type="button" ?disabled=${!canStep} @click=${() => this.handleStep(lab, 10)}>
        ${terms.tenSteps}
      </button>
      <button
        class="button fork"
        type="button"
        title=${terms.forkHint}
        ?disabled=${!canFork}
        @click=${() => this.handleFork(lab, run)}
      >
        ${forkIcon}${terms.fork}
      </button>
      <button
        class="button reset"
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
    const run = viewOf(lab).selected.value;
    const speed = lab.speed.value;
    const { epoch, epochs, step, steps, secondsLeft } = progressOf(
      run.step.value,
      run.plan.value,
      speed,
      lab.runs.value.map((each) => (isGoing(each) ? each.plan.value.steps - each.step.value : 0)),
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
        <span class="speed">
          ${speed > 0 ? terms.speedNow(this.localize.number(speed, speedDigits(speed))) : nothing}
        </span>
      </p>
      ${speedChoice(lab, this.localize.terms)}
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
    const say = (progress: typeof loading) => loadingText(progress, lab.config.value.dataset, terms, format);
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

const isGoing = (run: Run): boolean => run.state.value === 'running' || run.state.value === 'loading';

declare global {
  interface HTMLElementTagNameMap {
    'lr-run-controls': LrRunControls;
  }
}
