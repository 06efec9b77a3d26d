import { html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Lab, Run } from '../../src/lab/index.js';
import { presetOf, presets } from '../../src/policy/index.js';
import { customElement } from '../internal/kit/element/custom-element.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { stepFrom } from '../internal/kit/number-text.js';
import { buttonStyles, fieldStyles, themeStyles } from '../internal/kit/styles/theme.styles.js';
import { popoverStyles } from '../internal/kit/styles/popover.styles.js';
import { CommandOutcomes, outcomeStyles } from '../internal/lab/command-outcomes.js';
import { LabElement } from '../internal/lab/lab-element.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { problemStyles } from '../internal/lab/problem.styles.js';
import { remainingPlan, scheduleTitle } from '../internal/lab/run-title.js';
import { forkMenuStyles } from './lr-fork-menu.styles.js';

/** A run that can be forked, and at which steps. */
export function canFork(run: Run): boolean {
  return run.history.length > 0;
}

/** The last step at which a run can be forked. */
const lastStep = (run: Run): number => Math.min(run.history.length, run.plan.peek().steps - 1);

/** Where a fork usually begins: now, or in the middle of a run that has ended. */
function usualStep(run: Run): number {
  const { steps, stepsPerEpoch } = run.plan.peek();
  const made = run.history.length;
  if (made < steps && run.held.peek() === undefined) return made;
  return Math.floor(made / 2 / stepsPerEpoch) * stepsPerEpoch;
}

/**
 * @summary Asks at which step and with which schedule a run is forked. A part of other elements, which open it with
 * `show()`.
 */
@customElement('lr-fork-menu')
export class LrForkMenu extends LabElement {
  static override styles = [
    themeStyles,
    popoverStyles,
    buttonStyles,
    fieldStyles,
    problemStyles,
    outcomeStyles,
    forkMenuStyles,
  ];

  private readonly outcomes = new CommandOutcomes<'fork'>(this);

  @state() private run: Run | undefined;
  @state() private stepText = '';
  @state() private preset = '';
  /** Whether the step is the present one, which moves on while the run trains. */
  private isNow = true;

  @query('.menu') private readonly menu!: HTMLElement | null;

  /** Opens beside a control, for a step that has been trained; for the present one by default. */
  show(run: Run, anchor: HTMLElement, step?: number): void {
    this.run = run;
    this.preset = '';
    this.stepText = String(step ?? usualStep(run));
    this.isNow = step === undefined && !run.isOver && run.held.peek() === undefined;
    this.outcomes.clear();
    void this.updateComplete.then(() => {
      const { menu } = this;
      if (menu === null) return;
      menu.showPopover();
      positionPopover(menu, anchor);
      menu.querySelector('select')?.focus();
    });
  }

  private handleStep(event: InputEvent): void {
    this.stepText = (event.target as HTMLInputElement).value;
    this.isNow = false;
  }

  private handleSubmit(event: SubmitEvent, lab: Lab, run: Run): void {
    event.preventDefault();
    const step = this.isNow ? run.history.length : stepFrom(this.stepText, 0, lastStep(run));
    if (step === undefined) return;
    const policy = presetOf(this.preset)?.policy(remainingPlan(run, step));
    void this.outcomes.act(lab, 'fork', async () => {
      const fork = await lab.fork(run, { at: this.isNow ? 'now' : step, policy });
      this.menu?.hidePopover();
      viewOf(lab).select(fork);
      this.dispatchEvent(new CustomEvent<Run>('lr-forked', { detail: fork }));
      return '';
    });
  }

  protected override renderLab(lab: Lab): TemplateResult {
    const terms = this.localize.terms.runs;
    const { run } = this;
    return html`<div
      class="menu popover"
      popover
      role="dialog"
      aria-label=${run === undefined ? terms.fork : terms.forkTitle(run.name.value)}
    >
      ${run === undefined ? nothing : this.renderForm(lab, run)}
    </div>`;
  }

  private renderForm(lab: Lab, run: Run): TemplateResult {
    const { runs: terms, presets: names } = this.localize.terms;
    const isBad = !this.isNow && stepFrom(this.stepText, 0, lastStep(run)) === undefined;
    const option = ({ id }: (typeof presets)[number]) => html`<option value=${id}>${names[id].name}</option>`;
    return html`<form novalidate @submit=${(event: SubmitEvent) => this.handleSubmit(event, lab, run)}>
      <p class="title">${terms.forkTitle(run.name.value)}</p>
      <p class="hint">${terms.forkHint}</p>
      <div class="field">
        <label class="label" for="schedule">${terms.forkSchedule}</label>
        <select
          class="input"
          id="schedule"
          .value=${live(this.preset)}
          @change=${(event: Event) => {
            this.preset = (event.target as HTMLSelectElement).value;
          }}
        >
          <option value="">${terms.forkSame(scheduleTitle(run, this.localize.terms))}</option>
          ${presets.map(option)}
        </select>
      </div>
      <div class="field">
        <label class="label" for="step">${terms.forkStep}</label>
        <input
          class="input"
          id="step"
          inputmode="numeric"
          autocomplete="off"
          aria-invalid=${isBad}
          aria-describedby=${isBad ? 'step-hint' : nothing}
          .value=${live(this.stepText)}
          @input=${this.handleStep}
        />
        ${
          isBad
            ? html`<p class="hint bad" id="step-hint">
                ${terms.forkStepHint(this.localize.number(lastStep(run)))}
              </p>`
            : nothing
        }
      </div>
      <button class="button primary" type="submit" ?disabled=${isBad}>${terms.fork}</button>
      ${this.outcomes.view('fork', this.localize.terms)}
    </form>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lr-fork-menu': LrForkMenu;
  }
  interface HTMLElementEventMap {
    'lr-forked': CustomEvent<Run>;
  }
}
