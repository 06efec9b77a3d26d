import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { At, Handoff, Lab, Plan, Run } from '../../src/lab/index.js';
import { isSamePolicy, type Policy, type Preset } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/custom-element.js';
import { CommandOutcomes, outcomeStyles } from '../internal/lab/command-outcomes.js';
import { formatRate } from '../internal/kit/format.js';
import { type ChangePreview, PreviewRequest, type ProposedChange } from '../internal/lab/preview-request.js';
import { stepFrom } from '../internal/kit/number-text.js';
import { keepWidth } from '../internal/kit/keep-width.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { hasBegun, isOver, runProgram } from '../internal/lab/policy-commands.js';
import { draftOfPolicy, type PolicyDraft } from '../internal/policy/policy-draft.js';
import { problemStyles, problemView } from '../internal/lab/problem-view.js';
import {
  buttonStyles,
  cardStyles,
  chipStyles,
  fieldStyles,
  themeStyles,
} from '../internal/kit/styles/theme.styles.js';
import { UndoStack } from '../internal/kit/undo-stack.js';
import { type LabView, viewOf } from '../internal/lab/lab-view.js';
import '../lr-live-policy/lr-live-policy.js';
import '../lr-policy-editor/lr-policy-editor.js';
import type { CodeProgram, DraftChange } from '../lr-policy-editor/lr-policy-editor.js';
import { schedulerPanelStyles } from './lr-scheduler-panel.styles.js';

/** Milliseconds between two previews while the run trains: more for a long run. */
const previewInterval = ({ steps }: Plan): number => Math.max(400, steps / 50);

