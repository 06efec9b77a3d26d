import { css } from 'lit';

/** The styles of `<lr-policy-builder>`: cards in lists, composites as lists within. */
export const policyBuilderStyles = css`
  :host {
    display: block;
    container: builder / inline-size;
  }

  .cards {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 6px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .cards .cards {
    margin: 2px 0 8px;
    padding-inline: 10px 6px;
  }

  .item {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 6px;
    min-inline-size: 0;
  }

  .scheduler {
    min-inline-size: 0;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
    background: var(--surface);
  }

  .scheduler:where(:has(> .top > .head:hover)) {
    border-color: var(--border-strong);
  }

  .scheduler.composite {
    border-style: dashed;
    border-color: var(--border-strong);
    background: var(--surface-sunken);
  }

  .scheduler.open {
    border-color: var(--accent);
    border-style: solid;
  }

  .scheduler.open > .top {
    border-radius: var(--radius-small) var(--radius-small) 0 0;
    background: var(--accent-soft);
  }

  .scheduler.invalid {
    border-color: var(--danger);
  }

  .item.dragged > .scheduler {
    opacity: 0.5;
  }

  .item.before > .scheduler {
    box-shadow: 0 -3px 0 var(--accent);
  }

  .item.after > .scheduler {
    box-shadow: 0 3px 0 var(--accent);
  }

  .top {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: stretch;
  }

  .grip {
    display: grid;
    place-items: center;
    inline-size: 22px;
    color: var(--text-muted);
    cursor: grab;
    touch-action: none;
    user-select: none;
  }

  .dragged .grip {
    cursor: grabbing;
  }

  .head {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 74px;
    align-items: center;
    gap: 2px 10px;
    min-inline-size: 0;
    min-block-size: 46px;
    padding: 6px 10px 6px 2px;
    border: 0;
    border-radius: inherit;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }

  .only .head {
    grid-column: 1 / -1;
    padding-inline-start: 10px;
  }

  .title {
    font-weight: 650;
    overflow-wrap: anywhere;
  }

  .span,
  .summary {
    color: var(--text-muted);
    font-size: 0.75rem;
    font-weight: 400;
    overflow-wrap: anywhere;
  }

  .span {
    white-space: nowrap;
  }

  .summary {
    display: block;
  }

  .thumb {
    block-size: 28px;
  }

  /* No colour of a run. */
  .thumb .sparkline path {
    stroke: var(--text-muted);
  }

  .fault {
    white-space: nowrap;
    color: var(--danger);
    font-size: 0.75rem;
    font-weight: 600;
  }

  .joint {
    padding-inline-start: 10px;
    color: var(--text-muted);
    font-size: 0.8125rem;
  }

  /* "then at milestones[0]" is longer than a parameter's name, and its value is short. */
  .joint lr-parameter-field {
    --name-size: 9.7rem;
    --count-size: 3.6rem;

    color: var(--text);
  }

  .form {
    container: form / inline-size;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 9px;
    padding: 10px;
    border-block-start: 1px solid var(--border);
  }

  .line {
    display: grid;
    grid-template-columns: minmax(0, 7.4rem) minmax(0, 1fr);
    align-items: center;
    gap: 2px 10px;
  }

  .line .hint,
  .line .bad {
    grid-column: 1 / -1;
  }

  .bad {
    margin: 0;
    color: var(--danger);
    font-size: 0.75rem;
  }

  .bad::before {
    content: '⚠\\fe0e ';
  }

  .name {
    font-family: var(--font-mono);
    font-size: 0.75rem;
  }

  .phrase {
    font-size: 0.8125rem;
  }

  /* The longest class name fits beside the arrow. */
  @media (pointer: fine) {
    .line > .type {
      padding-inline-end: 4px;
      font-size: 0.75rem;
    }
  }

  .entry {
    grid-template-columns: auto minmax(0, 1fr);
  }

  .often .input {
    inline-size: auto;
  }

  .button[aria-disabled='true'] {
    cursor: default;
    color: var(--text-muted);
    opacity: 0.62;
  }

  .combine .actions {
    padding-block-start: 4px;
  }

  .input {
    min-block-size: 30px;
    padding: 3px 8px;
    font-size: 0.8125rem;
  }

  details {
    font-size: 0.8125rem;
  }

  summary {
    padding-block: 3px;
    color: var(--text-muted);
    cursor: pointer;
  }

  .more {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 9px;
    padding-block-start: 6px;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }

  .actions .arrow {
    min-inline-size: 34px;
  }

  .empty {
    display: grid;
    justify-items: start;
    gap: 8px;
  }

  @container builder (max-width: 300px) {
    .head {
      grid-template-columns: minmax(0, 1fr) 48px;
    }

    .cards .cards {
      padding-inline: 6px 4px;
    }
  }

  @container form (max-width: 270px) {
    .line {
      grid-template-columns: minmax(0, 1fr);
    }
  }

  @media (pointer: coarse) {
    .grip {
      inline-size: 30px;
    }

    .input {
      min-block-size: 40px;
      font-size: 1rem;
    }

    summary {
      padding-block: 9px;
    }
  }

  @media (forced-colors: active) {
    .scheduler.open > .top {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
