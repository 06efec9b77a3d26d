import { css } from 'lit';

/** The styles of `<lr-policy-editor>`. */
export const policyEditorStyles = css`
  :host {
    display: block;
  }

  .editor {
    container: editor / inline-size;
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

  .reason {
    margin: 0;
    color: var(--text-muted);
    font-size: 0.8125rem;
  }

  .state {
    font-size: 0.75rem;
    color: var(--text-muted);
  }

  .state.bad {
    color: var(--danger);
    font-weight: 600;
  }

  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    justify-content: space-between;
    gap: 4px 6px;
    border-block-end: 1px solid var(--border);
  }

  .tabs {
    display: flex;
  }

  .tab {
    min-block-size: 34px;
    margin-block-end: -1px;
    padding: 4px clamp(7px, 3.2cqi, 12px);
    border: 0;
    border-block-end: 2px solid transparent;
    background: none;
    color: var(--text-muted);
    font: inherit;
    cursor: pointer;
  }

  .tab[aria-selected='true'] {
    border-block-end-color: var(--accent);
    color: var(--text);
    font-weight: 650;
  }

  .tab:focus-visible {
    outline-offset: -2px;
  }

  .undo {
    display: flex;
    gap: 4px;
    padding-block-end: 4px;
  }

  .view {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }

  /* The last cards that were right. */
  lr-policy-builder[inert] {
    opacity: 0.5;
  }

  .view:focus-visible {
    outline: none;
  }

  /* One of its two texts is always empty and takes no space. */
  .copy {
    gap: 0;
    margin-inline-start: auto;
  }

  @media (pointer: coarse) {
    .tab {
      min-block-size: 40px;
    }
  }

  @media (forced-colors: active) {
    /* In forced colours even a transparent border is drawn. */
    .tab {
      border-block-end-color: Canvas;
    }

    .tab[aria-selected='true'] {
      border-block-end-color: Highlight;
    }
  }

  textarea.input {
    min-block-size: 8.5rem;
    max-block-size: 24rem;
    field-sizing: content;
    white-space: pre;
    overflow: auto;
  }
`;
