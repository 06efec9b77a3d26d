import { html, type TemplateResult } from 'lit';
import type { Terms } from '../locales/terms.js';

/** The sections of which a narrow page shows one at a time. */
const sections = ['schedule', 'runs', 'inside'] as const;

/** One of the sections of which a narrow page shows one at a time. */
export type Section = (typeof sections)[number];

/** The choice of the section that a narrow page shows. */
export function sectionChoice(
  shown: Section,
  { lab: terms }: Pick<Terms, 'lab'>,
  onChoice: (section: Section) => void,
): TemplateResult {
  return html`<fieldset class="sections choices">
    <legend class="visually-hidden">${terms.sectionsLabel}</legend>
    ${sections.map(
      (section) =>
        html`<label class="choice">
          <input
            type="radio"
            name="section"
            .checked=${section === shown}
            @change=${() => onChoice(section)}
          />
          <span>${terms.sections[section]}</span>
        </label>`,
    )}
  </fieldset>`;
}
