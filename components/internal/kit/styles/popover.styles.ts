import { css } from 'lit';

/**
 * A menu over the page: `class="popover"`, placed by `position-popover.ts`. None is a grid: WebKit stretches those to the
 * height of the window.
 */
export const popoverStyles = css`
  .popover {
    position: fixed;
    inset: auto;
    margin: 0;
    border: 1px solid var(--border);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    box-shadow: 0 8px 28px rgb(0 0 0 / 18%);
  }
`;
