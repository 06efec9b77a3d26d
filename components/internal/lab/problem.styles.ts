import { css } from 'lit';

/** The styles of `problemView` and `issuesView`. */
export const problemStyles = css`
  .problem {
    margin: 0;
    padding: 8px 10px;
    border: 1px solid var(--danger);
    border-radius: var(--radius-small);
    background: var(--danger-soft);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }

  .problem p,
  .problem ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .problem li + li {
    margin-block-start: 8px;
    padding-block-start: 8px;
    border-block-start: 1px solid var(--border);
  }

  .problem .sentence::before {
    content: '⚠\\fe0e  ';
    color: var(--danger);
  }

  .problem dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 1px 8px;
    margin: 3px 0 0;
  }

  .problem dt {
    color: var(--text-muted);
  }

  .problem dd {
    margin: 0;
    font-family: var(--font-mono);
    font-size: 0.75rem;
    line-height: 1.6;
  }
`;
