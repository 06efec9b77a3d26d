import { css } from 'lit';

/** The styles of `<lr-scheduler-panel>`. */
export const schedulerPanelStyles = css`
  :host {
    display: block;
  }

  /* No grid: what stays in view moves within all of it. */
  .panel {
    display: flex;
    flex-direction: column;
    gap: 10px;
  }

  .panel > * {
    flex: none;
    min-inline-size: 0;
  }

  /* Between the presets and what they hold, and in view wherever one is in the panel. */
  .actions {
    position: sticky;
    inset-block: 0 var(--lr-dock-size, 0px);
    z-index: 2;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 6px;
    /* The same before the start and while it trains. */
    min-block-size: calc(64px + 3.75rem);
    margin-inline: -12px;
    padding: 8px 12px;
    border-block: 1px solid var(--border);
    background: var(--surface);
  }

  /* Before the start there are no buttons: it covers what is below it no further than its words reach. */
  .actions.ahead {
    padding: 0;
    border-block-end: 0;
    background: none;
    pointer-events: none;
  }

  .said {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 6px;
    padding: 8px 12px;
    border-block-end: 1px solid var(--border);
    background: var(--surface);
    pointer-events: auto;
  }

  .row {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 6px;
  }

  /* Room for two lines: no name of a schedule is cut, and nothing moves when a longer one is picked. */
  .row:first-child {
    grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr);
    grid-auto-rows: minmax(2.625rem, auto);
  }

  .row > .button:only-child {
    grid-column: 1 / -1;
  }

  .row .button {
    min-inline-size: 0;
    padding: 2px 6px;
    line-height: 1.2;
    text-wrap: balance;
    white-space: normal;
    /* Chinese too breaks at a comma or a space, unless it is too long. */
    word-break: keep-all;
    overflow-wrap: anywhere;
  }

  .start {
    margin: 0;
    font-weight: 600;
  }

  .hint.bad {
    color: var(--danger);
    font-weight: 600;
  }

  /* In one line, so that nothing moves when a change is confirmed. */
  .outcome {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 12px;
    font-size: 0.8125rem;
    line-height: 1.4;
  }

  .outcome > [role='alert'] {
    flex: 1 1 100%;
  }

  .outcome:not(:has(.done:not(:empty), [role='alert'])) {
    display: none;
  }

  .why {
    min-block-size: 1.4em;
  }

  .notes:not(:has(> *)) {
    display: none;
  }

  .notes {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }

  .reason {
    min-block-size: 3lh;
    margin: 0;
    color: var(--text-muted);
    font-size: 0.8125rem;
    text-wrap: pretty;
  }

  .reason strong {
    color: var(--text);
  }

  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    font: inherit;
    text-decoration: underline;
    cursor: pointer;
  }

  .advice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 6px 10px;
    padding: 7px 10px;
    border: 1px solid color-mix(in srgb, var(--warning) 45%, var(--border));
    border-radius: var(--radius-small);
    background: var(--warning-soft);
    font-size: 0.8125rem;
  }

  .advice p {
    flex: 1 1 12rem;
    margin: 0;
  }

  .program {
    display: flex;
    align-items: start;
    gap: 10px;
  }

  .program a {
    color: var(--accent);
  }

  /* Below the charts: the presets, and the button, which stays above the dock wherever one is in the panel. */
  @media (max-width: 919.98px) {
    .panel {
      /* The height of the row with the button. */
      --row: 54px;

      gap: 8px;
      padding-block-start: 8px;
    }

    .panel > .heading {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }

    .actions,
    .said {
      display: contents;
    }

    .actions > .row:first-child {
      position: sticky;
      inset-block-end: var(--lr-dock-size, 0px);
      /* At the end of the panel, where it stays in view; below the charts, which stay too. */
      order: 2;
      z-index: 1;
      margin-inline: -12px;
      /* The name of the schedule needs the width. */
      grid-template-columns: minmax(0, 1fr) fit-content(50%);
      padding: 6px 12px;
      background: var(--surface);
    }

    /* What the button has done, with the way back, is in view for as long as it is said. */
    .actions > .outcome {
      position: sticky;
      inset-block-end: calc(var(--lr-dock-size, 0px) + var(--row));
      order: 1;
      z-index: 1;
      max-block-size: 7rem;
      margin-block-end: -8px;
      margin-inline: -12px;
      padding: 6px 12px 0;
      overflow: auto;
      background: var(--surface);
    }

    /* Where it covers what is above it, a name that needs a third line is cut; its title has all of it. */
    .apply > span {
      display: -webkit-box;
      overflow: hidden;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
    }
  }

  @media (max-width: 600px) and (max-height: 700px) {
    .panel {
      --row: 48px;

      padding-block-start: 0;
    }

    .actions > .row:first-child {
      padding-block: 3px;
    }
  }

  lr-live-policy {
    padding-block-start: 10px;
    border-block-start: 1px solid var(--border);
  }
`;