/**
 * @summary Builds a learning-rate policy, shows what it would do, swaps it into the selected run, chains it, removes
 * chained policies and sets the learning rate by hand, before the start and during training.
 *
 * @csspart base - Everything.
 * @csspart card - Each of the three cards.
 * @csspart no-lab - The sentence shown without a Lab.
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
  /** Whether the reader is about to chain the policy instead of swapping it. */
  @state() private isAboutToChain = false;
  /** What the proposed change would do, or why it cannot be made. */
  @state() private preview: (ChangePreview & { readonly proposed: ProposedChange }) | undefined;

  private undoStack = new UndoStack<PolicyDraft>();
  /** The policy that the draft was copied from. */
  private takenPolicy: Policy | undefined;
  /**
   * The initial rate of the curve; it stays while the run trains, so that the curve does not flicker with every step.
   */
  private curveRate = 0;
  private curveKey = '';
  private wasAhead = true;
  private outcomeRun: string | undefined;
  private readonly previewRequest = new PreviewRequest();
  private drawnView: LabView | undefined;
  private previewTimer: ReturnType<typeof setTimeout> | undefined;
  private previewedAt = -Infinity;
  private previewKey = '';
  private previewStep = -1;
  /** Whether the last request has not been answered. */
  private isPreviewPending = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.clearPreview();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { lab } = this;
    if (changed.has('lab')) this.clearPreview();
    if (lab === undefined) return;
    const run = viewOf(lab).selected.value;
    const isAhead = !hasBegun(run);
    this.takeOver(run.entries.value as Policy, changed.has('lab'));

    // An outcome from before the start, or of another run, is out of date.
    if ((this.wasAhead && !isAhead) || run.id !== this.outcomeRun) this.outcomes.clear();
    this.wasAhead = isAhead;
    this.outcomeRun = run.id;

    const { lr } = run.config.optimizer;
    const key = JSON.stringify([this.draft.policy, this.handoff, run.id, run.state.value, lr]);
    if (key !== this.curveKey) {
      this.curveKey = key;
      // A run that is over can only start over.
      const isFromHere = !isAhead && !isOver(run) && this.handoff === 'continue';
      this.curveRate = isFromHere ? (run.lr.peek()[0] ?? 0) : lr;
    }
    this.requestPreview(lab, run, isAhead);
  }

  /** Copies the live policy of the selected run, unless the reader is editing another policy. */
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

  /** Requests a preview: at once when the reader has changed something, now and then while the run trains. */
  private requestPreview(lab: Lab, run: Run, isAhead: boolean): void {
    const step = isAhead ? 0 : this.stepOf(run);
    const proposed = step === undefined ? undefined : this.proposedChange(run, isAhead, step);
    const isFree = !isOver(run) && run.state.value !== 'loading';
    if (proposed === undefined || !isFree) {
      this.clearPreview();
      return;
    }
    const key = JSON.stringify([
      run.id,
      proposed.change,
      proposed.at === 'now' || step,
      run.plan.value,
      run.interventions.value.length,
      run.planned.value,
    ]);
    if (key === this.previewKey) {
      if (run.step.value === this.previewStep || this.isPreviewPending) return;
      const pause = previewInterval(run.plan.value);
      if (performance.now() - this.previewedAt < pause) {
        this.previewTimer ??= setTimeout(() => {
          this.previewTimer = undefined;
          this.requestUpdate();
        }, pause);
        return;
      }
    } else {
      // The words of the last preview stay until the next one arrives, so that they do not flicker while the reader
      // types.
      this.previewRequest.cancel();
      if (this.preview?.proposed.run !== run) this.clearPreview();
    }
    this.previewKey = key;
    this.previewStep = run.step.peek();
    this.isPreviewPending = true;
    this.previewRequest.send(lab, proposed, (result) => {
      this.isPreviewPending = false;
      this.previewedAt = performance.now();
      this.preview = result && { ...result, proposed };
      this.drawnView = viewOf(lab);
      this.drawnView.draft.value = result?.preview && { run, preview: result.preview };
    });
  }

  private clearPreview(): void {
    clearTimeout(this.previewTimer);
    this.previewTimer = undefined;
    this.previewRequest.cancel();
    this.isPreviewPending = false;
    this.previewKey = '';
    this.preview = undefined;
    if (this.drawnView) this.drawnView.draft.value = undefined;
    this.drawnView = undefined;
  }

  /** The change that the reader would make, if it differs from the live policy and from what is planned. */
  private proposedChange(run: Run, isAhead: boolean, step: number): ProposedChange | undefined {
    const { policy } = this.draft;
    if (policy === undefined) return undefined;
    const planned = run.planned.value.filter((each) => each.step === step);
    // Before the start it would not be an intervention, so planned changes need no comparison.
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

  /** The step of the change; undefined for a step that is not in the future. */
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

  /** The sentence about a command that acts at a step. */
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

  private handleOptimizer({ detail }: CustomEvent<CodeProgram>, lab: Lab): void {
    void this.outcomes.act(lab, 'editor', async () => {
      await lab.reset({ optimizer: detail.optimizer, policy: detail.policy });
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
    // The epoch after the next leaves enough time to type another step.
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
          .lr=${this.curveRate}
          .optimizer=${run.config.optimizer}
          .canUndo=${this.undoStack.canUndo}
          .canRedo=${this.undoStack.canRedo}
          @lr-policy-draft=${this.handleDraft}
          @lr-policy-undo=${this.handleUndo}
          @lr-policy-optimizer=${(event: CustomEvent<CodeProgram>) => this.handleOptimizer(event, lab)}
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
    const isRefused = this.preview?.problem !== undefined && this.preview.proposed.change.kind === 'swap';
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
      ${this.renderPreview()}
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

  /** A line that is always there, so that nothing moves when its text changes. */
  private renderPreview(): TemplateResult {
    const { terms } = this.localize;
    const { previewFaulty, previewNone, previewChain, previewSwap, previewGuess } = terms.panel;
    if (this.preview?.problem !== undefined) return problemView(this.preview.problem, terms);
    const none = html`<p class="hint">${this.draft.policy === undefined ? previewFaulty : previewNone}</p>`;
    if (this.preview === undefined) return none;
    const { preview, proposed } = this.preview;
    const [rates] = preview.lr;
    // For a very long run the last rates are not computed.
    if (rates.length === 0 || preview.from + rates.length < proposed.run.plan.value.steps) return none;
    const last = rates.findLast((rate) => Number.isFinite(rate)) ?? NaN;
    const say = proposed.change.kind === 'chain' ? previewChain : previewSwap;
    const words = say(formatRate(rates[0]), formatRate(last));
    return html`<p class="hint preview">${preview.isGuess ? previewGuess(words) : words}</p>`;
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
