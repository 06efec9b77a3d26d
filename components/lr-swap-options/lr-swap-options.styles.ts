import { css } from 'lit';

/** The styles of `<lr-swap-options>`. */
export const swapOptionsStyles = css`
  :host {
    display: block;
  }

  /* As high as the button beside it, with room for two lines. */
  .sentence {
    block-size: 100%;
    inline-size: 100%;
    gap: 5px;
    padding: 2px 6px;
    font-size: 0.8125rem;
    font-weight: 400;
    line-height: 1.2;
    text-wrap: balance;
    white-space: normal;
    word-break: keep-all;
    overflow-wrap: anywhere;
  }

  .options {
    inline-size: min(340px, calc(100vw - 16px));
    padding: 14px;
  }

  .options:popover-open {
    display: flex;
    flex-direction: column;
    gap: 14px;
  }

  fieldset {
    display: grid;
    gap: 6px;
    margin: 0;
    padding: 0;
    border: 0;
  }

  .step {
    display: grid;
    grid-template-columns: auto 6rem;
    align-items: center;
    justify-content: start;
    gap: 6px 10px;
  }

  .step .hint {
    grid-column: 1 / -1;
  }

  .hint.bad {
    color: var(--danger);
    font-weight: 600;
  }

  .compare {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: start;
    gap: 8px;
    font-size: 0.8125rem;
    cursor: pointer;
  }

  .compare input {
    inline-size: 16px;
    block-size: 16px;
    margin: 1px 0 0;
    accent-color: var(--accent);
  }
`;
