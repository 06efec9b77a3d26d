/**
 * Programs, and the settings of pasted code, that restart the lab: what they set, the button, and the question before
 * runs are deleted.
 */
import { html, nothing, type ReactiveElement, type TemplateResult } from 'lit';
import type { Lab, Run } from '../../src/lab/index.js';
import type { Preset } from '../../src/policy/index.js';
import type { TermsController } from '../internal/kit/element/terms-controller.js';
import { formatRate } from '../internal/kit/format.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { viewOf } from '../internal/lab/lab-view.js';
import { isProgram, runProgram } from '../internal/lab/policy-commands.js';
import { resetQuestion } from '../internal/lab/reset-question.js';
import type { CodeProgram } from '../lr-policy-editor/lr-policy-editor.js';
import type { Phase } from './phase.js';
import type { PickedPolicy } from './picked-policy.js';
import type { PanelOutcomes } from './schedule-changes.js';

/** Loads the settings of a program, or those of pasted code, and asks first where runs would be lost. */
export class SetupLoader {
  private readonly host: ReactiveElement;
  private readonly picked: PickedPolicy;
  private readonly outcomes: PanelOutcomes;
  private readonly localize: TermsController;
  /** What happens when the reader confirms that the runs are deleted. */
  private asked: (() => void) | undefined;

  constructor(
    host: ReactiveElement,
    picked: PickedPolicy,
    outcomes: PanelOutcomes,
    localize: TermsController,
  ) {
    this.host = host;
    this.picked = picked;
    this.outcomes = outcomes;
    this.localize = localize;
  }

  /** Takes over the optimizer and the epochs of pasted code with its policy. */
  takeProgram(lab: Lab, program: CodeProgram, origin: HTMLElement): void {
    this.askFirst(lab, origin, () => {
      void this.outcomes.act(lab, 'program', async () => {
        // The code and what was before it stay, although the run is another.
        await this.picked.keepThrough(() => lab.reset(program));
        return () => this.localize.terms.panel.done.program;
      });
    });
  }

  private loadProgram(lab: Lab, { config, policy }: Preset): void {
    if (config === undefined) return;
    const { plan } = viewOf(lab).selected.peek();
    void this.outcomes.act(lab, 'program', async () => {
      await runProgram(lab, policy({ ...plan.peek(), lr: config.optimizer.lr }), config);
      await this.host.updateComplete;
      return () => this.localize.terms.panel.done.program;
    });
  }

  /** Asks before runs that have been trained are deleted. */
  private askFirst(lab: Lab, button: HTMLElement, load: () => void): void {
    const { question } = this;
    if (question === null || lab.runs.peek().every(({ history }) => history.length === 0)) {
      load();
      return;
    }
    this.asked = load;
    question.showPopover();
    positionPopover(question, button);
    question.querySelector('button')?.focus();
  }

  private handleConfirm(): void {
    const { asked } = this;
    this.asked = undefined;
    this.question?.hidePopover();
    asked?.();
  }

  private get question(): HTMLElement | null {
    return this.host.renderRoot.querySelector<HTMLElement>('.question');
  }

  /** The settings of a picked program, and the button that loads them where they are not in place. */
  programView(lab: Lab, run: Run, phase: Phase, preset: Preset): TemplateResult {
    const { panel, lab: words } = this.localize.terms;
    const { optimizer, model, classes, epochs } = preset.config ?? {};
    const settings = [
      optimizer && `${optimizer.type} ${formatRate(optimizer.lr)}`,
      model && words.models[model],
      classes && words.classCount(String(classes)),
      epochs && words.epochs(String(epochs)),
    ].filter((word) => word !== undefined);
    const isSetUp = phase === 'ahead' && preset.config !== undefined && isProgram(run.config, preset.config);
    const listed = settings.join(' · ');
    return html`<div class="program">
      ${
        isSetUp
          ? nothing
          : html`<button
              class="button quiet"
              type="button"
              @click=${(event: Event) =>
                this.askFirst(lab, event.currentTarget as HTMLElement, () => this.loadProgram(lab, preset))}
            >
              ${panel.program}
            </button>`
      }
      <p class="hint">
        ${isSetUp ? listed : panel.programHint(listed)}
        ${
          preset.source === undefined
            ? nothing
            : html`<a href=${preset.source} target="_blank" rel="noopener">${panel.programSource}</a>`
        }
      </p>
    </div>`;
  }

  /** The question whether the runs may be deleted, as a popover. */
  questionView(lab: Lab): TemplateResult {
    const { panel } = this.localize.terms;
    return resetQuestion(lab, this.localize, {
      name: panel.program,
      confirm: panel.programConfirm,
      onConfirm: () => this.handleConfirm(),
      onKeep: () => this.question?.hidePopover(),
    });
  }
}
