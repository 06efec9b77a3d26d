import { css, unsafeCSS } from 'lit';
import { runColors } from '../internal/kit/run-style.js';

/** The styles of `<lr-why-rate>`: one line for each param group, always as high. */
export const whyRateStyles = css`
  :host {
    display: block;
    flex: none;
    min-inline-size: 0;
  }

  .why {
    display: flex;
    gap: 0 10px;
    min-block-size: 1.5rem;
    color: var(--text-muted);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
    line-height: 1.5rem;
    white-space: nowrap;
  }

  .label {
    flex: none;
  }

  b {
    color: color-mix(in srgb, currentColor 70%, var(--text));
  }

  ${unsafeCSS(runColors.map((color, index) => `.run-${index} { color: ${color}; }`).join('\n'))}

  /* What is too long is scrolled to; three groups are in sight at once. */
  .rows {
    flex: 1 1 0;
    min-inline-size: 0;
    max-block-size: 4.5rem;
    overflow: auto;
    scrollbar-width: none;
    color: var(--text);
    /* The cut edge fades: a sign that more follows. */
    mask-image: linear-gradient(to right, #000 calc(100% - 20px), transparent);
  }

  .row {
    inline-size: fit-content;
    margin: 0;
    padding-inline-end: 20px;
  }

  .row,
  .group,
  .swap,
  .counter {
    color: var(--text-muted);
  }

  .rate,
  .scheduler {
    color: var(--text);
  }

  /* As wide as most rates, so that what follows stays in place when one changes. */
  .rate {
    display: inline-block;
    min-inline-size: 3.4em;
    font-weight: 600;
  }

  .swap,
  .counter {
    margin-inline-start: 14px;
  }

  .scheduler {
    display: inline-flex;
    gap: 6px;
    align-items: baseline;
    padding: 0 6px;
    border: 1px solid var(--border);
    border-radius: 4px;
    background: var(--surface-sunken);
    font: inherit;
    line-height: 1.25rem;
  }

  .name {
    font-family: var(--font-mono);
    font-size: 0.75rem;
  }

  .does {
    min-inline-size: 3em;
  }

  button.scheduler {
    cursor: pointer;
  }

  button.scheduler .name {
    color: var(--accent);
  }

  button.scheduler:hover {
    border-color: var(--accent);
  }

  @media (pointer: coarse) {
    /* A finger needs more room than the line has. */
    button.scheduler {
      position: relative;
    }

    button.scheduler::after {
      content: '';
      position: absolute;
      inset: -9px -4px;
    }
  }

  .why:focus-visible,
  button.scheduler:focus-visible {
    outline: 2px solid var(--focus-ring);
    outline-offset: -2px;
  }

  button.scheduler:focus-visible {
    outline-offset: 1px;
  }

  @container (max-width: 583px) {
    .why {
      min-block-size: 1.25rem;
      font-size: 0.75rem;
      line-height: 1.25rem;
    }

    .rows {
      max-block-size: 2.5rem;
    }

    .label {
      display: none;
    }

    .rate {
      min-inline-size: 3.4em;
    }

    /* Beside the factors it would be out of sight. */
    .counter {
      display: block;
      margin-inline-start: 0;
    }

    .scheduler {
      gap: 4px;
      padding: 0 4px;
      line-height: 1.0625rem;
    }

    .name {
      font-size: 0.6875rem;
    }

    .does {
      min-inline-size: 2.6em;
    }
  }
`;
