import { html, nothing, svg, type TemplateResult } from 'lit';
import { previewDash, runColors, runDash } from '../kit/run-style.js';

/** The styles of a line in the legend of a chart: faint, strong, preview, draft, or with points. */
export type KeyKind = 'raw' | 'line' | 'preview' | 'draft' | 'circle' | 'diamond';

/** The dash of a draft: dots, which no other line has. */
export const draftDash = [2, 3] as const;

/** A small sample of a run's line, by the run's index; without an index, of such lines in general. */
export function keyGlyph(kind: KeyKind, run?: number): TemplateResult {
  const line = svg`<line
    x1="0" x2="22" y1="6" y2="6"
    stroke-width=${kind === 'line' || kind === 'draft' ? 2.5 : 1.5}
    stroke-dasharray=${dashOf(kind, run ?? 0).join(' ')}
    opacity=${kind === 'raw' ? 0.45 : 1}
  />`;
  const color = run === undefined ? '' : `run-${run % runColors.length}`;
  return html`<svg class="key ${color}" viewBox="0 0 22 12" aria-hidden="true">${line}${pointOf(kind)}</svg>`;
}

function dashOf(kind: KeyKind, run: number): readonly number[] {
  if (kind === 'line') return runDash(run);
  if (kind === 'preview') return previewDash(run);
  if (kind === 'draft') return draftDash;
  return kind === 'raw' ? [] : [2, 2];
}

function pointOf(kind: KeyKind): TemplateResult<2> | typeof nothing {
  if (kind === 'circle') return svg`<circle cx="11" cy="6" r="3.5" stroke-width="1.5" class="hollow" />`;
  if (kind === 'diamond')
    return svg`<path d="M11 1.5 15.5 6 11 10.5 6.5 6Z" stroke="none" fill="currentColor" />`;
  return nothing;
}
