import {
  css,
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import type { Problem } from '../../../src/errors.js';
import type { Lab } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { problemView } from './problem-view.js';
import { ownRefusalOf } from './refusal.js';

/** The styles of {@link CommandOutcomes.view}. */
export const outcomeStyles = css`
  .done {
    min-block-size: 1.2em;
    margin: 0;
    font-size: 0.8125rem;
  }

  .done:not(:empty)::before {
    content: '✓ ';
    color: var(--success);
    font-weight: 700;
  }

  .done:empty {
    display: none;
  }
`;

/** What a command has done. A function says it in the language of the moment in which it is read. */
export type Outcome = string | (() => string);

/** Milliseconds after which a confirmation is out of date. */
const confirmationTime = 10_000;

/**
 * Runs an element's commands and shows the outcome of the last one next to the control that gave it: success in a
 * polite live region for some seconds, a refusal as an alert until the next command.
 */
export class CommandOutcomes<Area extends string> implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private area: Area | undefined;
  private done: Outcome = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private problem: Problem | undefined;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.clear();
  }

  /** Runs a command that resolves with the sentence to show. */
  async act(lab: Lab, area: Area, work: () => Promise<Outcome>): Promise<void> {
    let done: Outcome = '';
    const problem = await ownRefusalOf(
      lab,
      (async () => {
        done = await work();
      })(),
    );
    this.area = area;
    this.done = done;
    this.problem = problem;
    clearTimeout(this.timer);
    if (problem === undefined) this.timer = setTimeout(() => this.clear(), confirmationTime);
    this.host.requestUpdate();
  }

  /** Forgets the last outcome. */
  clear(): void {
    clearTimeout(this.timer);
    this.area = undefined;
    this.host.requestUpdate();
  }

  /** Whether the outcome of the last command is shown in this area. */
  isShown(area: Area): boolean {
    return this.area === area;
  }

  /** Why the last command was refused, if it belongs to this area. */
  problemOf(area: Area): Problem | undefined {
    return this.area === area ? this.problem : undefined;
  }

  /** The outcome to show in this area. */
  view(area: Area, terms: Terms): TemplateResult {
    const problem = this.problemOf(area);
    const done = typeof this.done === 'string' ? this.done : this.done();
    return html`<p class="done" role="status">${this.area === area ? done : nothing}</p>
      ${
        problem === undefined
          ? nothing
          : html`<div role="alert">${problemView(problem, terms, `${area}-problem`)}</div>`
      }`;
  }
}
