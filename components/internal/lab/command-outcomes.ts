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
 * Does an element's commands and remembers what came of the last one, so that it is said in the place where the
 * command was given: done in a polite live region, refused as an alert.
 */
export class CommandOutcomes<Place extends string> implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private place: Place | undefined;
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
  async act(lab: Lab, place: Place, work: () => Promise<string>): Promise<void> {
    let done = '';
    const problem = await refusalOf(
      (async () => {
        done = await work();
      })(),
    );
    // It is told here, in its place, and not a second time by the controls.
    if (problem !== undefined) lab.clearProblem();
    this.place = place;
    this.done = done;
    this.problem = problem;
    this.host.requestUpdate();
  }

  /** Forgets the last outcome. */
  clear(): void {
    this.place = undefined;
    this.host.requestUpdate();
  }

  /** Why the last command of this place was refused, if it was the last and was refused. */
  problemOf(place: Place): Problem | undefined {
    return this.place === place ? this.problem : undefined;
  }

  /** What is said in this place. */
  view(place: Place, terms: Terms): TemplateResult {
    const problem = this.problemOf(place);
    return html`<p class="done" role="status">${this.place === place ? this.done : nothing}</p>
      ${
        problem === undefined
          ? nothing
          : html`<div role="alert">${problemView(problem, terms, `${place}-problem`)}</div>`
      }`;
  }
}
