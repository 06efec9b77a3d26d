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
import { refusalOf } from './refusal.js';

/** The look of {@link CommandOutcomes.view}. */
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
 * Does an element's commands and remembers what came of the last one, so that it is said where the
 * command was given: done in a polite live region, refused as an alert.
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

  /** Does a command that resolves with the sentence to say. */
  async act(lab: Lab, area: Area, work: () => Promise<string>): Promise<void> {
    let done = '';
    const problem = await refusalOf(
      (async () => {
        done = await work();
      })(),
    );
    // It is told here, in its area, and not a second time by the controls.
    if (problem !== undefined) lab.clearProblem();
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

  /** Why the last command of this area was refused, if it was the last and was refused. */
  problemOf(area: Area): Problem | undefined {
    return this.area === area ? this.problem : undefined;
  }

  /** What is said in this area. */
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
