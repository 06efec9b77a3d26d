import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { At, Handoff, Lab, Plan, Run } from '../../src/lab/index.js';
import { isSamePolicy, type Policy, type Preset } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/custom-element.js';
import { CommandOutcomes, outcomeStyles } from '../internal/lab/command-outcomes.js';
import { formatRate } from '../internal/kit/format.js';
import { Foresight, type Prospect, type Question } from '../internal/lab/foresight.js';
import { keepWidth } from '../internal/kit/keep-width.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { hasBegun, isOver, runProgram, stepFrom } from '../internal/lab/policy-commands.js';
import { draftOfPolicy, type PolicyDraft } from '../internal/policy/policy-draft.js';
import { problemStyles, problemView } from '../internal/lab/problem-view.js';
import {
  buttonStyles,
  cardStyles,
  chipStyles,
  fieldStyles,
  themeStyles,
} from '../internal/kit/theme.styles.js';
import { UndoStack } from '../internal/kit/undo-stack.js';
import { type View, viewOf } from '../internal/lab/view.js';
import '../lr-live-policy/lr-live-policy.js';
import '../lr-policy-editor/lr-policy-editor.js';
import type { DraftChange } from '../lr-policy-editor/lr-policy-editor.js';
import { schedulerPanelStyles } from './lr-scheduler-panel.styles.js';

/** How often, in milliseconds, it is asked anew what would happen while the run goes on: less often of a long run. */
const lookAgain = ({ steps }: Plan): number => Math.max(400, steps / 50);

/**
 * @summary Builds a learning-rate policy, shows what it would do, swaps it into the selected run, chains it on top, takes
 * chained ones out and sets the learning rate by hand, before the start and while it trains.
 *
 * @csspart base - Everything.
 * @csspart card - Each of the three cards.
 * @csspart no-lab - The sentence shown where there is no Lab.
 *
 * @cssprop --lr-surface - Background of the cards.
 * @cssprop --lr-accent - The primary button and the choices.
 */
