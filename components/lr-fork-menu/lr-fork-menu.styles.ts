import { css } from 'lit';

/** The styles of `<lr-fork-menu>`. */
export const forkMenuStyles = css`
  .menu {
    position: fixed;
    inset: auto;
    inline-size: min(300px, calc(100vw - 16px));
    margin: 0;
    padding: 14px;
    border: 1px solid var(--border);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    font-weight: 400;
    white-space: normal;
    box-shadow: 0 8px 28px rgb(0 0 0 / 18%);
  }

  form {
    display: grid;
    gap: 10px;
  }

  .title {
    margin: 0;
    font-weight: 650;
  }

  .hint.bad {
    color: var(--danger);
  }
`;
