/** The controls of a chart, which a button beside its heading opens: its scale, its table, its steps, and its files. */
import { html, type TemplateResult } from 'lit';
import type { Terms } from '../../locales/terms.js';
import { moreIcon } from '../kit/icons.js';
import type { YScale } from '../plot/axes/vertical-axis.js';
import { following, whole, zoomStep, type ChartWindow, type WindowChange } from '../plot/chart-window.js';

/** What the controls show, and what they ask for. */
export interface ChartTools {
  readonly words: Terms['charts'];
  /** The name of the chart. */
  readonly name: string;
  readonly yScale: YScale;
  readonly isTable: boolean;
  readonly window: ChartWindow['kind'];
  /** Controls of one chart only. */
  readonly own: TemplateResult | undefined;
  readonly handleToggle: (event: ToggleEvent) => void;
  readonly handleScale: () => void;
  readonly handleTable: () => void;
  readonly handleWindow: (change: WindowChange) => void;
  readonly handleZoom: (factor: number) => void;
  readonly handleSave: (kind: 'svg' | 'png') => void;
}

/** The button and the controls. */
export function chartTools(tools: ChartTools): TemplateResult {
  const { words, yScale, isTable, own, handleToggle, handleScale, handleTable, handleSave } = tools;
  const label = words.tools(tools.name);
  return html`<button
      type="button"
      class="button quiet open-tools"
      part="tools-button"
      popovertarget="tools"
      aria-haspopup="dialog"
      aria-label=${label}
      title=${label}
    >
      ${moreIcon}
    </button>
    <div
      class="tools popover"
      id="tools"
      part="controls"
      popover
      role="dialog"
      aria-label=${label}
      @toggle=${handleToggle}
    >
      ${own}
      <div class="row">
        <button
          type="button"
          class="button quiet toggle"
          aria-pressed=${yScale === 'log'}
          title=${words.logScaleHint}
          @click=${handleScale}
        >
          ${words.logScale}
        </button>
        <button
          type="button"
          class="button quiet toggle"
          aria-pressed=${isTable}
          title=${words.tableHint}
          @click=${handleTable}
        >
          ${words.tableHint}
        </button>
      </div>
      ${zoomView(tools)}
      <div class="row">
        <button type="button" class="button quiet" ?disabled=${isTable} @click=${() => handleSave('png')}>
          ${words.savePng}
        </button>
        <button type="button" class="button quiet" ?disabled=${isTable} @click=${() => handleSave('svg')}>
          ${words.saveSvg}
        </button>
      </div>
    </div>`;
}

function zoomView({ words, window, handleWindow, handleZoom }: ChartTools): TemplateResult {
  return html`
    <div class="zoom" role="group" aria-label=${words.window}>
      <button
        type="button"
        class="button quiet toggle"
        aria-pressed=${window === 'whole'}
        title=${words.wholeHint}
        @click=${() => handleWindow(() => whole)}
      >
        ${words.whole}
      </button>
      <button
        type="button"
        class="button quiet toggle"
        aria-pressed=${window === 'follow'}
        title=${words.followHint}
        @click=${() => handleWindow(following)}
      >
        ${words.follow}
      </button>
      <button
        type="button"
        class="button quiet sign"
        aria-label=${words.zoomIn}
        title=${words.zoomInHint}
        @click=${() => handleZoom(1 / zoomStep)}
      >
        +
      </button>
      <button
        type="button"
        class="button quiet sign"
        aria-label=${words.zoomOut}
        title=${words.zoomOut}
        ?disabled=${window === 'whole'}
        @click=${() => handleZoom(zoomStep)}
      >
        −
      </button>
    </div>
  `;
}
