import { css } from 'lit';

/** The styles of `<lr-scheduler-panel>`. */
export const schedulerPanelStyles = css`
  :host {
    display: block;
  }

  .panel {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
  }

  .card {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 9px;
  }

  .line {
    display: grid;
    grid-template-columns: 2.6rem minmax(0, 1fr);
    align-items: start;
    gap: 8px;
    margin: 0;
    padding: 0;
    border: 0;
  }

  /* Aligned with the first line of its choices. */
  .line > .label {
    padding-block-start: 4px;
  }

  .line > label.label {
    padding-block-start: 7px;
  }

  /* Digits that change during training must not move the next choice. */
  .choice span span {
    display: inline-block;
    padding: 0;
    border: 0;
    min-block-size: 0;
    background: none;
    text-align: center;
  }

  .line > .hint {
    grid-column: 2;
  }

  .hint.bad {
    color: var(--danger);
    font-weight: 600;
  }

  .preview {
    min-block-size: 2.8em;
  }

  .compare {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: start;
    gap: 8px;
    font-size: 0.8125rem;
    cursor: pointer;
  }

  .compare input {
    inline-size: 16px;
    block-size: 16px;
    margin: 1px 0 0;
    accent-color: var(--accent);
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }

  .actions .button {
    flex: 1 1 auto;
  }

  .actions .primary {
    flex-grow: 100;
  }
`;