@customElement('lr-scheduler-panel')
export class LrSchedulerPanel extends LabElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    fieldStyles,
    chipStyles,
    problemStyles,
    outcomeStyles,
    schedulerPanelStyles,
  ];

  private readonly outcomes = new CommandOutcomes<'editor' | 'swap'>(this);

  @state() private draft: PolicyDraft = draftOfPolicy([]);
  @state() private when: 'now' | 'epoch' | 'step' = 'now';
  @state() private stepText = '';
  @state() private handoff: Handoff = 'continue';
  @state() private keepsOld = false;
  /** Whether the reader is about to chain the policy and not to swap it in. */
  @state() private isAboutToChain = false;
  /** What would happen, or why it cannot. */
  @state() private prospect: (Prospect & { readonly question: Question }) | undefined;

  private undoStack = new UndoStack<PolicyDraft>();
  /** The policy that the draft was last taken from. */
  private takenPolicy: Policy | undefined;
  /** Where the curve starts; kept while the run goes on, so that it does not flicker with every step. */
  private previewRate = 0;
  private previewKey = '';
  private wasAhead = true;
  private toldOf: string | undefined;
  private readonly foresight = new Foresight();
  private drawnView: View | undefined;
  private lookTimer: ReturnType<typeof setTimeout> | undefined;
  private lastLook = -Infinity;
  private lookedFor = '';
  private lookedAt = -1;
  /** Whether the answer to the last question is still to come. */
  private isLooking = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forgetProspect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { lab } = this;
    if (changed.has('lab')) this.forgetProspect();
    if (lab === undefined) return;
    const run = viewOf(lab).selected.value;
    const isAhead = !hasBegun(run);
    this.takeOver(run.entries.value as Policy, changed.has('lab'));

    // What was prepared for a run is no news once it goes on, nor what was done to another one.
    if ((this.wasAhead && !isAhead) || run.id !== this.toldOf) this.outcomes.clear();
    this.wasAhead = isAhead;
    this.toldOf = run.id;

    const { lr } = run.config.optimizer;
    const key = JSON.stringify([this.draft.policy, this.handoff, run.id, run.state.value, lr]);
    if (key !== this.previewKey) {
      this.previewKey = key;
      // What is over can only be begun again.
      const isFromHere = !isAhead && !isOver(run) && this.handoff === 'continue';
      this.previewRate = isFromHere ? (run.lr.peek()[0] ?? 0) : lr;
    }
    this.look(lab, run, isAhead);
  }

  /** Follows what the selected run is steered by, unless the reader is writing another policy. */
  private takeOver(policy: Policy, isNewLab: boolean): void {
    if (policy === this.takenPolicy) return;
    const isUntouched =
      this.takenPolicy === undefined ||
      (this.draft.policy !== undefined &&
        (isSamePolicy(this.draft.policy, this.takenPolicy) || isSamePolicy(this.draft.policy, policy)));
    if (isNewLab) this.undoStack = new UndoStack();
    if (isNewLab || (isUntouched && !(this.draft.policy && isSamePolicy(this.draft.policy, policy))))
      this.draft = draftOfPolicy(policy);
    this.takenPolicy = policy;
  }

  /** Asks what would happen: at once after a change of the reader, now and then while the run goes on. */
  private look(lab: Lab, run: Run, isAhead: boolean): void {
    const step = isAhead ? 0 : this.stepOf(run);
    const question = step === undefined ? undefined : this.question(run, isAhead, step);
    const isFree = !isOver(run) && run.state.value !== 'loading';
    if (question === undefined || !isFree) {
      this.forgetProspect();
      return;
    }
    const key = JSON.stringify([
      run.id,
      question.change,
      question.at === 'now' || step,
      run.plan.value,
      run.interventions.value.length,
      run.planned.value,
    ]);
    if (key === this.lookedFor) {
      if (run.step.value === this.lookedAt || this.isLooking) return;
      const pause = lookAgain(run.plan.value);
      if (performance.now() - this.lastLook < pause) {
        this.lookTimer ??= setTimeout(() => {
          this.lookTimer = undefined;
          this.requestUpdate();
        }, pause);
        return;
      }
    } else {
      // What is said of another question stays until there is an answer, so that typing does not make it flicker.
      this.foresight.end();
      if (this.prospect?.question.run !== run) this.forgetProspect();
    }
    this.lookedFor = key;
    this.lookedAt = run.step.peek();
    this.isLooking = true;
    this.foresight.ask(lab, question, (prospect) => {
      this.isLooking = false;
      this.lastLook = performance.now();
      this.prospect = prospect && { ...prospect, question };
      const view = viewOf(lab);
      const ghost = prospect?.ghost;
      this.drawnView = view;
      view.draft.value = ghost && { run, ghost };
    });
  }

  private forgetProspect(): void {
    clearTimeout(this.lookTimer);
    this.lookTimer = undefined;
    this.foresight.end();
    this.isLooking = false;
    this.lookedFor = '';
    this.prospect = undefined;
    if (this.drawnView) this.drawnView.draft.value = undefined;
    this.drawnView = undefined;
  }

  /** What the reader would do and when, as far as it differs from what there is and what is planned. */
  private question(run: Run, isAhead: boolean, step: number): Question | undefined {
    const { policy } = this.draft;
    if (policy === undefined) return undefined;
    const planned = run.planned.value.filter((each) => each.step === step);
    // Before the start it would be no intervention, so it is not in the way of one.
    if (isAhead && planned.length > 0) return undefined;
    const isPlanned = (kind: 'swap' | 'chain'): boolean =>
      planned.some((each) => each.kind === kind && isSamePolicy(each.policy, policy));
    const at = isAhead ? 'now' : this.at;
    if (this.isAboutToChain) {
      if (policy.length === 0 || isPlanned('chain')) return undefined;
      return { run, change: { kind: 'chain', policy }, at };
    }
    if (isSamePolicy(policy, run.entries.value) || isPlanned('swap')) return undefined;
    return { run, change: { kind: 'swap', policy, handoff: isAhead ? 'restart' : this.handoff }, at };
  }

  /** The step at which it would be done; undefined for one that is not ahead. */
  private stepOf(run: Run): number | undefined {
    const { steps, stepsPerEpoch } = run.plan.value;
    const now = run.step.peek();
    const step =
      this.when === 'now'
        ? now
        : this.when === 'epoch'
          ? Math.ceil(now / stepsPerEpoch) * stepsPerEpoch
          : stepFrom(this.stepText, now, steps - 1);
    return step !== undefined && step < steps ? step : undefined;
  }

  private get at(): At {
    return this.when === 'step' ? Number(this.stepText) : this.when;
  }

  /** What is said of a command that acts at a step. */
  private said(step: number, now: (step: string) => string, nextEpoch: (step: string) => string): string {
    const { done } = this.localize.terms.panel;
    const say = { now, epoch: nextEpoch, step: done.later }[this.when];
    return say(this.localize.number(step));
  }

  private handleSwap(lab: Lab, run: Run, policy: Policy): void {
    const { done } = this.localize.terms.panel;
    const { at, handoff, keepsOld: counterfactual } = this;
    void this.outcomes.act(lab, 'swap', async () => {
      const isEdit = !hasBegun(run);
      if (counterfactual && !isEdit) {
        const step = this.stepOf(run)!;
        await lab.swap(run, policy, { at, handoff, counterfactual });
        return this.said(step, done.swapNow, done.swapLater);
      }
      const { step } = await lab.swap(run, policy, { at: isEdit ? 'now' : at, handoff });
      return isEdit ? done.use : this.said(step, done.swapNow, done.swapLater);
    });
  }

  private handleChain(lab: Lab, run: Run, policy: Policy): void {
    const { done } = this.localize.terms.panel;
    const { at } = this;
    void this.outcomes.act(lab, 'swap', async () => {
      const isEdit = !hasBegun(run);
      const { step } = await lab.chain(run, policy, { at: isEdit ? 'now' : at });
      return isEdit ? done.use : this.said(step, done.chainNow, done.chainLater);
    });
  }

  private handleProgram({ detail: preset }: CustomEvent<Preset>, lab: Lab, run: Run): void {
    const { config } = preset;
    if (config === undefined) return;
    void this.outcomes.act(lab, 'editor', async () => {
      const policy = preset.policy({ ...run.plan.peek(), lr: config.optimizer.lr });
      await runProgram(lab, policy, config);
      return this.localize.terms.panel.done.program;
    });
  }

  private handleDraft({ detail: { draft, kind } }: CustomEvent<DraftChange>): void {
    this.undoStack.push(this.draft, kind);
    this.draft = draft;
    this.outcomes.clear();
  }

  private handleUndo({ detail: direction }: CustomEvent<'undo' | 'redo'>): void {
    this.draft = this.undoStack[direction](this.draft) ?? this.draft;
    this.outcomes.clear();
  }

  private handleWhen(run: Run, when: 'now' | 'epoch' | 'step'): void {
    this.when = when;
    if (when !== 'step' || this.stepOf(run) !== undefined) return;
    // The next epoch but one is far enough away to be typed over in time.
    const { steps, stepsPerEpoch } = run.plan.peek();
    const next = (Math.floor(run.step.peek() / stepsPerEpoch) + 2) * stepsPerEpoch;
    this.stepText = String(Math.min(next, steps - 1));
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const run = viewOf(lab).selected.value;
    return html`<section class="panel" part="base" aria-label=${this.localize.terms.panel.label}>
      <div class="card" part="card">
        <lr-policy-editor
          .draft=${this.draft}
          .plan=${run.plan.value}
          .lr=${this.previewRate}
          .optimizer=${run.config.optimizer}
          .canUndo=${this.undoStack.canUndo}
          .canRedo=${this.undoStack.canRedo}
          @lr-policy-draft=${this.handleDraft}
          @lr-policy-undo=${this.handleUndo}
          @lr-policy-program=${(event: CustomEvent<Preset>) => this.handleProgram(event, lab, run)}
          >${this.outcomes.view('editor', this.localize.terms)}</lr-policy-editor
        >
      </div>
      <div class="card" part="card">${this.renderSwap(lab, run)}</div>
      <div class="card" part="card"><lr-live-policy .lab=${lab}></lr-live-policy></div>
    </section>`;
  }

  private renderSwap(lab: Lab, run: Run): TemplateResult {
    const terms = this.localize.terms.panel;
    const isAhead = !hasBegun(run);
    const isPast = isOver(run);
    const { policy } = this.draft;
    const isOff =
      policy === undefined || isPast || run.state.value === 'loading' || (!isAhead && this.isStepBad(run));
    const isRefused = this.prospect?.problem !== undefined && this.prospect.question.change.kind === 'swap';
    return html`<h2 class="heading">
        ${terms.swapIn}${lab.runs.value.length > 1 ? html` <span class="muted">${terms.ofRun(run.name.value)}</span>` : nothing}
      </h2>
      ${
        isAhead
          ? html`<p class="hint">${terms.useHint}</p>`
          : isPast
            ? html`<p class="hint">${run.state.value === 'held' ? terms.held : terms.finished}</p>`
            : this.renderWhenAndFrom(run)
      }
      ${this.renderProspect()}
      <div class="actions">
        <button
          class="button primary"
          type="button"
          ?disabled=${isOff || isRefused}
          @click=${() => policy && this.handleSwap(lab, run, policy)}
        >
          ${isAhead ? terms.use : terms.swap}
        </button>
        <button
          class="button"
          type="button"
          title=${terms.chainHint}
          ?disabled=${isOff || policy.length === 0}
          @pointerenter=${() => this.handleChainAim(true)}
          @pointerleave=${() => this.handleChainAim(false)}
          @focus=${() => this.handleChainAim(true)}
          @blur=${() => this.handleChainAim(false)}
          @click=${() => policy && this.handleChain(lab, run, policy)}
        >
          ${terms.chain}
        </button>
      </div>
      ${this.outcomes.view('swap', this.localize.terms)}`;
  }

  private handleChainAim(isAimed: boolean): void {
    this.isAboutToChain = isAimed;
  }

  /** One line that is always there, so that nothing moves when it has something to say. */
  private renderProspect(): TemplateResult {
    const { terms } = this.localize;
    const { prospect } = this;
    if (prospect?.problem !== undefined) return problemView(prospect.problem, terms);
    const { prospectFaulty, prospectNone } = terms.panel;
    const none = html`<p class="hint">${this.draft.policy === undefined ? prospectFaulty : prospectNone}</p>`;
    if (prospect === undefined) return none;
    const { ghost, question } = prospect;
    const [rates] = ghost.lr;
    // Where a run is too long its end is not known.
    if (rates.length === 0 || ghost.from + rates.length < question.run.plan.value.steps) return none;
    const last = rates.findLast((rate) => Number.isFinite(rate)) ?? NaN;
    const say = question.change.kind === 'chain' ? terms.panel.prospectChain : terms.panel.prospectSwap;
    const words = say(formatRate(rates[0]), formatRate(last));
    return html`<p class="hint prospect">${ghost.isGuess ? terms.panel.prospectGuess(words) : words}</p>`;
  }

  private isStepBad(run: Run): boolean {
    return this.when === 'step' && this.stepOf(run) === undefined;
  }

  private renderWhenAndFrom(run: Run): TemplateResult {
    const terms = this.localize.terms.panel;
    const { steps } = run.plan.value;
    const now = terms.now(this.localize.number(run.step.value));
    const widest = terms.now(this.localize.number(steps));
    const current = terms.currentLr(formatRate(run.lr.value[0]));
    const base = terms.baseLr(formatRate(run.config.optimizer.lr));
    const choice = (name: string, isChecked: boolean, words: string, longest: string, choose: () => void) =>
      html`<label class="choice">
        <input type="radio" name=${name} .checked=${live(isChecked)} @change=${choose} />
        <span><span ${keepWidth(longest)}>${words}</span></span>
      </label>`;
    const when = (value: 'now' | 'epoch' | 'step', words: string, longest = '') =>
      choice('at', this.when === value, words, longest, () => this.handleWhen(run, value));
    const from = (value: Handoff, words: string, longest = '') =>
      choice('from', this.handoff === value, words, longest, () => {
        this.handoff = value;
      });
    return html`<fieldset class="line" aria-label=${terms.when}>
        <span class="label" aria-hidden="true">${terms.when}</span>
        <div class="choices">
          ${when('now', now, widest)} ${when('epoch', terms.nextEpoch)} ${when('step', terms.atStep)}
        </div>
      </fieldset>
      ${this.when === 'step' ? this.renderStep(run) : nothing}
      <fieldset class="line" aria-label=${terms.from}>
        <span class="label" aria-hidden="true">${terms.from}</span>
        <div class="choices">
          ${from('continue', current, terms.currentLr('1.23e-4'))} ${from('restart', base)}
          ${from('torch', terms.torchLr)}
        </div>
        <p class="hint">${terms.handoffHint[this.handoff]}</p>
      </fieldset>
      <label class="compare">
        <input
          type="checkbox"
          .checked=${live(this.keepsOld)}
          @change=${(event: Event) => {
            this.keepsOld = (event.target as HTMLInputElement).checked;
          }}
        />
        <span>${terms.counterfactual}</span>
      </label>`;
  }

  private renderStep(run: Run): TemplateResult {
    const terms = this.localize.terms.panel;
    const last = run.plan.value.steps - 1;
    const isBad = this.isStepBad(run);
    return html`<div class="line">
      <label class="label" for="step">${terms.step}</label>
      <input
        class="input"
        id="step"
        inputmode="numeric"
        autocomplete="off"
        aria-invalid=${isBad}
        aria-describedby="step-hint"
        .value=${live(this.stepText)}
        @input=${(event: InputEvent) => {
          this.stepText = (event.target as HTMLInputElement).value;
        }}
      />
      <p class="hint ${isBad ? 'bad' : ''}" id="step-hint">${terms.stepHint(this.localize.number(last))}</p>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-scheduler-panel': LrSchedulerPanel;
  }
}
