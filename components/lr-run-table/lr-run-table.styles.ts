import { css } from 'lit';

/** The styles of `<lr-run-table>`: a table if it fits, cards otherwise. */
export const runTableStyles = css`
  :host {
    display: block;
    max-inline-size: 100%;
    min-inline-size: 0;
    container-type: inline-size;
    contain-intrinsic-inline-size: min(40rem, 100vw - 2rem);
  }

  .card {
    display: grid;
    gap: 8px;
    padding: 0;
  }

  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 2px 12px;
    padding: 12px 12px 0;
  }

  .outcomes:not(:empty) {
    padding: 0 12px;
  }

  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.8125rem;
  }

  th,
  td {
    padding: 6px 8px;
    border-block-start: 1px solid var(--border);
    text-align: start;
    vertical-align: top;
    font-weight: 400;
  }

  th:first-child,
  td:first-child {
    padding-inline-start: 12px;
  }

  thead th {
    padding-block: 4px;
    color: var(--text-muted);
    font-size: 0.75rem;
    font-weight: 500;
    white-space: nowrap;
  }

  .number {
    text-align: end;
    white-space: nowrap;
  }

  tbody tr.selected {
    background: var(--accent-soft);
    box-shadow: inset 3px 0 0 var(--accent);
  }

  .who {
    display: flex;
    align-items: start;
    gap: 8px;
    min-inline-size: 0;
  }

  .branch {
    flex: none;
    inline-size: 10px;
  }

  .branch:last-of-type::before {
    content: '└';
    color: var(--text-muted);
  }

  .pick {
    display: grid;
    grid-template-columns: auto auto minmax(0, 1fr);
    align-items: center;
    gap: 2px 8px;
    min-inline-size: 0;
    cursor: pointer;
  }

  .pick input {
    inline-size: 15px;
    block-size: 15px;
    margin: 0;
    accent-color: var(--accent);
  }

  .name {
    font-weight: 650;
    overflow-wrap: anywhere;
  }

  .origin,
  .limit {
    color: var(--text-muted);
    font-size: 0.75rem;
  }

  .limit {
    display: block;
  }

  .rename {
    min-inline-size: 8em;
  }

  .effect {
    margin: 0 0 8px;
    padding: 8px 12px;
    border-inline-start: 3px solid var(--accent);
    border-radius: var(--radius-small);
    background: var(--accent-soft);
    font-size: 0.8125rem;
  }

  .effect[hidden] {
    display: none;
  }

  .lead {
    margin: 0;
    color: var(--text-muted);
    font-size: 0.8125rem;
  }

  .policy {
    line-height: 1.5;
    overflow-wrap: anywhere;
  }

  .figure {
    display: inline-block;
    min-inline-size: 4.2em;
  }

  .name-of-figure {
    display: none;
    color: var(--text-muted);
    font-size: 0.75rem;
  }

  .acts {
    display: flex;
    flex-wrap: nowrap;
    justify-content: end;
    gap: 4px;
  }

  .acts .button {
    padding-inline: 8px;
  }

  .held {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 10px;
    margin: 6px 0 0;
    color: var(--danger);
    font-family: var(--font);
    font-size: 0.8125rem;
  }

  .menu {
    inline-size: max-content;
    max-inline-size: calc(100vw - 16px);
    padding: 6px;
  }

  .menu:popover-open {
    display: flex;
    flex-direction: column;
  }

  .menu .button {
    justify-content: start;
    border-color: transparent;
    text-align: start;
  }

  @container (max-width: 820px) {
    table,
    tbody,
    tr,
    th[scope='row'],
    td {
      display: block;
    }

    thead {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }

    tbody tr {
      display: grid;
      grid-template-columns: repeat(4, minmax(0, auto));
      gap: 6px 12px;
      padding: 10px 12px;
      border-block-start: 1px solid var(--border);
    }

    tbody th,
    tbody td,
    tbody th:first-child {
      padding: 0;
      border: 0;
    }

    tbody th,
    .policy,
    .acts-cell {
      grid-column: 1 / -1;
    }

    .number {
      text-align: start;
      white-space: normal;
    }

    .name-of-figure {
      display: block;
    }

    .figure {
      min-inline-size: 0;
    }

    .acts {
      justify-content: start;
    }
  }

  @media (forced-colors: active) {
    tbody tr.selected {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
