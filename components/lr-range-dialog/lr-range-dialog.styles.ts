import { css } from 'lit';

/** The styles of `<lr-range-dialog>`. */
export const rangeDialogStyles = css`
  .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    /* In a low window Firefox and WebKit would shrink the row of the plot, and not the plot. */
    grid-auto-rows: max-content;
    align-content: start;
    gap: 14px;
    padding: 16px 18px 20px;
    overflow-y: auto;
    overscroll-behavior: contain;
  }

  .body > p {
    margin: 0;
  }

  .inputs {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 12px;
    align-items: start;
  }

  .inputs .field:has(.problem) {
    grid-column: 1 / -1;
  }

  .going {
    display: grid;
    gap: 6px;
  }

  progress {
    inline-size: 100%;
    block-size: 8px;
    accent-color: var(--accent);
  }

  svg.plot {
    inline-size: 100%;
    block-size: auto;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
    background: var(--surface-sunken);
  }

  .plot text {
    fill: var(--text-muted);
    font-size: 12px;
  }

  .grid {
    stroke: var(--border);
  }

  .raw,
  .smoothed {
    fill: none;
    stroke: var(--run-a);
  }

  .raw {
    opacity: 0.45;
  }

  .smoothed {
    stroke-width: 2.25;
  }

  .mark line {
    stroke: var(--text);
    stroke-dasharray: 5 4;
  }

  .mark circle {
    fill: var(--surface);
    stroke: var(--text);
    stroke-width: 2;
  }

  .plot .mark text {
    fill: var(--text);
    font-weight: 700;
  }

  .divergence line {
    stroke: var(--danger);
    stroke-dasharray: 2 3;
  }

  ul {
    display: grid;
    gap: 10px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .suggestion {
    display: grid;
    gap: 6px;
    padding: 10px 12px;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
  }

  .suggestion p {
    margin: 0;
  }

  .sign {
    display: inline-grid;
    place-items: center;
    inline-size: 20px;
    block-size: 20px;
    border: 2px solid var(--text);
    border-radius: 50%;
    font-size: 0.75rem;
    font-weight: 700;
  }

  .uses {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }

  .uses .button {
    white-space: normal;
  }

  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.75rem;
  }

  th,
  td {
    padding: 3px 8px;
    border-block-end: 1px solid var(--border);
    text-align: end;
  }

  .rows {
    max-block-size: 220px;
    overflow-y: auto;
  }

  summary {
    cursor: pointer;
    font-size: 0.8125rem;
  }

  @media (max-width: 420px) {
    .plot text {
      font-size: 19px;
    }
  }
`;
