/** Advice on the picked policy: one line, and one click that follows it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Run } from '../../src/lab/index.js';
import { type Advice, advisePolicy, type Policy } from '../../src/policy/index.js';
import type { TermsController } from '../internal/kit/element/terms-controller.js';
import type { LabView } from '../internal/lab/lab-view.js';
import { adviceText, fixText } from '../internal/policy/advice-text.js';
import { liveStep, type Phase } from './phase.js';
import type { PickedPolicy } from './picked-policy.js';
import type { ScheduleChanges } from './schedule-changes.js';

/** Finds the advice on the picked policy, once for each state of the run that matters. */
export class PolicyAdvice {
  private readonly picked: PickedPolicy;
  private readonly changes: ScheduleChanges;
  private latest: { key: unknown[]; found: Advice | undefined } | undefined;

  constructor(picked: PickedPolicy, changes: ScheduleChanges) {
    this.picked = picked;
    this.changes = changes;
  }

  /** The advice, with a button that hands its correction over. */
  view(
    view: LabView,
    run: Run,
    phase: Phase,
    localize: TermsController,
    onFix: (policy: Policy) => void,
  ): TemplateResult | typeof nothing {
    const advice = this.find(view, run, phase);
    const { policy } = this.picked.draft;
    if (advice === undefined || policy === undefined) return nothing;
    const { terms } = localize;
    const { fix } = advice;
    return html`<div class="advice" role="note" aria-label=${terms.advice.label}>
      <p>${adviceText(advice, terms, (value) => localize.number(value))}</p>
      ${
        fix === undefined
          ? nothing
          : html`<button class="button quiet" type="button" @click=${() => onFix(fix)}>
              ${fixText(policy, advice, terms)}
            </button>`
      }
    </div>`;
  }

  private find(view: LabView, run: Run, phase: Phase): Advice | undefined {
    const { policy } = this.picked.draft;
    if (policy === undefined) return undefined;
    const { choice } = this.changes;
    const plan = run.plan.value;
    const { optimizer } = run.config;
    const isOwn = phase === 'live' && this.picked.isSameAs(run.entries.value as Policy);
    const now = this.changes.stepOf(run) ?? 0;
    const from = phase === 'live' ? (isOwn ? liveStep(run) : now) : 0;
    const test = view.rangeTest.value;
    // Once an epoch is often enough.
    const epoch = Math.floor(from / plan.stepsPerEpoch);
    const key = [policy, plan, optimizer, phase, isOwn, epoch, test, choice];
    if (this.latest?.key.every((part, index) => part === key[index])) return this.latest.found;
    const used = isOwn ? run.history.lr.at(0)?.[from] : run.lr.peek()[0];
    const lr = phase === 'live' && choice.handoff === 'continue' ? (used ?? optimizer.lr) : optimizer.lr;
    const suggested = test?.suggestions.tenthOfDivergence ?? test?.suggestions.steepest;
    const [found] = advisePolicy(policy, plan, {
      lr,
      from,
      ...(test && { rangeTest: { diverged: test.divergesFrom, suggested } }),
    });
    this.latest = { key, found };
    return found;
  }
}
