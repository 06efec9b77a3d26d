/** What the buttons of the panel do to the selected run: swap, chain, race, back, more epochs. */
import type { ReactiveControllerHost } from 'lit';
import { defaultConfig, type Intervention, type Lab, type Plan, type Run } from '../../src/lab/index.js';
import type { Policy } from '../../src/policy/index.js';
import type { TermsController } from '../internal/kit/element/terms-controller.js';
import type { CommandOutcomes } from '../internal/lab/command-outcomes.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { backToBefore } from '../internal/lab/policy-commands.js';
import type { ProposedChange } from '../internal/lab/preview-request.js';
import { refusalOf } from '../internal/lab/refusal.js';
import { extendAndTrain } from '../internal/lab/start-over.js';
import { atOfChoice, stepOfChoice, type SwapChoice, usualChoice } from '../internal/lab/swap-choice.js';
import type { PickedPolicy } from './picked-policy.js';

/** What the reader is about to do with the picked policy. */
export type Aim = 'swap' | 'chain' | 'race';

/** The outcomes of the panel's commands, shown beside the buttons or beside the settings of a program. */
export type PanelOutcomes = CommandOutcomes<'actions' | 'program'>;

/** How many epochs a finished run gets: as many again, and no more than by default. */
export const moreEpochs = ({ epochs }: Plan): number => Math.min(epochs, defaultConfig.epochs);

/** The changes that the panel makes with the picked policy, and how the next one is made. */
export class ScheduleChanges {
  /** When the next change acts and from which rate. */
  choice: SwapChoice = usualChoice;
  /** What the reader is about to do. */
  aim: Aim = 'swap';
  private readonly host: ReactiveControllerHost;
  private readonly picked: PickedPolicy;
  private readonly outcomes: PanelOutcomes;
  private readonly localize: TermsController;
  /** The button that was pressed and that the pointer has not left. */
  private restsOn: Aim | undefined;
  /** The last swap that was made here. */
  private swapped: { run: Run; swap: Intervention } | undefined;

  constructor(
    host: ReactiveControllerHost,
    picked: PickedPolicy,
    outcomes: PanelOutcomes,
    localize: TermsController,
  ) {
    this.host = host;
    this.picked = picked;
    this.outcomes = outcomes;
    this.localize = localize;
  }

  /** The step at which the next change acts; undefined for one that is not ahead. */
  stepOf(run: Run): number | undefined {
    return stepOfChoice(run, this.choice);
  }

  /** Takes over when the next change acts and from which rate. */
  choose(choice: SwapChoice): void {
    this.choice = choice;
    this.host.requestUpdate();
  }

  /** For another run: its next change acts at once and adds no run, unless the reader chooses otherwise. */
  resetChoice(): void {
    this.choice = { ...this.choice, when: 'now', keepsOld: false };
  }

  /** The pointer, or the focus, is on a button. */
  aimAt(aim: Aim): void {
    if (aim === this.restsOn) return;
    this.restsOn = undefined;
    // The pointer moves often.
    if (aim !== this.aim) this.host.requestUpdate();
    this.aim = aim;
  }

  /** The change that the reader would make, if it differs from the live policy and from what is planned. */
  proposed(run: Run, aim: 'swap' | 'chain'): ProposedChange | undefined {
    const { policy } = this.picked.draft;
    const step = this.stepOf(run);
    if (policy === undefined || step === undefined) return undefined;
    if (this.isPlanned(run, aim, step)) return undefined;
    const at = atOfChoice(this.choice);
    if (aim === 'chain')
      return policy.length === 0 ? undefined : { run, change: { kind: 'chain', policy }, at };
    if (this.isLive(run)) return undefined;
    return { run, change: { kind: 'swap', policy, handoff: this.choice.handoff }, at };
  }

  /** Whether the change is planned for that step already. */
  isPlanned(run: Run, aim: 'swap' | 'chain', step: number): boolean {
    return run.planned.value.some(
      (each) =>
        each.step === step && each.kind === aim && 'policy' in each && this.picked.isSameAs(each.policy),
    );
  }

  /** Whether a swap would change nothing. A restart begins the same schedule again. */
  isLive(run: Run): boolean {
    return this.picked.isSameAs(run.entries.value as Policy) && this.choice.handoff !== 'restart';
  }

  /** The swap that was made here last, if this run has made it: there is a way back. */
  swapOf(run: Run): Intervention | undefined {
    const { swapped } = this;
    if (swapped?.run !== run) return undefined;
    return run.interventions.value.some(({ id }) => id === swapped.swap.id) ? swapped.swap : undefined;
  }

  /** Replaces the schedule of a run, or of a copy of it. */
  swap(lab: Lab, run: Run): void {
    const policy = this.picked.applied;
    const { handoff, keepsOld } = this.choice;
    const at = atOfChoice(this.choice);
    if (policy === undefined) return;
    void this.outcomes.act(lab, 'actions', async () => {
      if (keepsOld) {
        const fork = await lab.swap(run, policy, { at, handoff, counterfactual: true });
        viewOf(lab).select(fork);
        await this.host.updateComplete;
        return () => this.localize.terms.panel.done.newRun(fork.name.value);
      }
      const swap = await lab.swap(run, policy, { at, handoff });
      this.picked.showSwapped(swap.kind === 'swap' ? swap.policy : undefined);
      this.swapped = { run, swap };
      return this.said(swap.step, 'swapNow', 'swapLater');
    });
  }

  /** Trains a copy of a run from before a swap, without it. */
  back(lab: Lab, run: Run, swap: Intervention): void {
    void this.outcomes.act(lab, 'actions', async () => {
      const fork = await backToBefore(lab, run, swap);
      viewOf(lab).select(fork);
      await this.host.updateComplete;
      return () => this.localize.terms.panel.done.back(fork.name.value, this.localize.number(swap.step));
    });
  }

  /** Adds the policy on top of a run's schedule. */
  chain(lab: Lab, run: Run): void {
    const policy = this.picked.applied;
    const at = atOfChoice(this.choice);
    this.swapped = undefined;
    if (policy === undefined) return;
    void this.outcomes.act(lab, 'actions', async () => {
      const { step } = await lab.chain(run, policy, { at });
      // No second one is proposed before the pointer, or the focus, comes back.
      this.aim = 'swap';
      this.restsOn = 'chain';
      return this.said(step, 'chainNow', 'chainLater');
    });
  }

  /** Trains a new run with the policy, from step 0. */
  race(lab: Lab, run: Run): void {
    const policy = this.picked.racePolicy(run);
    if (policy === undefined) return;
    void this.outcomes.act(lab, 'actions', async () => {
      const [rival] = await lab.race(run, [{ policy }]);
      viewOf(lab).select(rival);
      // Where it cannot start, the run controls say why.
      if (rival.state.peek() === 'idle') void refusalOf(lab.start(rival));
      await this.host.updateComplete;
      return () => this.localize.terms.panel.done.raced(rival.name.value, run.name.value);
    });
  }

  /** Trains a finished run further. */
  extend(lab: Lab, run: Run): void {
    // What goes wrong is the lab's problem, which the run controls show.
    void refusalOf(extendAndTrain(lab, run, moreEpochs(run.plan.peek())));
  }

  /** What a change that acts at a step has done or will do. */
  private said(step: number, now: 'swapNow' | 'chainNow', next: 'swapLater' | 'chainLater'): () => string {
    const key = ({ now, epoch: next, step: 'later' } as const)[this.choice.when];
    return () => this.localize.terms.panel.done[key](this.localize.number(step));
  }
}
