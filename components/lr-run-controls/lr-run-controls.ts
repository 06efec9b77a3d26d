import { html, nothing, type TemplateResult } from 'lit';
import { query } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { Problem } from '../../src/errors.js';
import { safeRate } from '../../src/lab/index.js';
import type { Lab, LabState, Run } from '../../src/lab/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { Announcer } from '../internal/kit/element/announcer.js';
import { formatDuration, formatLoss, formatRate, megabytes, speedDigits } from '../internal/kit/format.js';
import { againIcon, closeIcon, forkIcon, pauseIcon, playIcon, stopIcon } from '../internal/kit/icons.js';
import { keepWidth } from '../internal/kit/element/keep-width.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { meanLoss } from '../internal/lab/mean-loss.js';
import { problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { resetQuestion, resetQuestionStyles } from '../internal/lab/reset-question.js';
import { refusalOf } from '../internal/lab/refusal.js';
import { shortcutOf } from '../internal/lab/shortcuts.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { buttonStyles, cardStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { startOver } from '../internal/lab/start-over.js';
import { loadingText } from './loading-text.js';
import '../lr-fork-menu/lr-fork-menu.js';
import { canFork, type LrForkMenu } from '../lr-fork-menu/lr-fork-menu.js';
import { rewindAndTrain } from '../internal/lab/policy-commands.js';
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
    resetQuestionStyles,
    runControlsStyles,
    speedStyles,
  ];

  private readonly announcer = new Announcer(this);

  @query('.question') private readonly question!: HTMLElement | null;
  @query('lr-fork-menu') private readonly forkMenu!: LrForkMenu | null;

  private abort: AbortController | undefined;
  private announcedState: LabState | undefined;
  private announcedRun: Run | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  protected override willUpdate(): void {
    const { lab } = this;
    if (lab === undefined) return;
    const state = lab.state.value;
    const selected = viewOf(lab).selected.value;
    // While it rests, the figures of another run replace those of the one before.
    const isOther = this.announcedRun !== selected && (state === 'paused' || state === 'finished');
    if (this.announcedState !== undefined && (this.announcedState !== state || isOther)) {
      this.announce(lab, state);
    }
    this.announcedState = state;
    this.announcedRun = selected;
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

  /** Announces the step of the selected run, its mean loss and the learning rate that it used last. */
  private announce(lab: Lab, state: LabState): void {
    const { announce, announceFigures } = this.localize.terms.controls;
    const run = viewOf(lab).selected.peek();
    const { loss, lr, length } = run.history;
    const words = announce[state](this.localize.number(length), this.localize.number(run.plan.peek().steps));
    const figures =
      length > 0 && state !== 'loading'
        ? announceFigures(formatLoss(meanLoss(loss, length)), formatRate(lr[0][length - 1]))
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

  private handlePrimary(event: MouseEvent, lab: Lab): void {
    // The second click of a double click meets another word than the first.
    if (event.detail > 1) return;
    const state = lab.state.peek();
    const held = this.heldRun(lab);
    if (held !== undefined) this.handleRewind(lab, held);
    else if (state === 'loading') this.abort?.abort();
    else if (state === 'running') void this.command(() => lab.pause());
    else if (state === 'finished') this.ask('.lead');
    else void this.command((signal) => lab.start({ signal }));
  }

  /** The selected run if it has diverged, or one that has while no other can train on; only while nothing trains. */
  private heldRun(lab: Lab): Run | undefined {
    if (lab.state.value === 'running' || lab.state.value === 'loading') return undefined;
    const runs = lab.runs.value;
    const isHeld = ({ state }: Run): boolean => state.value === 'held';
    const selected = viewOf(lab).selected.value;
    if (isHeld(selected)) return selected;
    return runs.every((run) => isHeld(run) || run.state.value === 'finished') ? runs.find(isHeld) : undefined;
  }

  private handleStep(lab: Lab, count: number): void {
    void this.command((signal) => lab.step(count, { signal }));
  }

  private handleReset(lab: Lab): void {
    const isTrained = lab.runs.peek().some(({ history }) => history.length > 0);
    if (isTrained) this.ask('.reset');
    else void this.command(() => startOver(lab));
  }

  /** Asks before it deletes what has been trained. */
  private ask(from: '.lead' | '.reset'): void {
    const button = this.renderRoot.querySelector<HTMLElement>(from);
    if (this.question === null || button === null) return;
    this.question.showPopover();
    positionPopover(this.question, button);
    this.question.querySelector('button')?.focus();
  }

  private handleAnswer(lab: Lab): void {
    this.question?.hidePopover();
    void this.command(() => startOver(lab));
  }

  private handleFork(event: Event, run: Run): void {
    this.forkMenu?.show(run, event.currentTarget as HTMLElement);
  }

  private handleRewind(lab: Lab, run: Run): void {
    void this.command(async () => {
      viewOf(lab).select(await rewindAndTrain(lab, run));
      lab.clearProblem();
    });
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { terms } = this.localize;
    const problem = lab.problem.value;
    return html`<section role="group" class="card" part="base" aria-label=${terms.controls.label}>
      <div class="bar ${this.heldRun(lab) === undefined ? '' : 'held'}">
        ${this.renderButtons(lab)}
        ${lab.state.value === 'loading' ? this.renderLoading(lab) : this.renderProgress(lab)}
      </div>
      ${problem === undefined ? nothing : this.renderNotice(lab, problem)}
      <div class="visually-hidden" role="status">${this.announcer.text}</div>
      <lr-fork-menu .lab=${lab}></lr-fork-menu>
      ${resetQuestion(lab, this.localize, {
        name: terms.controls.reset,
        confirm: terms.controls.resetAll,
        onConfirm: () => this.handleAnswer(lab),
        onKeep: () => this.question?.hidePopover(),
      })}
    </section>`;
  }

  private renderNotice(lab: Lab, problem: Problem): TemplateResult {
    const { terms } = this.localize;
    const held = lab.runs.value.find(
      (run) => problem.code === 'diverged' && run.id === problem.path && run.held.value !== undefined,
    );
    const shown =
      held === undefined
        ? // The step is in the table of runs.
          { ...problem, received: problem.code === 'held' ? undefined : problem.received }
        : { ...problem, path: held.name.value, received: undefined };
    return html`<div class="notice" role="alert">
      ${problemView(shown, terms)}
      ${
        // The primary button is its rewind.
        held === undefined || held === this.heldRun(lab)
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

  /** What the rewind says; it names a run that is not the selected one. */
  private rewindWords(held: Run, selected: Run): string {
    const words = this.localize.terms.runs.rewind(formatRate(safeRate(held)));
    return held === selected ? words : `${words} · ${held.name.value}`;
  }

  private renderButtons(lab: Lab): TemplateResult {
    const terms = this.localize.terms.controls;
    const state = lab.state.value;
    const run = viewOf(lab).selected.value;
    const held = this.heldRun(lab);
    const primary =
      held === undefined
        ? {
            idle: { word: terms.start, icon: playIcon },
            loading: { word: terms.cancel, icon: stopIcon },
            running: { word: terms.pause, icon: pauseIcon },
            paused: { word: terms.resume, icon: playIcon },
            finished: { word: terms.again, icon: againIcon },
            failed: { word: terms.retry, icon: againIcon },
          }[state]
        : { word: this.rewindWords(held, run), icon: againIcon };
    const canStep = held === undefined && (state === 'idle' || state === 'paused');
    // A finished run starts over only if asked to: the race in the panel is what comes next.
    const isPrimary = state !== 'finished';
    return html`<div class="buttons ${held === undefined ? '' : 'held'}">
      <button
        class="button lead ${isPrimary ? 'primary' : ''}"
        type="button"
        aria-keyshortcuts=${shortcutOf(lab, 'train')}
        ?disabled=${state === 'loading' && this.abort === undefined}
        @click=${(event: MouseEvent) => this.handlePrimary(event, lab)}
      >
        ${primary.icon}${primary.word}
      </button>
      <button
        class="button step"
        type="button"
        title=${canStep ? terms.stepHint : terms.stepWhy}
        ?disabled=${!canStep}
        @click=${() => this.handleStep(lab, 1)}
      >
        ${terms.step}
      </button>
      <button
        class="button ten"
        type="button"
        title=${canStep ? nothing : terms.stepWhy}
        ?disabled=${!canStep}
        @click=${() => this.handleStep(lab, 10)}
      >
        ${terms.tenSteps}
      </button>
      <button
        class="button fork ${canFork(run) && state !== 'loading' ? '' : 'off'}"
        type="button"
        aria-keyshortcuts=${shortcutOf(lab, 'fork')}
        title=${terms.forkHint}
        @click=${(event: Event) => this.handleFork(event, run)}
      >
        ${forkIcon}${terms.fork}
      </button>
      <button
        class="button reset ${state === 'idle' || state === 'loading' || state === 'finished' ? 'off' : ''}"
        type="button"
        title=${terms.resetHint}
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
