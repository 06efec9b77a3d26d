import { css } from 'lit';

/** The styles of `<lr-preset-picker>`: a grid of pictures, or a strip below the charts. */
export const presetPickerStyles = css`
  :host {
    display: block;
    container: picker / inline-size;
  }

  .groups {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 6px;
  }

  .tiles {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, 1fr));
    gap: 6px;
  }

  .title {
    margin: 0 0 4px;
    color: var(--text-muted);
    font-size: 0.75rem;
    font-weight: 500;
  }

  .tile {
    position: relative;
    display: grid;
  }

  .tile input {
    position: absolute;
    inset: 0;
    z-index: 1;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }

  .face {
    display: grid;
    grid-template-rows: 24px 1fr;
    gap: 3px;
    padding: 7px 5px 4px;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
    background: var(--surface);
    text-align: center;
  }

  .picture {
    padding-inline: 4px;
    color: var(--text-muted);
  }

  .picture .sparkline path {
    stroke: currentColor;
    stroke-width: 1.6;
  }

  .name {
    display: grid;
    place-content: center;
    min-block-size: 2.3em;
    font-size: 0.6875rem;
    line-height: 1.15;
    hyphens: auto;
    overflow-wrap: anywhere;
  }

  .tile input:hover + .face {
    border-color: var(--border-strong);
  }

  /* What trains now; the picked one is more important. */
  .running .face {
    border-color: var(--accent);
  }

  .tile input:checked + .face {
    border-color: var(--draft);
    box-shadow: inset 0 0 0 1px var(--draft);
    /* Bolder, and no wider: a name that took another line would move all that is below. */
    text-shadow: 0.5px 0 currentColor;
  }

  .tile input:checked + .face .picture {
    color: var(--draft);
  }

  .running input:checked + .face {
    border-color: var(--accent);
    background: var(--accent-soft);
    box-shadow: inset 0 0 0 1px var(--accent);
  }

  .running input:checked + .face .picture {
    color: var(--accent);
  }

  .tile input:focus-visible + .face {
    outline: 2px solid var(--focus-ring);
    outline-offset: 2px;
  }

  /* A strip that a finger moves; the programs are at its end. */
  @media (max-width: 919.98px) {
    .groups {
      display: flex;
      gap: 6px;
      margin-inline: -12px;
      padding: 3px 12px;
      overflow-x: auto;
      overscroll-behavior-x: contain;
      scroll-snap-type: x proximity;
      scrollbar-width: none;
    }

    .tiles {
      display: flex;
    }

    .programs {
      display: flex;
      gap: 6px;
    }

    .programs .title {
      align-self: center;
      margin: 0;
      writing-mode: vertical-rl;
    }

    .tile {
      flex: none;
      inline-size: 96px;
      scroll-snap-align: center;
    }

    .face {
      grid-template-rows: 28px 1fr;
    }

    .name {
      font-size: 0.75rem;
    }
  }

  /* A low phone has room for them above the buttons. */
  @media (max-width: 600px) and (max-height: 700px) {
    .face {
      grid-template-rows: 22px 1fr;
      gap: 1px;
      padding: 4px 5px 2px;
    }
  }

  @media (forced-colors: active) {
    .tile input:checked + .face {
      outline: 2px solid Highlight;
    }
  }
`;
