import { css } from 'lit';

/** The styles of `<lr-samples>`: one line of one height, as many images as fit. */
export const samplesStyles = css`
  :host {
    display: block;
    min-inline-size: 0;
    container-type: inline-size;
  }

  .card {
    position: relative;
    display: flex;
    align-items: center;
    gap: 20px;
    block-size: 4.25rem;
    padding: 4px 14px;
    overflow: hidden;
  }

  .accuracy {
    display: grid;
    flex: none;
    min-inline-size: 7.2em;
    margin: 0;
    color: var(--text-muted);
    font-size: 0.8125rem;
    line-height: 1.2;
    white-space: nowrap;
  }

  .accuracy b {
    color: var(--text);
    font-size: 1.5rem;
    line-height: 1.15;
  }

  .strip {
    display: flex;
    flex: 1 1 0;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 8px 10px;
    block-size: 3.5rem;
    margin: 0;
    padding: 0;
    overflow: hidden;
    list-style: none;
  }

  li {
    display: grid;
    justify-items: center;
    gap: 1px;
    block-size: 3.5rem;
    font-size: 0.8125rem;
    font-weight: 650;
    line-height: 1.2;
  }

  canvas {
    inline-size: 2.375rem;
    block-size: 2.375rem;
    border-radius: 5px;
    background: #0d0e12;
    image-rendering: auto;
  }

  span {
    min-inline-size: 1.9em;
    text-align: center;
  }

  i {
    margin-inline-start: 0.25em;
    font-style: normal;
  }

  .right span {
    color: var(--success);
  }

  .wrong span {
    color: var(--danger);
  }

  .wrong canvas {
    outline: 2px solid var(--danger);
    outline-offset: -1px;
  }

  .waiting {
    position: absolute;
    inset-inline: 10.5em 14px;
    inset-block-end: 0.35rem;
    margin: 0;
    color: var(--text-muted);
    font-size: 0.75rem;
    text-align: center;
  }

  @container (max-width: 560px) {
    .card {
      gap: 10px;
      block-size: 3.875rem;
      padding-inline: 9px;
    }

    .accuracy {
      min-inline-size: 4.6em;
      font-size: 0.6875rem;
      white-space: normal;
    }

    .accuracy b {
      font-size: 1.125rem;
    }

    .strip {
      gap: 8px 5px;
    }

    canvas {
      inline-size: 2rem;
      block-size: 2rem;
    }

    .waiting {
      display: none;
    }
  }

  @media (forced-colors: active) {
    canvas {
      forced-color-adjust: none;
    }
  }
`;
