import { css } from 'lit';

/** The styles of `<lr-fork-menu>`. */
export const forkMenuStyles = css`
  .menu {
    inline-size: min(300px, calc(100vw - 16px));
    padding: 14px;
    font-weight: 400;
    white-space: normal;
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
