/** What is picked or edited in the panel, with its undo. */
import type { ReactiveControllerHost } from 'lit';
import type { Problem } from '../../src/errors.js';
import type { CompleteConfig, Lab, Run } from '../../src/lab/index.js';
import {
  isSamePolicy,
  type Policy,
  type Preset,
  type PresetId,
  presetOf,
  type PresetPlan,
} from '../../src/policy/index.js';
import { UndoStack } from '../internal/kit/undo-stack.js';
import { hasSameSettings, isProgram, runProgram, withoutOptions } from '../internal/lab/policy-commands.js';
import { ownRefusalOf } from '../internal/lab/refusal.js';
import { presetFrom, remainingPlan, wholePlan } from '../internal/lab/run-title.js';
import { draftOfPolicy, type PolicyDraft } from '../internal/policy/policy-draft.js';
import { policyName } from '../internal/policy/scheduler-text.js';
import type { Terms } from '../locales/terms.js';
import { OwnPolicy } from './own-policy.js';
import { livePreset, liveStep, type Phase, phaseOf } from './phase.js';

/** The policy that is picked or edited. */
interface Pick {
  readonly draft: PolicyDraft;
  /** The preset that it is as long as it is not edited: it is fitted to what the button will do. */
  readonly preset: PresetId | undefined;
  /** Whether it is what the run trained with at its end, and the reader has picked nothing since. */
  readonly isRuns?: boolean;
  /** The run's settings while this was picked, for undo. */
  readonly config?: CompleteConfig;
  /** While a program is picked: the settings that it replaced, to which another pick returns. */
  readonly base?: CompleteConfig;
}

/**
 * The policy that is picked or edited. It is the selected run's until the reader picks another; before the start it is
 * put in place at once. Renders its host again when it changes.
 */
