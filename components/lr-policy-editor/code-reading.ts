/** What was read out of PyTorch code besides its policy: what it leaves open, what was assumed, its optimizer. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Config } from '../../src/config/index.js';
import type { Answer, PyTorchUnknown } from '../../src/policy/index.js';
import type { TermsController } from '../internal/kit/element/terms-controller.js';
import type { CodeReading } from '../internal/policy/policy-draft.js';
import type { Terms } from '../locales/terms.js';
import { codeTraining, type CodeSettings } from './code-program.js';

/** The look of a {@link readingView} and of the line numbers. */
export const codeReadingStyles = css`
  .reading {
    display: grid;
    gap: 8px;
    font-size: 0.8125rem;
  }

  .reading p,
  .reading ul {
    margin: 0;
  }

  .unknowns {
    display: grid;
    gap: 6px;
    padding: 8px 10px;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
  }

  .unknown {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 10px;
  }

  .unknown .input {
    inline-size: 9rem;
  }

  .unknown code {
    font-family: var(--font-mono);
    overflow-wrap: anywhere;
  }

  .place {
    color: var(--text-muted);
    font-size: 0.75rem;
  }

  .notes {
    padding-inline-start: 1.1rem;
    color: var(--text-muted);
  }

  .offer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 10px;
  }

  .area {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }

  .area.numbered {
    grid-template-columns: auto minmax(0, 1fr);
  }

  .numbers {
    overflow: hidden;
    margin: 0;
    max-block-size: 24rem;
    padding-block: 7px;
    padding-inline: 2px 6px;
    color: var(--text-muted);
    font-family: var(--font-mono);
    font-size: 0.8125rem;
    line-height: 1.5;
    text-align: end;
    user-select: none;
  }

  .numbers span {
    display: block;
  }

  .numbers .marked {
    background: var(--danger-soft);
    color: var(--danger);
    font-weight: 700;
  }
`;

/** What a reader does with a reading. */
export interface ReadingActions {
  readonly answer: (expression: string, answer: Answer) => void;
  readonly useSettings: (settings: CodeSettings) => void;
  readonly dismiss: () => void;
}

/** Line numbers beside a text; those of faults are marked. */
export function lineNumbers(text: string, marked: ReadonlySet<number>): TemplateResult {
  const count = text.split('\n').length;
  return html`<div class="numbers" aria-hidden="true">
    ${Array.from({ length: count }, (_, index) =>
      marked.has(index + 1)
        ? html`<span class="marked">${index + 1}</span>`
        : html`<span>${index + 1}</span>`,
    )}
  </div>`;
}

/** The fields, the notes and the offer that belong to a piece of code. */
export function readingView(
  reading: CodeReading,
  localize: TermsController,
  { isDismissed, ...current }: { optimizer: Config['optimizer']; epochs: number; isDismissed: boolean },
  actions: ReadingActions,
): TemplateResult {
  const { code } = localize.terms.panel;
  const { unknowns, assumed, notes } = reading;
  const training = codeTraining(reading, current, code, (count) => localize.number(count));
  const { offers, remarks } = training;
  const offered = isDismissed ? undefined : training.offered;
  if (unknowns.length + notes.length + remarks.length === 0 && !offered) return html`${nothing}`;
  return html`<div class="reading">
    ${
      unknowns.length === 0
        ? nothing
        : html`<fieldset class="unknowns">
            <legend>${code.open}</legend>
            ${unknowns.map((unknown) => unknownView(unknown, assumed[unknown.expression], code, actions))}
          </fieldset>`
    }
    ${remarks.map((remark) => html`<p>${remark}</p>`)}
    ${
      offered
        ? html`<div class="offer" role="group" aria-label=${offers.join(' ')}>
            ${offers.map((offer) => html`<span>${offer}</span>`)}
            <button class="button quiet" type="button" @click=${() => actions.useSettings(offered)}>
              ${code.useSettings}
            </button>
            <button class="button quiet" type="button" @click=${actions.dismiss}>${code.onlySchedule}</button>
          </div>`
        : nothing
    }
    ${
      notes.length === 0
        ? nothing
        : html`<ul class="notes" aria-label=${code.notesLabel}>
            ${notes.map(
              (note) =>
                html`<li>
                  ${code.notes[note.code](note.value)}
                  <span class="place">${code.line(String(note.line))}</span>
                </li>`,
            )}
          </ul>`
    }
  </div>`;
}

function unknownView(
  { kind, expression, line, about, options: choices = [] }: PyTorchUnknown,
  value: Answer,
  code: Terms['panel']['code'],
  { answer }: ReadingActions,
): TemplateResult {
  const label =
    about === 'optimizer'
      ? html`${code.whichOptimizer}`
      : about === 'metric'
        ? html`${code.whichMetric(expression)}`
        : about === 'interval'
          ? html`${code.whichInterval(expression)}`
          : html`<code>${expression}</code>`;
  const words = new Map<string, string>(Object.entries(code.choices));
  const select = (entries: readonly (readonly [string, string])[], give: (chosen: string) => Answer) =>
    html`<select
      class="input"
      @change=${(event: Event) => answer(expression, give((event.target as HTMLSelectElement).value))}
    >
      ${entries.map(
        ([key, word]) => html`<option value=${key} ?selected=${key === String(value)}>${word}</option>`,
      )}
    </select>`;
  const input =
    kind === 'condition'
      ? select(
          [
            ['true', code.yes],
            ['false', code.no],
          ],
          (chosen) => chosen === 'true',
        )
      : kind === 'choice'
        ? select(
            choices.map((choice) => [choice, words.get(choice) ?? choice] as const),
            (chosen) => chosen,
          )
        : html`<input
            class="input"
            type="number"
            step="any"
            .value=${String(value)}
            @change=${(event: Event) => {
              const { valueAsNumber } = event.target as HTMLInputElement;
              if (Number.isFinite(valueAsNumber)) answer(expression, valueAsNumber);
            }}
          />`;
  return html`<label class="unknown"
    ><span>${label} <span class="place">${code.line(String(line))}</span></span
    >${input}</label
  >`;
}
