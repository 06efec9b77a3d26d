import { css } from 'lit';

/** The styles of `<lr-mnist-source>`. */
export const mnistSourceStyles = css`
  :host {
    display: block;
  }

  /* Keeps the hidden file input in place, so that focusing it does not scroll. */
  .drop .button {
    position: relative;
  }

  .box {
    display: grid;
    gap: 10px;
    padding: 12px;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
    background: var(--surface-sunken);
  }

  .state {
    margin: 0;
    font-size: 0.8125rem;
  }

  .ready::before {
    content: '✓ ';
    color: var(--success);
    font-weight: 700;
  }

  .button {
    white-space: normal;
  }

  .loading {
    display: grid;
    gap: 6px;
  }

  .loading .row {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    font-size: 0.8125rem;
  }

  progress {
    inline-size: 100%;
    block-size: 8px;
    accent-color: var(--accent);
  }

  .drop {
    display: grid;
    gap: 6px;
    padding: 10px;
    border: 1.5px dashed var(--border-strong);
    border-radius: var(--radius-small);
  }

  .drop.over {
    border-color: var(--accent);
    background: var(--accent-soft);
  }

  .drop .button {
    justify-self: start;
  }

  .drop .button:has(:focus-visible) {
    outline: 2px solid var(--focus-ring);
    outline-offset: 2px;
  }

  .drop .button:has(:disabled) {
    color: var(--text-muted);
    opacity: 0.62;
    cursor: default;
  }
`;
