import { css } from 'lit';

/** The styles of `<lr-live-policy>`. */
export const livePolicyStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 9px;
  }

  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 2px 12px;
  }

  .rate {
    color: var(--text-muted);
    font-family: var(--font-mono);
    font-size: 0.8125rem;
  }

  .entries,
  .planned {
    display: grid;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .entries li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 0 10px;
    min-block-size: 38px;
    padding-block: 5px;
  }

  .entries li:focus {
    /* The buttons of the panel stay in view above and below it. */
    scroll-margin-block: 140px;
    border-radius: var(--radius-small);
    outline: 2px solid var(--focus-ring);
    outline-offset: 3px;
    background: var(--accent-soft);
  }

  .entries li + li {
    border-block-start: 1px solid var(--border);
  }

  .scheduler {
    font-family: var(--font-mono);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }

  h3 {
    margin: 0;
  }

  .changes {
    display: grid;
    gap: 4px;
    margin: 0;
    padding: 0;
    font-size: 0.8125rem;
    list-style: none;
  }

  .changes li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 10px;
  }

  .planned {
    gap: 10px;
    font-size: 0.8125rem;
  }

  .planned li {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 5px;
  }

  .move {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto auto;
    gap: 6px;
  }

  .move .input {
    min-block-size: 26px;
    padding-block: 1px;
  }

  @media (pointer: coarse) {
    .move .input {
      min-block-size: 32px;
    }
  }

  .hint.bad {
    color: var(--danger);
  }

  .by-hand {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: end;
    gap: 8px;
    padding-block-start: 10px;
    border-block-start: 1px solid var(--border);
  }
`;
