import { css } from 'lit';

/** Only in the rate chart: it is lower, its values may be a preview, and its times can be moved. */
export const rateChartStyles = css`
  .frame {
    block-size: var(--lr-chart-height, 190px);
  }

  /* As wide as the longest rate, so that nothing moves when it changes. */
  .item .value {
    min-inline-size: 5.2em;
  }

  /* The glyph beside a value looks like its line: solid for a used rate, dashed for a preview. */
  .item:not([data-planned]) .planned,
  .item[data-planned] .used {
    display: none;
  }

  /* Its place is there before it has loaded. */
  lr-why-rate {
    flex: none;
    min-block-size: 1.5rem;
  }

  @container (max-width: 583px) {
    lr-why-rate {
      min-block-size: 1.25rem;
    }

    .item .value {
      min-inline-size: 3.5em;
    }
  }

  .handles {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }

  .handle {
    position: absolute;
    inset-block-start: -12px;
    inset-inline-start: -12px;
    inline-size: 24px;
    block-size: 24px;
    border-radius: 50%;
    cursor: ew-resize;
    pointer-events: auto;
    touch-action: none;
  }

  .handle:is(:hover, :focus, [data-pending]) {
    z-index: 1;
  }

  .handle[hidden] {
    display: none;
  }

  /* The visible part; the element itself is large enough for a finger. */
  .handle::before {
    content: '';
    position: absolute;
    inset: 5px 7px;
    border: 2px solid var(--accent);
    border-radius: 3px;
    background: var(--surface);
  }

  .handle::after {
    content: '';
    position: absolute;
    inset: 9px 11px;
    background: var(--accent);
  }

  .handle:is(:hover, :focus-visible, [data-pending])::before {
    inset: 3px 6px;
    background: var(--accent-soft);
  }

  .handle:focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 1px;
  }

  .bubble {
    position: absolute;
    inset-block-end: 100%;
    inset-inline-end: -12px;
    z-index: 2;
    display: none;
    padding: 2px 7px;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font-size: 0.75rem;
    white-space: nowrap;
    pointer-events: none;
  }

  .handle:is(:hover, :focus, [data-pending]) .bubble {
    display: block;
  }

  /* Its words stay in the chart: to its right in the left half, below it without space above. */
  .handle[data-left] .bubble {
    inset-inline: -12px auto;
  }

  .handle[data-high] .bubble {
    inset-block: 100% auto;
  }

  @media (pointer: coarse) {
    .handle {
      inset-block-start: -16px;
      inset-inline-start: -16px;
      inline-size: 32px;
      block-size: 32px;
    }

    .handle::before,
    .handle:is(:hover, :focus-visible, [data-pending])::before {
      inset: 7px 10px;
    }

    .handle::after {
      inset: 12px 15px;
    }
  }

  @media (forced-colors: active) {
    .handle::before {
      border-color: ButtonText;
      background: ButtonFace;
    }

    .handle::after {
      background: ButtonText;
    }

    .handle:is(:hover, :focus-visible, [data-pending])::before {
      border-color: Highlight;
    }

    .handle:focus-visible {
      outline-color: Highlight;
    }
  }
`;
