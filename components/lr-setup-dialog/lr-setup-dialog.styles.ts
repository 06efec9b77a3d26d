import { css } from 'lit';

/** The styles of `<lr-setup-dialog>`. */
export const setupDialogStyles = css`
  .body {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(290px, 100%), 1fr));
    gap: 18px 28px;
    padding: 16px 18px 20px;
    overflow-y: auto;
    overscroll-behavior: contain;
  }

  .column {
    display: grid;
    align-content: start;
    gap: 18px;
    min-inline-size: 0;
  }

  fieldset {
    display: grid;
    align-content: start;
    grid-template-columns: minmax(0, 1fr);
    gap: 14px;
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    padding: 0;
    margin-block-end: 10px;
    font-size: 0.9375rem;
    font-weight: 650;
  }

  .pair {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 12px;
    align-items: start;
  }

  .name {
    font-family: var(--font-mono);
  }

  fieldset.classes {
    gap: 4px;
  }

  .classes legend {
    margin-block-end: 4px;
    font-size: 0.8125rem;
    font-weight: 500;
  }

  .classes .choices {
    gap: 4px;
  }

  .classes .choice span {
    justify-content: center;
    min-inline-size: 28px;
    padding: 0 7px;
  }

  .check {
    display: flex;
    align-items: center;
    gap: 8px;
    min-block-size: 34px;
  }

  .check input {
    inline-size: 17px;
    block-size: 17px;
    margin: 0;
    accent-color: var(--accent);
  }

  .flags {
    display: grid;
    align-items: start;
    grid-template-columns: 1fr 1fr;
    gap: 4px 12px;
  }

  .flags .check {
    min-block-size: 26px;
    font-size: 0.8125rem;
  }

  fieldset.groups {
    gap: 8px;
  }

  .groups legend {
    margin-block-end: 2px;
    font-size: 0.8125rem;
    font-weight: 500;
  }

  .groups > .button {
    justify-self: start;
  }

  .group {
    display: grid;
    grid-template-columns: minmax(0, 1.6fr) minmax(0, 1fr) minmax(92px, 1.2fr) auto;
    gap: 6px;
    align-items: end;
  }
`;
