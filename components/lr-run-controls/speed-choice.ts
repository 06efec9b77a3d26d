import { css, html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Lab } from '../../src/lab/index.js';
import type { Terms } from '../locales/terms.js';
import { speedOf, speeds } from '../internal/lab/speed.js';

/** The styles of {@link speedChoice}. */
export const speedStyles = css`
  .speeds {
    display: inline-flex;
    flex: none;
    margin: 0;
    padding: 2px;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
  }

  .speeds label {
    position: relative;
    display: inline-flex;
  }

  .speeds input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }

  .speeds span {
    display: inline-flex;
    align-items: center;
    min-block-size: 26px;
    padding-inline: 8px;
    border-radius: 5px;
    color: var(--text-muted);
    font-size: 0.8125rem;
  }

  .speeds :checked + span {
    background: var(--accent-soft);
    color: var(--accent);
    font-weight: 650;
    box-shadow: inset 0 0 0 1px var(--accent);
  }

  .speeds :focus-visible + span {
    outline: 2px solid var(--focus-ring);
    outline-offset: 1px;
  }

  @container (min-width: 800px) and (max-width: 899.98px) {
    .speeds span {
      padding-inline: 6px;
    }
  }

  @media (pointer: coarse) {
    .speeds span {
      min-block-size: 40px;
      min-inline-size: 40px;
      justify-content: center;
    }
  }

  @media (forced-colors: active) {
    .speeds :checked + span {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
`;

/** The choice of a speed: one group of three. */
export function speedChoice(lab: Lab, { controls }: Terms): TemplateResult {
  const speed = speedOf(lab);
  return html`<fieldset class="speeds" title=${controls.speedHint}>
    <legend class="visually-hidden">${controls.speed}</legend>
    ${speeds.map(
      (each) =>
        html`<label>
          <input
            type="radio"
            name="speed"
            .checked=${live(each === speed.value)}
            @change=${() => {
              speed.value = each;
            }}
          />
          <span>${controls.speeds[each]}</span>
        </label>`,
    )}
  </fieldset>`;
}
