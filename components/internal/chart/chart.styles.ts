import { css, unsafeCSS } from 'lit';
import { runColors } from '../kit/run-style.js';

/** Forced colours leave two; the dashes differ. */
const forcedRunColors = 'abcdefghijkl'
  .split('')
  .map((letter, index) => `--run-${letter}: ${index % 2 === 0 ? 'CanvasText' : 'LinkText'};`)
  .join(' ');

/** The styles that the charts share; uPlot's own style sheet comes before them. */
export const chartStyles = css`
  /* The height set by the page; if it sets only a minimum, at least what the readout of many runs needs. */
  :host {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    max-inline-size: 100%;
    min-inline-size: 0;
    container-type: inline-size;
    /* Its width where the page leaves it to the content: in a flex row, a float, a dialog. */
    contain-intrinsic-inline-size: min(40rem, 100vw - 2rem);
    --grid: var(--border);
  }

  .card {
    display: flex;
    flex-direction: column;
    gap: 2px;
    min-block-size: 0;
    padding: 6px 12px 4px;
  }

  /* One line of one height, so that nothing moves when its words change. */
  .head {
    display: flex;
    flex: none;
    align-items: center;
    gap: 0 8px;
    block-size: 1.75rem;
    white-space: nowrap;
  }

  .subtitle {
    color: var(--text-muted);
    font-size: 0.8125rem;
  }

  .subtitle:empty {
    display: none;
  }

  .readout {
    display: flex;
    flex: 1 1 0;
    justify-content: end;
    align-items: center;
    gap: 0 14px;
    min-inline-size: 0;
    overflow: hidden;
    color: var(--text-muted);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }

  /* Where the lines carry their names, the values are shown at the cursor alone. */
  .readout:not([data-cursor]) :is(.position, .item:not(.draft, .guess, .validation)) {
    visibility: hidden;
  }

  .open-tools {
    flex: none;
    min-inline-size: 30px;
    padding: 0;
    border-color: transparent;
    background: none;
    color: var(--text-muted);
  }

  .tools {
    inline-size: max-content;
    max-inline-size: calc(100vw - 16px);
    padding: 10px 12px;
  }

  .tools:popover-open {
    display: flex;
    flex-direction: column;
    gap: 8px;
  }

  .tools :is(.row, .zoom) {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }

  .pin {
    position: absolute;
    inset-block-start: 4px;
    inset-inline-end: 4px;
    z-index: 2;
    display: flex;
    align-items: center;
    gap: 4px;
    padding: 2px;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
    background: var(--surface);
    font-size: 0.8125rem;
  }

  .pin span {
    padding-inline: 8px 4px;
  }

  .ends {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }

  /* The name of a line at its end; what does not fit wraps away, whole. */
  .end {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 0;
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.4em;
    block-size: 1.25em;
    overflow: hidden;
    border-radius: 3px;
    background: color-mix(in srgb, var(--surface) 78%, transparent);
    font-size: 0.75rem;
    line-height: 1.25;
  }

  .end :is(b, span) {
    max-inline-size: 100%;
    overflow: hidden;
    color: color-mix(in srgb, currentColor 70%, var(--text));
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .end span::before {
    content: '· ';
  }

  .item b {
    color: color-mix(in srgb, currentColor 70%, var(--text));
  }

  .draft {
    color: var(--draft);
  }

  .item {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    white-space: nowrap;
  }

  /* Wide enough for every number, so that nothing moves when it changes. */
  .value {
    display: inline-block;
    min-inline-size: 3.6em;
    color: var(--text);
    font-weight: 550;
  }

  .value:empty::before {
    content: '–';
    color: var(--text-muted);
  }

  .position {
    min-inline-size: 10em;
    text-align: end;
  }

  .hollow {
    fill: var(--surface);
  }

  .empty:empty,
  .notice:empty {
    display: none;
  }

  .key {
    inline-size: 22px;
    block-size: 12px;
    flex: none;
    overflow: visible;
    fill: none;
    stroke: currentColor;
  }

  ${unsafeCSS(runColors.map((color, index) => `.run-${index} { color: ${color}; }`).join('\n'))}

  .frame {
    position: relative;
    flex: 1 1 auto;
    min-block-size: 100px;
    block-size: var(--lr-chart-height, 300px);
  }

  .plot {
    position: absolute;
    inset: 0;
    overflow: hidden;
  }

  .plot[hidden] {
    display: none;
  }

  .uplot {
    font-family: inherit;
  }

  .uplot .lines {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 0;
    pointer-events: none;
  }

  .now {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 0;
    border-inline-start: 1px dotted var(--text-muted);
    pointer-events: none;
  }

  .now[hidden],
  .now [hidden] {
    display: none;
  }

  .now span {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 0;
    padding: 0 5px;
    border-radius: 3px;
    background: color-mix(in srgb, var(--text-muted) 18%, var(--surface));
    color: var(--text);
    font-size: 0.6875rem;
    line-height: 17px;
    white-space: nowrap;
  }

  .u-over {
    border-radius: 3px;
    cursor: crosshair;
    touch-action: pan-y;
  }

  .u-select {
    background: var(--accent);
    opacity: 0.18;
  }

  .u-hz .u-cursor-x {
    border-inline-end: 1px solid var(--text-muted);
    opacity: 0.7;
  }

  .u-cursor-pt {
    border-width: 2px;
  }

  .notice,
  .empty {
    position: absolute;
    inset-inline: 54px;
    margin: 0 auto;
    inline-size: fit-content;
    max-inline-size: calc(100% - 108px);
    pointer-events: none;
    font-size: 0.8125rem;
    text-align: center;
  }

  .empty {
    inset-block-start: calc(50% - 1em);
    padding: 2px 10px;
    background: var(--surface);
    color: var(--text-muted);
  }

  .notice {
    inset-block-end: 34px;
    padding: 3px 12px;
    border: 1px solid var(--danger);
    border-radius: var(--radius-small);
    background: var(--danger-soft);
    color: var(--danger);
    font-weight: 550;
  }

  .toggle[aria-pressed='true'] {
    border-color: var(--accent);
    background: var(--accent-soft);
    color: var(--accent);
    font-weight: 600;
  }

  .sign {
    inline-size: 30px;
    padding-inline: 0;
    text-align: center;
  }

  .smoothing {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    color: var(--text-muted);
    font-size: 0.8125rem;
  }

  .smoothing input {
    inline-size: 84px;
    margin: 0;
    accent-color: var(--accent);
  }

  .smoothing output {
    min-inline-size: 2.2em;
    color: var(--text);
  }

  /* Detects a switch between light and dark, or a colour set by the page: its own colours then start a transition. */
  .probe {
    position: absolute;
    inline-size: 0;
    block-size: 0;
    overflow: hidden;
    visibility: hidden;
    border-inline-start: 0 solid var(--run-a);
    outline: 0 solid var(--border);
    background-color: var(--surface);
    color: var(--text);
    transition-property: color, background-color, border-color, outline-color;
    transition-duration: 1ms;
  }

  /* No room beside the lines: the readout names them, and the words are fewer. */
  @container (max-width: 583px) {
    .card {
      padding: 4px 9px 2px;
    }

    .head {
      block-size: 1.5rem;
    }

    .readout:not([data-cursor]) .item:not(.draft, .guess, .validation) {
      visibility: visible;
    }

    .readout:not([data-cursor]) .position,
    .readout .key,
    :is(.guess, .validation, .subtitle) {
      display: none;
    }

    .position {
      min-inline-size: 0;
      overflow: hidden;
      text-overflow: ellipsis;
    }

    /* Of many runs those that have room: the others fall into a second line, which is out of sight. */
    .readout {
      flex-wrap: wrap;
      gap: 0 10px;
      block-size: 1.5rem;
      line-height: 1.5rem;
    }

    .readout .item {
      gap: 4px;
    }

    .readout .value {
      min-inline-size: 3.5em;
    }
  }

  @media (pointer: coarse) {
    .open-tools {
      min-inline-size: 44px;
      min-block-size: 40px;
    }

    .tools .button.quiet,
    .pin .button.quiet {
      min-block-size: 40px;
      min-inline-size: 40px;
    }
  }

  @media (forced-colors: active) {
    .u-select {
      border: 1px solid Highlight;
      background: none;
      opacity: 1;
    }

    .toggle[aria-pressed='true'] {
      forced-color-adjust: none;
      border-color: Highlight;
      background: Highlight;
      color: HighlightText;
    }

    :host {
      --grid: GrayText;
      ${unsafeCSS(forcedRunColors)}
      --draft: Highlight;
    }
  }
`;
