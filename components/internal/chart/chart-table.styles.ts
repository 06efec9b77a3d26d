import { css } from 'lit';

/** The styles of the table that replaces a chart. */
export const chartTableStyles = css`
  .table {
    position: absolute;
    inset: 0;
    overflow: auto;
    border-block-start: 1px solid var(--border);
  }

  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.8125rem;
  }

  th,
  td {
    padding: 3px 10px;
    border-block-end: 1px solid var(--border);
    text-align: end;
    white-space: nowrap;
  }

  thead th {
    position: sticky;
    inset-block-start: 0;
    background: var(--surface);
    color: var(--text-muted);
    font-weight: 550;
    white-space: normal;
  }

  tbody th {
    font-weight: 550;
  }

  .table .marks {
    margin: 8px 10px;
    padding: 0;
    font-size: 0.8125rem;
    list-style: none;
  }
`;
