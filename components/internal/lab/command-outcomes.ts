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

/**
 * Runs an element's commands and shows the outcome of the last one next to the control that gave it: success in a
 * polite live region, a refusal as an alert.
 */
export class CommandOutcomes<Area extends string> implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private area: Area | undefined;
  private done = '';
  private problem: Problem | undefined;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.clear();
  }

  /** Runs a command that resolves with the sentence to show. */
  async act(lab: Lab, area: Area, work: () => Promise<string>): Promise<void> {
    let done = '';
    const problem = await ownRefusalOf(
      lab,
      (async () => {
        done = await work();
      })(),
    );
    this.area = area;
    this.done = done;
    this.problem = problem;
    this.host.requestUpdate();
  }

  /** Forgets the last outcome. */
  clear(): void {
    this.area = undefined;
    this.host.requestUpdate();
  }

  /** Why the last command was refused, if it belongs to this area. */
  problemOf(area: Area): Problem | undefined {
    return this.area === area ? this.problem : undefined;
  }

  /** The outcome to show in this area. */
  view(area: Area, terms: Terms): TemplateResult {
    const problem = this.problemOf(area);
    return html`<p class="done" role="status">${this.area === area ? this.done : nothing}</p>
      ${
        problem === undefined
          ? nothing
          : html`<div role="alert">${problemView(problem, terms, `${area}-problem`)}</div>`
      }`;
  }
}
