/** The buttons that act on the picked policy, with a sentence that says what will happen, or why a button cannot act. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Lab, Run } from '../../src/lab/index.js';
import type { TermsController } from '../internal/kit/element/terms-controller.js';
import { formatRate } from '../internal/kit/format.js';
import { problemView } from '../internal/lab/problem-view.js';
import { nameAndTitle, scheduleTitle } from '../internal/lab/run-title.js';
import { shortcutOf } from '../internal/lab/shortcuts.js';
import type { SwapChoice } from '../internal/lab/swap-choice.js';
import { setsOwnRates } from '../internal/policy/own-rates.js';
import '../lr-swap-options/lr-swap-options.js';
import type { DraftPreview } from './draft-preview.js';
import type { Phase } from './phase.js';
import type { PickedPolicy } from './picked-policy.js';
import { moreEpochs, type PanelOutcomes, type ScheduleChanges } from './schedule-changes.js';

/** What the buttons act on. */
export interface ActionsContext {
  readonly lab: Lab;
  readonly run: Run;
  readonly phase: Phase;
  /** The name of what is picked. */
  readonly title: string;
  readonly picked: PickedPolicy;
  readonly changes: ScheduleChanges;
  readonly preview: DraftPreview;
  readonly outcomes: PanelOutcomes;
  readonly localize: TermsController;
}

/** The buttons of a phase, with what they would do and what they have done. */
export function actionsView(context: ActionsContext): TemplateResult {
  switch (context.phase) {
    case 'ahead':
      return aheadView(context);
    case 'live':
      return liveView(context);
    case 'over':
      return overView(context);
  }
}

function aheadView({ lab, run, title, picked, outcomes, localize }: ActionsContext): TemplateResult {
  const { terms } = localize;
  const { panel } = terms;
  const kept = panel.startKeeps(scheduleTitle(run, terms));
  const said = (words: TemplateResult) => html`<div class="said">${words}</div>`;
  if (picked.refusal !== undefined)
    return said(
      html`<div role="alert">${problemView(picked.refusal, terms)}</div>
        <p class="hint">${kept}</p>`,
    );
  if (picked.draft.policy === undefined)
    return said(html`<p class="hint bad">${panel.hasErrors} ${kept}</p>`);
  const runs = lab.runs.value;
  // Start trains all of them.
  const all = runs.map((each) =>
    nameAndTitle(each.name.value, each === run ? title : scheduleTitle(each, terms)).join(' · '),
  );
  const started = runs.length === 1 ? title : all.join(terms.lab.listJoint);
  return said(
    html`<p class="start">${panel.startsWith(started)}</p>
      <p class="hint">${panel.startHint}</p>
      ${outcomes.view('actions', terms)}`,
  );
}

function liveView(context: ActionsContext): TemplateResult {
  const { lab, run, title, picked, changes, preview, outcomes, localize } = context;
  const { panel } = localize.terms;
  const { policy } = picked.draft;
  const isLoading = run.state.value === 'loading';
  const step = changes.stepOf(run);
  const isOff = policy === undefined || step === undefined || isLoading;
  const isRefused = preview.found?.problem !== undefined && preview.found.aim === 'swap';
  // These buttons keep the keyboard's focus while they cannot act: what they have done disables them.
  const cannotSwap = isOff || changes.isLive(run) || isRefused;
  const cannotChain = isOff || policy.length === 0;
  return html`<div class="row">
      <button
        class="button primary apply"
        type="button"
        title=${panel.swap(title)}
        aria-describedby="why"
        aria-keyshortcuts=${shortcutOf(lab, 'swap')}
        aria-disabled=${cannotSwap ? 'true' : nothing}
        @click=${cannotSwap ? nothing : () => changes.swap(lab, run)}
      >
        <span>${panel.swap(title)}</span>
      </button>
      <lr-swap-options
        .lab=${lab}
        .choice=${changes.choice}
        .setsOwnRates=${policy !== undefined && setsOwnRates(policy)}
        @lr-swap-choice=${({ detail }: CustomEvent<SwapChoice>) => changes.choose(detail)}
      ></lr-swap-options>
    </div>
    <div class="row">
      ${raceButton(context, '')}
      <button
        class="button"
        type="button"
        title=${panel.chainHint}
        aria-disabled=${cannotChain ? 'true' : nothing}
        @pointermove=${() => changes.aimAt('chain')}
        @pointerleave=${() => changes.aimAt('swap')}
        @focus=${() => changes.aimAt('chain')}
        @blur=${() => changes.aimAt('swap')}
        @click=${cannotChain ? nothing : () => changes.chain(lab, run)}
      >
        ${panel.chain}
      </button>
    </div>
    ${outcomes.isShown('actions') ? nothing : whyView(context, step)}
    <div class="outcome">${outcomes.view('actions', localize.terms)} ${backView(context)}</div>`;
}

