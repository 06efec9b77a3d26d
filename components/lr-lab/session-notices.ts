/** What the page says of other sessions: one that could not be opened, one that waits, one that was opened or kept. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Problem } from '../../src/errors.js';
import type { KeptSession, Lab } from '../../src/lab/index.js';
import type { TermsController } from '../internal/kit/element/terms-controller.js';
import { changesOf } from '../internal/lab/change-words.js';
import { resumeAndTrain } from '../internal/lab/policy-commands.js';
import { problemView } from '../internal/lab/problem-view.js';
import { refusalOf } from '../internal/lab/refusal.js';
import { nameInSentence, scheduleTitle } from '../internal/lab/run-title.js';
import { settingsText } from './config-text.js';
import type { Incoming, SessionOpener } from './session-opener.js';

/** The one notice of these that matters now, if any. */
export function sessionNotice(
  lab: Lab,
  sessions: SessionOpener,
  localize: TermsController,
): TemplateResult | typeof nothing {
  const { problem, waiting } = sessions;
  if (problem.value !== undefined)
    return problemNotice(problem.value, localize, () => {
      problem.value = undefined;
    });
  if (waiting.value !== undefined) return waitingNotice(waiting.value, sessions, localize);
  const experiment = sessions.experimentIn(lab);
  const hasStarted = lab.state.value !== 'idle' || sessions.openedIn(lab) === undefined;
  if (experiment !== undefined && hasStarted)
    return experimentNotice(experiment, localize, () => sessions.dismissOpened());
  // Starting something else answers the other questions.
  if (lab.state.value !== 'idle') return nothing;
  const opened = sessions.openedIn(lab);
  if (opened !== undefined) return openedNotice(lab, opened, localize, () => sessions.dismissOpened());
  return lab.kept.value === undefined ? nothing : keptNotice(lab, lab.kept.value, localize);
}

/** A problem that the reader dismisses. */
export function problemNotice(
  problem: Problem,
  { terms }: TermsController,
  onDismiss: () => void,
): TemplateResult {
  return html`<div class="notice" role="alert">
    <div class="calm">
      ${problemView(problem, terms)}
      <button class="button" type="button" @click=${onDismiss}>${terms.lab.dismiss}</button>
    </div>
  </div>`;
}

/** Asks whether a session may replace the present one. */
function waitingNotice(
  waiting: Incoming,
  sessions: SessionOpener,
  { terms }: TermsController,
): TemplateResult {
  return html`<div class="notice" role="alert">
    <div class="calm">
      <p>${terms.lab.waits[waiting.from]}</p>
      <button class="button" type="button" @click=${() => void sessions.open(waiting)}>
        ${terms.lab.openIt}
      </button>
      <button class="button" type="button" @click=${() => sessions.keepPresent()}>
        ${terms.lab.keepPresent}
      </button>
    </div>
  </div>`;
}

/** Says what the link or the experiment holds that was just opened. */
function openedNotice(
  lab: Lab,
  { title, question = '' }: Incoming,
  localize: TermsController,
  onDismiss: () => void,
): TemplateResult {
  const { terms } = localize;
  const runs = lab.runs.value.map((run) => {
    const changes = changesOf(run, terms)
      .toSorted((one, other) => one.change.step - other.change.step)
      .map(({ change: { kind, step }, what }) => terms.lab.openedChange[kind](what, localize.number(step)));
    return terms.lab.openedRun(nameInSentence(run.name.value), scheduleTitle(run, terms), ...changes);
  });
  return html`<section class="notice" role="status">
    <div class="calm">
      <p>
        ${
          title === undefined
            ? terms.lab.opened(settingsText(lab, terms.lab), ...runs)
            : terms.lab.openedExperiment(title, question, ...runs)
        }
      </p>
      <button class="button" type="button" @click=${onDismiss}>${terms.lab.dismiss}</button>
    </div>
  </section>`;
}

/** What an experiment asks, as long as its runs are there. */
function experimentNotice(
  { title = '', question = '' }: Incoming,
  { terms }: TermsController,
  onDismiss: () => void,
): TemplateResult {
  return html`<section class="notice" role="status">
    <div class="calm">
      <p>${terms.lab.experiment(title, question)}</p>
      <button class="button" type="button" @click=${onDismiss}>${terms.lab.dismiss}</button>
    </div>
  </section>`;
}

/** Offers the session of an earlier visit. */
function keptNotice(lab: Lab, kept: KeptSession, localize: TermsController): TemplateResult {
  const { terms } = localize;
  const when = localize.date(kept.savedAt, { dateStyle: 'medium', timeStyle: 'short' });
  const runs = kept.runs
    .map(({ name, steps }) => terms.lab.keptRun(nameInSentence(name), localize.number(steps)))
    .join(terms.lab.listJoint);
  return html`<section class="notice" aria-label=${terms.lab.keptLabel}>
    <div class="calm">
      <p>${terms.lab.kept(when, runs)}</p>
      <button class="button" type="button" @click=${() => void refusalOf(resumeAndTrain(lab))}>
        ${terms.lab.goOn}
      </button>
      <button class="button" type="button" @click=${() => void refusalOf(lab.forget())}>
        ${terms.lab.forget}
      </button>
    </div>
  </section>`;
}
