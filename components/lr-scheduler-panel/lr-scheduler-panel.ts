import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { query } from 'lit/decorators.js';
import type { Lab, Run } from '../../src/lab/index.js';
import { type Policy, type PresetId, presetOf, type PresetPlan } from '../../src/policy/index.js';
import { FocusKeeper } from '../internal/kit/element/focus-keeper.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { buttonStyles, cardStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { CommandOutcomes, outcomeStyles } from '../internal/lab/command-outcomes.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { type LabView, viewOf } from '../internal/lab/lab-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { resetQuestionStyles } from '../internal/lab/reset-question.js';
import '../lr-live-policy/lr-live-policy.js';
import type { LrLivePolicy } from '../lr-live-policy/lr-live-policy.js';
import '../lr-policy-editor/lr-policy-editor.js';
import type { CodeProgram, DraftChange } from '../lr-policy-editor/lr-policy-editor.js';
import '../lr-preset-picker/lr-preset-picker.js';
import { actionsView } from './actions-view.js';
import { DraftPreview } from './draft-preview.js';
import { schedulerPanelStyles } from './lr-scheduler-panel.styles.js';
import { livePreset, type Phase, phaseOf } from './phase.js';
import { PickedPolicy } from './picked-policy.js';
import { PolicyAdvice } from './policy-advice.js';
import { ScheduleChanges } from './schedule-changes.js';
import { SetupLoader } from './setup-loader.js';

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
  private readonly picked = new PickedPolicy(this);
  private readonly changes = new ScheduleChanges(this, this.picked, this.outcomes, this.localize);
  private readonly advice = new PolicyAdvice(this.picked, this.changes);
  private readonly setup = new SetupLoader(this, this.picked, this.outcomes, this.localize);

  constructor() {
    super();
    new FocusKeeper(this, '.actions');
  }

  @query('lr-live-policy') private readonly livePolicy!: LrLivePolicy | null;

  /** The view that this panel shows entries for. */
  private shownView: LabView | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.offer(undefined);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { lab, picked, changes } = this;
    if (changed.has('lab')) {
      this.preview.clear();
      picked.forget();
    }
    if (lab === undefined) return;
    const run = viewOf(lab).selected.value;
    const phase = phaseOf(run);
    const news = picked.follow(run, phase);
    if (news !== undefined) this.outcomes.clear();
    if (news === 'run') {
      this.preview.clear();
      changes.resetChoice();
    }
    // A number under the reader's hands stays.
    const isTyping = this.shadowRoot?.querySelector('lr-policy-editor')?.matches(':focus-within');
    if (isTyping !== true) picked.refit(run, phase, changes.stepOf(run));
    this.showDraft(lab, run, phase);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (this.isConnected) this.offer(this.lab && viewOf(this.lab));
  }

  /** Lets the charts ask for an entry of the live policy, and the run controls for what is picked. */
  private offer(view: LabView | undefined): void {
    if (view === this.shownView) return;
    if (this.shownView?.showEntry.peek() === this.showEntry) this.shownView.showEntry.value = undefined;
    if (this.shownView?.picked.peek() === this.pickedFor) this.shownView.picked.value = undefined;
    this.shownView = view;
    if (view === undefined) return;
    view.showEntry.value = this.showEntry;
    view.picked.value = this.pickedFor;
  }

  private readonly pickedFor = (plan: PresetPlan): Policy | undefined => {
    const run = this.shownView?.selected.peek();
    return run && this.picked.policyOver(run, plan);
  };

  private readonly showEntry = (index: number): void => {
    // On a narrow page the panel may be out of sight.
    this.dispatchEvent(new CustomEvent('lr-reveal', { bubbles: true, composed: true }));
    requestAnimationFrame(() => void this.livePolicy?.showEntry(index));
  };

  /** Previews what the reader is about to do. */
  private showDraft(lab: Lab, run: Run, phase: Phase): void {
    const { picked, changes, preview } = this;
    const policy = picked.racePolicy(run);
    const canRace = phase !== 'ahead' && policy !== undefined && picked.canRace(run);
    if (canRace && (phase === 'over' || changes.aim === 'race')) {
      preview.showRace(lab, run, policy);
      return;
    }
    const aim = changes.aim === 'race' ? 'swap' : changes.aim;
    const isOff = phase !== 'live' || run.state.value === 'loading';
    const proposed = isOff ? undefined : changes.proposed(run, aim);
    if (proposed === undefined) preview.clear();
    else preview.showChange(lab, aim, proposed);
  }

  /** Another policy is picked or written: what was said about the last change is out of date. */
  private handleOther(): void {
    // It may be swapped in, even if the pointer is over another button.
    this.changes.aim = 'swap';
    this.outcomes.clear();
  }

  private handlePreset({ detail: id }: CustomEvent<PresetId | null>, lab: Lab, run: Run): void {
    this.handleOther();
    this.picked.pickPreset(lab, run, id, this.changes.stepOf(run));
  }

  private handleDraft({ detail: { draft, kind } }: CustomEvent<DraftChange>, lab: Lab, run: Run): void {
    this.handleOther();
    this.picked.edit(lab, run, draft, kind);
  }

  private handleFix(lab: Lab, run: Run, policy: Policy): void {
    this.handleOther();
    this.picked.correct(lab, run, policy);
  }

  private handleUndo({ detail: direction }: CustomEvent<'undo' | 'redo'>, lab: Lab, run: Run): void {
    this.outcomes.clear();
    this.picked.undo(lab, run, direction);
  }

  private handleProgram({ detail, currentTarget }: CustomEvent<CodeProgram>, lab: Lab): void {
    this.setup.takeProgram(lab, detail, currentTarget as HTMLElement);
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const { picked, changes, preview, outcomes, localize } = this;
    const { panel } = localize.terms;
    const run = viewOf(lab).selected.value;
    const phase = phaseOf(run);
    const chosen = picked.chosen(run);
    const title = picked.titleOf(run, phase, localize.terms);
    return html`<section role="group" class="panel card" part="base card" aria-label=${panel.label}>
      <h2 class="heading">
        ${panel.heading}${lab.runs.value.length > 1 ? html` <span class="muted">${panel.ofRun(run.name.value)}</span>` : nothing}
      </h2>
      <lr-preset-picker
        .picked=${chosen}
        .running=${phase === 'live' ? livePreset(run) : undefined}
        .ownCurve=${picked.ownCurve(run)}
        .runsOwn=${phase === 'live' && chosen === undefined && picked.isSameAs(run.entries.value as Policy)}
        @lr-preset=${(event: CustomEvent<PresetId | null>) => this.handlePreset(event, lab, run)}
      ></lr-preset-picker>
      <div class="actions ${phase}" part="actions">
        ${actionsView({ lab, run, phase, title, picked, changes, preview, outcomes, localize })}
      </div>
      ${this.renderAbout(run, phase, title)}
      <lr-policy-editor
        .draft=${picked.draft}
        .plan=${run.plan.value}
        .lr=${run.config.optimizer.lr}
        .optimizer=${run.config.optimizer}
        .canUndo=${picked.canUndo}
        .canRedo=${picked.canRedo}
        @lr-policy-draft=${(event: CustomEvent<DraftChange>) => this.handleDraft(event, lab, run)}
        @lr-policy-undo=${(event: CustomEvent<'undo' | 'redo'>) => this.handleUndo(event, lab, run)}
        @lr-policy-program=${(event: CustomEvent<CodeProgram>) => this.handleProgram(event, lab)}
      ></lr-policy-editor>
      ${this.renderNotes(lab, run, phase)} ${this.setup.questionView(lab)}
      <lr-live-policy .lab=${lab}></lr-live-policy>
    </section>`;
  }

  /** Why to choose the preset, and what it is fitted to; always as high, so that the fields below stay in place. */
  private renderAbout(run: Run, phase: Phase, title: string): TemplateResult {
    const { presets } = this.localize.terms;
    const chosen = this.picked.chosen(run);
    return html`<p class="reason">
      <strong>${chosen === undefined ? title : presets[chosen].name}</strong>
      ${chosen === undefined ? nothing : presets[chosen].reason} ${this.renderFit(run, phase)}
    </p>`;
  }

  /** One quiet line: what an unedited preset is fitted to, and the other way. */
  private renderFit(run: Run, phase: Phase): TemplateResult | typeof nothing {
    const { picked, changes, localize } = this;
    const { preset } = picked;
    if (phase !== 'live' || preset === undefined || presetOf(preset)?.config !== undefined) return nothing;
    const { fit } = localize.terms.panel;
    const whole = localize.number(run.plan.value.steps);
    const left = localize.number(picked.planOf(run, phase, changes.stepOf(run)).steps);
    const isLeft = picked.fit === 'left';
    return html`<span class="fit">
      ${isLeft ? fit.left(left) : fit.whole(whole)}
      <button class="link" type="button" @click=${() => picked.fitTo(isLeft ? 'whole' : 'left')}>
        ${isLeft ? fit.useWhole(whole) : fit.useLeft}
      </button>
    </span>`;
  }

  /** Advice, and the settings of a program. */
  private renderNotes(lab: Lab, run: Run, phase: Phase): TemplateResult {
    const chosen = this.picked.chosen(run);
    const preset = chosen && presetOf(chosen);
    return html`<div class="notes">
      ${this.advice.view(viewOf(lab), run, phase, this.localize, (fix) => this.handleFix(lab, run, fix))}
      ${preset?.config === undefined ? nothing : this.setup.programView(lab, run, phase, preset)}
      ${this.outcomes.view('program', this.localize.terms)}
    </div>`;
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
