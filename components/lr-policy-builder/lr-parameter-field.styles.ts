import { css } from 'lit';

/** The styles of `<lr-parameter-field>`: name, slider and value on a line, what it means below. */
export const parameterFieldStyles = css`
  :host {
    display: block;
    container: parameter / inline-size;
  }

  .row {
    display: grid;
    grid-template-columns: minmax(0, var(--name-size, 7.4rem)) minmax(0, 1fr) var(--value-size, 5.8rem);
    align-items: center;
    gap: 0 10px;
  }

  .row.wide {
    grid-template-columns: minmax(0, var(--name-size, 7.4rem)) minmax(0, 1fr);
  }

  /* The slider leaves the unit its place. */
  .row:has(.amount):not(.wide) {
    grid-template-columns: minmax(0, var(--name-size, 7.4rem)) minmax(0, 1fr) auto;
  }

  .amount {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 5px;
  }

  .amount .value {
    inline-size: var(--count-size, 4.2rem);
  }

  /* The longest of the usual ones, so that the field beside it stays in place. */
  .unit {
    min-inline-size: 2.9rem;
    color: var(--text-muted);
    font-size: 0.75rem;
    white-space: nowrap;
  }

  .name {
    font-family: var(--font-mono);
    font-size: 0.75rem;
    overflow-wrap: anywhere;
  }

  .hint {
    margin-block-start: 1px;
  }

  .bad {
    margin: 3px 0 0;
    color: var(--danger);
    font-size: 0.75rem;
    overflow-wrap: anywhere;
  }

  .bad::before {
    content: '⚠\\fe0e ';
  }

  .accepted {
    font-family: var(--font-mono);
  }

  .input {
    min-block-size: 30px;
    padding: 3px 8px;
    font-size: 0.8125rem;
  }

  .input.value {
    text-align: end;
  }

  textarea.input {
    min-block-size: 30px;
    field-sizing: content;
    overflow: auto;
  }

  input[type='range'] {
    inline-size: 100%;
    min-block-size: 26px;
    margin: 0;
    accent-color: var(--accent);
    cursor: pointer;
  }

  input[type='checkbox'] {
    inline-size: 18px;
    block-size: 18px;
    margin: 5px 0;
    accent-color: var(--accent);
  }

  @media (pointer: coarse) {
    input[type='range'] {
      min-block-size: 40px;
    }

    .input,
    textarea.input {
      min-block-size: 40px;
      font-size: 1rem;
    }
  }

  /* The unit takes its place from the slider, which then has its own line. */
  @container parameter (max-width: 330px) {
    .row:has(.amount):not(.wide) {
      grid-template-columns: minmax(0, 1fr) auto;
    }

    .row:has(.amount) input[type='range'] {
      grid-column: 1 / -1;
      grid-row: 2;
    }
  }

  @container parameter (max-width: 270px) {
    .row {
      grid-template-columns: minmax(0, 1fr) var(--value-size, 5.8rem);
    }

    .row.wide {
      grid-template-columns: minmax(0, 1fr);
    }

    input[type='range'] {
      grid-column: 1 / -1;
      grid-row: 2;
    }
  }
`;
