import { css } from 'lit';

/** The styles of a modal dialog: `<dialog>` around a `<form>` or `.frame` of `.head`, `.body` and `.foot`. */
export const dialogStyles = css`
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

  dialog::backdrop {
    background: rgb(0 0 0 / 42%);
  }

  dialog > form,
  dialog > .frame {
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

  /* The button stays beside the title, however long that is. */
  .head {
    flex-wrap: nowrap;
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

  /* A phone: the hint has a line of its own, and the buttons share one. */
  @media (max-width: 600px) {
    .foot .hint {
      flex-basis: 100%;
    }
  }

  .icon-button {
    flex: none;
    inline-size: 34px;
    padding: 0;
  }
`;
