import { css } from 'lit';

/** The look of `<lr-setup-dialog>`. */
export const setupDialogStyles = css`
  dialog {
    inline-size: min(720px, calc(100vw - 24px));
    max-block-size: calc(100dvh - 24px);
    padding: 0;
    border: 1px solid var(--border);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    box-shadow: 0 16px 48px rgb(0 0 0 / 28%);
    overflow: hidden;
  }

  dialog[open] {
    display: grid;
  }

  dialog::backdrop {
    background: rgb(0 0 0 / 42%);
  }

  form {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    max-block-size: calc(100dvh - 26px);
  }

  .head,
  .foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
    padding: 12px 18px;
  }

  .head {
    justify-content: space-between;
    border-block-end: 1px solid var(--border);
  }

  .foot {
    justify-content: end;
    border-block-start: 1px solid var(--border);
  }

  .foot .hint {
    flex: 1 1 240px;
  }

  .foot .problem {
    flex: 1 1 100%;
  }

  .icon-button {
    inline-size: 34px;
    padding: 0;
  }

  .body {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(290px, 100%), 1fr));
    gap: 18px 28px;
    padding: 16px 18px 20px;
    overflow-y: auto;
    overscroll-behavior: contain;
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
`;
