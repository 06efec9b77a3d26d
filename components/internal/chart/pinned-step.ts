import { html, nothing, type TemplateResult } from 'lit';
import type { Intervention, Lab, Run } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { closeIcon, forkIcon } from '../kit/icons.js';
import { viewOf } from '../lab/lab-view.js';

/** What a reader can ask for at a pinned step. */
export interface PinnedHandlers {
  readonly handleBack: (run: Run, change: Intervention) => void;
  readonly handleFork: (anchor: HTMLElement) => void;
  readonly handleUnpin: () => void;
}

/** What can be done at the step on which the cursor is pinned. */
export function pinnedStepView(
  lab: Lab,
  step: number,
  { charts, panel }: Pick<Terms, 'charts' | 'panel'>,
  formatStep: (step: number) => string,
  { handleBack, handleFork, handleUnpin }: PinnedHandlers,
): TemplateResult {
  const run = viewOf(lab).selected.value;
  const canFork = step > 0 && step < run.history.length;
  const change = run.interventions.value.findLast((each) => each.step === step);
  return html`<div class="pin" part="pin">
    ${canFork ? nothing : html`<span>${charts.step(formatStep(step))}</span>`}
    ${
      change === undefined
        ? nothing
        : html`<button class="button quiet" type="button" @click=${() => handleBack(run, change)}>
            ${panel.back}
          </button>`
    }
    ${
      canFork
        ? html`<button
            class="button quiet"
            type="button"
            @click=${({ currentTarget }: Event) => handleFork(currentTarget as HTMLElement)}
          >
            ${forkIcon}${charts.forkFrom(formatStep(step))}${lab.runs.value.length > 1 ? ` · ${run.name.value}` : nothing}
          </button>`
        : nothing
    }
    <button
      class="button quiet"
      type="button"
      aria-label=${charts.unpin}
      title=${charts.unpin}
      @click=${handleUnpin}
    >
      ${closeIcon}
    </button>
  </div>`;
}
