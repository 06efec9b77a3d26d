import { css } from 'lit';

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
    gap: 4px;
    min-block-size: 0;
    padding: 9px 12px 6px;
  }

  .head {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 14px;
    min-block-size: 28px;
  }

  .controls {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: 4px 10px;
    margin-inline-start: auto;
  }

  .readout {
    display: flex;
    flex: 1 1 100%;
    order: 1;
    min-block-size: 1.5em;
    font-variant-numeric: tabular-nums;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 14px;
    color: var(--text-muted);
    font-size: 0.8125rem;
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
    min-inline-size: 11.5em;
    white-space: nowrap;
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

  .run-0 {
    color: var(--run-a);
  }

  .run-1 {
    color: var(--run-b);
  }

  .run-2 {
    color: var(--run-c);
  }

  .run-3 {
    color: var(--run-d);
  }

  .run-4 {
    color: var(--run-e);
  }

  .run-5 {
    color: var(--run-f);
  }

  .run-6 {
    color: var(--run-g);
  }

  .run-7 {
    color: var(--run-h);
  }

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
    font-size: 11px;
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
    inset-inline: 54px 44px;
    margin: 0 auto;
    inline-size: fit-content;
    max-inline-size: calc(100% - 98px);
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

  .zoom {
    display: inline-flex;
    gap: 2px;
  }

  .sign {
    inline-size: 28px;
    padding-inline: 0;
    text-align: center;
  }

  .draft {
    color: var(--text);
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

  @container (max-width: 420px) {
    .card {
      padding-inline: 9px;
    }

    .smoothing input {
      inline-size: 72px;
    }

    .smoothing-name {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
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
      --run-a: CanvasText;
      --run-b: LinkText;
      --run-c: CanvasText;
      --run-d: LinkText;
      --run-e: CanvasText;
      --run-f: LinkText;
      --run-g: CanvasText;
      --run-h: LinkText;
    }
  }
`;
