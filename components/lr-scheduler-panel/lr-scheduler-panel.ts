import { html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Handoff, Lab, Run } from '../../src/lab/index.js';
import type { Policy, Preset } from '../../src/policy/index.js';
import { CommandOutcomes, outcomeStyles } from '../internal/command-outcomes.js';
import { formatRate } from '../internal/format.js';
import { keepWidth } from '../internal/keep-width.js';
import { LabElement } from '../internal/lab-element.js';
import { draftOfPolicy, isSamePolicy, type PolicyDraft } from '../internal/policy-draft.js';
import { chainAhead, hasBegun, isOver, runProgram } from '../internal/policy-commands.js';
import { problemStyles } from '../internal/problem-view.js';
import { buttonStyles, cardStyles, chipStyles, fieldStyles, themeStyles } from '../internal/theme.styles.js';
import '../lr-live-policy/lr-live-policy.js';
import '../lr-policy-editor/lr-policy-editor.js';
import { schedulerPanelStyles } from './lr-scheduler-panel.styles.js';

/**
 * @summary Chooses a learning-rate policy, writes it, swaps it into the run, chains it on top, takes chained ones out
 * and sets the learning rate by hand, before the start and while it trains.
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
  @state() private at: 'now' | 'epoch' = 'now';
  @state() private handoff: Handoff & ('continue' | 'restart') = 'continue';

  /** The lab's policy when the draft was last taken from it. */
  private takenPolicy: Policy | undefined;
  /** Where the preview starts; kept while the run goes on, so that it does not flicker with every step. */
  private previewRate = 0;
  private previewKey = '';
  private wasAhead = true;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { lab } = this;
    if (lab === undefined) return;
    const { policy } = lab.config.value;
    // A new policy of the lab is taken over, unless the reader is writing another one.
    const isUntouched =
      this.takenPolicy === undefined ||
      (this.draft.policy !== undefined && isSamePolicy(this.draft.policy, this.takenPolicy));
    if (changed.has('lab') || (policy !== this.takenPolicy && isUntouched))
      this.draft = draftOfPolicy(policy);
    this.takenPolicy = policy;

    const isAhead = !hasBegun(lab);
    // What was prepared for a run is no news once it goes on.
    if (this.wasAhead && !isAhead) this.outcomes.clear();
    this.wasAhead = isAhead;

    const key = [this.draft.text, this.handoff, lab.state.value, lab.config.value.optimizer.lr].join();
    if (key !== this.previewKey) {
      this.previewKey = key;
      const isFromHere = !isAhead && this.handoff === 'continue';
      this.previewRate = isFromHere ? (lab.runs.value[0].lr.peek()[0] ?? 0) : lab.config.value.optimizer.lr;
    }
  }

  private handleSwap(lab: Lab, run: Run, policy: Policy): void {
    const { done } = this.localize.terms.panel;
    const { at, handoff } = this;
    void this.outcomes.act(lab, 'swap', async () => {
      if (!hasBegun(lab)) {
        await lab.reset({ policy });
        return done.use;
      }
      const intervention = await lab.swap(run, policy, { at, handoff });
      const say = at === 'now' ? done.swapNow : done.swapLater;
      return say(this.localize.number(intervention.step));
    });
  }

  private handleChain(lab: Lab, run: Run, policy: Policy): void {
    const { done } = this.localize.terms.panel;
    const { at } = this;
    void this.outcomes.act(lab, 'swap', async () => {
      if (!hasBegun(lab)) {
        await chainAhead(lab, policy);
        return done.use;
      }
      const intervention = await lab.chain(run, policy, { at });
      const say = at === 'now' ? done.chainNow : done.chainLater;
      return say(this.localize.number(intervention.step));
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

  private handleDraft({ detail }: CustomEvent<PolicyDraft>): void {
    this.draft = detail;
    this.outcomes.clear();
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const run = lab.runs.value[0];
    return html`<section class="panel" part="base" aria-label=${this.localize.terms.panel.label}>
      <div class="card" part="card">
        <lr-policy-editor
          .draft=${this.draft}
          .plan=${run.plan.value}
          .lr=${this.previewRate}
          .optimizer=${lab.config.value.optimizer}
          @lr-policy-draft=${this.handleDraft}
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
    const isAhead = !hasBegun(lab);
    const isPast = isOver(lab);
    const { policy } = this.draft;
    const isOff = policy === undefined || isPast || lab.state.value === 'loading';
    return html`<h2 class="heading">${terms.swapIn}</h2>
      ${
        isAhead
          ? html`<p class="hint">${terms.useHint}</p>`
          : isPast
            ? html`<p class="hint">${terms.finished}</p>`
            : this.renderWhenAndFrom(lab, run)
      }
      <div class="actions">
        <button
          class="button primary"
          type="button"
          ?disabled=${isOff}
          @click=${() => policy && this.handleSwap(lab, run, policy)}
        >
          ${isAhead ? terms.use : terms.swap}
        </button>
        <button
          class="button"
          type="button"
          title=${terms.chainHint}
          ?disabled=${isOff || policy.length === 0}
          @click=${() => policy && this.handleChain(lab, run, policy)}
        >
          ${terms.chain}
        </button>
      </div>
      ${this.outcomes.view('swap', this.localize.terms)}`;
  }

  private renderWhenAndFrom(lab: Lab, run: Run): TemplateResult {
    const terms = this.localize.terms.panel;
    const now = terms.now(this.localize.number(run.step.value));
    const widest = terms.now(this.localize.number(run.plan.value.steps));
    const current = terms.currentLr(formatRate(run.lr.value[0]));
    const base = terms.baseLr(formatRate(lab.config.value.optimizer.lr));
    const choice = (name: string, isChecked: boolean, words: string, longest: string, choose: () => void) =>
      html`<label class="choice">
        <input type="radio" name=${name} .checked=${live(isChecked)} @change=${choose} />
        <span><span ${keepWidth(longest)}>${words}</span></span>
      </label>`;
    return html`<fieldset class="line" aria-label=${terms.when}>
        <span class="label" aria-hidden="true">${terms.when}</span>
        <div class="choices">
          ${choice('at', this.at === 'now', now, widest, () => {
            this.at = 'now';
          })}
          ${choice('at', this.at === 'epoch', terms.nextEpoch, '', () => {
            this.at = 'epoch';
          })}
        </div>
      </fieldset>
      <fieldset class="line" aria-label=${terms.from}>
        <span class="label" aria-hidden="true">${terms.from}</span>
        <div class="choices">
          ${choice('from', this.handoff === 'continue', current, terms.currentLr('1.23e-4'), () => {
            this.handoff = 'continue';
          })}
          ${choice('from', this.handoff === 'restart', base, '', () => {
            this.handoff = 'restart';
          })}
        </div>
      </fieldset>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-scheduler-panel': LrSchedulerPanel;
  }
}
