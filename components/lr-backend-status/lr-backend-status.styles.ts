import { css } from 'lit';

/** The styles of `<lr-backend-status>`. */
export const backendStatusStyles = css`
  :host {
    display: inline-block;
    max-inline-size: 100%;
  }

  .chip {
    max-inline-size: 100%;
    cursor: pointer;
    text-align: start;
  }

  .chip:hover {
    border-color: var(--border-strong);
  }

  .dot {
    flex: none;
    inline-size: 8px;
    block-size: 8px;
    border: 1.5px solid var(--text-muted);
    border-radius: 50%;
  }

  .good .dot {
    border-color: var(--success);
    background: var(--success);
  }

  /* Differs in shape as well as in colour. */
  .warning .dot {
    border: 0;
    border-radius: 1px;
    background: var(--warning);
    clip-path: polygon(50% 0, 100% 100%, 0 100%);
    inline-size: 10px;
    block-size: 9px;
  }

  .words {
    display: flex;
    flex-wrap: wrap;
    gap: 0 6px;
    min-inline-size: 0;
  }

  .name {
    color: var(--text);
    font-weight: 500;
  }

  .caveat {
    color: var(--warning);
    font-weight: 600;
  }

  .speed {
    min-inline-size: 5.2em;
  }

  .details {
    position: fixed;
    inset: auto;
    inline-size: min(360px, calc(100vw - 24px));
    max-block-size: calc(100vh - 24px);
    margin: 0;
    padding: 14px 16px;
    overflow: auto;
    border: 1px solid var(--border);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    box-shadow: 0 8px 28px rgb(0 0 0 / 18%);
  }

  .details p {
    margin: 0 0 8px;
  }

  .details p:last-child {
    margin: 0;
  }

  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 4px 12px;
    margin: 0;
    font-size: 0.8125rem;
  }

  dt {
    color: var(--text-muted);
  }

  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }

  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
`;
