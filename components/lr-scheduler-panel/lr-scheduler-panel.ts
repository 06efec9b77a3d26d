import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import type { Problem } from '../../src/errors.js';
import {
  type CompleteConfig,
  defaultConfig,
  type Intervention,
  type Lab,
  type Plan,
  type Run,
} from '../../src/lab/index.js';
import {
  type Advice,
  advisePolicy,
  isSamePolicy,
  type Policy,
  type Preset,
  type PresetId,
  presetOf,
} from '../../src/policy/index.js';
import { FocusKeeper } from '../internal/kit/element/focus-keeper.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { formatRate } from '../internal/kit/format.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { buttonStyles, cardStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { UndoStack } from '../internal/kit/undo-stack.js';
import { CommandOutcomes, outcomeStyles } from '../internal/lab/command-outcomes.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { type LabView, viewOf } from '../internal/lab/lab-view.js';
import {
  backToBefore,
  hasBegun,
  hasSameSettings,
  isOver,
  isProgram,
  runProgram,
  withoutOptions,
} from '../internal/lab/policy-commands.js';
import type { ProposedChange } from '../internal/lab/preview-request.js';
import { problemView } from '../internal/lab/problem-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { resetQuestion, resetQuestionStyles } from '../internal/lab/reset-question.js';
import { ownRefusalOf, refusalOf } from '../internal/lab/refusal.js';
import { presetFrom, remainingPlan, scheduleTitle, wholePlan } from '../internal/lab/run-title.js';
import { shortcutOf } from '../internal/lab/shortcuts.js';
import { adviceText, fixText } from '../internal/policy/advice-text.js';
import { draftOfPolicy, type PolicyDraft } from '../internal/policy/policy-draft.js';
import { previewDraft } from '../internal/policy/preview-draft.js';
import { policyName } from '../internal/policy/scheduler-text.js';
import '../lr-live-policy/lr-live-policy.js';
import type { LrLivePolicy } from '../lr-live-policy/lr-live-policy.js';
import '../lr-policy-editor/lr-policy-editor.js';
import type { CodeProgram, DraftChange } from '../lr-policy-editor/lr-policy-editor.js';
import '../lr-preset-picker/lr-preset-picker.js';
import '../lr-swap-options/lr-swap-options.js';
import { atOfChoice, stepOfChoice, type SwapChoice, usualChoice } from '../internal/lab/swap-choice.js';
import { type Aim, DraftPreview } from './draft-preview.js';
import { schedulerPanelStyles } from './lr-scheduler-panel.styles.js';

/** A longer run has no curve on the tile of the reader's own policy. */
const longestCurve = 300_000;

/** Whether the schedule is the run's own, may replace the live one, or can only train a new run. */
type Phase = 'ahead' | 'live' | 'over';

/** The policy that is picked or edited. */
interface Pick {
  readonly draft: PolicyDraft;
  /** The preset that it is as long as it is not edited: it is fitted to what the button will do. */
  readonly preset: PresetId | undefined;
  /** The run's settings while this was picked, for undo. */
  readonly config?: CompleteConfig;
  /** While a program is picked: the settings that it replaced, to which another pick returns. */
  readonly base?: CompleteConfig;
}

function phaseOf(run: Run): Phase {
  if (isOver(run)) return 'over';
  return hasBegun(run) ? 'live' : 'ahead';
}

/** How many epochs a finished run gets: as many again, and no more than by default. */
const moreEpochs = ({ epochs }: Plan): number => Math.min(epochs, defaultConfig.epochs);

/** The step at which the live policy began. */
const liveStep = (run: Run): number =>
  run.interventions.value.findLast(({ kind }) => kind === 'swap')?.step ?? 0;

/**
 * @summary Picks and edits a learning-rate policy. Before the start it is the selected run's; while the run trains it
 * is previewed and swapped in, chained on top or raced from step 0. Removes chained policies, moves planned changes,
 * goes back to before a change and sets the learning rate by hand.
 *
 * @fires {CustomEvent} lr-reveal - A chart asked for an entry of the schedule: a page on which the panel is hidden shows it.
 *
 * @csspart base - Everything.
 * @csspart card - The card.
 * @csspart actions - The buttons, which stay in view within the panel.
 * @csspart no-lab - The sentence shown without a Lab.
 *
 * @cssprop --lr-surface - Background of the card.
 * @cssprop --lr-accent - The primary button and the choices.
 * @cssprop --lr-draft - What is picked and not applied yet.
 * @cssprop --lr-dock-size - Height of what covers the end of the window; the buttons stay above it.
 */
@customElement('lr-scheduler-panel')
export class LrSchedulerPanel extends LabElement {
  static override styles = [
    themeStyles,
    cardStyles,
    buttonStyles,
    fieldStyles,
    problemStyles,
    resetQuestionStyles,
    outcomeStyles,
    schedulerPanelStyles,
  ];

  private readonly outcomes = new CommandOutcomes<'actions' | 'program'>(this);
  private readonly preview = new DraftPreview(this);

  constructor() {
    super();
    new FocusKeeper(this, '.actions');
  }

  @state() private pick: Pick = { draft: draftOfPolicy([]), preset: undefined };
  @state() private choice: SwapChoice = usualChoice;
  /** Whether a preset is fitted to what is left of the run, or to all of it. */
  @state() private fit: 'left' | 'whole' = 'left';
  @state() private aim: Aim = 'swap';
  /** Why the run cannot use the picked policy. */
  @state() private refusal: Problem | undefined;

  @query('lr-live-policy') private readonly livePolicy!: LrLivePolicy | null;
  @query('.question') private readonly question!: HTMLElement | null;

  /** The view that this panel shows entries for. */
  private shownView: LabView | undefined;
  private undoStack = new UndoStack<Pick>();
  /** What happens when the reader confirms that the runs are deleted. */
  private asked: (() => void) | undefined;
  /** The last policy of the reader, to return to. */
  private own: PolicyDraft | undefined;
  private ownCurve: { policy: Policy; lr: Float64Array | undefined } | undefined;
  /** The run and its policy as they were last seen. */
  private seen: { run: Run; policy: Policy; phase: Phase } | undefined;
  /** Whether a program, or the settings before it, are being put in place. */
  private isSettingUp = false;
  /** The button that was pressed and that the pointer has not left. */
  private restsOn: Aim | undefined;
  /** The last swap that was made here. */
  private swap: { run: Run; swap: Intervention } | undefined;
  private advice: { key: unknown[]; found: Advice | undefined } | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.offerEntries(undefined);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (this.isConnected) this.offerEntries(this.lab && viewOf(this.lab));
  }

  /** Lets the charts ask for an entry of the live policy. */
  private offerEntries(view: LabView | undefined): void {
    if (view === this.shownView) return;
    if (this.shownView?.showEntry.peek() === this.showEntry) this.shownView.showEntry.value = undefined;
    this.shownView = view;
    if (view) view.showEntry.value = this.showEntry;
  }

  private readonly showEntry = (index: number): void => {
    // On a narrow page the panel may be out of sight.
    this.dispatchEvent(new CustomEvent('lr-reveal', { bubbles: true, composed: true }));
    requestAnimationFrame(() => void this.livePolicy?.showEntry(index));
  };

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { lab } = this;
    if (changed.has('lab')) {
      this.preview.clear();
      this.seen = undefined;
    }
    if (lab === undefined) return;
    const run = viewOf(lab).selected.value;
    const phase = phaseOf(run);
    this.follow(run, phase);
    this.refit(run, phase);
    this.showDraft(lab, run, phase);
  }

  /** Takes over what changed elsewhere: another run, another policy, the start. */
  private follow(run: Run, phase: Phase): void {
    const { seen } = this;
    const policy = run.entries.value as Policy;
    this.seen = { run, policy, phase };
    // A program that is picked, or undone, replaces the run.
    if (seen !== undefined && this.isSettingUp && phase === 'ahead') return;
    if (seen?.run !== run) {
      this.undoStack = new UndoStack();
      this.outcomes.clear();
      this.preview.clear();
      this.refusal = undefined;
      this.choice = { ...this.choice, when: 'now', keepsOld: false };
      this.show(policy);
      return;
    }
    if (seen.phase !== phase) {
      this.outcomes.clear();
      this.refusal = undefined;
      // A run that gets more epochs is live again, and what was picked for a race can be swapped in.
      const isPicked = seen.phase === 'over' && this.pick.preset !== this.livePreset(run);
      if (phase === 'live' && !isPicked) this.show(policy);
      // What was fitted to the end of this run is fitted to a race from here on.
      if (phase === 'over' && this.pick.preset === undefined && this.isDraft(policy))
        this.pick = { ...this.pick, preset: this.livePreset(run) };
    }
    if (policy === seen.policy || this.isDraft(policy)) return;
    const isUntouched = this.pick.preset === undefined && this.isDraft(seen.policy);
    if (phase === 'ahead' && this.pick.draft.policy !== undefined) {
      this.undoStack.push(this.pick);
      this.show(policy);
    } else if (isUntouched) this.show(policy);
  }

  private isDraft(policy: Policy): boolean {
    const { policy: draft } = this.pick.draft;
    return draft !== undefined && isSamePolicy(draft, policy);
  }

  private show(policy: Policy): void {
    this.pick = { draft: draftOfPolicy(policy), preset: undefined };
  }

  /** The training that a preset is fitted to. */
  private planOf(run: Run, phase: Phase): ReturnType<typeof wholePlan> {
    if (phase !== 'live' || this.fit === 'whole') return wholePlan(run);
    return remainingPlan(run, stepOfChoice(run, this.choice) ?? run.history.length);
  }

  /** Fits a preset that is not edited to what the button would do now. */
  private refit(run: Run, phase: Phase): void {
    const { preset, draft } = this.pick;
    const editor = this.shadowRoot?.querySelector('lr-policy-editor');
    // A number under the reader's hands stays.
    if (preset === undefined || editor?.matches(':focus-within')) return;
    const policy = presetOf(preset)!.policy(this.planOf(run, phase));
    if (draft.policy === undefined || !isSamePolicy(policy, draft.policy))
      this.pick = { draft: draftOfPolicy(policy), preset };
  }

  /** Previews what the reader is about to do. */
  private showDraft(lab: Lab, run: Run, phase: Phase): void {
    const policy = this.racePolicy(run);
    const canRace = phase !== 'ahead' && policy !== undefined && this.canRace(run);
    if (canRace && (phase === 'over' || this.aim === 'race')) {
      this.preview.showRace(lab, run, policy);
      return;
    }
    const aim = this.aim === 'race' ? 'swap' : this.aim;
    const isOff = phase !== 'live' || run.state.value === 'loading';
    const proposed = isOff ? undefined : this.proposedChange(run, aim);
    if (proposed === undefined) this.preview.clear();
    else this.preview.showChange(lab, aim, proposed);
  }

  /** The policy of a race: an unedited preset is fitted to the whole run. */
  private racePolicy(run: Run): Policy | undefined {
    const { preset, draft } = this.pick;
    return preset === undefined ? draft.policy : presetOf(preset)!.policy(wholePlan(run));
  }

  /** Whether a race with the picked policy would differ from the run. */
  private canRace(run: Run): boolean {
    const policy = this.racePolicy(run);
    if (policy === undefined) return false;
    return run.interventions.value.length > 0
      ? !isSamePolicy(policy, run.entries.value) || !isSamePolicy(policy, run.config.policy)
      : !isSamePolicy(policy, run.config.policy);
  }

  /** The change that the reader would make, if it differs from the live policy and from what is planned. */
  private proposedChange(run: Run, aim: Aim): ProposedChange | undefined {
    const { policy } = this.pick.draft;
    const step = stepOfChoice(run, this.choice);
    if (policy === undefined || step === undefined) return undefined;
    if (this.isPlanned(run, aim, step)) return undefined;
    const at = atOfChoice(this.choice);
    if (aim === 'chain')
      return policy.length === 0 ? undefined : { run, change: { kind: 'chain', policy }, at };
    if (this.isLive(run)) return undefined;
    return { run, change: { kind: 'swap', policy, handoff: this.choice.handoff }, at };
  }

  private isPlanned(run: Run, aim: Aim, step: number): boolean {
    return run.planned.value.some(
      (each) => each.step === step && each.kind === aim && 'policy' in each && this.isDraft(each.policy),
    );
  }

  /** Whether a swap would change nothing. A restart begins the same schedule again. */
  private isLive(run: Run): boolean {
    return this.isDraft(run.entries.value as Policy) && this.choice.handoff !== 'restart';
  }

  /** Before step 0 the picked policy is the run's. */
  private async use(lab: Lab, run: Run): Promise<void> {
    const { policy } = this.pick.draft;
    this.refusal = undefined;
    if (policy === undefined || phaseOf(run) !== 'ahead') return;
    if (isSamePolicy(policy, run.entries.peek())) return;
    this.refusal = await ownRefusalOf(lab, lab.swap(run, policy));
  }

  private change(lab: Lab, run: Run, pick: Pick, kind?: string): void {
    this.undoStack.push({ ...this.pick, config: run.config }, kind);
    this.pick = pick;
    // What is edited may be swapped in, even if the pointer is over another button.
    this.aim = 'swap';
    this.outcomes.clear();
    void this.use(lab, run);
  }

  private handlePreset({ detail: id }: CustomEvent<PresetId | null>, lab: Lab, run: Run): void {
    this.fit = 'left';
    const phase = phaseOf(run);
    const preset = id === null ? undefined : presetOf(id);
    const isAlone = phase === 'ahead' && lab.runs.peek().length === 1;
    if (isAlone && (preset?.config !== undefined || this.pick.base !== undefined)) {
      const draft = preset ? draftOfPolicy(preset.policy(wholePlan(run))) : this.own;
      if (draft) void this.pickSettings(lab, run, { draft, preset: id ?? undefined }, preset);
      return;
    }
    if (id === null) {
      if (this.own) this.change(lab, run, { draft: this.own, preset: undefined });
      return;
    }
    if (phase !== 'ahead' && id === this.livePreset(run)) {
      this.change(lab, run, { draft: draftOfPolicy(run.entries.peek() as Policy), preset: undefined });
      return;
    }
    const policy = presetOf(id)!.policy(this.planOf(run, phase));
    this.change(lab, run, { draft: draftOfPolicy(policy), preset: id });
  }

  /** Picks a program with its settings, or something else with the settings before it. */
  private async pickSettings(lab: Lab, run: Run, pick: Pick, preset: Preset | undefined): Promise<void> {
    const { config: present } = run;
    const base = this.pick.base ?? present;
    this.undoStack.push({ ...this.pick, config: present });
    this.outcomes.clear();
    if (preset?.config === undefined) {
      await this.setUp(lab, pick, base);
      return;
    }
    const { config } = preset;
    this.pick = { ...pick, base };
    const policy = preset.policy({ ...run.plan.peek(), lr: config.optimizer.lr });
    await this.settingUp(lab, () => runProgram(lab, policy, config));
  }

  /** Puts a pick and the settings of another config in place. */
  private async setUp(lab: Lab, pick: Pick, config: CompleteConfig): Promise<void> {
    this.pick = pick;
    await this.settingUp(lab, async () => {
      await lab.reset({ ...withoutOptions(lab.config.peek()), ...config });
      const [run] = lab.runs.peek();
      const policy = pick.preset ? presetOf(pick.preset)!.policy(wholePlan(run)) : pick.draft.policy;
      if (policy !== undefined) await lab.swap(run, policy);
    });
  }

  private async settingUp(lab: Lab, work: () => Promise<void>): Promise<void> {
    this.isSettingUp = true;
    this.refusal = await ownRefusalOf(lab, work());
    await this.updateComplete;
    this.isSettingUp = false;
  }

  private handleDraft({ detail: { draft, kind } }: CustomEvent<DraftChange>, lab: Lab, run: Run): void {
    this.change(lab, run, { draft, preset: undefined, base: this.pick.base }, kind);
  }

  private handleUndo({ detail: direction }: CustomEvent<'undo' | 'redo'>, lab: Lab, run: Run): void {
    const next = this.undoStack[direction]({ ...this.pick, config: run.config });
    this.outcomes.clear();
    if (next === undefined) return;
    const { config } = next;
    if (phaseOf(run) === 'ahead' && config !== undefined && !hasSameSettings(config, run.config))
      void this.setUp(lab, next, config);
    else {
      this.pick = next;
      void this.use(lab, run);
    }
  }

  private handleFix(lab: Lab, run: Run, policy: Policy): void {
    this.change(lab, run, { draft: draftOfPolicy(policy), preset: undefined });
  }

  private handleAim(aim: Aim): void {
    if (aim === this.restsOn) return;
    this.restsOn = undefined;
    this.aim = aim;
  }

  /** The policy of a swap or a chain. The Lab fits a preset to the step at which it acts: a run that trains does not wait. */
  private get appliedPolicy(): Policy | PresetId | undefined {
    const { preset, draft } = this.pick;
    return this.fit === 'left' && preset !== undefined ? preset : draft.policy;
  }

  /** What a change that acts at a step has done or will do. */
  private said(step: number, now: 'swapNow' | 'chainNow', next: 'swapLater' | 'chainLater'): () => string {
    const key = ({ now, epoch: next, step: 'later' } as const)[this.choice.when];
    return () => this.localize.terms.panel.done[key](this.localize.number(step));
  }

  private handleSwap(lab: Lab, run: Run): void {
    const policy = this.appliedPolicy;
    const { handoff, keepsOld } = this.choice;
    const at = atOfChoice(this.choice);
    if (policy === undefined) return;
    void this.outcomes.act(lab, 'actions', async () => {
      if (keepsOld) {
        const fork = await lab.swap(run, policy, { at, handoff, counterfactual: true });
        viewOf(lab).select(fork);
        await this.updateComplete;
        return () => this.localize.terms.panel.done.newRun(fork.name.value);
      }
      const swap = await lab.swap(run, policy, { at, handoff });
      if (swap.kind === 'swap') this.show(swap.policy);
      // What undoes a swap is a fork from before it, and not an edit less.
      this.undoStack = new UndoStack();
      this.swap = { run, swap };
      return this.said(swap.step, 'swapNow', 'swapLater');
    });
  }

  private handleBack(lab: Lab, run: Run, swap: Intervention): void {
    void this.outcomes.act(lab, 'actions', async () => {
      const fork = await backToBefore(lab, run, swap);
      viewOf(lab).select(fork);
      await this.updateComplete;
      return () => this.localize.terms.panel.done.back(fork.name.value, this.localize.number(swap.step));
    });
  }

  private handleChain(lab: Lab, run: Run): void {
    const policy = this.appliedPolicy;
    const at = atOfChoice(this.choice);
    this.swap = undefined;
    if (policy === undefined) return;
    void this.outcomes.act(lab, 'actions', async () => {
      const { step } = await lab.chain(run, policy, { at });
      // No second one is proposed before the pointer, or the focus, comes back.
      this.aim = 'swap';
      this.restsOn = 'chain';
      return this.said(step, 'chainNow', 'chainLater');
    });
  }

  private handleRace(lab: Lab, run: Run): void {
    const policy = this.racePolicy(run);
    if (policy === undefined) return;
    void this.outcomes.act(lab, 'actions', async () => {
      const [rival] = await lab.race(run, [{ policy }]);
      viewOf(lab).select(rival);
      // Where it cannot start, the run controls say why.
      if (rival.state.peek() === 'idle') void refusalOf(lab.start(rival));
      await this.updateComplete;
      return () => this.localize.terms.panel.done.raced(rival.name.value, run.name.value);
    });
  }

  private handleExtend(lab: Lab, run: Run): void {
    // What goes wrong is the lab's problem, which the run controls show.
    void refusalOf(lab.extend(run, moreEpochs(run.plan.peek())).then(() => lab.start(run)));
  }

  /** Asks before runs that have been trained are deleted. */
  private askFirst(lab: Lab, button: HTMLElement, load: () => void): void {
    const { question } = this;
    if (question === null || lab.runs.peek().every(({ history }) => history.length === 0)) {
      load();
      return;
    }
    this.asked = load;
    question.showPopover();
    positionPopover(question, button);
    question.querySelector('button')?.focus();
  }

  private handleConfirm(): void {
    const { asked } = this;
    this.asked = undefined;
    this.question?.hidePopover();
    asked?.();
  }

  private loadProgram(lab: Lab, { config, policy }: Preset): void {
    if (config === undefined) return;
    const { plan } = viewOf(lab).selected.peek();
    void this.outcomes.act(lab, 'program', async () => {
      await runProgram(lab, policy({ ...plan.peek(), lr: config.optimizer.lr }), config);
      await this.updateComplete;
      return () => this.localize.terms.panel.done.program;
    });
  }

  /** Takes over the optimizer of pasted code with its policy. */
  private handleOptimizer(event: CustomEvent<CodeProgram>, lab: Lab): void {
    const { optimizer, policy } = event.detail;
    this.askFirst(lab, event.currentTarget as HTMLElement, () => {
      // The code and what was before it stay, although the run is another.
      const { pick, undoStack } = this;
      void this.outcomes.act(lab, 'program', async () => {
        await lab.reset({ optimizer, policy });
        await this.updateComplete;
        this.pick = pick;
        this.undoStack = undoStack;
        return () => this.localize.terms.panel.done.program;
      });
    });
  }

  /** The preset that the run trains with. */
  private livePreset(run: Run): PresetId | undefined {
    return presetFrom(run, run.entries.value as Policy, liveStep(run));
  }

  /** The preset that is picked, edited or live. */
  private chosen(run: Run): PresetId | undefined {
    const { preset, draft } = this.pick;
    if (preset !== undefined) return preset;
    return draft.policy && presetFrom(run, draft.policy, liveStep(run));
  }

  /** The name of what is picked: a program's only where all of the program trains. */
  private titleOf(run: Run, phase: Phase, chosen: PresetId | undefined): string {
    const config = chosen && presetOf(chosen)!.config;
    const isWhole = config === undefined || (phase === 'ahead' && isProgram(run.config, config));
    if (chosen !== undefined && isWhole) return this.localize.terms.presets[chosen].name;
    const { policy } = this.pick.draft;
    return policy === undefined ? this.localize.terms.panel.presetOwn : policyName(policy);
  }

  /** The curve of the tile of the reader's own policy. */
  private curveOfOwn(run: Run, chosen: PresetId | undefined): Float64Array | undefined {
    const { draft } = this.pick;
    if (chosen === undefined) this.own = draft;
    const policy = this.own?.policy;
    if (policy === undefined) return this.own && this.ownCurve?.lr;
    if (this.ownCurve?.policy !== policy) {
      const plan = run.plan.peek();
      const { optimizer } = run.config;
      const drawn =
        plan.steps > longestCurve ? undefined : previewDraft(policy, optimizer.lr, plan, optimizer);
      const isDrawn = drawn !== undefined && 'lr' in drawn && drawn.isWhole;
      this.ownCurve = { policy, lr: isDrawn ? drawn.lr : new Float64Array(1) };
    }
    return this.ownCurve.lr;
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { panel } = this.localize.terms;
    const run = viewOf(lab).selected.value;
    const phase = phaseOf(run);
    const chosen = this.chosen(run);
    const title = this.titleOf(run, phase, chosen);
    return html`<section role="group" class="panel card" part="base card" aria-label=${panel.label}>
      <h2 class="heading">
        ${panel.heading}${lab.runs.value.length > 1 ? html` <span class="muted">${panel.ofRun(run.name.value)}</span>` : nothing}
      </h2>
      <lr-preset-picker
        .picked=${chosen}
        .running=${phase === 'live' ? this.livePreset(run) : undefined}
        .ownCurve=${this.curveOfOwn(run, chosen)}
        .runsOwn=${phase === 'live' && chosen === undefined && this.isDraft(run.entries.value as Policy)}
        @lr-preset=${(event: CustomEvent<PresetId | null>) => this.handlePreset(event, lab, run)}
      ></lr-preset-picker>
      <div class="actions" part="actions">${this.renderActions(lab, run, phase, title)}</div>
      ${this.renderAbout(run, phase, chosen)}
      <lr-policy-editor
        .draft=${this.pick.draft}
        .plan=${run.plan.value}
        .lr=${run.config.optimizer.lr}
        .optimizer=${run.config.optimizer}
        .canUndo=${this.undoStack.canUndo}
        .canRedo=${this.undoStack.canRedo}
        @lr-policy-draft=${(event: CustomEvent<DraftChange>) => this.handleDraft(event, lab, run)}
        @lr-policy-undo=${(event: CustomEvent<'undo' | 'redo'>) => this.handleUndo(event, lab, run)}
        @lr-policy-optimizer=${(event: CustomEvent<CodeProgram>) => this.handleOptimizer(event, lab)}
      ></lr-policy-editor>
      ${this.renderNotes(lab, run, phase, chosen)} ${this.renderQuestion(lab)}
      <lr-live-policy .lab=${lab}></lr-live-policy>
    </section>`;
  }

  private renderActions(lab: Lab, run: Run, phase: Phase, title: string): TemplateResult {
    switch (phase) {
      case 'ahead':
        return this.renderAhead(lab, run, title);
      case 'live':
        return this.renderLive(lab, run, title);
      case 'over':
        return this.renderOver(lab, run, title);
    }
  }

  private renderAhead(lab: Lab, run: Run, title: string): TemplateResult {
    const { terms } = this.localize;
    const { panel } = terms;
    const kept = panel.startKeeps(scheduleTitle(run, terms));
    if (this.refusal !== undefined)
      return html`<div role="alert">${problemView(this.refusal, terms)}</div>
        <p class="hint">${kept}</p>`;
    if (this.pick.draft.policy === undefined) return html`<p class="hint bad">${panel.hasErrors} ${kept}</p>`;
    const runs = lab.runs.value;
    // Start trains all of them.
    const all = runs.map(
      (each) => `${each.name.value} · ${each === run ? title : scheduleTitle(each, terms)}`,
    );
    const started = runs.length === 1 ? title : all.join(terms.lab.listJoint);
    return html`<p class="start">${panel.startsWith(started)}</p>
      <p class="hint">${panel.startHint}</p>
      ${this.outcomes.view('actions', terms)}`;
  }

  private renderLive(lab: Lab, run: Run, title: string): TemplateResult {
    const { panel } = this.localize.terms;
    const { policy } = this.pick.draft;
    const isLoading = run.state.value === 'loading';
    const step = stepOfChoice(run, this.choice);
    const isOff = policy === undefined || step === undefined || isLoading;
    const isRefused = this.preview.found?.problem !== undefined && this.preview.found.aim === 'swap';
    // These buttons keep the keyboard's focus while they cannot act: what they have done disables them.
    const cannotSwap = isOff || this.isLive(run) || isRefused;
    const cannotChain = isOff || policy.length === 0;
    return html`<div class="row">
        <button
          class="button primary apply"
          type="button"
          aria-describedby="why"
          aria-keyshortcuts=${shortcutOf(lab, 'swap')}
          aria-disabled=${cannotSwap ? 'true' : nothing}
          @click=${cannotSwap ? nothing : () => this.handleSwap(lab, run)}
        >
          ${panel.swap(title)}
        </button>
        <lr-swap-options
          .lab=${lab}
          .choice=${this.choice}
          @lr-swap-choice=${({ detail }: CustomEvent<SwapChoice>) => {
            this.choice = detail;
          }}
        ></lr-swap-options>
      </div>
      <div class="row">
        ${this.renderRace(lab, run, '')}
        <button
          class="button"
          type="button"
          title=${panel.chainHint}
          aria-disabled=${cannotChain ? 'true' : nothing}
          @pointermove=${() => this.handleAim('chain')}
          @pointerleave=${() => this.handleAim('swap')}
          @focus=${() => this.handleAim('chain')}
          @blur=${() => this.handleAim('swap')}
          @click=${cannotChain ? nothing : () => this.handleChain(lab, run)}
        >
          ${panel.chain}
        </button>
      </div>
      ${this.outcomes.isShown('actions') ? nothing : this.renderWhy(run, step)}
      <div class="outcome">
        ${this.outcomes.view('actions', this.localize.terms)} ${this.renderBack(lab, run)}
      </div>`;
  }

  /** As long as a swap is confirmed: the way back from it. */
  private renderBack(lab: Lab, run: Run): TemplateResult | typeof nothing {
    const { swap } = this;
    const hasActed = swap?.run === run && run.interventions.value.some(({ id }) => id === swap.swap.id);
    if (!hasActed || !this.outcomes.isShown('actions')) return nothing;
    return html`<button class="link back" type="button" @click=${() => this.handleBack(lab, run, swap.swap)}>
      ${this.localize.terms.panel.back}
    </button>`;
  }

  private renderRace(lab: Lab, run: Run, kind: string): TemplateResult {
    const { panel } = this.localize.terms;
    const canRace = this.canRace(run);
    return html`<button
      class="button race ${kind}"
      type="button"
      aria-keyshortcuts=${shortcutOf(lab, 'race')}
      title=${panel.raceHint}
      aria-disabled=${canRace ? nothing : 'true'}
      @pointermove=${() => this.handleAim('race')}
      @pointerleave=${() => this.handleAim('swap')}
      @focus=${() => this.handleAim('race')}
      @blur=${() => this.handleAim('swap')}
      @click=${canRace ? () => this.handleRace(lab, run) : nothing}
    >
      ${panel.race}
    </button>`;
  }

  private renderExtend(lab: Lab, run: Run): TemplateResult {
    const { panel } = this.localize.terms;
    return html`<button
      class="button"
      type="button"
      title=${panel.extendHint}
      @click=${() => this.handleExtend(lab, run)}
    >
      ${panel.extend(this.localize.number(moreEpochs(run.plan.value)))}
    </button>`;
  }

  private renderOver(lab: Lab, run: Run, title: string): TemplateResult {
    const { terms } = this.localize;
    const { panel } = terms;
    const name = run.name.value;
    const problem = this.preview.found?.problem;
    const words = this.canRace(run)
      ? panel.raceWith(title, name)
      : this.pick.draft.policy === undefined
        ? panel.hasErrors
        : panel.raceAnother(name, title);
    return html`<div class="row">
        ${this.renderRace(lab, run, run.held.value ? '' : 'primary')}
        ${run.held.value ? nothing : this.renderExtend(lab, run)}
      </div>
      ${problem === undefined ? html`<p class="hint" id="why">${words}</p>` : problemView(problem, terms)}
      ${this.outcomes.view('actions', terms)}`;
  }

  /** What the button would do, or why it cannot; always there, so that nothing moves when the text changes. */
  private renderWhy(run: Run, step: number | undefined): TemplateResult {
    const { terms } = this.localize;
    const { panel } = terms;
    const line = (words: string, kind = '') => html`<p class="hint why ${kind}" id="why">${words}</p>`;
    if (this.pick.draft.policy === undefined) return line(panel.hasErrors, 'bad');
    if (step === undefined)
      return line(panel.stepHint(this.localize.number(run.plan.value.steps - 1)), 'bad');
    const { found } = this.preview;
    if (found?.problem !== undefined) return problemView(found.problem, terms, 'why');
    if (this.aim === 'swap') {
      if (this.isLive(run)) return line(panel.alreadyOn(run.name.value, scheduleTitle(run, terms)));
      if (this.isPlanned(run, 'swap', step)) return line(panel.done.later(this.localize.number(step)));
    }
    const rates = found?.preview.lr[0];
    if (found === undefined || rates === undefined || rates.length === 0) return line('\u00a0');
    // For a very long run the last rates are not computed.
    if (found.preview.from + rates.length < run.plan.value.steps) return line('\u00a0');
    const last = rates.findLast((rate) => Number.isFinite(rate)) ?? NaN;
    const words = panel.preview[found.aim](formatRate(rates[0]), formatRate(last));
    return line(found.preview.isGuess ? panel.previewGuess(words) : words);
  }

  /** Why to choose the preset, and what it is fitted to; always as high, so that the fields below stay in place. */
  private renderAbout(run: Run, phase: Phase, chosen: PresetId | undefined): TemplateResult {
    const { terms } = this.localize;
    return html`<p class="reason">
      <strong>${chosen === undefined ? this.titleOf(run, phase, chosen) : terms.presets[chosen].name}</strong>
      ${chosen === undefined ? nothing : terms.presets[chosen].reason} ${this.renderFit(run, phase)}
    </p>`;
  }

  /** Advice, and the settings of a program. */
  private renderNotes(lab: Lab, run: Run, phase: Phase, chosen: PresetId | undefined): TemplateResult {
    const preset = chosen && presetOf(chosen);
    return html`<div class="notes">
      ${this.renderAdvice(lab, run, phase)}
      ${preset?.config === undefined ? nothing : this.renderProgram(lab, run, phase, preset)}
      ${this.outcomes.view('program', this.localize.terms)}
    </div>`;
  }

  /** One quiet line: what an unedited preset is fitted to, and the other way. */
  private renderFit(run: Run, phase: Phase): TemplateResult | typeof nothing {
    const { preset } = this.pick;
    if (phase !== 'live' || preset === undefined || presetOf(preset)?.config !== undefined) return nothing;
    const { panel } = this.localize.terms;
    const steps = run.plan.value.steps;
    const whole = this.localize.number(steps);
    const left = this.localize.number(this.planOf(run, phase).steps);
    const isLeft = this.fit === 'left';
    return html`<span class="fit">
      ${isLeft ? panel.fit.left(left) : panel.fit.whole(whole)}
      <button
        class="link"
        type="button"
        @click=${() => {
          this.fit = isLeft ? 'whole' : 'left';
        }}
      >
        ${isLeft ? panel.fit.useWhole(whole) : panel.fit.useLeft}
      </button>
    </span>`;
  }

  private adviceFor(lab: Lab, run: Run, phase: Phase): Advice | undefined {
    const { policy } = this.pick.draft;
    if (policy === undefined) return undefined;
    const plan = run.plan.value;
    const { optimizer } = run.config;
    const isOwn = phase === 'live' && this.isDraft(run.entries.value as Policy);
    const now = stepOfChoice(run, this.choice) ?? 0;
    const from = phase === 'live' ? (isOwn ? liveStep(run) : now) : 0;
    const test = viewOf(lab).rangeTest.value;
    // Once an epoch is often enough.
    const key = [
      policy,
      plan,
      optimizer,
      phase,
      isOwn,
      Math.floor(from / plan.stepsPerEpoch),
      test,
      this.choice,
    ];
    if (this.advice?.key.every((part, index) => part === key[index])) return this.advice.found;
    const used = isOwn ? run.history.lr.at(0)?.[from] : run.lr.peek()[0];
    const lr = phase === 'live' && this.choice.handoff === 'continue' ? (used ?? optimizer.lr) : optimizer.lr;
    const suggested = test?.suggestions.tenthOfDivergence ?? test?.suggestions.steepest;
    const [found] = advisePolicy(policy, plan, {
      lr,
      from,
      ...(test && { rangeTest: { diverged: test.divergesFrom, suggested } }),
    });
    this.advice = { key, found };
    return found;
  }

  /** One line, and one click that follows it. */
  private renderAdvice(lab: Lab, run: Run, phase: Phase): TemplateResult | typeof nothing {
    const advice = this.adviceFor(lab, run, phase);
    const { policy } = this.pick.draft;
    if (advice === undefined || policy === undefined) return nothing;
    const { terms } = this.localize;
    const { fix } = advice;
    return html`<div class="advice" role="note" aria-label=${terms.advice.label}>
      <p>${adviceText(advice, terms, (value) => this.localize.number(value))}</p>
      ${
        fix === undefined
          ? nothing
          : html`<button class="button quiet" type="button" @click=${() => this.handleFix(lab, run, fix)}>
              ${fixText(policy, advice, terms)}
            </button>`
      }
    </div>`;
  }

  private renderProgram(lab: Lab, run: Run, phase: Phase, preset: Preset): TemplateResult {
    const { panel, lab: words } = this.localize.terms;
    const { optimizer, model, classes, epochs } = preset.config ?? {};
    const settings = [
      optimizer && `${optimizer.type} ${formatRate(optimizer.lr)}`,
      model && words.models[model],
      classes && words.classCount(String(classes)),
      epochs && words.epochs(String(epochs)),
    ].filter((word) => word !== undefined);
    const isSetUp = phase === 'ahead' && preset.config !== undefined && isProgram(run.config, preset.config);
    const listed = settings.join(' · ');
    return html`<div class="program">
      ${
        isSetUp
          ? nothing
          : html`<button
              class="button quiet"
              type="button"
              @click=${(event: Event) =>
                this.askFirst(lab, event.currentTarget as HTMLElement, () => this.loadProgram(lab, preset))}
            >
              ${panel.program}
            </button>`
      }
      <p class="hint">
        ${isSetUp ? listed : panel.programHint(listed)}
        ${
          preset.source === undefined
            ? nothing
            : html`<a href=${preset.source} target="_blank" rel="noopener">${panel.programSource}</a>`
        }
      </p>
    </div>`;
  }

  private renderQuestion(lab: Lab): TemplateResult {
    const { panel } = this.localize.terms;
    return resetQuestion(lab, this.localize, {
      name: panel.program,
      confirm: panel.programConfirm,
      onConfirm: () => this.handleConfirm(),
      onKeep: () => this.question?.hidePopover(),
    });
  }
}

declare global {
  interface HTMLElementEventMap {
    'lr-reveal': CustomEvent;
  }
  interface HTMLElementTagNameMap {
    'lr-scheduler-panel': LrSchedulerPanel;
  }
}