/** As long as a swap is confirmed: the way back from it. */
function backView({
  lab,
  run,
  changes,
  outcomes,
  localize,
}: ActionsContext): TemplateResult | typeof nothing {
  const swap = changes.swapOf(run);
  if (swap === undefined || !outcomes.isShown('actions')) return nothing;
  return html`<button class="link back" type="button" @click=${() => changes.back(lab, run, swap)}>
    ${localize.terms.panel.back}
  </button>`;
}

function raceButton({ lab, run, picked, changes, localize }: ActionsContext, kind: string): TemplateResult {
  const { panel } = localize.terms;
  const canRace = picked.canRace(run);
  return html`<button
    class="button race ${kind}"
    type="button"
    aria-keyshortcuts=${shortcutOf(lab, 'race')}
    title=${panel.raceHint}
    aria-disabled=${canRace ? nothing : 'true'}
    @pointermove=${() => changes.aimAt('race')}
    @pointerleave=${() => changes.aimAt('swap')}
    @focus=${() => changes.aimAt('race')}
    @blur=${() => changes.aimAt('swap')}
    @click=${canRace ? () => changes.race(lab, run) : nothing}
  >
    ${panel.race}
  </button>`;
}

function overView(context: ActionsContext): TemplateResult {
  const { lab, run, title, picked, changes, preview, outcomes, localize } = context;
  const { terms } = localize;
  const { panel } = terms;
  const name = run.name.value;
  const problem = preview.found?.problem;
  const isHeld = run.held.value !== undefined;
  const words = picked.canRace(run)
    ? panel.raceWith(title, name)
    : picked.draft.policy === undefined
      ? panel.hasErrors
      : panel.raceAnother(name, title);
  return html`<div class="row">
      ${raceButton(context, isHeld ? '' : 'primary')}
      ${
        isHeld
          ? nothing
          : html`<button
              class="button"
              type="button"
              title=${panel.extendHint}
              @click=${() => changes.extend(lab, run)}
            >
              ${panel.extend(localize.number(moreEpochs(run.plan.value)))}
            </button>`
      }
    </div>
    ${problem === undefined ? html`<p class="hint" id="why">${words}</p>` : problemView(problem, terms)}
    ${outcomes.view('actions', terms)}`;
}

/** What the button would do, or why it cannot; always there, so that nothing moves when the text changes. */
function whyView(context: ActionsContext, step: number | undefined): TemplateResult {
  const { run, picked, changes, preview, localize } = context;
  const { terms } = localize;
  const { panel } = terms;
  const line = (words: string, kind = '') => html`<p class="hint why ${kind}" id="why">${words}</p>`;
  if (picked.draft.policy === undefined) return line(panel.hasErrors, 'bad');
  if (step === undefined) return line(panel.stepHint(localize.number(run.plan.value.steps - 1)), 'bad');
  const { found } = preview;
  if (found?.problem !== undefined) return problemView(found.problem, terms, 'why');
  if (changes.aim === 'swap') {
    if (changes.isLive(run)) return line(panel.alreadyOn(run.name.value, scheduleTitle(run, terms)));
    if (changes.isPlanned(run, 'swap', step)) return line(panel.done.later(localize.number(step)));
  }
  const rates = found?.preview.lr[0];
  if (found === undefined || rates === undefined || rates.length === 0) return line('\u00a0');
  // For a very long run the last rates are not computed.
  if (found.preview.from + rates.length < run.plan.value.steps) return line('\u00a0');
  const last = rates.findLast((rate) => Number.isFinite(rate)) ?? NaN;
  const words = panel.preview[found.aim](formatRate(rates[0]), formatRate(last));
  return line(found.preview.isGuess ? panel.previewGuess(words) : words);
}