export class PickedPolicy {
  /** Whether a preset is fitted to what is left of the run, or to all of it. */
  fit: 'left' | 'whole' = 'left';
  /** Why the run cannot use it, before the start. */
  refusal: Problem | undefined;
  private readonly host: ReactiveControllerHost;
  private readonly own = new OwnPolicy();
  private pick: Pick = { draft: draftOfPolicy([]), preset: undefined };
  private undoStack = new UndoStack<Pick>();
  /** The run and its policy as they were last seen. */
  private seen: { run: Run; policy: Policy; phase: Phase } | undefined;
  /** Whether a program, or the settings before it, are being put in place. */
  private isSettingUp = false;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
  }

  /** The policy as it is written, with its errors. */
  get draft(): PolicyDraft {
    return this.pick.draft;
  }

  /** The preset that it is as long as it is not edited. */
  get preset(): PresetId | undefined {
    return this.pick.preset;
  }

  get canUndo(): boolean {
    return this.undoStack.canUndo;
  }

  get canRedo(): boolean {
    return this.undoStack.canRedo;
  }

  /** What a swap or a chain is given. The Lab fits a preset to the step at which it acts: a run that trains does not wait. */
  get applied(): Policy | PresetId | undefined {
    const { preset, draft } = this.pick;
    return this.fit === 'left' && preset !== undefined ? preset : draft.policy;
  }

  /** Whether it equals a policy. */
  isSameAs(policy: Policy): boolean {
    const { policy: draft } = this.pick.draft;
    return draft !== undefined && isSamePolicy(draft, policy);
  }

  /** Forgets the run that it followed: the Lab is another. */
  forget(): void {
    this.seen = undefined;
  }

  /** Takes over what changed elsewhere, and returns what that was: another run, or the start or the end of this one. */
  follow(run: Run, phase: Phase): 'run' | 'phase' | undefined {
    const { seen } = this;
    const policy = run.entries.value as Policy;
    this.seen = { run, policy, phase };
    // A program that is picked, or undone, replaces the run.
    if (seen !== undefined && this.isSettingUp && phase === 'ahead') return undefined;
    if (seen?.run !== run) {
      this.undoStack = new UndoStack();
      this.refusal = undefined;
      this.show(policy);
      return 'run';
    }
    if (seen.phase !== phase) {
      this.refusal = undefined;
      // What was written or picked for a race can be swapped in when the run gets more epochs and is live again.
      const isOthers = seen.phase === 'over' && this.pick.isRuns !== true && !this.isSameAs(policy);
      if (phase === 'live' && !isOthers) this.show(policy);
      // What was fitted to the end of this run is fitted to a race from here on.
      if (phase === 'over' && this.pick.preset === undefined && this.isSameAs(policy))
        this.pick = { ...this.pick, preset: livePreset(run), isRuns: true };
    }
    this.followPolicy(policy, seen.policy, phase);
    return seen.phase === phase ? undefined : 'phase';
  }

  /** Takes over a policy that the run was given elsewhere, unless the reader has picked another. */
  private followPolicy(policy: Policy, before: Policy, phase: Phase): void {
    if (policy === before || this.isSameAs(policy)) return;
    const isUntouched = this.pick.preset === undefined && this.isSameAs(before);
    if (phase === 'ahead' && this.pick.draft.policy !== undefined) {
      this.undoStack.push(this.pick);
      this.show(policy);
    } else if (isUntouched) this.show(policy);
  }

  /** Shows the policy that was swapped in. What undoes a swap is a fork from before it, and not an edit less. */
  showSwapped(policy: Policy | undefined): void {
    if (policy !== undefined) this.show(policy);
    this.undoStack = new UndoStack();
    this.host.requestUpdate();
  }

  private show(policy: Policy): void {
    this.pick = { draft: draftOfPolicy(policy), preset: undefined };
  }

  /** The training that a preset is fitted to, where a swap acts at a step. */
  planOf(run: Run, phase: Phase, step: number | undefined): PresetPlan {
    if (phase !== 'live' || this.fit === 'whole') return wholePlan(run);
    return remainingPlan(run, step ?? run.history.length);
  }

  /** Fits a preset to what is left of the run, or to all of it. */
  fitTo(fit: 'left' | 'whole'): void {
    this.fit = fit;
    this.host.requestUpdate();
  }

  /** Fits a preset that is not edited to what the button would do now. */
  refit(run: Run, phase: Phase, step: number | undefined): void {
    const { preset, draft } = this.pick;
    if (preset === undefined) return;
    const policy = presetOf(preset)!.policy(this.planOf(run, phase, step));
    if (draft.policy === undefined || !isSamePolicy(policy, draft.policy))
      this.pick = { ...this.pick, draft: draftOfPolicy(policy) };
  }

  /** The policy of a race: an unedited preset is fitted to the whole run. */
  racePolicy(run: Run): Policy | undefined {
    const { preset, draft } = this.pick;
    return preset === undefined ? draft.policy : presetOf(preset)!.policy(wholePlan(run));
  }

  /** The policy of a new run in place of this one: a preset is fitted to all of it. */
  policyOver(run: Run, plan: PresetPlan): Policy | undefined {
    const chosen = this.chosen(run);
    return chosen === undefined ? this.pick.draft.policy : presetOf(chosen)!.policy(plan);
  }

  /** Whether a race with it would differ from the run. */
  canRace(run: Run): boolean {
    const policy = this.racePolicy(run);
    if (policy === undefined) return false;
    return run.interventions.value.length > 0
      ? !isSamePolicy(policy, run.entries.value) || !isSamePolicy(policy, run.config.policy)
      : !isSamePolicy(policy, run.config.policy);
  }

  /** Takes over what the reader wrote; consecutive changes of one kind are undone together. */
  edit(lab: Lab, run: Run, draft: PolicyDraft, kind?: string): void {
    this.change(lab, run, { draft, preset: undefined, base: this.pick.base }, kind);
  }

  /** Takes over a policy that corrects this one. */
  correct(lab: Lab, run: Run, policy: Policy): void {
    this.change(lab, run, { draft: draftOfPolicy(policy), preset: undefined });
  }

  /** Picks a preset, or the reader's own policy; a swap acts at `step`. */
  pickPreset(lab: Lab, run: Run, id: PresetId | null, step: number | undefined): void {
    this.fit = 'left';
    const phase = phaseOf(run);
    const preset = id === null ? undefined : presetOf(id);
    const isAlone = phase === 'ahead' && lab.runs.peek().length === 1;
    if (isAlone && (preset?.config !== undefined || this.pick.base !== undefined)) {
      const draft = preset ? draftOfPolicy(preset.policy(wholePlan(run))) : this.own.draft;
      if (draft) void this.pickSettings(lab, run, { draft, preset: id ?? undefined }, preset);
      return;
    }
    if (id === null) {
      const { draft } = this.own;
      if (draft) this.change(lab, run, { draft, preset: undefined });
      return;
    }
    if (phase !== 'ahead' && id === livePreset(run)) {
      this.change(lab, run, { draft: draftOfPolicy(run.entries.peek() as Policy), preset: undefined });
      return;
    }
    const policy = presetOf(id)!.policy(this.planOf(run, phase, step));
    this.change(lab, run, { draft: draftOfPolicy(policy), preset: id });
  }

  /** Undoes or repeats a pick or an edit. */
  undo(lab: Lab, run: Run, direction: 'undo' | 'redo'): void {
    const next = this.undoStack[direction]({ ...this.pick, config: run.config });
    if (next === undefined) return;
    const { config } = next;
    if (phaseOf(run) === 'ahead' && config !== undefined && !hasSameSettings(config, run.config))
      void this.setUp(lab, next, config);
    else {
      this.pick = next;
      void this.use(lab, run);
    }
  }

  /** Keeps what is picked, and what was before it, over work that replaces the run. */
  async keepThrough(work: () => Promise<void>): Promise<void> {
    const { pick, undoStack } = this;
    await work();
    await this.host.updateComplete;
    this.pick = pick;
    this.undoStack = undoStack;
    this.host.requestUpdate();
  }

  private change(lab: Lab, run: Run, pick: Pick, kind?: string): void {
    this.undoStack.push({ ...this.pick, config: run.config }, kind);
    this.pick = pick;
    void this.use(lab, run);
  }

  /** Before step 0 the picked policy is the run's. */
  private async use(lab: Lab, run: Run): Promise<void> {
    const { policy } = this.pick.draft;
    this.refusal = undefined;
    this.host.requestUpdate();
    if (policy === undefined || phaseOf(run) !== 'ahead') return;
    if (isSamePolicy(policy, run.entries.peek())) return;
    this.refusal = await ownRefusalOf(lab, lab.swap(run, policy));
    this.host.requestUpdate();
  }

  /** Picks a program with its settings, or something else with the settings before it. */
  private async pickSettings(lab: Lab, run: Run, pick: Pick, preset: Preset | undefined): Promise<void> {
    const { config: present } = run;
    const base = this.pick.base ?? present;
    this.undoStack.push({ ...this.pick, config: present });
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
    this.host.requestUpdate();
    this.refusal = await ownRefusalOf(lab, work());
    this.host.requestUpdate();
    await this.host.updateComplete;
    this.isSettingUp = false;
  }

  /** The preset that is picked, edited or live. */
  chosen(run: Run): PresetId | undefined {
    const { preset, draft } = this.pick;
    if (preset !== undefined) return preset;
    return draft.policy && presetFrom(run, draft.policy, liveStep(run));
  }

  /** The name of what is picked: a program's only where all of the program trains. */
  titleOf(run: Run, phase: Phase, terms: Terms): string {
    const chosen = this.chosen(run);
    const config = chosen && presetOf(chosen)!.config;
    const isWhole = config === undefined || (phase === 'ahead' && isProgram(run.config, config));
    if (chosen !== undefined && isWhole) return terms.presets[chosen].name;
    const { policy } = this.pick.draft;
    return policy === undefined ? terms.panel.presetOwn : policyName(policy);
  }

  /** The curve of the tile of the reader's own policy. */
  ownCurve(run: Run): Float64Array | undefined {
    if (this.chosen(run) === undefined) this.own.keep(this.pick.draft);
    return this.own.curve(run);
  }
}
