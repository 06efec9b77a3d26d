import { css } from 'lit';

/** The look of `<lr-policy-editor>`. */
export const policyEditorStyles = css`
  :host {
    display: block;
  }

  .editor {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 10px;
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 6px 12px;
  }

  .preset {
    display: flex;
    flex: 1 1 auto;
    align-items: center;
    justify-content: end;
    gap: 8px;
    min-inline-size: 0;
  }

  .preset .input {
    flex: 0 1 275px;
    min-inline-size: 0;
    font-size: 0.8125rem;
    text-overflow: ellipsis;
  }

  .reason {
    margin: 0;
    color: var(--text-muted);
    font-size: 0.8125rem;
  }

  .program {
    display: flex;
    align-items: start;
    gap: 10px;
  }

  .curve {
    margin: 0;
    padding: 10px 12px 6px;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
    background: var(--surface-sunken);
  }

  .drawing {
    block-size: 56px;
  }

  .empty {
    display: grid;
    place-items: center;
    text-align: center;
  }

  figcaption {
    margin-block-start: 6px;
    color: var(--text-muted);
    font-size: 0.75rem;
  }

  .interval {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    margin: 0;
    padding: 0;
    border: 0;
  }

  .interval legend {
    float: inline-start;
    padding: 0;
  }

  .interval + .hint {
    margin-block-start: 6px;
  }

  /* What is slotted may be empty; then it takes no row of its own. */
  slot {
    display: contents;
  }

  .state {
    font-size: 0.75rem;
    color: var(--text-muted);
  }

  .state.bad {
    color: var(--danger);
    font-weight: 600;
  }

  textarea.input {
    min-block-size: 8.5rem;
    max-block-size: 24rem;
    field-sizing: content;
    white-space: pre;
    overflow: auto;
  }
`;
