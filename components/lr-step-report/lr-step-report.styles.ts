import { css } from 'lit';

/** The styles of `<lr-step-report>`. */
export const stepReportStyles = css`
  :host {
    display: block;
    max-inline-size: 100%;
    min-inline-size: 0;
    container-type: inline-size;
    contain-intrinsic-inline-size: min(40rem, 100vw - 2rem);
  }

  summary {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 2px 10px;
    cursor: pointer;
  }

  summary::before {
    content: '▸';
    color: var(--text-muted);
  }

  [open] > summary::before {
    content: '▾';
  }

  summary::-webkit-details-marker {
    display: none;
  }

  h2 {
    display: inline;
  }

  .content {
    display: grid;
    gap: 12px;
    margin-block-start: 10px;
  }

  .content > p {
    margin: 0;
  }

  dl {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(190px, 100%), 1fr));
    gap: 10px 16px;
    margin: 0;
  }

  /* A rate has up to 22 characters, and its verdict has its own line, so that neither moves what is below. */
  dl div {
    min-inline-size: 0;
    min-block-size: 3.9rem;
  }

  dt {
    color: var(--text-muted);
    font-size: 0.75rem;
  }

  dd {
    margin: 0;
    font-family: var(--font-mono);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }

  .wide {
    grid-column: 1 / -1;
  }

  .agrees,
  .differs {
    display: block;
  }

  .agrees {
    color: var(--success);
    font-family: var(--font);
    font-weight: 600;
  }

  .differs {
    color: var(--danger);
    font-family: var(--font);
    font-weight: 600;
  }

  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.75rem;
  }

  caption {
    padding-block-end: 4px;
    color: var(--text-muted);
    text-align: start;
  }

  th,
  td {
    padding: 3px 0 3px 8px;
    border-block-start: 1px solid var(--border);
    text-align: end;
    white-space: nowrap;
  }

  th:first-child {
    padding-inline-start: 0;
    text-align: start;
  }

  th {
    font-weight: 500;
  }

  tbody th {
    font-family: var(--font-mono);
    white-space: normal;
    overflow-wrap: anywhere;
  }
`;
